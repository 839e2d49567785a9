package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What models cost. Prices change: {@link #asOf()} says how old the table is, and {@link #with} replaces or adds one.
 *
 * <p>Immutable.
 */
public final class Pricing {

    private static final Pricing BUILT_IN = new Pricing(LocalDate.of(2026, 4, 30), new TreeMap<>())
            .with("gpt-4.1", 2.00, 0.50, 8.00)
            .with("gpt-4.1-mini", 0.40, 0.10, 1.60)
            .with("gpt-4.1-nano", 0.10, 0.025, 0.40)
            .with("gpt-4o", 2.50, 1.25, 10.00)
            .with("gpt-4o-2024-05-13", 5.00, 5.00, 15.00)
            .with("gpt-4o-mini", 0.15, 0.075, 0.60)
            .with("gpt-5.4", 2.50, 0.25, 15.00)
            .with("gpt-5.4-mini", 0.75, 0.075, 4.50)
            .with("gpt-5.5", 5.00, 0.50, 30.00)
            .with("claude-opus-4-7", 5.00, 0.50, 25.00)
            .with("claude-sonnet-4", 3.00, 0.30, 15.00)
            .with("claude-sonnet-4-5", 3.00, 0.30, 15.00)
            .with("claude-sonnet-4-6", 3.00, 0.30, 15.00)
            .with("claude-haiku-4-5", 1.00, 0.10, 5.00)
            .with("gemini-2.5-pro", 1.25, 0.125, 10.00)
            .with("gemini-2.5-flash", 0.30, 0.03, 2.50)
            .with("gemini-2.5-flash-lite", 0.10, 0.01, 0.40)
            .with("gemini-3.1-pro", 2.00, 0.20, 12.00)
            .with("gemini-3.1-flash-lite", 0.25, 0.025, 1.50);

    private final LocalDate asOf;
    private final Map<String, ModelPrice> prices;

    private Pricing(LocalDate asOf, Map<String, ModelPrice> prices) {
        this.asOf = asOf;
        this.prices = prices;
    }

    /** List prices of common models, as their makers published them on {@link #asOf()}; without batch discounts. */
    public static Pricing builtIn() {
        return BUILT_IN;
    }

    /** A table without a model, to fill with {@link #with}. */
    public static Pricing empty(LocalDate asOf) {
        return new Pricing(Require.nonNull("asOf", asOf), Map.of());
    }

    /** This table with one model's price added or replaced; in US dollars per million tokens. */
    public Pricing with(String modelId, double prompt, double cachedPrompt, double completion) {
        Map<String, ModelPrice> more = new TreeMap<>(prices);
        more.put(Require.notBlank("modelId", modelId), new ModelPrice(prompt, cachedPrompt, completion));
        return new Pricing(asOf, more);
    }

    /** The day on which the table was right. */
    public LocalDate asOf() {
        return asOf;
    }

    /**
     * A model's price: that of its id, else that of the longest id that it is a version of, as {@code
     * gpt-4.1-mini-2025-04-14} is of {@code gpt-4.1-mini}. A path in front, such as {@code models/}, does not count, unless
     * the table has the id with its path.
     */
    public Optional<ModelPrice> price(String modelId) {
        return priceOf(modelId).or(() -> priceOf(modelId.substring(modelId.lastIndexOf('/') + 1)));
    }

    private Optional<ModelPrice> priceOf(String id) {
        ModelPrice exact = prices.get(id);
        if (exact != null) {
            return Optional.of(exact);
        }
        return prices.entrySet().stream()
                .filter(e -> isVersionOf(id, e.getKey()))
                .max((a, b) -> Integer.compare(a.getKey().length(), b.getKey().length()))
                .map(Map.Entry::getValue);
    }

    /** Followed by a date or the like; {@code gpt-4.1-mini} is no version of {@code gpt-4.1}. */
    private static boolean isVersionOf(String id, String base) {
        return id.startsWith(base)
                && id.substring(base.length())
                        .matches("[-@](\\d{4}-?\\d{2}-?\\d{2}|\\d{3,4}|latest|preview(-\\d{2}-\\d{2,4})?)");
    }
}
