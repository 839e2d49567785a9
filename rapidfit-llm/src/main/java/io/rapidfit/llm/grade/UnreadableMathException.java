package io.rapidfit.llm.grade;

/** Something is no mathematics that can be judged. The message says what, as the end of a sentence. */
final class UnreadableMathException extends Exception {

    private static final long serialVersionUID = 1;

    UnreadableMathException(String message) {
        super(message);
    }
}
