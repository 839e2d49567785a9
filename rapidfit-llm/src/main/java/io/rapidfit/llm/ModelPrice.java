package io.rapidfit.llm;

import io.rapidfit.internal.Require;

/**
 * What a model costs, in US dollars per million tokens.
 *
 * @param cachedPrompt of prompt tokens from the provider's cache; at most {@code prompt}
 */
public record ModelPrice(double prompt, double cachedPrompt, double completion) {

    private static final double MILLION = 1e6;

    public ModelPrice {
        Require.inRange("prompt", prompt, 0, 1e6);
        Require.inRange("cachedPrompt", cachedPrompt, 0, prompt);
        Require.inRange("completion", completion, 0, 1e6);
    }

    /** In US dollars. */
    public double cost(Usage usage) {
        long cached = Math.min(usage.cachedTokens(), usage.promptTokens());
        return ((usage.promptTokens() - cached) * prompt
                        + cached * cachedPrompt
                        + usage.completionTokens() * completion)
                / MILLION;
    }
}
