package io.rapidfit.metrics;

import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Locale;

/** A {@link Comparison} as text. */
final class ComparisonDisplay {

    private ComparisonDisplay() {}

    static void print(Comparison comparison, Appendable out) {
        try {
            out.append("On %s, differences with their %s%% intervals\n\n"
                    .formatted(comparison.basis().description(), percent(comparison.confidence())));
            printTable(comparison, out);
            out.append('\n');
            for (TaskComparison task : comparison.tasks().values()) {
                out.append(task.summary()).append('\n');
            }
            String caution = caution(comparison.basis());
            out.append(caution.isEmpty() ? "" : caution + '\n').append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void printTable(Comparison comparison, Appendable out) {
        TextTable table = new TextTable()
                .left("task")
                .right("samples")
                .left("metric")
                .right("before")
                .right("after")
                .left("difference")
                .right("fixed")
                .right("broken")
                .right(comparison.tasks().size() == 1 ? "p" : "p (Holm)")
                .left("verdict");
        for (TaskComparison task : comparison.tasks().values()) {
            table.row(
                    task.task(),
                    String.valueOf(task.samples()),
                    "accuracy",
                    number(task.accuracy().before()),
                    number(task.accuracy().after()),
                    TaskComparison.signed(task.accuracy().difference()),
                    String.valueOf(task.mcNemar().onlyAfter()),
                    String.valueOf(task.mcNemar().onlyBefore()),
                    task.pValue(""),
                    task.isContradicted() ? "contradictory" : shortened(task.verdict()));
            table.row(
                    "",
                    "",
                    "macro-F1",
                    number(task.macroF1().before()),
                    number(task.macroF1().after()),
                    TaskComparison.signed(task.macroF1().difference()),
                    "",
                    "",
                    "",
                    "");
        }
        table.print(out);
    }

    private static String shortened(Comparison.Verdict verdict) {
        return verdict == Comparison.Verdict.NO_EVIDENCE ? "no evidence" : verdict.description();
    }

    /** What the samples may have had to do with the change; nothing where they are for this. */
    private static String caution(AnalysisResult.Basis basis) {
        return switch (basis) {
            case TEST -> "";
            case VALIDATION ->
                "Validation samples are looked at when choosing what to change: a gain on them is no proof. Compare on test"
                        + " samples.";
            case OUT_OF_FOLD ->
                "Training samples are looked at when choosing what to change, out of fold too: a gain on them is no proof."
                        + " Compare on test samples.";
            case TRAIN ->
                "Training samples were learnt from: this tells which model remembers more of them, not which is better."
                        + " Compare on test samples.";
            case GIVEN -> "Given samples prove something only if nothing was learnt from them or chosen by them.";
        };
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    private static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.3f", estimate.value());
    }
}
