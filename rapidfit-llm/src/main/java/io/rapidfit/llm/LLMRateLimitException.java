package io.rapidfit.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Too many requests or tokens at once (429): lower concurrency or set limits in the {@link CallPolicy}. */
public final class LLMRateLimitException extends LLMException {

    private static final long serialVersionUID = 1L;

    /** @param retryAfter how long the server asks to wait; null if it does not say */
    public LLMRateLimitException(String message, Failure failure, @Nullable Duration retryAfter) {
        super(message + failure.described(), failure, retryAfter);
    }

    @Override
    boolean mayPass() {
        return true;
    }
}
