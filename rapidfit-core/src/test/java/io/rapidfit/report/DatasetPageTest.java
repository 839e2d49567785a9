package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.check.DatasetIssue;
import io.rapidfit.check.DatasetIssue.Severity;
import io.rapidfit.check.LengthStatistics;
import io.rapidfit.check.TaskReport;
import io.rapidfit.data.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class DatasetPageTest {

    private static final Document REPORT = Tables.parsed(HtmlReport.of(Results.dataset(Results.AS_IT_IS)));

    @Test
    void overview_hasARowForEachTask_withALinkToItsSection() {
        assertThat(Tables.rows(REPORT, "overview"))
                .containsExactly(
                        List.of("task", "score", "samples", "labels", "median length", "errors", "warnings"),
                        List.of("topic", "62", "4", "2", "10", "1", "1"), // 61.5 and 9.5 rounded
                        List.of("urgency", "100", "2", "2", "1", "0", "0"));
        assertThat(REPORT.select("#overview a").eachAttr("href")).containsExactly("#task-1", "#task-2");
        assertThat(REPORT.select("main > p").text())
                .isEqualTo(
                        "The score is 100 (1 - e) (1 - w/2) (1 + b)/2: e is the share"
                                + " of samples that an error concerns, w the share that only a warning does, and b how even the labels are.");
    }

    @Test
    void labels_haveCountsShares_andBarsThatAreAsLongAsTheMostFrequentAllows() {
        assertThat(Tables.rows(REPORT, "task-1-labels"))
                .containsExactly(
                        List.of("label", "samples", "share"),
                        List.of("billing", "3", "75.0%"),
                        List.of("returns", "1", "25.0%"));
        List<Element> bars = REPORT.select("#task-1-labels td:has(svg)");
        assertThat(Tables.length(bars.get(0))).isEqualTo(100);
        assertThat(Tables.length(bars.get(1))).isEqualTo(33.33); // 1 of 3
    }

    @Test
    void lengths_areThoseOfTheReport() {
        assertThat(Tables.rows(REPORT, "task-1-lengths"))
                .containsExactly(
                        List.of("statistic", "characters"),
                        List.of("shortest", "7"),
                        List.of("median", "9.5"),
                        List.of("mean", "10.3"),
                        List.of("standard deviation", "2.5"),
                        List.of("longest", "12"));
    }

    @Test
    void scripts_areColumns_mostFrequentFirst() {
        assertThat(Tables.rows(REPORT, "task-1-scripts"))
                .containsExactly(
                        List.of("label", "LATIN", "ARABIC"),
                        List.of("billing", "2 (66.7%)", "1 (33.3%)"),
                        List.of("returns", "1 (100.0%)", "0"));
        assertThat(Tables.paragraphs(REPORT, 2)).contains("No text has a letter in it.");
    }

    @Test
    void scripts_beyondTheSevenMostFrequent_areOneColumn() {
        Map<String, Integer> scripts = new LinkedHashMap<>();
        IntStream.rangeClosed(1, 9).forEach(i -> scripts.put("S" + i, i)); // 45 texts
        TaskReport task = task(Map.of("a", 45), Map.of("a", scripts), List.of());

        assertThat(Tables.rows(report(task), "task-1-scripts"))
                .containsExactly(
                        List.of("label", "S9", "S8", "S7", "S6", "S5", "S4", "S3", "2 others"),
                        List.of(
                                "a",
                                "9 (20.0%)",
                                "8 (17.8%)",
                                "7 (15.6%)",
                                "6 (13.3%)",
                                "5 (11.1%)",
                                "4 (8.9%)",
                                "3 (6.7%)",
                                "3 (6.7%)"));
    }

    @Test
    void issues_areUnderTheirSeverity_andOpenIfTheyMatter() {
        assertThat(REPORT.select("h4").eachText())
                .containsExactly(
                        "Errors: mend them before anything is learnt or measured (1)",
                        "Warnings: they make the result worse (1)",
                        "Worth a look (1)");
        assertThat(REPORT.select("summary").eachText()).containsExactly("2 texts leak", "1 text is long");
        assertThat(REPORT.select("details").stream().map(d -> d.hasAttr("open")))
                .containsExactly(true, false);
        assertThat(Tables.paragraphs(REPORT, 1)).containsExactly("1 label is rare"); // without samples
        assertThat(Tables.paragraphs(REPORT, 2)).startsWith("Nothing was found.");
    }

    @Test
    void issues_showTheirSamples() {
        assertThat(Tables.rows(REPORT, "task-1-issue-1"))
                .containsExactly(
                        List.of("text", "label", "split"),
                        List.of("my bill", "billing", "train"),
                        List.of("send it back", "returns", "-"));
        assertThat(Tables.caption(REPORT, "task-1-issue-1")).isEqualTo("The samples concerned");
    }

    @Test
    void samples_beyondTenAreCounted() {
        List<Sample> samples = IntStream.range(0, 11)
                .mapToObj(i -> Sample.of("topic", "text " + i, "a"))
                .toList();

        Document ten = report(task(Map.of(), Map.of(), List.of(issue(samples.subList(0, 10)))));
        Document eleven = report(task(Map.of(), Map.of(), List.of(issue(samples))));

        assertThat(Tables.rows(ten, "task-1-issue-1")).hasSize(1 + 10);
        assertThat(Tables.caption(ten, "task-1-issue-1")).isEqualTo("The samples concerned");
        assertThat(Tables.rows(eleven, "task-1-issue-1")).hasSize(1 + 10);
        assertThat(Tables.caption(eleven, "task-1-issue-1")).isEqualTo("The first 10 of 11 samples concerned");
    }

    @Test
    void issues_beyondAHundredAreCounted() {
        List<DatasetIssue> issues = IntStream.range(0, 101)
                .mapToObj(
                        i -> Results.issue(DatasetIssue.Type.CHECK, Severity.WARNING, "topic", "issue " + i, List.of()))
                .toList();

        List<String> shown = Tables.paragraphs(report(task(Map.of(), Map.of(), issues)), 1);

        assertThat(shown)
                .contains("issue 99", "Shown are the 100 worst of 101 issues.")
                .doesNotContain("issue 100");
    }

    @Test
    void issues_thatAreEqualAreAllShown() {
        List<DatasetIssue> twice = List.of(issue(List.of()), issue(List.of()));

        assertThat(Tables.paragraphs(report(task(Map.of(), Map.of(), twice)), 1))
                .contains("an issue", "an issue");
    }

    @Test
    void labels_beyondTwoHundredAreCounted() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        IntStream.range(0, 1200).forEach(i -> counts.put("label" + i, 1));
        Map<String, Map<String, Integer>> scripts = new LinkedHashMap<>();
        counts.keySet().forEach(label -> scripts.put(label, Map.of("LATIN", 1)));

        Document report = report(task(counts, scripts, List.of()));

        assertThat(Tables.rows(report, "task-1-labels")).hasSize(1 + 200);
        assertThat(Tables.caption(report, "task-1-labels")).isEqualTo("The 200 most frequent of 1,200 labels");
        assertThat(Tables.rows(report, "task-1-scripts")).hasSize(1 + 200);
        assertThat(Tables.caption(report, "task-1-scripts")).endsWith("the 200 most frequent labels");
    }

    private static DatasetIssue issue(List<Sample> samples) {
        return Results.issue(DatasetIssue.Type.CHECK, Severity.WARNING, "topic", "an issue", samples);
    }

    private static TaskReport task(
            Map<String, Integer> counts, Map<String, Map<String, Integer>> scripts, List<DatasetIssue> issues) {
        return new TaskReport("topic", 45, counts, new LengthStatistics(1, 1, 1, 1, 0), scripts, issues, 100);
    }

    private static Document report(TaskReport task) {
        return Tables.parsed(HtmlReport.of(Results.dataset(task)));
    }
}
