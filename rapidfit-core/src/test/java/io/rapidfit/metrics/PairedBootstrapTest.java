package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.metrics.AnalysisResult.Basis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.junit.jupiter.api.Test;

/** The intervals of a {@link Comparison}. */
class PairedBootstrapTest {

    @Test
    void accuracy_hasTheIntervalsOfTheNormalApproximation() {
        // 1000 samples: 760 right before, 820 after. Difference 0.06 with variance (0.12 + 0.06 - 0.06^2) / 1000, so a
        // standard error of 0.01328; before sqrt(0.76 * 0.24 / 1000) = 0.01351, after sqrt(0.82 * 0.18 / 1000) =
        // 0.01215
        MetricComparison accuracy = Judged.compared(Judged.counts("t", 700, 120, 60, 120))
                .tasks()
                .get("t")
                .accuracy();

        assertInterval(accuracy.difference(), 0.06, 1.96 * 0.01328);
        assertInterval(accuracy.before(), 0.76, 1.96 * 0.01351);
        assertInterval(accuracy.after(), 0.82, 1.96 * 0.01215);
    }

    private static void assertInterval(Estimate estimate, double value, double halfWidth) {
        // a sample is 0.001, and the ends of 10,000 resamples scatter by about 0.03 standard errors
        assertThat(estimate.value()).isCloseTo(value, within(1e-12));
        assertThat(estimate.lower()).isCloseTo(value - halfWidth, within(0.002));
        assertThat(estimate.upper()).isCloseTo(value + halfWidth, within(0.002));
    }

    @Test
    void difference_isPaired() {
        // nearly all errors are common: unpaired, the interval would be as wide as sqrt(2) of the one before
        MetricComparison accuracy = Judged.compared(Judged.counts("t", 120, 2, 0, 78))
                .tasks()
                .get("t")
                .accuracy();

        assertThat(width(accuracy.difference())).isLessThan(0.25 * width(accuracy.before()));
    }

    private static double width(Estimate estimate) {
        return estimate.upper() - estimate.lower();
    }

    @Test
    void intervals_areThoseOfAnalysesOfTheResamples() {
        // few samples of many labels, so that labels are missing in resamples, and one that is only ever predicted
        Judged judged = new Judged("t")
                .add(9, "a", "a", "a")
                .add(4, "b", "a", "b")
                .add(3, "b", "b", "a")
                .add(2, "c", "c", "never true")
                .add(1, "d", "a", "d")
                .add(1, "e", "never true", "b");
        int resamples = 300;
        Comparison comparison = Comparison.builder()
                .resamples(resamples)
                .seed(7)
                .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged));
        TaskComparison task = comparison.tasks().get("t");

        Comparator<Outcome> byId = Comparator.comparing(o -> o.sample().id());
        List<Outcome> before = judged.outcomesBefore().stream().sorted(byId).toList();
        List<Outcome> after = judged.outcomesAfter().stream().sorted(byId).toList();
        MersenneTwister random = new MersenneTwister(7L);
        double[][] macroF1 = new double[3][resamples];
        double[][] accuracy = new double[3][resamples];
        for (int i = 0; i < resamples; i++) {
            List<Outcome> drawnBefore = new ArrayList<>();
            List<Outcome> drawnAfter = new ArrayList<>();
            for (int n = 0; n < before.size(); n++) {
                int drawn = random.nextInt(before.size());
                drawnBefore.add(before.get(drawn));
                drawnAfter.add(after.get(drawn));
            }
            TaskAnalysis first = TaskAnalysis.of("t", List.of(), drawnBefore);
            TaskAnalysis second = TaskAnalysis.of("t", List.of(), drawnAfter);
            macroF1[0][i] = first.macroF1();
            macroF1[1][i] = second.macroF1();
            macroF1[2][i] = second.macroF1() - first.macroF1();
            accuracy[0][i] = first.accuracy();
            accuracy[1][i] = second.accuracy();
            accuracy[2][i] = second.accuracy() - first.accuracy();
        }

        assertPercentiles(task.accuracy().before(), accuracy[0], 2.5, 97.5);
        assertPercentiles(task.accuracy().after(), accuracy[1], 2.5, 97.5);
        assertPercentiles(task.accuracy().difference(), accuracy[2], 2.5, 97.5);
        assertPercentiles(task.macroF1().difference(), macroF1[2], 2.5, 97.5);
        assertBiasCorrected(task.macroF1().before(), macroF1[0]);
        assertBiasCorrected(task.macroF1().after(), macroF1[1]);
    }

    private static void assertPercentiles(Estimate estimate, double[] resampled, double lower, double upper) {
        assertThat(estimate.lower()).isCloseTo(new Percentile().evaluate(resampled, lower), within(1e-12));
        assertThat(estimate.upper()).isCloseTo(new Percentile().evaluate(resampled, upper), within(1e-12));
    }

    private static void assertBiasCorrected(Estimate estimate, double[] resampled) {
        double below = Arrays.stream(resampled)
                .map(one -> Math.abs(one - estimate.value()) < 1e-12 ? 0.5 : one < estimate.value() ? 1 : 0)
                .average()
                .orElseThrow();
        NormalDistribution normal = new NormalDistribution();
        double z0 = normal.inverseCumulativeProbability(below);
        assertPercentiles(
                estimate,
                resampled,
                100 * normal.cumulativeProbability(2 * z0 - 1.959963984540054),
                100 * normal.cumulativeProbability(2 * z0 + 1.959963984540054));
    }

    /**
     * Both metrics of a known population: labels a (0.7) and b (0.3), of each of which 0.7 are right before and 0.8
     * after. As 0.1 are only right before and 0.2 only after, accuracy rises by 0.1.
     *
     * <p>Before, 0.7 * 0.7 + 0.3 * 0.3 = 0.58 are called a: F1 of a is 2 * 0.49 / (0.7 + 0.58) = 0.765625, of b 2 * 0.21 /
     * (0.3 + 0.42) = 0.583333, the mean 0.674479. After, 0.62 are called a: 2 * 0.56 / 1.32 = 0.848485 and 2 * 0.24 / 0.68
     * = 0.705882, the mean 0.777184. Macro-F1 rises by 0.102704.
     */
    @Test
    void intervals_holdTheTrueDifferenceAsOftenAsTheyPromise() {
        Random random = new Random(5);
        int cases = 200;
        int accuracyHeld = 0;
        int macroF1Held = 0;
        for (int i = 0; i < cases; i++) {
            TaskComparison task = drawnCase(random);
            accuracyHeld += holds(task.accuracy().difference(), 0.1) ? 1 : 0;
            macroF1Held += holds(task.macroF1().difference(), 0.102704) ? 1 : 0;
        }

        // 190 of 200 with a standard deviation of sqrt(200 * 0.95 * 0.05) = 3.1
        assertThat(accuracyHeld).isBetween(181, 199);
        assertThat(macroF1Held).isBetween(181, 199);
    }

    private static TaskComparison drawnCase(Random random) {
        Judged judged = new Judged("t");
        for (int n = 0; n < 200; n++) {
            String label = random.nextDouble() < 0.7 ? "a" : "b";
            String other = label.equals("a") ? "b" : "a";
            double kind = random.nextDouble(); // 0.6 both right, 0.2 only after, 0.1 only before, 0.1 neither
            boolean right = kind < 0.6 || (kind >= 0.8 && kind < 0.9);
            judged.add(1, label, right ? label : other, kind < 0.8 ? label : other);
        }
        return Comparison.builder()
                .resamples(1000)
                .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged))
                .tasks()
                .get("t");
    }

    @Test
    void macroF1_isNotBiasedByFewSamplesALabel() {
        // 50 labels of 8 samples on average, each right with 0.7, else any other: F1 of each label is 2 * 0.7 / (1 +
        // 1).
        // Plain percentiles would hold 0.7 in about two thirds of the cases
        Random random = new Random(5);
        int held = 0;
        for (int i = 0; i < 100; i++) {
            Judged judged = new Judged("t");
            for (int n = 0; n < 400; n++) {
                int label = random.nextInt(50);
                int said = random.nextDouble() < 0.7 ? label : (label + 1 + random.nextInt(49)) % 50;
                judged.add(1, "label " + label, "label " + said, "label " + label);
            }
            Estimate before = Comparison.builder()
                    .resamples(500)
                    .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged))
                    .tasks()
                    .get("t")
                    .macroF1()
                    .before();
            held += holds(before, 0.7) ? 1 : 0;
        }

        // 95 of 100 with a standard deviation of 2.2
        assertThat(held).isBetween(88, 99);
    }

    private static boolean holds(Estimate estimate, double value) {
        return estimate.lower() <= value && value <= estimate.upper();
    }

    @Test
    void confidence_widensTheIntervals() {
        Judged judged = Judged.counts("t", 50, 20, 10, 20);

        Estimate usual = accuracyDifference(judged, 0.95);
        Estimate wide = accuracyDifference(judged, 0.99);
        Estimate narrow = accuracyDifference(judged, 0.5);

        // standard error sqrt((0.3 - 0.01) / 100) = 0.05385: half widths 1.96, 2.576 and 0.674 of it; a sample is 0.01
        assertThat(width(usual)).isCloseTo(2 * 1.96 * 0.05385, within(0.02));
        assertThat(width(wide)).isCloseTo(2 * 2.576 * 0.05385, within(0.02));
        assertThat(width(narrow)).isCloseTo(2 * 0.674 * 0.05385, within(0.02));
    }

    private static Estimate accuracyDifference(Judged judged, double confidence) {
        return Comparison.builder()
                .confidence(confidence)
                .between(Judged.before(Basis.TEST, judged), Judged.after(Basis.TEST, judged))
                .tasks()
                .get("t")
                .accuracy()
                .difference();
    }

    @Test
    void intervals_ofOneSample_arePoints() {
        TaskComparison task =
                Judged.compared(new Judged("t").add(1, "a", "b", "a")).tasks().get("t");

        assertThat(task.accuracy())
                .isEqualTo(new MetricComparison(new Estimate(0, 0, 0), new Estimate(1, 1, 1), new Estimate(1, 1, 1)));
        assertThat(task.macroF1()).isEqualTo(task.accuracy());
    }

    @Test
    void intervals_whereAllIsRight_arePoints() {
        TaskComparison task =
                Judged.compared(Judged.counts("t", 30, 0, 0, 0)).tasks().get("t");

        assertThat(task.accuracy())
                .isEqualTo(new MetricComparison(new Estimate(1, 1, 1), new Estimate(1, 1, 1), new Estimate(0, 0, 0)));
        assertThat(task.macroF1()).isEqualTo(task.accuracy());
    }
}
