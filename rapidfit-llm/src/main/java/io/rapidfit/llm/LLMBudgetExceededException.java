package io.rapidfit.llm;

/** The run's {@link Budget} does not cover another call: raise it, or go on with what was produced. */
public final class LLMBudgetExceededException extends LLMException {

    private static final long serialVersionUID = 1L;

    public LLMBudgetExceededException(String message) {
        super(message, Failure.UNKNOWN);
    }
}
