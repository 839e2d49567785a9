package io.rapidfit.llm;

/** The account's quota or credit is used up: add to it. Waiting does not help. */
public final class LLMQuotaException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMQuotaException(String message, Failure failure) {
        super(message + failure.described(), failure);
    }
}
