package io.rapidfit.llm;

/** The key is missing, wrong or not allowed to do this (401, 403): set another. */
public final class LLMAuthenticationException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMAuthenticationException(String message, Failure failure) {
        super(message + failure.described(), failure);
    }
}
