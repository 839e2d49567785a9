package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.metrics.Estimate;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.metrics.TaskComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class ComparisonPageTest {

    private static final Comparison COMPARISON = Results.comparison(Basis.TEST, Results.AS_IT_IS);
    private static final Document REPORT = Tables.parsed(HtmlReport.of(COMPARISON));

    // topic: 20 and 32 of 40 right, 12 fixed, none broken: p = 2 / 2^12 = 0.0005, twice that after Holm's correction
    @Test
    void overview_hasVerdictAndNumbersOfEachTask() {
        TaskComparison topic = Objects.requireNonNull(COMPARISON.tasks().get("topic"));
        String difference = String.format(
                Locale.ROOT,
                "+0.300 [%+.3f, %+.3f]",
                topic.accuracy().difference().lower(),
                topic.accuracy().difference().upper());

        assertThat(REPORT.select("main > p").eachText().get(0)).isEqualTo("On test samples, with 95% intervals.");
        assertThat(Tables.rows(REPORT, "overview"))
                .containsExactly(
                        List.of(
                                "task",
                                "verdict",
                                "samples",
                                "before",
                                "after",
                                "difference",
                                "fixed",
                                "broken",
                                "p (Holm)"),
                        List.of("topic", "better", "40", "0.500", "0.800", difference, "12", "0", "< 0.001"),
                        List.of(
                                "urgency",
                                "no evidence either way",
                                "40",
                                "0.750",
                                "0.750",
                                "+0.000 [+0.000, +0.000]",
                                "0",
                                "0",
                                "1.000"));
        assertThat(REPORT.select("#overview a").eachAttr("href")).containsExactly("#task-1", "#task-2");
    }

    @Test
    void overview_ofOneTask_speaksOfNoCorrection_andOfOtherIntervals() {
        Comparison worse = Comparison.builder()
                .confidence(0.995)
                .between(
                        Results.of(Results.right("topic", 32, Results.AS_IT_IS)),
                        Results.of(Results.right("topic", 20, Results.AS_IT_IS)));
        Document report = Tables.parsed(HtmlReport.of(worse));

        assertThat(Tables.rows(report, "overview").get(0)).endsWith("fixed", "broken", "p");
        assertThat(Tables.rows(report, "overview").get(1))
                .startsWith("topic", "worse")
                .endsWith("0", "12", "< 0.001");
        assertThat(report.select("main > p").eachText().get(0)).isEqualTo("On test samples, with 99.5% intervals.");
    }

    @Test
    void sections_beginWithTheSummaryOfTheTask() {
        COMPARISON
                .tasks()
                .values()
                .forEach(task ->
                        assertThat(REPORT.select("section > p").eachText()).contains(task.summary()));
    }

    @Test
    void verdict_tellsOfAContradiction() {
        // as in ComparisonTest: accuracy rises, and macro-F1 falls, since a rare label is given up
        List<Outcome> before = new ArrayList<>();
        List<Outcome> after = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Sample sample = Sample.of("t", "text " + i, i < 180 ? "common" : "rare");
            before.add(new Outcome(sample, i < 130 ? "common" : "rare", 0.5));
            after.add(new Outcome(sample, "common", 0.5));
        }
        Comparison contradictory = Comparison.between(
                Results.of(TaskAnalysis.of("t", List.of(), before)),
                Results.of(TaskAnalysis.of("t", List.of(), after)));

        assertThat(Tables.rows(Tables.parsed(HtmlReport.of(contradictory)), "overview")
                        .get(1)
                        .get(1))
                .isEqualTo("contradictory");
    }

    /** The same words as in the text display. */
    @Test
    void introduction_saysWhatGivenSamplesProve() {
        Comparison given = Results.comparison(Basis.GIVEN, Results.AS_IT_IS);
        StringBuilder display = new StringBuilder();
        given.display(display);
        String warning = Tables.parsed(HtmlReport.of(given)).select("p.warning").text();

        assertThat(warning).startsWith("Given samples prove something only if");
        assertThat(display.toString()).contains(warning + "\n");
        assertThat(REPORT.select("p.warning")).isEmpty();
    }

    @Test
    void metrics_haveTheirIntervals() {
        TaskComparison topic = Objects.requireNonNull(COMPARISON.tasks().get("topic"));
        List<List<String>> rows = Tables.rows(REPORT, "task-1-metrics");

        assertThat(rows.get(0)).containsExactly("metric", "before", "after", "difference");
        Estimate before = topic.accuracy().before();
        assertThat(rows.get(1).get(1))
                .isEqualTo(String.format(Locale.ROOT, "0.500 [%.3f, %.3f]", before.lower(), before.upper()));
        assertThat(rows.get(2).get(0)).isEqualTo("macro-F1");
        Estimate difference = topic.macroF1().difference();
        assertThat(rows.get(2).get(3))
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "%+.3f [%+.3f, %+.3f]",
                        difference.value(),
                        difference.lower(),
                        difference.upper()));
    }

    @Test
    void plots_drawValuesAndDifferences() {
        assertThat(REPORT.select("#task-1-values-title").text()).isEqualTo("Before and after");
        assertThat(REPORT.select("svg[aria-labelledby=task-1-values-title] circle"))
                .hasSize(4);
        assertThat(REPORT.select("svg[aria-labelledby=task-1-values-title] desc")
                        .text())
                .startsWith("accuracy before, accuracy after, macro-F1 before, macro-F1 after from ");
        assertThat(REPORT.select("svg[aria-labelledby=task-1-differences-title] circle"))
                .hasSize(2);
        assertThat(REPORT.select("svg[aria-labelledby=task-1-differences-title] line.axis"))
                .hasSize(1); // of 0
    }

    @Test
    void plot_putsValuesOnAnAxisOfRoundTicks() {
        // from 0.32 to 0.71 at most six steps: 0.1 from 0.3 to 0.8; the plot goes from 140 to 460, 64 a step
        Element plot = plot(false, new Estimate(0.5, 0.32, 0.6), new Estimate(0.7, 0.6, 0.71));

        assertThat(plot.select("text[text-anchor=middle]").eachText())
                .containsExactly("0.3", "0.4", "0.5", "0.6", "0.7", "0.8");
        assertThat(plot.select("circle").eachAttr("cx")).containsExactly("268", "396"); // 140 + 64 * 2, and * 4
        Element interval = plot.select("line.interval").first();
        assertThat(interval.attr("x1")).isEqualTo("152.8"); // 140 + 64 * 0.2
        assertThat(interval.attr("x2")).isEqualTo("332"); // 140 + 64 * 3
    }

    @Test
    void plot_ofDifferencesHasZeroInIt() {
        assertThat(plot(true, new Estimate(0.04, 0.03, 0.05))
                        .select("text[text-anchor=middle]")
                        .eachText())
                .containsExactly("0.00", "0.01", "0.02", "0.03", "0.04", "0.05");
        assertThat(plot(true, new Estimate(-0.04, -0.05, -0.03))
                        .select("text[text-anchor=middle]")
                        .eachText())
                .containsExactly("-0.05", "-0.04", "-0.03", "-0.02", "-0.01", "0.00");
        assertThat(plot(true, new Estimate(0, 0, 0))
                        .select("text[text-anchor=middle]")
                        .eachText())
                .containsExactly("0.00", "0.01");
    }

    @Test
    void plot_holdsWhateverMetricsCanBe() {
        assertThat(plot(false, new Estimate(1, 1, 1))
                        .select("text[text-anchor=middle]")
                        .eachText())
                .containsExactly("1.00", "1.01");
        assertThat(plot(true, new Estimate(0, -1, 1))
                        .select("text[text-anchor=middle]")
                        .eachText())
                .containsExactly("-1.0", "-0.5", "0.0", "0.5", "1.0");
    }

    private static Element plot(boolean withZero, Estimate... estimates) {
        IntervalPlot plot = new IntervalPlot("id", "title");
        for (Estimate estimate : estimates) {
            plot.row("row", estimate);
        }
        StringBuilder html = new StringBuilder();
        plot.html(withZero).appendTo(html);
        return Jsoup.parse(html.toString()).selectFirst("svg");
    }
}
