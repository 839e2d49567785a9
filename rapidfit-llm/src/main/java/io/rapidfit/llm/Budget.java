package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import java.util.StringJoiner;

/**
 * The most that one run may spend. It is a hard cap: before a call starts, the most that it can cost is set aside, so that
 * calls under way at the same time cannot overrun it together. The run that reaches it ends with what it has. Attempts whose
 * answers were lost count in full once their call has ended; where a policy's {@code retryMaybeBilled} allows several, these
 * can go beyond the cap.
 *
 * <pre>{@code
 * Budget budget = Budget.builder().maxCost(2.50).maxCalls(500).build();
 * }</pre>
 *
 * <p>Immutable: it says how much, the run counts.
 */
public final class Budget {

    /** No cap at all. */
    public static final Budget UNLIMITED = builder().build();

    private final long maxCalls;
    private final long maxTokens;
    private final double maxCost;
    private final Pricing pricing;

    private Budget(Builder builder) {
        this.maxCalls = builder.maxCalls;
        this.maxTokens = builder.maxTokens;
        this.maxCost = builder.maxCost;
        this.pricing = builder.pricing;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** {@code Long.MAX_VALUE} for no cap. */
    public long maxCalls() {
        return maxCalls;
    }

    /** {@code Long.MAX_VALUE} for no cap. */
    public long maxTokens() {
        return maxTokens;
    }

    /** In US dollars; infinite for no cap. */
    public double maxCost() {
        return maxCost;
    }

    public Pricing pricing() {
        return pricing;
    }

    /** Whether what a call costs depends on how long its answer may be. */
    public boolean capsTokensOrCost() {
        return maxTokens < Long.MAX_VALUE || maxCost < Double.POSITIVE_INFINITY;
    }

    /** @throws IllegalArgumentException if there is a cap on money and the model has no price */
    public void requirePrice(String modelId) {
        if (maxCost < Double.POSITIVE_INFINITY && pricing.price(modelId).isEmpty()) {
            throw new IllegalArgumentException(
                    ("a budget in money needs the price of model '%s', which the table of %s does not have: add it with"
                                    + " Budget.builder().pricing(Pricing.builtIn().with(\"%s\", prompt, cached, completion))")
                            .formatted(modelId, pricing.asOf(), modelId));
        }
    }

    @Override
    public String toString() {
        StringJoiner caps = new StringJoiner(", ", "Budget[", "]");
        if (maxCalls < Long.MAX_VALUE) {
            caps.add("calls " + maxCalls);
        }
        if (maxTokens < Long.MAX_VALUE) {
            caps.add("tokens " + maxTokens);
        }
        if (maxCost < Double.POSITIVE_INFINITY) {
            caps.add("cost $" + maxCost);
        }
        return caps.toString();
    }

    /** Not thread-safe. */
    public static final class Builder {

        private long maxCalls = Long.MAX_VALUE;
        private long maxTokens = Long.MAX_VALUE;
        private double maxCost = Double.POSITIVE_INFINITY;
        private Pricing pricing = Pricing.builtIn();

        private Builder() {}

        /** Most calls, at least 1. By default without a cap. */
        public Builder maxCalls(long maxCalls) {
            this.maxCalls = Require.atLeast("maxCalls", maxCalls, 1);
            return this;
        }

        /** Most tokens of prompts and answers together, at least 1. By default without a cap. */
        public Builder maxTokens(long maxTokens) {
            this.maxTokens = Require.atLeast("maxTokens", maxTokens, 1);
            return this;
        }

        /** Most money in US dollars, above 0. By default without a cap. */
        public Builder maxCost(double maxCost) {
            this.maxCost = Require.positive("maxCost", maxCost);
            return this;
        }

        /** What models cost. Defaults to {@link Pricing#builtIn()}. */
        public Builder pricing(Pricing pricing) {
            this.pricing = Require.nonNull("pricing", pricing);
            return this;
        }

        public Budget build() {
            return new Budget(this);
        }
    }
}
