package io.rapidfit.data;

import java.util.Locale;

/** What a sample may be used for. */
public enum Split {
    /** Learnt from, and shown to a language model. */
    TRAIN,
    /** Looked at while deciding what to improve, never learnt from. */
    VALIDATION,
    /** Measured on at the end; never learnt from and never shown to a language model. */
    TEST;

    /** As written to files: {@code train}, {@code validation}, {@code test}. */
    String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads a written split; {@code val} and {@code dev} mean validation.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Split parse(String written) {
        return switch (written.strip().toLowerCase(Locale.ROOT)) {
            case "train" -> TRAIN;
            case "validation", "val", "dev" -> VALIDATION;
            case "test" -> TEST;
            default -> throw new IllegalArgumentException("one of train, validation (val, dev), test");
        };
    }
}
