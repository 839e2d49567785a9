package io.rapidfit.llm;

/** No answer came in time: raise the timeout, or ask for less at once. */
public final class LLMTimeoutException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMTimeoutException(String message, Failure failure) {
        super(message + failure.described(), failure);
    }

    @Override
    boolean mayPass() {
        return true;
    }
}
