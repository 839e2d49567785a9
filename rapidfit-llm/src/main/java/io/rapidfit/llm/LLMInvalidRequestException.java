package io.rapidfit.llm;

/** The server does not accept the request (400, 404, 413, 422, a redirect): change it, the model id or the base URL. */
public final class LLMInvalidRequestException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMInvalidRequestException(String message, Failure failure) {
        super(message + failure.described(), failure);
    }
}
