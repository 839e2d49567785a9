package io.rapidfit.llm.evaluate;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Comparison.Verdict;
import io.rapidfit.metrics.PairedComparison;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ModelComparison} found.
 *
 * @param metrics values, difference and verdict of each metric that was measured, in order of the metrics
 * @param examples what both made of each, in the order of the holdout
 * @param endedEarly why examples were left that nobody was asked about, or not both; null if none were. Then there is no verdict:
 *     compare again with the same journal
 */
public record ModelComparisonResult(
        ContestantSummary before,
        ContestantSummary after,
        Map<ModelMetric, PairedComparison> metrics,
        List<ComparedExample> examples,
        @Nullable String endedEarly) {

    private static final int MAX_ERRORS_SHOWN = 10;

    public ModelComparisonResult {
        Require.atLeast("number of metrics", metrics.size(), 1);
        metrics = Collections.unmodifiableMap(new EnumMap<>(metrics));
        examples = List.copyOf(examples);
    }

    /** The examples that at least one contestant has no answer to. */
    public List<ComparedExample> errors() {
        return examples.stream()
                .filter(example -> example.before().isError() || example.after().isError())
                .toList();
    }

    /** The verdicts in one sentence or two, such as "tuned is better than few-shot by exact match. No evidence by BLEU." */
    public String summary() {
        if (endedEarly != null) {
            return "No verdict, since the run ended early: " + endedEarly;
        }
        List<String> sentences = new ArrayList<>();
        add(sentences, Verdict.BETTER, "%s is better than %s by ".formatted(after.name(), before.name()));
        add(sentences, Verdict.WORSE, "%s is worse than %s by ".formatted(after.name(), before.name()));
        add(sentences, Verdict.NO_EVIDENCE, "No evidence either way by ");
        return String.join(" ", sentences);
    }

    private void add(List<String> sentences, Verdict verdict, String start) {
        List<String> by = metrics.values().stream()
                .filter(metric -> metric.verdict() == verdict)
                .map(PairedComparison::metric)
                .toList();
        if (!by.isEmpty()) {
            sentences.add(start + String.join(", ", by) + ".");
        }
    }

    /**
     * Prints a table of the metrics, one of what both took, the summary, and up to 10 of the errors; where the examples say
     * nothing of their split, also what that means.
     */
    public void display(Appendable out) {
        try {
            PairedComparison any = metrics.values().iterator().next();
            out.append("On %s holdout examples, differences with their %s%% intervals\n\n"
                    .formatted(examples.size(), percent(any.confidence())));
            PairedComparison.display(List.copyOf(metrics.values()), before.name(), after.name(), out);
            out.append('\n');
            new TextTable()
                    .left("contestant")
                    .right("answers")
                    .right("errors")
                    .right("prompt tokens")
                    .right("completion tokens")
                    .right("cost")
                    .right("median latency")
                    .right("p95")
                    .row(row(before))
                    .row(row(after))
                    .print(out);
            out.append('\n').append(summary()).append('\n');
            if (examples.stream().anyMatch(example -> example.example().split() == null)) {
                out.append("Examples without a split prove something only if neither has learnt from them.\n");
            }
            displayErrors(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    private static String[] row(ContestantSummary contestant) {
        return new String[] {
            contestant.name(),
            String.valueOf(contestant.answers()),
            String.valueOf(contestant.errors()),
            String.valueOf(contestant.usage().promptTokens()),
            String.valueOf(contestant.usage().completionTokens()),
            dollars(contestant.cost()),
            milliseconds(contestant.medianLatency()),
            milliseconds(contestant.p95Latency())
        };
    }

    private static String dollars(OptionalDouble cost) {
        return cost.isPresent() ? String.format(Locale.ROOT, "$%.4f", cost.getAsDouble()) : "unknown";
    }

    /** A classifier answers in less than one. */
    private static String milliseconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", duration.toNanos() / 1e6);
    }

    private void displayErrors(Appendable out) throws IOException {
        List<String> lines = new ArrayList<>();
        for (ComparedExample example : errors()) {
            addError(before.name(), example, example.before(), lines);
            addError(after.name(), example, example.after(), lines);
        }
        for (String line : lines.subList(0, Math.min(lines.size(), MAX_ERRORS_SHOWN))) {
            out.append(line).append('\n');
        }
        if (lines.size() > MAX_ERRORS_SHOWN) {
            out.append("and %s errors more\n".formatted(lines.size() - MAX_ERRORS_SHOWN));
        }
    }

    private static void addError(String name, ComparedExample example, ContestantAnswer answer, List<String> lines) {
        if (answer.isError()) {
            lines.add("%s has no answer to %s: %s"
                    .formatted(name, example.example().id(), Objects.requireNonNull(answer.error())));
        }
    }

    /** Counts and verdicts, no texts. */
    @Override
    public String toString() {
        return "ModelComparisonResult[%d examples, %d errors, %s]"
                .formatted(examples.size(), before.errors() + after.errors(), summary());
    }
}
