package io.rapidfit.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The server cannot be reached or fails (408, 500, 502, 503, 504, 529, a lost connection): try again later. */
public final class LLMUnavailableException extends LLMException {

    private static final long serialVersionUID = 1L;

    /** @param retryAfter how long the server asks to wait; null if it does not say */
    public LLMUnavailableException(String message, Failure failure, @Nullable Duration retryAfter) {
        super(message + failure.described(), failure, retryAfter);
    }

    @Override
    boolean mayPass() {
        return true;
    }
}
