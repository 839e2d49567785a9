package io.rapidfit.metrics;

import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** An {@link AnalysisResult} as text: what a person needs to see first, nothing that scrolls it away. */
final class AnalysisDisplay {

    /** With more labels than this, the weakest are shown. */
    private static final int MAX_LABELS = 15;

    /** With more labels than this, a matrix is wider than a terminal. */
    private static final int MAX_MATRIX = 8;

    private static final int MAX_PAIRS = 5;
    private static final int MAX_ERRORS = 5;
    private static final int TEXT_COLUMNS = 60;

    /** Share of the samples whose errors are told apart: leaves out the few that a person could look at. */
    private static final double MOST = 0.9;

    private AnalysisDisplay() {}

    static void print(AnalysisResult result, Appendable out) {
        try {
            for (TaskAnalysis task : result.tasks().values()) {
                print(task, result.basis(), out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(TaskAnalysis task, AnalysisResult.Basis basis, Appendable out) throws IOException {
        out.append(String.format(
                Locale.ROOT,
                "%s: accuracy %s, macro-F1 %s, on %d %s\n",
                task.task(),
                number(task.accuracy()),
                number(task.macroF1()),
                task.outcomes().size(),
                basis.description()));
        printConfidence(task, out);
        out.append('\n');
        printLabels(task, out);
        printConfusion(task.confusion(), out);
        printErrors(task.errors(), out);
    }

    private static void printConfidence(TaskAnalysis task, Appendable out) throws IOException {
        Calibration calibration = task.calibration();
        out.append("  calibration: ECE " + number(calibration.ece()) + ", Brier " + number(calibration.brier()));
        RiskCoverage.Point most = task.riskCoverage().atCoverage(MOST);
        if (most.coverage() < 1) { // else it would repeat the accuracy
            out.append(String.format(
                    Locale.ROOT,
                    "; the most confident %.0f%% have %s errors",
                    100 * most.coverage(),
                    percent(most.risk())));
        }
        out.append('\n');
        if (task.coverage() < 1) {
            out.append("  answered " + number(task.coverage()) + " of them");
            OptionalDouble errors = task.answeredErrorRate();
            out.append(errors.isPresent() ? ", " + percent(errors.getAsDouble()) + " errors\n" : "\n");
        }
    }

    private static void printLabels(TaskAnalysis task, Appendable out) throws IOException {
        List<ClassMetrics> all = List.copyOf(task.classes().values());
        List<ClassMetrics> shown = all.size() <= MAX_LABELS
                ? all
                : all.stream()
                        .filter(c -> c.support() > 0)
                        .sorted(Comparator.comparingDouble(ClassMetrics::f1))
                        .limit(MAX_LABELS)
                        .toList();
        TextTable table = new TextTable()
                .left("label")
                .right("precision")
                .right("recall")
                .right("F1")
                .right("support");
        for (ClassMetrics c : shown) {
            boolean judged = c.support() > 0;
            table.row(
                    c.label(),
                    judged ? number(c.precision()) : "-",
                    judged ? number(c.recall()) : "-",
                    judged ? number(c.f1()) : "-",
                    String.valueOf(c.support()));
        }
        table.print(out);
        if (shown.size() < all.size()) {
            out.append("  (the " + shown.size() + " weakest of " + all.size() + " labels)\n");
        }
        out.append('\n');
    }

    private static void printConfusion(ConfusionMatrix confusion, Appendable out) throws IOException {
        if (confusion.labels().size() <= MAX_MATRIX) {
            TextTable matrix = new TextTable().left("true \\ predicted");
            confusion.labels().forEach(matrix::right);
            for (String truth : confusion.labels()) {
                String[] row = new String[confusion.labels().size() + 1];
                row[0] = truth;
                for (int i = 1; i < row.length; i++) {
                    row[i] = String.valueOf(
                            confusion.count(truth, confusion.labels().get(i - 1)));
                }
                matrix.row(row);
            }
            matrix.print(out);
            out.append('\n');
        }
        List<ConfusionMatrix.Pair> pairs = confusion.mostConfused();
        if (!pairs.isEmpty()) {
            TextTable table = new TextTable()
                    .left("most confused: true")
                    .left("predicted")
                    .right("times");
            pairs.stream()
                    .limit(MAX_PAIRS)
                    .forEach(p -> table.row(p.trueLabel(), p.predictedLabel(), String.valueOf(p.count())));
            table.print(out);
            out.append('\n');
        }
    }

    private static void printErrors(List<ErrorSample> errors, Appendable out) throws IOException {
        if (errors.isEmpty()) {
            return;
        }
        TextTable table = new TextTable()
                .left("most confident errors: text")
                .left("true")
                .left("predicted")
                .right("confidence");
        errors.stream()
                .limit(MAX_ERRORS)
                .forEach(e -> table.row(
                        DisplayWidth.fit(e.text(), TEXT_COLUMNS),
                        e.trueLabel(),
                        e.predictedLabel(),
                        number(e.confidence())));
        table.print(out);
        out.append('\n');
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
