package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.RiskCoverage.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RiskCoverageTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    /**
     * <pre>
     * confidence  answered so far  wrong so far  risk
     * 0.9                       1             0   0
     * 0.8 0.8                   3             1   1/3
     * 0.7                       4             1   1/4
     * 0.5                       5             2   2/5
     * </pre>
     */
    private static final RiskCoverage CURVE =
            RiskCoverage.of(List.of(right(0.8), wrong(0.5), right(0.9), wrong(0.8), right(0.7)));

    @Test
    void points_areByFallingConfidence_equalOnesTogether() {
        assertThat(CURVE.points())
                .containsExactly(
                        new Point(0.9, 1.0 / 5, 0),
                        new Point(0.8, 3.0 / 5, 1.0 / 3),
                        new Point(0.7, 4.0 / 5, 1.0 / 4),
                        new Point(0.5, 1, 2.0 / 5));
        assertThatThrownBy(() -> CURVE.points().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void area_isTheMeanRiskAtEachSample() {
        // (0 + 1/3 + 1/3 + 1/4 + 2/5) / 5
        assertThat(CURVE.area()).isCloseTo((2.0 / 3 + 0.25 + 0.4) / 5, EXACTLY);
    }

    @Test
    void thresholdForRisk_isTheLowestThatHoldsIt() {
        assertThat(CURVE.thresholdForRisk(0)).hasValue(0.9);
        assertThat(CURVE.thresholdForRisk(0.2)).hasValue(0.9);
        assertThat(CURVE.thresholdForRisk(0.25)).hasValue(0.7); // although it is 1/3 at 0.8
        assertThat(CURVE.thresholdForRisk(0.39)).hasValue(0.7);
        assertThat(CURVE.thresholdForRisk(0.4)).hasValue(0.5);
        assertThat(CURVE.thresholdForRisk(1)).hasValue(0.5);
    }

    @Test
    void thresholdForRisk_isEmptyIfThereIsNone() {
        // the most confident one is wrong: risks 1 and 1/2
        RiskCoverage curve = RiskCoverage.of(List.of(wrong(0.9), right(0.5)));

        assertThat(curve.thresholdForRisk(0.49)).isEmpty();
        assertThat(curve.thresholdForRisk(0.5)).hasValue(0.5);
    }

    @Test
    void thresholdForCoverage_isTheHighestThatAnswersEnough() {
        assertThat(CURVE.thresholdForCoverage(0)).isEqualTo(0.9);
        assertThat(CURVE.thresholdForCoverage(0.2)).isEqualTo(0.9);
        assertThat(CURVE.thresholdForCoverage(0.21)).isEqualTo(0.8);
        assertThat(CURVE.thresholdForCoverage(0.6)).isEqualTo(0.8);
        assertThat(CURVE.thresholdForCoverage(0.8)).isEqualTo(0.7);
        assertThat(CURVE.thresholdForCoverage(0.81)).isEqualTo(0.5);
        assertThat(CURVE.thresholdForCoverage(1)).isEqualTo(0.5);
    }

    @Test
    void ofOneSample() {
        assertThat(RiskCoverage.of(List.of(right(1))).points()).containsExactly(new Point(1, 1, 0));
        assertThat(RiskCoverage.of(List.of(right(1))).area()).isZero();
        RiskCoverage wrong = RiskCoverage.of(List.of(wrong(0)));
        assertThat(wrong.points()).containsExactly(new Point(0, 1, 1));
        assertThat(wrong.area()).isEqualTo(1);
        assertThat(wrong.thresholdForRisk(0.99)).isEmpty();
        assertThat(wrong.thresholdForCoverage(1)).isZero();
    }

    @Test
    void ofAllRight_orAllWrong() {
        RiskCoverage right = RiskCoverage.of(List.of(right(0.9), right(0.4), right(0.6)));
        assertThat(right.area()).isZero();
        assertThat(right.thresholdForRisk(0)).hasValue(0.4);

        RiskCoverage wrong = RiskCoverage.of(List.of(wrong(0.9), wrong(0.4), wrong(0.6)));
        assertThat(wrong.area()).isCloseTo(1, EXACTLY);
        assertThat(wrong.thresholdForRisk(0.99)).isEmpty();
        assertThat(wrong.thresholdForRisk(1)).hasValue(0.4);
    }

    @Test
    void ofEqualConfidences_isOnePoint() {
        RiskCoverage curve = RiskCoverage.of(List.of(right(0.5), wrong(0.5), right(0.5), right(0.5)));

        assertThat(curve.points()).containsExactly(new Point(0.5, 1, 0.25));
        assertThat(curve.area()).isEqualTo(0.25);
        assertThat(curve.thresholdForCoverage(0.1)).isEqualTo(0.5);
    }

    @Test
    void agreesWithTryingEveryThreshold() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            int values = 1 + random.nextInt(30);
            List<Outcome> outcomes = IntStream.rangeClosed(0, random.nextInt(40))
                    .mapToObj(i -> {
                        double confidence = random.nextInt(values) / (double) values;
                        return random.nextInt(4) > 0 ? right(confidence) : wrong(confidence);
                    })
                    .toList();
            double maxRisk = random.nextDouble();
            double minCoverage = random.nextDouble();
            double[] thresholds =
                    outcomes.stream().mapToDouble(Outcome::confidence).toArray();
            double area = 0;
            double forRisk = Double.POSITIVE_INFINITY;
            double forCoverage = Double.NEGATIVE_INFINITY;
            List<Point> points = new ArrayList<>();
            for (double threshold : thresholds) {
                Point point = tried(outcomes, threshold);
                area += point.risk() / thresholds.length;
                forRisk = point.risk() <= maxRisk ? Math.min(forRisk, threshold) : forRisk;
                forCoverage = point.coverage() >= minCoverage ? Math.max(forCoverage, threshold) : forCoverage;
                points.add(point);
            }

            RiskCoverage curve = RiskCoverage.of(outcomes);
            assertThat(curve.points())
                    .hasSize((int) Arrays.stream(thresholds).distinct().count())
                    .hasSameElementsAs(points)
                    .isSortedAccordingTo((a, b) -> Double.compare(b.threshold(), a.threshold()));
            assertThat(curve.area()).isCloseTo(area, EXACTLY);
            assertThat(curve.thresholdForRisk(maxRisk).orElse(Double.POSITIVE_INFINITY))
                    .isEqualTo(forRisk);
            assertThat(curve.thresholdForCoverage(minCoverage)).isEqualTo(forCoverage);
        }
    }

    private static Point tried(List<Outcome> outcomes, double threshold) {
        List<Outcome> answered =
                outcomes.stream().filter(o -> o.confidence() >= threshold).toList();
        double wrong = answered.stream().filter(o -> !o.isCorrect()).count();
        return new Point(threshold, (double) answered.size() / outcomes.size(), wrong / answered.size());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void thresholds_refuseWhatIsNoShare(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CURVE.thresholdForRisk(bad))
                .withMessage("maxRisk must be in [0.0, 1.0] but was " + bad);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CURVE.thresholdForCoverage(bad))
                .withMessage("minCoverage must be in [0.0, 1.0] but was " + bad);
    }

    private static Outcome right(double confidence) {
        return new Outcome(Sample.of("t", "text", "a"), "a", confidence);
    }

    private static Outcome wrong(double confidence) {
        return new Outcome(Sample.of("t", "text", "a"), "b", confidence);
    }
}
