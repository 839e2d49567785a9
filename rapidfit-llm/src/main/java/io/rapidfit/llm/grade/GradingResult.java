package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a {@link GradingRunner} found.
 *
 * @param examples in the order in which they were given
 * @param graders by name, in the order in which they were added
 * @param usage what all graders spent, in earlier tries too
 */
public record GradingResult(List<GradedExample> examples, Map<String, GraderSummary> graders, RunUsage usage) {

    public GradingResult {
        examples = List.copyOf(examples);
        graders = Collections.unmodifiableMap(new LinkedHashMap<>(graders));
    }

    /**
     * What one grader said, one finding an example, in their order.
     *
     * @throws IllegalArgumentException if there is no such grader; the message lists those there are
     */
    public List<Finding> findings(String grader) {
        if (!graders.containsKey(grader)) {
            throw new IllegalArgumentException("no grader '%s'; there are %s".formatted(grader, graders.keySet()));
        }
        return examples.stream()
                .map(graded -> Require.nonNull(grader, graded.findings().get(grader)))
                .toList();
    }

    /** The examples that passed every grader. One that a grader could not judge is not among them. */
    public List<Example> clean() {
        return examples.stream()
                .filter(GradedExample::isClean)
                .map(GradedExample::example)
                .toList();
    }

    /** Prints a table of the graders, a line on all of them together, and what was spent. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("grader")
                .right("weight")
                .right("mean")
                .right("passed")
                .right("failed")
                .right("errors")
                .right("pass share")
                .right("calls")
                .right("cost");
        graders.forEach((name, grader) -> table.row(
                name,
                String.format(Locale.ROOT, "%.2f", grader.weight()),
                number(grader.meanScore()),
                String.valueOf(grader.passed()),
                String.valueOf(grader.failed()),
                String.valueOf(grader.errors()),
                number(grader.passShare()),
                String.valueOf(grader.usage().calls()),
                grader.usage().cost().isPresent()
                        ? String.format(
                                Locale.ROOT, "$%.4f", grader.usage().cost().getAsDouble())
                        : "unknown"));
        table.print(out);
        try {
            out.append('\n').append(together()).append('\n');
            for (Map.Entry<String, GraderSummary> grader : graders.entrySet()) {
                String endedEarly = grader.getValue().endedEarly();
                if (endedEarly != null) {
                    out.append("  %s ended early: %s\n".formatted(grader.getKey(), endedEarly));
                }
            }
            out.append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        usage.display(out);
    }

    private String together() {
        long withErrors =
                examples.stream().filter(graded -> graded.errors() > 0).count();
        OptionalDouble aggregate = examples.stream()
                .filter(graded -> graded.aggregate().isPresent())
                .mapToDouble(graded -> graded.aggregate().getAsDouble())
                .average();
        return "  examples %d, passed by every grader %d, with errors %d, mean aggregate %s"
                .formatted(examples.size(), clean().size(), withErrors, number(aggregate));
    }

    private static String number(OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, "%.3f", value.getAsDouble()) : "-";
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "GradingResult[%d examples, graders %s]".formatted(examples.size(), graders.keySet());
    }
}
