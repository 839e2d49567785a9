package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.check.DatasetIssue;
import io.rapidfit.check.DatasetIssue.Severity;
import io.rapidfit.check.DatasetReport;
import io.rapidfit.check.LengthStatistics;
import io.rapidfit.check.TaskReport;
import io.rapidfit.data.Sample;
import io.rapidfit.report.Page.Section;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A {@link DatasetReport} as a page. */
final class DatasetPage {

    /** With more, the rarest go into one column. */
    private static final int MAX_SCRIPTS = 8;

    private static final int MAX_ISSUES = 100;
    private static final int MAX_SAMPLES = 10;

    private final TaskReport task;
    private final String id;

    private DatasetPage(TaskReport task, String id) {
        this.task = task;
        this.id = id;
    }

    static Page of(DatasetReport report) {
        Table overview = new Table("overview", "Tasks")
                .left("task")
                .right("score")
                .right("samples")
                .right("labels")
                .right("median length")
                .right("errors")
                .right("warnings");
        List<Section> sections = new ArrayList<>();
        for (TaskReport task : report.tasks().values()) {
            int number = sections.size() + 1;
            overview.row(
                    Section.link(number, task.task()),
                    Figures.bar(String.format(Locale.ROOT, "%.0f", task.score()), task.score() / 100),
                    Figures.count(task.samples()),
                    Figures.count(task.labelCounts().size()),
                    text(String.format(Locale.ROOT, "%.0f", task.lengths().median())),
                    Figures.count(issues(task, Severity.ERROR).size()),
                    Figures.count(issues(task, Severity.WARNING).size()));
            sections.add(new Section(number, task.task(), new DatasetPage(task, Section.id(number)).content()));
        }
        List<Html> introduction = sections.isEmpty()
                ? List.of(element("p", "The dataset is empty."))
                : List.of(
                        overview.html(),
                        element(
                                "p",
                                "The score is 100 (1 - e) (1 - w/2) (1 + b)/2: e is the share of samples that an error concerns,"
                                        + " w the share that only a warning does, and b how even the labels are."));
        return new Page("Dataset report", introduction, sections);
    }

    private static List<DatasetIssue> issues(TaskReport task, Severity severity) {
        return task.issues().stream().filter(i -> i.severity() == severity).toList();
    }

    private List<Html> content() {
        List<Html> content = new ArrayList<>();
        addIssues(content);
        content.add(element("h3", "Labels"));
        content.add(labels());
        content.add(element("h3", "Lengths"));
        content.add(lengths());
        content.add(element("h3", "Scripts"));
        content.add(scripts());
        return content;
    }

    private void addIssues(List<Html> content) {
        content.add(element("h3", "Issues"));
        if (task.issues().isEmpty()) {
            content.add(element("p", "Nothing was found."));
        }
        int shown = Math.min(MAX_ISSUES, task.issues().size()); // they are sorted, the worst first
        for (int i = 0; i < shown; i++) {
            DatasetIssue issue = task.issues().get(i);
            if (i == 0 || issue.severity() != task.issues().get(i - 1).severity()) {
                content.add(heading(issue.severity()));
            }
            content.add(issue(issue, id + "-issue-" + (i + 1)));
        }
        if (shown < task.issues().size()) {
            content.add(element(
                    "p",
                    "Shown are the %s worst of %s issues."
                            .formatted(shown, Figures.grouped(task.issues().size()))));
        }
    }

    private Html heading(Severity severity) {
        String what = switch (severity) {
            case ERROR -> "Errors: mend them before anything is learnt or measured";
            case WARNING -> "Warnings: they make the result worse";
            case INFO -> "Worth a look";
        };
        return element("h4", what + " (" + issues(task, severity).size() + ")")
                .with("class", severity.name().toLowerCase(Locale.ROOT));
    }

    private static Html issue(DatasetIssue issue, String id) {
        if (issue.samples().isEmpty()) {
            return element("p", Html.excerpt(issue.message()));
        }
        int all = issue.samples().size();
        Table table = new Table(
                        id,
                        all <= MAX_SAMPLES
                                ? "The samples concerned"
                                : "The first %s of %s samples concerned".formatted(MAX_SAMPLES, Figures.grouped(all)))
                .left("text")
                .left("label")
                .left("split");
        for (Sample sample : issue.samples().stream().limit(MAX_SAMPLES).toList()) {
            table.row(
                    Html.excerpt(sample.text()),
                    Html.name(sample.label()),
                    text(sample.split() == null ? "-" : sample.split().name().toLowerCase(Locale.ROOT)));
        }
        Html.Element details = element("details", element("summary", Html.excerpt(issue.message())), table.html());
        return issue.severity() == Severity.INFO ? details : details.with("open", "");
    }

    private Html labels() {
        Map<String, Integer> counts = task.labelCounts();
        int largest = counts.values().stream().mapToInt(i -> i).max().orElse(1);
        Table table = new Table(
                        id + "-labels",
                        counts.size() <= Page.MAX_LABELS
                                ? "Samples by label, most frequent first"
                                : "The %s most frequent of %s labels"
                                        .formatted(Page.MAX_LABELS, Figures.grouped(counts.size())))
                .left("label")
                .right("samples")
                .right("share");
        counts.entrySet().stream()
                .limit(Page.MAX_LABELS)
                .forEach(e -> table.row(
                        Html.name(e.getKey()),
                        Figures.bar(Figures.grouped(e.getValue()), e.getValue() / (double) largest),
                        text(Figures.percent(task.share(e.getKey())))));
        return table.html();
    }

    private Html lengths() {
        LengthStatistics lengths = task.lengths();
        return new Table(id + "-lengths", "How long texts are, in characters (Unicode code points)")
                .left("statistic")
                .right("characters")
                .row(text("shortest"), Figures.count(lengths.min()))
                .row(text("median"), oneDecimal(lengths.median()))
                .row(text("mean"), oneDecimal(lengths.mean()))
                .row(text("standard deviation"), oneDecimal(lengths.deviation()))
                .row(text("longest"), Figures.count(lengths.max()))
                .html();
    }

    private static Html oneDecimal(double value) {
        return text(String.format(Locale.ROOT, "%,.1f", value));
    }

    private Html scripts() {
        List<String> names = scriptsByFrequency();
        if (names.isEmpty()) {
            return element("p", "No text has a letter in it.");
        }
        List<String> own = names.size() <= MAX_SCRIPTS ? names : names.subList(0, MAX_SCRIPTS - 1);
        List<String> rest = names.subList(own.size(), names.size());
        String caption = "Texts by the Unicode script that most of their letters are in";
        Table table = new Table(
                        id + "-scripts",
                        task.labelCounts().size() <= Page.MAX_LABELS
                                ? caption
                                : caption + ", for the " + Page.MAX_LABELS + " most frequent labels")
                .left("label");
        own.forEach(table::right);
        if (!rest.isEmpty()) {
            table.right(rest.size() + " others");
        }
        task.labelCounts().keySet().stream().limit(Page.MAX_LABELS).forEach(label -> {
            Map<String, Integer> counts = task.scripts().getOrDefault(label, Map.of());
            int all = sum(counts, names);
            List<Html> cells = new ArrayList<>();
            cells.add(Html.name(label));
            own.forEach(script -> cells.add(share(sum(counts, List.of(script)), all)));
            if (!rest.isEmpty()) {
                cells.add(share(sum(counts, rest), all));
            }
            table.row(cells.toArray(Html[]::new));
        });
        return table.html();
    }

    private List<String> scriptsByFrequency() {
        Map<String, Integer> totals = new TreeMap<>(); // by name, where frequencies are equal
        task.scripts()
                .values()
                .forEach(own -> own.forEach((script, count) -> totals.merge(script, count, Integer::sum)));
        return totals.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static int sum(Map<String, Integer> counts, List<String> scripts) {
        return scripts.stream().mapToInt(s -> counts.getOrDefault(s, 0)).sum();
    }

    private static Html share(int count, int all) {
        return text(count == 0 ? "0" : Figures.grouped(count) + " (" + Figures.percent(count / (double) all) + ")");
    }
}
