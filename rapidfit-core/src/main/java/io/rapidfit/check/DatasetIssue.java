package io.rapidfit.check;

import io.rapidfit.data.Sample;
import java.util.List;

/**
 * One thing that is wrong with a dataset.
 *
 * @param task the task that it was found in
 * @param message for people, with counts
 * @param samples those that it concerns, in the dataset's order
 */
public record DatasetIssue(Type type, Severity severity, String task, String message, List<Sample> samples) {

    /** What is wrong. */
    public enum Type {
        /** A label has far fewer samples than the largest. */
        IMBALANCE,
        /** A text is blank. */
        EMPTY,
        /** A text stands more than once with the same label. */
        DUPLICATE,
        /** A text is nearly another of the same task. */
        NEAR_DUPLICATE,
        /** Equal texts of one task have different labels. */
        CONFLICT,
        /** A text is equal or near to one of another split, in whatever task. */
        LEAK,
        /** A text is much shorter than the others. */
        SHORT,
        /** A text is much longer than the others. */
        LONG,
        /** A label is nearly always written in a script that the others seldom use. */
        SCRIPT,
        /** A check that the caller added failed samples, or could not judge them. */
        CHECK
    }

    /** How bad it is. */
    public enum Severity {
        /** Mend it before anything is learnt or measured. */
        ERROR,
        /** Makes the result worse. */
        WARNING,
        /** Worth a look. */
        INFO
    }

    public DatasetIssue {
        samples = List.copyOf(samples);
    }

    /** Without the texts. */
    @Override
    public String toString() {
        return "%s %s in %s: %s".formatted(severity, type, task, message);
    }
}
