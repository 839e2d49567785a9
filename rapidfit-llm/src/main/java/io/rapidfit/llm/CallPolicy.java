package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often and how fast a model may be called, and what is tried again. A policy belongs to a model: all who use the
 * model share its limits.
 *
 * <pre>{@code
 * ChatModel model = CallPolicy.builder().maxConcurrency(4).requestsPerMinute(60).build().wrap(myModel);
 * }</pre>
 *
 * <p>Tried again are failed connections, 408, 429, 500, 502, 503, 504 and 529, after a random wait between zero and
 * {@code baseDelay * 2^retries}, at most {@code maxDelay} ("full jitter"; Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog, 2015), or after as long as the server asks. A request whose answer was lost after it had been sent
 * may have been charged for, and is not sent again unless {@code retryMaybeBilled} says so. Nothing else is tried again.
 *
 * <p>Immutable and thread-safe.
 */
public final class CallPolicy {

    private static final Duration LONGEST_DELAY = Duration.ofDays(365);

    private final int maxAttempts;
    private final Duration baseDelay;
    private final Duration maxDelay;
    private final int maxConcurrency;
    private final @Nullable Integer requestsPerMinute;
    private final @Nullable Integer tokensPerMinute;
    private final boolean retryMaybeBilled;
    private final InstantSource clock;
    private final Sleeper sleeper;
    private final long seed;

    private CallPolicy(Builder builder) {
        this.maxAttempts = builder.maxAttempts;
        this.baseDelay = builder.baseDelay;
        this.maxDelay = builder.maxDelay;
        this.maxConcurrency = builder.maxConcurrency;
        this.requestsPerMinute = builder.requestsPerMinute;
        this.tokensPerMinute = builder.tokensPerMinute;
        this.retryMaybeBilled = builder.retryMaybeBilled;
        this.clock = builder.clock;
        this.sleeper = builder.sleeper;
        this.seed = builder.seed;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Every option at its default. */
    public static CallPolicy defaults() {
        return builder().build();
    }

    /** A model that calls {@code model} under this policy. Each call of this method starts limits of its own. */
    public ChatModel wrap(ChatModel model) {
        return new PolicyChatModel(Require.nonNull("model", model), this);
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    public Duration baseDelay() {
        return baseDelay;
    }

    public Duration maxDelay() {
        return maxDelay;
    }

    public int maxConcurrency() {
        return maxConcurrency;
    }

    /** Null for no limit. */
    public @Nullable Integer requestsPerMinute() {
        return requestsPerMinute;
    }

    /** Null for no limit. */
    public @Nullable Integer tokensPerMinute() {
        return tokensPerMinute;
    }

    public boolean retryMaybeBilled() {
        return retryMaybeBilled;
    }

    public InstantSource clock() {
        return clock;
    }

    Sleeper sleeper() {
        return sleeper;
    }

    long seed() {
        return seed;
    }

    /** Not thread-safe. */
    public static final class Builder {

        private int maxAttempts = 5;
        private Duration baseDelay = Duration.ofMillis(500);
        private Duration maxDelay = Duration.ofSeconds(60);
        private int maxConcurrency = 16;
        private @Nullable Integer requestsPerMinute;
        private @Nullable Integer tokensPerMinute;
        private boolean retryMaybeBilled = false;
        private InstantSource clock = InstantSource.system();
        private Sleeper sleeper = Sleeper.real();
        private long seed = new SplittableRandom().nextLong();

        private Builder() {}

        /** How often a request is sent at most, the first time included; at least 1. Defaults to 5. */
        public Builder maxAttempts(int maxAttempts) {
            this.maxAttempts = Require.inRange("maxAttempts", maxAttempts, 1, 100);
            return this;
        }

        /** The longest first wait, at most 365 days; it doubles with every attempt. Defaults to 0.5 s. */
        public Builder baseDelay(Duration baseDelay) {
            this.baseDelay = delay("baseDelay", baseDelay);
            return this;
        }

        /**
         * The longest wait, at most 365 days. A server that asks for a longer one is not waited for. Defaults to 60 s.
         */
        public Builder maxDelay(Duration maxDelay) {
            this.maxDelay = delay("maxDelay", maxDelay);
            return this;
        }

        private static Duration delay(String name, Duration value) {
            if (Require.positive(name, value).compareTo(LONGEST_DELAY) > 0) {
                throw new IllegalArgumentException(
                        "%s must be at most %s but was %s".formatted(name, LONGEST_DELAY, value));
            }
            return value;
        }

        /** How many calls may be under way at once, at least 1. Defaults to 16. */
        public Builder maxConcurrency(int maxConcurrency) {
            this.maxConcurrency = Require.inRange("maxConcurrency", maxConcurrency, 1, 10_000);
            return this;
        }

        /** At least 1. By default only the server limits. */
        public Builder requestsPerMinute(int requestsPerMinute) {
            this.requestsPerMinute = Require.inRange("requestsPerMinute", requestsPerMinute, 1, Integer.MAX_VALUE);
            return this;
        }

        /** Tokens of prompts and answers together, at least 1. By default only the server limits. */
        public Builder tokensPerMinute(int tokensPerMinute) {
            this.tokensPerMinute = Require.inRange("tokensPerMinute", tokensPerMinute, 1, Integer.MAX_VALUE);
            return this;
        }

        /** Whether a request is sent again that may have been charged for already. Defaults to false. */
        public Builder retryMaybeBilled(boolean retryMaybeBilled) {
            this.retryMaybeBilled = retryMaybeBilled;
            return this;
        }

        /** Defaults to the system's. */
        public Builder clock(InstantSource clock) {
            this.clock = Require.nonNull("clock", clock);
            return this;
        }

        /** Defaults to {@link Sleeper#real()}. */
        public Builder sleeper(Sleeper sleeper) {
            this.sleeper = Require.nonNull("sleeper", sleeper);
            return this;
        }

        /** Of the random waits. Defaults to another for every policy: processes that wait alike come back alike. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** @throws IllegalStateException if {@code baseDelay} is longer than {@code maxDelay} */
        public CallPolicy build() {
            if (baseDelay.compareTo(maxDelay) > 0) {
                throw new IllegalStateException(
                        "baseDelay %s is longer than maxDelay %s".formatted(baseDelay, maxDelay));
            }
            return new CallPolicy(this);
        }
    }
}
