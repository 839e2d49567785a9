package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a {@link DataRefinementPipeline} made of one example: the original stays beside what was written for it.
 *
 * @param original as it was given, a sample with its split
 * @param before the findings on the original, one a grader; none if it is held out
 * @param rewrites all of them, also those that were not kept
 * @param reason the note on why it ended as it did, for people; empty if it was clean from the beginning, or is held out
 */
public record RefinedExample(
        Example original, Map<String, Finding> before, List<Rewrite> rewrites, Outcome outcome, String reason) {

    /** What became of an example. */
    public enum Outcome {
        CLEAN("good enough as it was"),
        REFINED("rewritten, good enough now"),
        IMPROVED("rewritten, better but not good enough"),
        UNIMPROVED("not good enough, no rewrite kept"),
        UNGRADED("could not be graded"),
        HELD_OUT("held out for validation or test");

        private final String description;

        Outcome(String description) {
            this.description = description;
        }

        /** For people, such as "good enough as it was". */
        public String description() {
            return description;
        }

        /** Whether every grader finds it good enough. */
        boolean isClean() {
            return this == CLEAN || this == REFINED;
        }
    }

    public RefinedExample {
        before = Collections.unmodifiableMap(new LinkedHashMap<>(before));
        rewrites = List.copyOf(rewrites);
    }

    /** The last rewrite that was kept, else the original. */
    public Example example() {
        Example example = original;
        for (Rewrite rewrite : rewrites) {
            example = rewrite.kept() ? rewrite.example() : example;
        }
        return example;
    }

    /** The findings on {@link #example()}. */
    public Map<String, Finding> after() {
        Map<String, Finding> after = before;
        for (Rewrite rewrite : rewrites) {
            after = rewrite.kept() ? rewrite.findings() : after;
        }
        return after;
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "RefinedExample[%s, %d rewrites, %s]".formatted(original.id(), rewrites.size(), outcome);
    }
}
