package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.metrics.MetricComparison;
import io.rapidfit.metrics.TaskComparison;
import io.rapidfit.report.Page.Section;
import java.util.ArrayList;
import java.util.List;

/** A {@link Comparison} as a page. */
final class ComparisonPage {

    private ComparisonPage() {}

    static Page of(Comparison comparison) {
        Table overview = new Table("overview", "Tasks, judged by accuracy")
                .left("task")
                .left("verdict")
                .right("samples")
                .right("before")
                .right("after")
                .right("difference")
                .right("fixed")
                .right("broken")
                .right(comparison.tasks().size() == 1 ? "p" : "p (Holm)");
        List<Section> sections = new ArrayList<>();
        for (TaskComparison task : comparison.tasks().values()) {
            int number = sections.size() + 1;
            overview.row(
                    Section.link(number, task.task()),
                    verdict(task),
                    Figures.count(task.samples()),
                    Figures.number(task.accuracy().before().value()),
                    Figures.number(task.accuracy().after().value()),
                    text(Figures.signed(task.accuracy().difference())),
                    Figures.count(task.mcNemar().onlyAfter()),
                    Figures.count(task.mcNemar().onlyBefore()),
                    text(Figures.pValue(task.adjustedPValue())));
            sections.add(new Section(number, task.task(), content(task, Section.id(number))));
        }
        return new Page("Comparison", introduction(comparison, overview), sections);
    }

    private static List<Html> introduction(Comparison comparison, Table overview) {
        List<Html> introduction = new ArrayList<>();
        introduction.add(element(
                "p",
                "On %s, with %s intervals."
                        .formatted(comparison.basis().description(), Figures.shortPercent(comparison.confidence()))));
        introduction.add(overview.html());
        if (comparison.basis() == Basis.GIVEN) {
            introduction.add(element(
                            "p",
                            "Given samples prove something only if nothing was learnt from them or chosen by them.")
                    .with("class", "warning"));
        }
        introduction.add(element(
                "p",
                "The verdict rests on McNemar's exact test of the samples that only one of the two got right: fixed and"
                        + " broken ones. Intervals are a paired bootstrap's; that of the difference tells, not whether those"
                        + " before and after overlap."));
        return introduction;
    }

    private static Html verdict(TaskComparison task) {
        return switch (task.verdict()) {
            case BETTER -> element("strong", task.verdict().description()).with("class", "better");
            case WORSE -> element("strong", task.verdict().description()).with("class", "worse");
            case NO_EVIDENCE ->
                text(task.isContradicted() ? "contradictory" : task.verdict().description());
        };
    }

    private static List<Html> content(TaskComparison task, String id) {
        // the summary begins with the task, whose writing direction must not become that of the sentence
        String aboutTask = task.summary().substring(task.task().length());
        Table table = new Table(id + "-metrics", "Metrics with their intervals")
                .left("metric")
                .right("before")
                .right("after")
                .right("difference");
        addRow(table, "accuracy", task.accuracy());
        addRow(table, "macro-F1", task.macroF1());
        Html values = new IntervalPlot(id + "-values", "Before and after")
                .row("accuracy before", task.accuracy().before())
                .row("accuracy after", task.accuracy().after())
                .row("macro-F1 before", task.macroF1().before())
                .row("macro-F1 after", task.macroF1().after())
                .html(false);
        Html differences = new IntervalPlot(id + "-differences", "After minus before")
                .row("accuracy", task.accuracy().difference())
                .row("macro-F1", task.macroF1().difference())
                .html(true);
        return List.of(
                element("p", Html.name(task.task()), text(aboutTask)),
                table.html(),
                element("div", values, differences).with("class", "charts"));
    }

    private static void addRow(Table table, String name, MetricComparison metric) {
        table.row(
                text(name),
                text(Figures.withInterval(metric.before())),
                text(Figures.withInterval(metric.after())),
                text(Figures.signed(metric.difference())));
    }
}
