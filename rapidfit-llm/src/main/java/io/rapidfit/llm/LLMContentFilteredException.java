package io.rapidfit.llm;

/** The provider refuses to answer this prompt: change or leave out the text. */
public final class LLMContentFilteredException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMContentFilteredException(String message, Failure failure) {
        super(message + failure.described(), failure);
    }
}
