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
            if (comparison.basis() == AnalysisResult.Basis.GIVEN) {
                out.append("Given samples prove something only if nothing was learnt from them or chosen by them.\n");
            }
            out.append('\n');
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

    static String shortened(Comparison.Verdict verdict) {
        return verdict == Comparison.Verdict.NO_EVIDENCE ? "no evidence" : verdict.description();
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    }

    private static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.3f", estimate.value());
    }
}
