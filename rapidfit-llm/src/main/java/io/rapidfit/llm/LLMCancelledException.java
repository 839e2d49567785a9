package io.rapidfit.llm;

/** The call was cancelled: by an interrupt, whose status stays set, or by a {@link Cancellation}. */
public final class LLMCancelledException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMCancelledException(String message) {
        this(message, Failure.UNKNOWN);
    }

    /** @param failure says whether the request had been sent, so that its answer may be billed */
    public LLMCancelledException(String message, Failure failure) {
        super(message, failure);
    }
}
