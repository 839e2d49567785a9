package io.rapidfit.llm.generate;

import io.rapidfit.data.Example;
import java.util.List;

/**
 * What an {@link LLMRefinement} made of one example.
 *
 * @param original as it was given, a sample with its split
 * @param steps all of them, also those whose candidate was not preferred
 * @param best by the last ranking that was complete: the original or a candidate
 * @param stop why there are no more steps
 * @param error what went wrong, with {@link Stop#ERROR}; else empty
 */
public record Refinement(Example original, List<RefinementStep> steps, Example best, Stop stop, String error) {

    /** Why a refinement ended. */
    public enum Stop {
        NOT_PREFERRED("the new text was not preferred"),
        REPEATED("nothing new was written"),
        MAX_ITERATIONS("as many iterations as allowed"),
        ERROR("a call failed, or its answer was of no use"),
        HELD_OUT("held out for validation or test");

        private final String description;

        Stop(String description) {
            this.description = description;
        }

        /** For people, such as "the new text was not preferred". */
        public String description() {
            return description;
        }
    }

    public Refinement {
        steps = List.copyOf(steps);
    }

    /** Whether the best is not the original. */
    public boolean isImproved() {
        return !best.equals(original);
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "Refinement[%s, %d steps, %s]".formatted(original.id(), steps.size(), stop);
    }
}
