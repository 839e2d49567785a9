package io.rapidfit.llm;

/**
 * Nobody was asked: the call failed in an earlier try of the run, whatever the reason was, and the run went on without it. It says
 * nothing of the model now.
 */
public final class LLMGivenUpException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMGivenUpException() {
        super("This call failed in an earlier try of the run, which went on without it.", Failure.UNKNOWN);
    }
}
