package io.rapidfit.llm;

/** Why a model stopped writing. */
public enum FinishReason {
    /** It was done. */
    STOP,
    /** The answer reached its greatest length: what stands at its end is cut off. */
    LENGTH,
    /** The provider kept the answer, or a part of it, back. */
    CONTENT_FILTER,
    /** Anything else, or not said. */
    OTHER
}
