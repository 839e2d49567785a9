package io.rapidfit.llm;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Semaphore;
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
    public int maxConcurrency() {
        return policy.maxConcurrency();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        try {
            free.acquire();
        } catch (InterruptedException e) {
            throw cancelled(1, 0);
        }
        try {
            return chatWithRetries(request);
        } finally {
            free.release();
        }
    }

    private ChatResponse chatWithRetries(ChatRequest request) {
        int lost = 0;
        int sent = 0;
        try {
            while (true) {
                long reserved = limiter.reserve(request);
                sent++;
                try {
                    ChatResponse response = model.chat(request);
                    limiter.settle(reserved, response);
                    // the model may have a policy of its own
                    return response.after(sent - 1 + response.attempts(), lost + response.lostAttempts());
                } catch (LLMException e) {
                    limiter.giveBack(e.mayHaveBeenBilled() ? 0 : reserved);
                    if (sent == policy.maxAttempts() || !mayRetry(e)) {
                        throw e.after(sent, lost);
                    }
                    lost += e.mayHaveBeenBilled() ? 1 : 0;
                    waitBeforeRetry(e, sent);
                } catch (RuntimeException | Error e) {
                    limiter.giveBack(reserved);
                    throw e; // a bug, in an adapter or here: sending again does not mend it
                }
            }
        } catch (InterruptedException e) {
            throw cancelled(Math.max(1, sent), lost);
        }
    }

    private static LLMException cancelled(int sent, int lost) {
        Thread.currentThread().interrupt();
        return new LLMCancelledException("interrupted while waiting to call the model").after(sent, lost);
    }

    private boolean mayRetry(LLMException failure) {
        Duration asked = failure.retryAfter();
        return failure.mayPass()
                && (policy.retryMaybeBilled() || !failure.mayHaveBeenBilled())
                && (asked == null || asked.compareTo(policy.maxDelay()) <= 0); // else the caller may know what to do
    }

    private void waitBeforeRetry(LLMException failure, int attempt) throws InterruptedException {
        Duration asked = failure.retryAfter();
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
