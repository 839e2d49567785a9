package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.LabelDistribution;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Elements;
import org.junit.jupiter.api.Test;

class AnalysisPageTest {

    private static final Document REPORT =
            Tables.parsed(HtmlReport.of(Results.analysis(Basis.VALIDATION, Results.AS_IT_IS)));

    // truth a a b, predicted a b b. Precision of a 1, of b 1/2; recall of a 1/2, of b 1; F1 2/3 each.
    // Confidence 0.9, 0.75 and 0.6, so 0.75 in the mean; ECE (0.1 + 0.75 + 0.4) / 3, each in a bin of its own, and so
    // with bins of equal counts. Brier: 0.1^2 * 2 + 0.75^2 * 2 + 0.4^2 * 2 = 0.02 + 1.125 + 0.32, a third of it 0.488.
    @Test
    void overview_sumsUpTheTasks() {
        assertThat(REPORT.select("main > p").text()).isEqualTo("On validation samples.");
        assertThat(Tables.rows(REPORT, "overview"))
                .containsExactly(
                        List.of("task", "samples", "labels", "errors", "accuracy", "macro-F1", "ECE"),
                        List.of("topic", "3", "2", "1", "0.667", "0.667", "0.417"),
                        List.of("urgency", "1", "1", "0", "1.000", "1.000", "0.000"));
        assertThat(Tables.paragraphs(REPORT, 1))
                .startsWith("Of 3 validation samples, 2 got their own label: accuracy 0.667, macro-F1 0.667.");
    }

    @Test
    void labels_haveTheirMetrics_withBars() {
        assertThat(Tables.rows(REPORT, "task-1-labels"))
                .containsExactly(
                        List.of("label", "precision", "recall", "F1", "samples"),
                        List.of("a", "1.000", "0.500", "0.667", "2"),
                        List.of("b", "0.500", "1.000", "0.667", "1"));
        Elements bars = REPORT.select("#task-1-labels tbody tr:first-child td:has(svg)");
        assertThat(bars.stream().map(Tables::length)).containsExactly(100.0, 50.0, 66.67);
    }

    @Test
    void labels_comeWeakestFirst_thoseWithoutSamplesLast() {
        // of b b b one is right, of c none; nothing is a
        Document report = report(TaskAnalysis.of(
                "t",
                List.of("a", "b", "c"),
                List.of(outcome("b", "b"), outcome("b", "c"), outcome("b", "c"), outcome("c", "b"))));

        assertThat(Tables.rows(report, "task-1-labels").stream().map(row -> row.get(0)))
                .containsExactly("label", "c", "b", "a");
        assertThat(Tables.rows(report, "task-1-labels").get(3)).containsExactly("a", "-", "-", "-", "0");
    }

    @Test
    void labels_beyondTwoHundredAreCounted() {
        Document report = report(Results.neighbours("t", 201, 1));

        assertThat(Tables.rows(report, "task-1-labels")).hasSize(1 + 200);
        assertThat(Tables.caption(report, "task-1-labels")).isEqualTo("Metrics of the 200 weakest of 201 labels");
        assertThat(Tables.caption(REPORT, "task-1-labels")).isEqualTo("Metrics by label, weakest first");
    }

    @Test
    void confusion_hasCountsAsText_andSharesAsTitlesAndColours() {
        assertThat(Tables.rows(REPORT, "task-1-confusion"))
                .containsExactly(
                        List.of("true \\ predicted", "a", "b", "samples"),
                        List.of("a", "1", "1", "2"),
                        List.of("b", "0", "1", "1"));
        Elements cells = REPORT.select("#task-1-confusion td.heat");
        assertThat(cells.eachAttr("class"))
                .containsExactly("heat diagonal right-5", "heat wrong-5", "heat none", "heat diagonal right-10");
        assertThat(cells.eachAttr("title").stream().map(AnalysisPageTest::withoutIsolates))
                .containsExactly(
                        "a taken for a: 1 of 2, 50.0%",
                        "a taken for b: 1 of 2, 50.0%", "b taken for b: 1 of 1, 100.0%");
    }

    private static String withoutIsolates(String text) {
        return text.replaceAll("[\u2068\u2069]", "");
    }

    @Test
    void confusion_ofThirtyLabelsIsWhole_ofMoreItShowsThoseConfusedMost() {
        Document whole = report(Results.neighbours("t", 30, 1));
        assertThat(Tables.rows(whole, "task-1-confusion")).hasSize(1 + 30);
        assertThat(Tables.rows(whole, "task-1-confusion").get(0)).hasSize(1 + 30 + 1);

        // 40 labels, each taken for the next one twice; and the last five for label 0 three times more
        TaskAnalysis neighbours = Results.neighbours("t", 40, 2);
        List<Outcome> outcomes = new ArrayList<>(neighbours.outcomes());
        for (int i = 0; i < 15; i++) {
            outcomes.add(new Outcome(Sample.of("t", "more " + i, "label" + (35 + i % 5)), "label0", 0.5));
        }
        Document cut = report(TaskAnalysis.of("t", neighbours.labels(), outcomes));

        List<List<String>> rows = Tables.rows(cut, "task-1-confusion");
        assertThat(rows).hasSize(1 + 30);
        // label39 is taken for label0 2 + 3 times, label35 to label38 3 times: these six first. Then pairs of
        // neighbours in
        // order, 0 and 1, 1 and 2, ..., until there are 30: label0 to label24 and label35 to label39
        List<String> shown = IntStream.range(0, 40)
                .filter(i -> i <= 24 || i >= 35)
                .mapToObj(i -> "label" + i)
                .toList();
        assertThat(rows.stream().skip(1).map(row -> row.get(0))).containsExactlyElementsOf(shown);
        assertThat(rows.get(0).subList(31, 33)).containsExactly("others", "samples");
        // label24 is right once and taken for label25, which is not shown, twice
        assertThat(rows.get(25).subList(31, 33)).containsExactly("2", "3");
        // pairs with a label from 25 to 34 are left out: 24-25 to 34-35, eleven of two errors; in all 40 * 2 + 15
        assertThat(Tables.paragraphs(cut, 1))
                .contains("Shown are the 30 labels that are confused most, of 40. The others hold 22 of 95 errors.");
    }

    @Test
    void confusion_withoutErrorsShowsTheFirstLabels() {
        List<List<String>> rows = Tables.rows(report(Results.neighbours("t", 40, 0)), "task-1-confusion");

        assertThat(rows).hasSize(1 + 30);
        assertThat(rows.get(30).get(0)).isEqualTo("label29");
    }

    @Test
    void pairs_areThoseConfusedMost() {
        assertThat(Tables.rows(REPORT, "task-1-pairs"))
                .containsExactly(
                        List.of("true label", "predicted label", "times", "share of the true label"),
                        List.of("a", "b", "1", "50.0%"));
        assertThat(REPORT.select("#task-2-pairs")).isEmpty();
        Document eleven = report(Results.neighbours("t", 11, 1));
        assertThat(Tables.rows(eleven, "task-1-pairs")).hasSize(1 + 10);
        assertThat(Tables.caption(eleven, "task-1-pairs")).isEqualTo("The 10 most frequent of 11 confusions");
    }

    @Test
    void calibration_isToldInWordsAndNumbers() {
        assertThat(Tables.paragraphs(REPORT, 1))
                .contains(
                        "Confidence is 0.750 in the mean, accuracy 0.667: overconfident. ECE 0.417, with bins of equal"
                                + " counts 0.417; Brier score 0.488.");
        assertThat(Tables.rows(REPORT, "task-1-bins"))
                .containsExactly(
                        List.of("confidence", "samples", "mean confidence", "accuracy"),
                        List.of("0.533 to 0.600", "1", "0.600", "1.000"),
                        List.of("0.733 to 0.800", "1", "0.750", "0.000"),
                        List.of("0.867 to 0.933", "1", "0.900", "1.000"));
        assertThat(Tables.paragraphs(REPORT, 2)).anyMatch(p -> p.contains("accuracy 1.000: even."));
        assertThat(Tables.paragraphs(report(TaskAnalysis.of("t", List.of(), List.of(outcome("a", "a")))), 1))
                .anyMatch(p -> p.contains("accuracy 1.000: underconfident."));
    }

    @Test
    void thresholds_tellWhatTheyBuy() {
        // 1 of 3, 2 of 3, 3 of 3 at confidences of 0.9, 0.75, 0.6: the first with half of the samples has two of them
        assertThat(Tables.rows(REPORT, "task-1-thresholds"))
                .containsExactly(
                        List.of("confidence of at least", "answered", "errors among them"),
                        List.of("0.750", "66.7%", "50.0%"),
                        List.of("0.600", "100.0%", "33.3%"));
    }

    @Test
    void reliability_drawsABarForEachBinWithSamples() {
        Element diagram = REPORT.selectFirst("svg[aria-labelledby=task-1-reliability-title]");

        // the plot is 300 high: accuracy 1, 0 and 1
        assertThat(diagram.select("rect.fill").eachAttr("height")).containsExactly("300", "0", "300");
        assertThat(diagram.select("rect.fill").eachAttr("width")).containsOnly("18"); // 300 / 15, less a gap of 2
        assertThat(diagram.select("circle").eachAttr("cx"))
                .containsExactly("240", "285", "330"); // 60 + 300 * confidence
        assertThat(diagram.select("rect.count").eachAttr("height")).containsOnly("50"); // all hold equally many
        assertThat(diagram.select("title").text()).isEqualTo("Reliability diagram");
        assertThat(diagram.select("desc").text())
                .isEqualTo(
                        "Accuracy against confidence; the expected calibration error is 0.417. The table below has the"
                                + " numbers.");
    }

    @Test
    void abstention_isTold() {
        List<Outcome> outcomes = List.of(
                new Outcome(Sample.of("t", "1", "a"), LabelDistribution.of("a", 0.9), false),
                new Outcome(Sample.of("t", "2", "a"), LabelDistribution.of("b", 0.9), false),
                new Outcome(Sample.of("t", "3", "a"), LabelDistribution.of("a", 0.1), true));

        assertThat(Tables.paragraphs(report(TaskAnalysis.of("t", List.of(), outcomes)), 1))
                .contains("It answered 66.7% of them, with 50.0% errors.");
        assertThat(Tables.paragraphs(report(TaskAnalysis.of("t", List.of(), outcomes.subList(2, 3))), 1))
                .contains("It answered 0.0% of them.");
        assertThat(REPORT.select("main").text()).doesNotContain("It answered");
    }

    @Test
    void errors_areRows_withNumbersForTheFilter() {
        assertThat(Tables.rows(REPORT, "task-1-errors"))
                .containsExactly(
                        List.of("text", "true label", "predicted label", "confidence"),
                        List.of("second", "a", "b", "0.750"));
        Element row = REPORT.selectFirst("#task-1-errors tbody tr");
        assertThat(row.attr("data-true")).isEqualTo("0");
        assertThat(row.attr("data-predicted")).isEqualTo("1");
        assertThat(row.attr("data-confidence")).isEqualTo("0.750");
        assertThat(REPORT.select("#task-1-errors-true option").eachText()).containsExactly("any", "a");
        assertThat(REPORT.select("#task-1-errors-true option").eachAttr("value"))
                .containsExactly("", "0");
        assertThat(REPORT.select("#task-1-errors-predicted option").eachText()).containsExactly("any", "b");
        assertThat(REPORT.select("#task-1-errors-predicted option").eachAttr("value"))
                .containsExactly("", "1");
        assertThat(REPORT.select("fieldset").eachAttr("data-table")).containsExactly("task-1-errors");
    }

    @Test
    void errors_thatAreNot() {
        assertThat(Tables.paragraphs(REPORT, 2)).contains("There are none.");
    }

    @Test
    void errors_beyondAThousandAreCounted() {
        Document thousand = report(Results.neighbours("t", 10, 100));
        assertThat(Tables.rows(thousand, "task-1-errors")).hasSize(1 + 1000);
        assertThat(Tables.caption(thousand, "task-1-errors"))
                .isEqualTo("Samples that got a wrong label, most confident first");

        Document more = report(Results.neighbours("t", 11, 100));
        assertThat(Tables.rows(more, "task-1-errors")).hasSize(1 + 1000);
        assertThat(Tables.caption(more, "task-1-errors")).isEqualTo("The 1,000 most confident of 1,100 errors");
    }

    /** A file of half a megabyte opens at once; written out, these errors would be some 15 MB. */
    @Test
    void html_ofAHundredThousandErrorsStaysSmall() {
        String html =
                HtmlReport.of(Results.of(Results.neighbours("t", 200, 500))).html();

        assertThat(html.length()).isLessThan(1_000_000);
    }

    private static Outcome outcome(String label, String predicted) {
        return new Outcome(Sample.of("t", "text", label), predicted, 0.75);
    }

    private static Document report(TaskAnalysis task) {
        return Tables.parsed(HtmlReport.of(AnalysisResult.of(Basis.TEST, List.of(task))));
    }
}
