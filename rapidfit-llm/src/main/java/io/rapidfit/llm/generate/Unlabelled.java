package io.rapidfit.llm.generate;

import org.jspecify.annotations.Nullable;

/**
 * A text that got no label of a task.
 *
 * @param said what the model said instead of a label; null if it said nothing, or was not asked
 */
public record Unlabelled(
        String task, String text, Reason reason, @Nullable String said) {

    /** Why a text got no label. */
    public enum Reason {
        /** The model cannot label it, or it is blank, which no model is asked about. */
        SKIPPED("skipped"),
        /** The model gave a label that the task does not have. */
        UNKNOWN_LABEL("unknown label"),
        /** No answer had it, or the run ended before it was asked about. */
        UNANSWERED("not answered");

        private final String description;

        Reason(String description) {
            this.description = description;
        }

        /** For people, such as "unknown label". */
        public String description() {
            return description;
        }
    }

    /** Without the text. */
    @Override
    public String toString() {
        return "Unlabelled[%s, %s]".formatted(task, reason);
    }
}
