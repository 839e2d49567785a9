package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Calibration;
import io.rapidfit.metrics.Calibration.ReliabilityBin;
import io.rapidfit.metrics.ClassMetrics;
import io.rapidfit.metrics.ConfusionMatrix;
import io.rapidfit.metrics.RiskCoverage;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.report.Page.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An {@link AnalysisResult} as a page. */
final class AnalysisPage {

    private static final int MAX_PAIRS = 10;

    /** Shares of the samples to answer at least, of which the errors are told. */
    private static final List<Double> COVERAGES = List.of(0.5, 0.8, 0.9, 0.95, 1.0);

    private final TaskAnalysis task;
    private final Calibration calibration;
    private final String samples; // such as "64 test samples"
    private final String id;

    private AnalysisPage(TaskAnalysis task, AnalysisResult.Basis basis, String id) {
        this.task = task;
        this.calibration = task.calibration();
        this.samples = Figures.grouped(task.outcomes().size()) + " " + basis.description();
        this.id = id;
    }

    static Page of(AnalysisResult analysis) {
        Table overview = new Table("overview", "Tasks")
                .left("task")
                .right("samples")
                .right("labels")
                .right("errors")
                .right("accuracy")
                .right("macro-F1")
                .right("ECE");
        List<Section> sections = new ArrayList<>();
        for (TaskAnalysis task : analysis.tasks().values()) {
            int number = sections.size() + 1;
            AnalysisPage page = new AnalysisPage(task, analysis.basis(), Section.id(number));
            overview.row(
                    Section.link(number, task.task()),
                    Figures.count(task.outcomes().size()),
                    Figures.count(task.labels().size()),
                    Figures.count(page.errors()),
                    bar(task.accuracy()),
                    bar(task.macroF1()),
                    Figures.number(page.calibration.ece()));
            sections.add(new Section(number, task.task(), page.content()));
        }
        List<Html> introduction = sections.isEmpty()
                ? List.of(element("p", "No task was analysed."))
                : List.of(element("p", "On " + analysis.basis().description() + "."), overview.html());
        return new Page("Analysis", introduction, sections);
    }

    private static Html bar(double share) {
        return Figures.bar(Figures.decimal(share), share);
    }

    private long errors() {
        return task.outcomes().stream().filter(o -> !o.isCorrect()).count();
    }

    private List<Html> content() {
        List<Html> content = new ArrayList<>();
        content.add(element(
                "p",
                "Of %s, %s got their own label: accuracy %s, macro-F1 %s."
                        .formatted(
                                samples,
                                Figures.grouped(task.outcomes().size() - errors()),
                                Figures.decimal(task.accuracy()),
                                Figures.decimal(task.macroF1()))));
        if (task.coverage() < 1) {
            content.add(element("p", abstention()));
        }
        content.add(element("h3", "Labels"));
        content.add(labels());
        content.add(element("h3", "Confusion"));
        content.addAll(new HeatMap(task.confusion(), id + "-confusion").html());
        addPairs(content);
        content.add(element("h3", "Calibration"));
        addCalibration(content);
        content.add(element("h3", "Errors"));
        content.addAll(new ErrorTable(task, id + "-errors").html());
        return content;
    }

    private String abstention() {
        String answered = "It answered " + Figures.percent(task.coverage()) + " of them";
        return task.answeredErrorRate().isPresent()
                ? answered + ", with "
                        + Figures.percent(task.answeredErrorRate().getAsDouble()) + " errors."
                : answered + ".";
    }

    private Html labels() {
        List<ClassMetrics> all = task.classes().values().stream()
                .sorted(Comparator.comparing((ClassMetrics c) -> c.support() == 0) // of these nothing is known
                        .thenComparingDouble(ClassMetrics::f1))
                .toList();
        Table table = new Table(
                        id + "-labels",
                        all.size() <= Page.MAX_LABELS
                                ? "Metrics by label, weakest first"
                                : "Metrics of the %s weakest of %s labels"
                                        .formatted(Page.MAX_LABELS, Figures.grouped(all.size())))
                .left("label")
                .right("precision")
                .right("recall")
                .right("F1")
                .right("samples");
        for (ClassMetrics c : all.stream().limit(Page.MAX_LABELS).toList()) {
            boolean judged = c.support() > 0;
            table.row(
                    Html.name(c.label()),
                    judged ? bar(c.precision()) : text("-"),
                    judged ? bar(c.recall()) : text("-"),
                    judged ? bar(c.f1()) : text("-"),
                    Figures.count(c.support()));
        }
        return table.html();
    }

    private void addPairs(List<Html> content) {
        List<ConfusionMatrix.Pair> pairs = task.confusion().mostConfused();
        if (pairs.isEmpty()) {
            return;
        }
        Table table = new Table(
                        id + "-pairs",
                        pairs.size() <= MAX_PAIRS
                                ? "What was taken for what, most frequent first"
                                : "The %s most frequent of %s confusions"
                                        .formatted(MAX_PAIRS, Figures.grouped(pairs.size())))
                .left("true label")
                .left("predicted label")
                .right("times")
                .right("share of the true label");
        for (ConfusionMatrix.Pair pair : pairs.stream().limit(MAX_PAIRS).toList()) {
            table.row(
                    Html.name(pair.trueLabel()),
                    Html.name(pair.predictedLabel()),
                    Figures.count(pair.count()),
                    text(Figures.percent((double) pair.count() / support(pair.trueLabel()))));
        }
        content.add(table.html());
    }

    private int support(String label) {
        return Require.nonNull(label, task.classes().get(label)).support();
    }

    private void addCalibration(List<Html> content) {
        double gap = calibration.meanConfidence() - task.accuracy();
        content.add(element(
                "p",
                String.format(
                        Locale.ROOT,
                        "Confidence is %.3f in the mean, accuracy %.3f: %s. ECE %.3f, with bins of equal counts %.3f; Brier"
                                + " score %.3f.",
                        calibration.meanConfidence(),
                        task.accuracy(),
                        Math.abs(gap) < 0.0005 ? "even" : gap > 0 ? "overconfident" : "underconfident",
                        calibration.ece(),
                        calibration.adaptiveEce(),
                        calibration.brier())));
        content.add(ReliabilityDiagram.of(calibration, id + "-reliability"));
        content.add(element("details", element("summary", "The diagram in numbers"), bins()));
        content.add(thresholds());
    }

    private Html bins() {
        Table table = new Table(id + "-bins", "Accuracy by confidence")
                .left("confidence")
                .right("samples")
                .right("mean confidence")
                .right("accuracy");
        for (ReliabilityBin bin : calibration.bins()) {
            if (bin.count() > 0) {
                table.row(
                        text(Figures.decimal(bin.lower()) + " to " + Figures.decimal(bin.upper())),
                        Figures.count(bin.count()),
                        Figures.number(bin.meanConfidence()),
                        Figures.number(bin.accuracy()));
            }
        }
        return table.html();
    }

    /** What a threshold on confidence would buy. */
    private Html thresholds() {
        Table table = new Table(id + "-thresholds", "If only the most confident were answered")
                .left("confidence of at least")
                .right("answered")
                .right("errors among them");
        List<RiskCoverage.Point> points = task.riskCoverage().points(); // the last has coverage 1
        COVERAGES.stream()
                .map(least -> points.stream().filter(p -> p.coverage() >= least).findFirst())
                .flatMap(Optional::stream)
                .distinct()
                .forEach(point -> table.row(
                        Figures.number(point.threshold()),
                        text(Figures.percent(point.coverage())),
                        text(Figures.percent(point.risk()))));
        return table.html();
    }
}
