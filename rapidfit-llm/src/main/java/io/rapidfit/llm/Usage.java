package io.rapidfit.llm;

import io.rapidfit.internal.Require;

/**
 * Tokens of one call or of several.
 *
 * @param promptTokens all tokens of the prompt, the cached ones among them
 * @param completionTokens tokens of the answer, hidden reasoning included
 * @param cachedTokens those of the prompt that the provider had in its cache and charges less for
 */
public record Usage(long promptTokens, long completionTokens, long cachedTokens) {

    public static final Usage NONE = new Usage(0, 0, 0);

    public Usage {
        Require.atLeast("promptTokens", promptTokens, 0);
        Require.atLeast("completionTokens", completionTokens, 0);
        Require.atLeast("cachedTokens", cachedTokens, 0);
    }

    public long totalTokens() {
        return promptTokens + completionTokens;
    }

    public Usage plus(Usage other) {
        return new Usage(
                promptTokens + other.promptTokens,
                completionTokens + other.completionTokens,
                cachedTokens + other.cachedTokens);
    }
}
