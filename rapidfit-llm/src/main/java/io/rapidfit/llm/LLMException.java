package io.rapidfit.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call to a model failed; the subtype says what can be done about it. Messages hold no key and no prompt.
 *
 * <p>Thread-safe.
 */
public abstract sealed class LLMException extends RuntimeException
        permits LLMAuthenticationException,
                LLMBudgetExceededException,
                LLMCancelledException,
                LLMContentFilteredException,
                LLMGivenUpException,
                LLMInvalidRequestException,
                LLMQuotaException,
                LLMRateLimitException,
                LLMTimeoutException,
                LLMUnavailableException {

    private static final long serialVersionUID = 1L;

    private final Failure failure;
    private final @Nullable Duration retryAfter;
    private volatile int attempts = 1;
    private volatile int lostBefore;

    LLMException(String message, Failure failure) {
        this(message, failure, null);
    }

    LLMException(String message, Failure failure, @Nullable Duration retryAfter) {
        super(message, failure.cause());
        this.failure = failure;
        this.retryAfter = retryAfter;
    }

    /** What the server answered, such as 429; 0 if it did not. */
    public int status() {
        return failure.status();
    }

    /** The provider's own words, shortened; empty if there were none. */
    public String providerMessage() {
        return failure.providerMessage();
    }

    /** The provider's id of the request; null if it gave none. */
    public @Nullable String requestId() {
        return failure.requestId();
    }

    /** How long the server asks to wait; null if it does not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the request had been sent when the answer was lost: the provider may charge for it. */
    public boolean mayHaveBeenBilled() {
        return failure.mayHaveBeenBilled();
    }

    /** How often the request was sent, at least 1. */
    public int attempts() {
        return attempts;
    }

    @Override
    public String getMessage() {
        return (attempts > 1 ? "Gave up after " + attempts + " attempts. " : "") + super.getMessage();
    }

    /** How many of the attempts may have been billed though their answers were lost. */
    public int lostAttempts() {
        return lostBefore + (mayHaveBeenBilled() ? 1 : 0);
    }

    /** Said by whoever sent it again: how often in all, and how many earlier answers were lost. */
    LLMException after(int sent, int lost) {
        attempts = sent;
        lostBefore = lost;
        return this;
    }

    /** Whether the same request may succeed if it is sent again. */
    boolean mayPass() {
        return false;
    }
}
