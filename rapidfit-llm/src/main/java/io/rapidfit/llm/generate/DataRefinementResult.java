package io.rapidfit.llm.generate;

import io.rapidfit.data.Example;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link DataRefinementPipeline} did.
 *
 * @param examples in the order in which they were given, those held out among them
 * @param graders before and after, by name, over the examples that are not held out
 * @param usage what grading and rewriting spent, in earlier tries too
 * @param endedEarly why examples were left that might have been graded or rewritten; null if none were
 * @param runId names the run in the origin of each rewrite; the same whenever examples and options are the same
 */
public record DataRefinementResult(
        List<RefinedExample> examples,
        Map<String, GraderChange> graders,
        RunUsage usage,
        @Nullable String endedEarly,
        String runId) {

    public DataRefinementResult {
        examples = List.copyOf(examples);
        graders = Collections.unmodifiableMap(new LinkedHashMap<>(graders));
    }

    /** All examples in order, rewrites that were kept in the places of their originals. */
    public List<Example> refined() {
        return examples.stream().map(RefinedExample::example).toList();
    }

    /** Of these, the ones that every grader finds good enough. One that a grader could not judge, or that is held out, is not among them. */
    public List<Example> clean() {
        return examples.stream()
                .filter(refined -> refined.outcome().isClean())
                .map(RefinedExample::example)
                .toList();
    }

    /** How many examples ended like this. */
    public int count(Outcome outcome) {
        return (int) examples.stream()
                .filter(refined -> refined.outcome() == outcome)
                .count();
    }

    /** Prints tables: each grader before and after, what became of the examples, and what was spent. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("grader")
                .right("judged")
                .right("errors")
                .right("good before")
                .right("after")
                .right("mean before")
                .right("after");
        graders.forEach((name, change) -> table.row(
                name,
                String.valueOf(change.judged()),
                String.valueOf(change.errors()),
                String.valueOf(change.goodBefore()),
                String.valueOf(change.goodAfter()),
                number(change.meanBefore()),
                number(change.meanAfter())));
        table.print(out);
        TextTable outcomes = new TextTable().left("outcome").right("examples");
        for (Outcome outcome : Outcome.values()) {
            if (count(outcome) > 0) {
                outcomes.row(outcome.description(), String.valueOf(count(outcome)));
            }
        }
        outcomes.row("all", String.valueOf(examples.size()));
        try {
            out.append('\n');
            outcomes.print(out);
            out.append('\n').append(rewrites()).append("\n\n");
            if (endedEarly != null) {
                out.append("  ended early: ").append(endedEarly).append("\n\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usage.display(out);
    }

    private String rewrites() {
        List<Rewrite> rewrites = examples.stream()
                .flatMap(refined -> refined.rewrites().stream())
                .toList();
        return "  rewrites %d, kept %d"
                .formatted(
                        rewrites.size(), rewrites.stream().filter(Rewrite::kept).count());
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "DataRefinementResult[%d examples, %d clean, run %s]".formatted(examples.size(), clean().size(), runId);
    }
}
