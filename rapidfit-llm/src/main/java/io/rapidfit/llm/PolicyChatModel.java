package io.rapidfit.llm;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model under a {@link CallPolicy}. */
final class PolicyChatModel implements ChatModel {

    private static final Logger log = LoggerFactory.getLogger(CallPolicy.class);

    private final ChatModel model;
    private final CallPolicy policy;
    private final Semaphore free;
    private final RateLimiter limiter;
    private final Random random;

    PolicyChatModel(ChatModel model, CallPolicy policy) {
        this.model = model;
        this.policy = policy;
        this.free = new Semaphore(policy.maxConcurrency(), true);
        this.limiter = new RateLimiter(policy);
        this.random = new Random(policy.seed());
    }

    @Override
    public String modelId() {
        return model.modelId();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        try {
            free.acquire();
            try {
                return chatWithRetries(request);
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LLMCancelledException("interrupted while waiting to call the model");
        }
    }

    private ChatResponse chatWithRetries(ChatRequest request) throws InterruptedException {
        int lost = 0;
        for (int attempt = 1; ; attempt++) {
            long reserved = limiter.reserve(request);
            try {
                ChatResponse response = model.chat(request);
                limiter.settle(reserved, response);
                return response.after(attempt, lost);
            } catch (LLMException e) {
                limiter.giveBack(e.mayHaveBeenBilled() ? 0 : reserved);
                if (attempt == policy.maxAttempts() || !mayRetry(e)) {
                    throw e.after(attempt, lost);
                }
                waitBeforeRetry(e, attempt, lost);
                lost += e.mayHaveBeenBilled() ? 1 : 0;
            } catch (RuntimeException e) {
                limiter.giveBack(reserved);
                throw e; // a bug, in an adapter or here: sending again does not mend it
            }
        }
    }

    private boolean mayRetry(LLMException failure) {
        return failure.mayPass() && (policy.retryMaybeBilled() || !failure.mayHaveBeenBilled());
    }

    private void waitBeforeRetry(LLMException failure, int attempt, int lost) throws InterruptedException {
        Duration asked = retryAfter(failure);
        if (asked != null && asked.compareTo(policy.maxDelay()) > 0) {
            throw failure.after(attempt, lost); // with the wait in it: the caller may know what to do meanwhile
        }
        Duration wait = asked != null ? asked : jitter(attempt);
        log.debug(
                "Attempt {} failed with {}: trying again in {}",
                attempt,
                failure.getClass().getSimpleName(),
                wait);
        if (asked != null) {
            limiter.pause(asked); // for all: the others would be refused just the same
        } else {
            policy.sleeper().sleep(wait);
        }
    }

    private static @Nullable Duration retryAfter(LLMException failure) {
        if (failure instanceof LLMRateLimitException limited) {
            return limited.retryAfter();
        }
        return failure instanceof LLMUnavailableException unavailable ? unavailable.retryAfter() : null;
    }

    private Duration jitter(int attempt) {
        double ceiling = policy.baseDelay().toNanos() * Math.pow(2, attempt - 1);
        double capped = Math.min(ceiling, (double) policy.maxDelay().toNanos());
        return Duration.ofNanos((long) (random.nextDouble() * capped));
    }

    @Override
    public String toString() {
        return model + " under a policy";
    }
}
