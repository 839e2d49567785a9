package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.metrics.Comparison.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

    private static final Resampling FEW = Resampling.DEFAULT.withResamples(200);

    /** So many examples that both pass, that only the second does, that only the first does, and that neither does. */
    private static PairedScores yesOrNo(String metric, int both, int fixed, int broken, int neither) {
        List<Double> before = new ArrayList<>();
        List<Double> after = new ArrayList<>();
        add(both, 1, 1, before, after);
        add(fixed, 0, 1, before, after);
        add(broken, 1, 0, before, after);
        add(neither, 0, 0, before, after);
        return new PairedScores(metric, before, after);
    }

    private static void add(int times, double before, double after, List<Double> allBefore, List<Double> allAfter) {
        allBefore.addAll(Collections.nCopies(times, before));
        allAfter.addAll(Collections.nCopies(times, after));
    }

    private static PairedComparison only(PairedScores scores) {
        return PairedComparison.of(List.of(scores), Resampling.DEFAULT).get(0);
    }

    @Test
    void of_yesAndNo_testsByMcNemar() {
        PairedComparison compared = only(yesOrNo("exact", 4, 6, 0, 4));

        assertThat(compared.metric()).isEqualTo("exact");
        assertThat(compared.examples()).isEqualTo(14);
        assertThat(compared.mean().before().value()).isCloseTo(4.0 / 14, within(1e-12));
        assertThat(compared.mean().after().value()).isCloseTo(10.0 / 14, within(1e-12));
        assertThat(compared.mean().difference().value()).isCloseTo(6.0 / 14, within(1e-12));
        assertThat(compared.mcNemar()).isEqualTo(new McNemar(0, 6));
        assertThat(compared.pValue()).isCloseTo(2.0 / 64, within(1e-12));
        assertThat(compared.verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void of_scores_testsByTheirSigns() {
        // 6 rise by 0.2, one falls by 0.1: of 2^7 ways to set the signs, those as far from 0 as 1.1 have the six alike:
        // 4
        PairedComparison compared = only(new PairedScores(
                "BLEU", List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.5), List.of(0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.4)));

        assertThat(compared.mcNemar()).isNull();
        assertThat(compared.pValue()).isCloseTo(4.0 / 128, within(1e-12));
        assertThat(compared.mean().difference().value()).isCloseTo(1.1 / 7, within(1e-12));
        assertThat(compared.verdict()).isEqualTo(Verdict.BETTER);
    }

    @Test
    void of_givesTheIntervalsOfComparisons() {
        // the draws of a task are those of a metric where both have as many samples
        TaskComparison task =
                Judged.compared(Judged.counts("t", 30, 9, 4, 17)).tasks().get("t");

        // the samples of Judged come in another order: a resample of them is one of these, but not the same one
        MetricComparison mean = only(yesOrNo("t", 30, 9, 4, 17)).mean();

        assertThat(mean.difference().value())
                .isCloseTo(task.accuracy().difference().value(), within(1e-12));
        assertThat(mean.difference().lower())
                .isCloseTo(task.accuracy().difference().lower(), within(0.02)); // a sample is 0.017
        assertThat(mean.difference().upper())
                .isCloseTo(task.accuracy().difference().upper(), within(0.02));
        assertThat(mean.before().lower()).isCloseTo(task.accuracy().before().lower(), within(0.02));
        assertThat(mean.after().upper()).isCloseTo(task.accuracy().after().upper(), within(0.02));
    }

    @Test
    void of_correctsOverTheMetrics() {
        // 2 / 2^6 = 0.03125, 2 / 2^8 = 0.0078125 and 1: times 2, 3 and 1
        List<PairedComparison> compared = PairedComparison.of(
                List.of(yesOrNo("six", 4, 6, 0, 4), yesOrNo("eight", 4, 0, 8, 4), yesOrNo("same", 4, 0, 0, 4)),
                Resampling.DEFAULT);

        assertThat(compared).extracting(PairedComparison::metric).containsExactly("six", "eight", "same");
        assertThat(compared).extracting(PairedComparison::pValue).containsExactly(0.03125, 0.0078125, 1.0);
        assertThat(compared).extracting(PairedComparison::adjustedPValue).containsExactly(0.0625, 0.0234375, 1.0);
        assertThat(compared)
                .extracting(PairedComparison::verdict)
                .containsExactly(Verdict.NO_EVIDENCE, Verdict.WORSE, Verdict.NO_EVIDENCE);
    }

    @Test
    void verdict_dependsOnConfidence() {
        // 2 / 2^5 = 0.0625
        PairedScores five = yesOrNo("five", 4, 5, 0, 4);

        assertThat(only(five).verdict()).isEqualTo(Verdict.NO_EVIDENCE);
        PairedComparison lessSure = PairedComparison.of(List.of(five), Resampling.DEFAULT.withConfidence(0.9))
                .get(0);
        assertThat(lessSure.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(lessSure.confidence()).isEqualTo(0.9);
    }

    @Test
    void seed_decidesWhatIsDrawn() {
        PairedScores scores = yesOrNo("m", 30, 9, 4, 17);

        assertThat(PairedComparison.of(List.of(scores), FEW))
                .isEqualTo(PairedComparison.of(List.of(scores), FEW))
                .isNotEqualTo(PairedComparison.of(List.of(scores), FEW.withSeed(1)));
    }

    @Test
    void withoutVerdict_keepsTheFigures() {
        PairedComparison better = only(yesOrNo("exact", 4, 6, 0, 4));

        assertThat(better.withoutVerdict())
                .isEqualTo(new PairedComparison(
                        "exact",
                        14,
                        better.mean(),
                        better.mcNemar(),
                        better.pValue(),
                        better.adjustedPValue(),
                        0.95,
                        Verdict.NO_EVIDENCE));
    }

    @Test
    void display_printsARowAMetric() {
        StringBuilder out = new StringBuilder();
        List<PairedComparison> compared = PairedComparison.of(
                List.of(
                        yesOrNo("exact", 0, 20, 0, 0), // every resample is the same: intervals are points
                        new PairedScores("BLEU", Collections.nCopies(20, 0.5), Collections.nCopies(20, 0.25))),
                Resampling.DEFAULT);

        PairedComparison.display(compared, "few", "tuned", out);

        assertThat(out.toString()).isEqualTo("""
                          metric    few  tuned  difference               fixed  broken  p (Holm)  verdict
                          ------  -----  -----  -----------------------  -----  ------  --------  -------
                          exact   0.000  1.000  +1.000 [+1.000, +1.000]     20       0   < 0.001  better
                          BLEU    0.500  0.250  -0.250 [-0.250, -0.250]                  < 0.001  worse
                        """);
    }

    @Test
    void display_ofOneMetric_needsNoCorrection() {
        StringBuilder out = new StringBuilder();

        PairedComparison.display(List.of(only(yesOrNo("exact", 2, 0, 0, 2))), "a", "b", out);

        assertThat(out).contains("broken      p  verdict").contains("1.000  no evidence");
    }
}
