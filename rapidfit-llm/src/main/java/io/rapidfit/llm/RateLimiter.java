package io.rapidfit.llm;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Requests and tokens a minute, as two token buckets that hold a minute's worth and fill evenly. Who takes more than there
 * is waits until the debt is paid; the next waits behind. Tokens are reserved before a call and settled after it. What the
 * server says of its own limits can only slow things down.
 */
final class RateLimiter {

    /** For the reservation when a request does not limit its answer. */
    private static final int USUAL_ANSWER = 1000;

    /** Most prompts have more bytes than this a token; what is wrong is settled after the call. */
    private static final int BYTES_A_TOKEN = 3;

    private final CallPolicy policy;
    private final Bucket requests;
    private final Bucket tokens;
    private Instant pausedUntil = Instant.MIN;

    RateLimiter(CallPolicy policy) {
        this.policy = policy;
        Instant now = policy.clock().instant();
        this.requests = new Bucket(policy.requestsPerMinute(), now);
        this.tokens = new Bucket(policy.tokensPerMinute(), now);
    }

    /** Waits for the request's turn; returns how many tokens were reserved. */
    long reserve(ChatRequest request) throws InterruptedException {
        Integer answer = request.maxTokens();
        long prompt = request.maxPromptTokens() / BYTES_A_TOKEN;
        long estimate = prompt + (answer != null ? answer : USUAL_ANSWER);
        Duration wait = take(estimate);
        if (!wait.isZero()) {
            try {
                policy.sleeper().sleep(wait);
            } catch (InterruptedException e) {
                untake(estimate);
                throw e;
            }
        }
        return estimate;
    }

    /** The call is not made after all: the next need not wait for it. */
    private synchronized void untake(long estimate) {
        requests.give(1);
        tokens.give(estimate);
    }

    private synchronized Duration take(long estimate) {
        Instant now = policy.clock().instant();
        Duration wait = longer(requests.take(1, now), tokens.take(estimate, now));
        return pausedUntil.isAfter(now) ? longer(wait, Duration.between(now, pausedUntil)) : wait;
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    synchronized void settle(long reserved, ChatResponse response) {
        long used = response.usage().totalTokens();
        tokens.give(used == 0 ? 0 : reserved - used); // nothing said: the reservation is the best guess
        RateLimitStatus status = response.rateLimit();
        Instant now = policy.clock().instant();
        adapt(requests, status.remainingRequests(), status.requestsReset(), now);
        adapt(tokens, status.remainingTokens(), status.tokensReset(), now);
    }

    synchronized void giveBack(long reserved) {
        tokens.give(reserved);
    }

    /** Lets nobody through for a while. */
    synchronized void pause(Duration pause) {
        if (pause.isNegative()) {
            return;
        }
        Instant until = policy.clock().instant().plus(pause);
        pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
    }

    /** A server that has nothing left is not asked before it has again; what else it says bounds the bucket. */
    private void adapt(Bucket bucket, @Nullable Long remaining, @Nullable Duration reset, Instant now) {
        if (remaining == null || remaining < 0) {
            return;
        }
        bucket.lowerTo(remaining, now);
        if (remaining == 0 && reset != null) {
            Duration bounded = reset.compareTo(policy.maxDelay()) > 0 ? policy.maxDelay() : reset;
            pause(bounded);
        }
    }

    /** So much a minute; anything where there is no limit. */
    private static final class Bucket {

        private final double capacity;
        private double level;
        private Instant filled;

        Bucket(@Nullable Integer perMinute, Instant now) {
            this.capacity = perMinute == null ? Double.POSITIVE_INFINITY : perMinute;
            this.level = capacity;
            this.filled = now;
        }

        /** Takes now; returns how long to wait until it is paid for. */
        Duration take(long amount, Instant now) {
            if (capacity == Double.POSITIVE_INFINITY) {
                return Duration.ZERO;
            }
            fill(now);
            level -= amount;
            double seconds = Math.max(0, -level) * 60 / capacity;
            return Duration.ofNanos((long) Math.ceil(seconds * 1e9));
        }

        void give(long amount) {
            level = Math.min(capacity, level + amount);
        }

        void lowerTo(long remaining, Instant now) {
            if (capacity < Double.POSITIVE_INFINITY) {
                fill(now);
                level = Math.min(level, (double) remaining);
            }
        }

        private void fill(Instant now) {
            if (now.isAfter(filled)) {
                double seconds = Duration.between(filled, now).toNanos() / 1e9;
                level = Math.min(capacity, level + seconds * capacity / 60);
                filled = now;
            }
        }
    }
}
