package io.rapidfit.llm;

/** A recording has no answer to a request; the message says how the request differs from the nearest that has one. */
public final class CassetteMismatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CassetteMismatchException(String message) {
        super(message);
    }
}
