package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.Calibration.ReliabilityBin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    private static final Offset<Double> EXACTLY = within(1e-12);
    private static final List<String> LABELS = List.of("a", "b", "c");

    @Test
    void ece_isTheGapWithinBins_weightedByTheirSize() {
        // bin (13/15, 14/15]: 0.875 right, 0.925 wrong: confidence 0.9, accuracy 0.5, gap 0.4
        // bin (7/15, 8/15]: 0.5 right: gap 0.5. Together (2 * 0.4 + 1 * 0.5) / 3
        Calibration calibration = calibration(right(0.875), wrong(0.925), right(0.5));

        assertThat(calibration.ece()).isCloseTo(1.3 / 3, EXACTLY);
        assertThat(calibration.meanConfidence()).isCloseTo(2.3 / 3, EXACTLY);
    }

    @Test
    void ece_letsOverAndUnderconfidenceCancelWithinABinOnly() {
        // in one bin: 0.5 + 0.5 against one right one. In two: 0.5 too high and 0.75 too low
        assertThat(calibration(wrong(0.5), right(0.5)).ece()).isZero();
        assertThat(calibration(wrong(0.5), right(0.25)).ece()).isCloseTo((0.5 + 0.75) / 2, EXACTLY);
    }

    @Test
    void bins_holdCountConfidenceAndAccuracy() {
        List<ReliabilityBin> bins =
                calibration(right(0.875), wrong(0.925), right(0.5)).bins();

        assertThat(bins).hasSize(15);
        assertThat(bins.get(13).lower()).isEqualTo(13 / 15.0);
        assertThat(bins.get(13).upper()).isEqualTo(14 / 15.0);
        assertThat(bins.get(13).count()).isEqualTo(2);
        assertThat(bins.get(13).meanConfidence()).isCloseTo(0.9, EXACTLY);
        assertThat(bins.get(13).accuracy()).isEqualTo(0.5);
        assertThat(bins.get(7)).isEqualTo(new ReliabilityBin(7 / 15.0, 8 / 15.0, 1, 0.5, 1));
        assertThat(bins.get(0)).isEqualTo(new ReliabilityBin(0, 1 / 15.0, 0, Double.NaN, Double.NaN));
        assertThat(bins.get(14).upper()).isEqualTo(1);
        assertThatThrownBy(bins::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void bins_includeTheirUpperEdge() {
        for (int i = 1; i < 15; i++) {
            double edge = i / 15.0;
            assertThat(calibration(right(edge)).bins().get(i - 1).count())
                    .as("at %s / 15", i)
                    .isOne();
            assertThat(calibration(right(Math.nextUp(edge))).bins().get(i).count())
                    .as("above %s / 15", i)
                    .isOne();
        }
    }

    @Test
    void bins_holdTheEndsOfTheRange() {
        assertThat(calibration(right(0)).bins().get(0).count()).isOne();
        assertThat(calibration(right(1)).bins().get(14).count()).isOne();
    }

    @Test
    void ofOneSample() {
        assertThat(calibration(right(1)).ece()).isZero();
        assertThat(calibration(right(1)).adaptiveEce()).isZero();
        assertThat(calibration(right(1)).brier()).isZero();
        assertThat(calibration(right(1)).meanConfidence()).isEqualTo(1);

        // sure of b, and it was a: (1 - 0)^2 + (0 - 1)^2
        assertThat(calibration(wrong(1)).ece()).isEqualTo(1);
        assertThat(calibration(wrong(1)).adaptiveEce()).isEqualTo(1);
        assertThat(calibration(wrong(1)).brier()).isEqualTo(2);

        assertThat(calibration(right(0)).ece()).isEqualTo(1);
        assertThat(calibration(wrong(0)).ece()).isZero();
    }

    @Test
    void ofAllRight_isOffByWhatConfidenceLacks() {
        // gaps 0.1, 0.3, 0.6, whatever the bins
        Calibration calibration = calibration(right(0.9), right(0.7), right(0.4));

        assertThat(calibration.ece()).isCloseTo(1.0 / 3, EXACTLY);
        assertThat(calibration.adaptiveEce()).isCloseTo(1.0 / 3, EXACTLY);
    }

    @Test
    void ofAllWrong_isOffByTheConfidence() {
        Calibration calibration = calibration(wrong(0.9), wrong(0.7), wrong(0.4));

        assertThat(calibration.ece()).isCloseTo(2.0 / 3, EXACTLY);
        assertThat(calibration.adaptiveEce()).isCloseTo(2.0 / 3, EXACTLY);
    }

    @Test
    void adaptiveEce_hasABinASampleWhereThereAreFew() {
        // one bin of width 1/15 holds both, and there the errors cancel: 0.875 + 0.925 against 1 right, gap 0.8 / 2
        Calibration calibration = calibration(right(0.875), wrong(0.925));

        assertThat(calibration.ece()).isCloseTo(0.4, EXACTLY);
        // a bin each: (0.125 + 0.925) / 2
        assertThat(calibration.adaptiveEce()).isCloseTo(0.525, EXACTLY);
    }

    @Test
    void adaptiveEce_putsEqualNumbersIntoEachBin() {
        // 30 samples, 2 a bin by rising confidence: 0.5 wrong with 0.51 right, 0.52 wrong with 0.53 right, ...
        // so the gap of the bin that starts at c is |1 - (c + c + 0.01)| / 2 = (2c - 0.99) / 2,
        // c = 0.5, 0.52, ..., 0.78, their mean 0.64: (1.28 - 0.99) / 2
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            double confidence = (50 + i) / 100.0;
            outcomes.add(i % 2 == 0 ? wrong(confidence) : right(confidence));
        }

        assertThat(Calibration.of(3, outcomes).adaptiveEce()).isCloseTo(0.145, EXACTLY);
    }

    @Test
    void adaptiveEce_takesEqualConfidencesInOrder() {
        // 30 samples of confidence 0.5, 2 a bin. Right and wrong in turn: each bin is half right. First all right ones,
        // then all wrong ones: 7 bins right, 1 half, 7 wrong: 14 of 15 are off by 0.5
        List<Outcome> mixed = new ArrayList<>();
        List<Outcome> sorted = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            mixed.add(i % 2 == 0 ? right(0.5) : wrong(0.5));
            sorted.add(i < 15 ? right(0.5) : wrong(0.5));
        }

        assertThat(Calibration.of(3, mixed).adaptiveEce()).isZero();
        assertThat(Calibration.of(3, sorted).adaptiveEce()).isCloseTo(7.0 / 15, EXACTLY);
    }

    @Test
    void brier_sumsOverLabels() {
        // truth a: (0.5 - 1)^2 + 0.25^2 + 0.25^2 = 0.375; truth c: 0.5^2 + 0.25^2 + (0.25 - 1)^2 = 0.875
        LabelDistribution half = LabelDistribution.of(LABELS, new double[] {0.5, 0.25, 0.25});

        assertThat(calibration(outcome("a", half)).brier()).isCloseTo(0.375, EXACTLY);
        assertThat(calibration(outcome("a", half), outcome("c", half)).brier()).isCloseTo(0.625, EXACTLY);
    }

    @Test
    void brier_ofALabelThatTheClassifierDoesNotKnow() {
        // 0.5^2 + 0.25^2 + 0.25^2 + (0 - 1)^2
        LabelDistribution half = LabelDistribution.of(LABELS, new double[] {0.5, 0.25, 0.25});

        assertThat(Calibration.of(4, List.of(outcome("new", half))).brier()).isCloseTo(1.375, EXACTLY);
    }

    @Test
    void brier_spreadsWhatAPartialDistributionLeavesOver() {
        // a 0.5 and 0.25 each for b and c, as above
        LabelDistribution partial = LabelDistribution.of("a", 0.5);

        assertThat(calibration(outcome("a", partial)).brier()).isCloseTo(0.375, EXACTLY);
        assertThat(calibration(outcome("c", partial)).brier()).isCloseTo(0.875, EXACTLY);
        // over four others, 0.125 each: 0.5^2 + 3 * 0.125^2 + (0.125 - 1)^2
        assertThat(Calibration.of(5, List.of(outcome("c", partial))).brier()).isCloseTo(1.0625, EXACTLY);
        // there is no other: (0.5 - 1)^2
        assertThat(Calibration.of(1, List.of(outcome("a", partial))).brier()).isCloseTo(0.25, EXACTLY);
    }

    @Test
    void brier_ofAWholeDistributionOverOneLabel() {
        LabelDistribution sure = LabelDistribution.of(List.of("a"), new double[] {1});

        assertThat(Calibration.of(1, List.of(outcome("a", sure))).brier()).isZero();
        assertThat(Calibration.of(2, List.of(outcome("new", sure))).brier()).isEqualTo(2);
    }

    @Test
    void errors_agreeWithASlowerWay() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            int values = 1 + random.nextInt(100); // few: ties, and confidences on the edges
            List<Outcome> outcomes = IntStream.rangeClosed(0, random.nextInt(60))
                    .mapToObj(i -> {
                        double confidence = random.nextInt(values + 1) / (double) values;
                        return random.nextInt(3) > 0 ? right(confidence) : wrong(confidence);
                    })
                    .toList();
            int n = outcomes.size();

            double ece = 0;
            for (int bin = 0; bin < 15; bin++) {
                double lower = bin == 0 ? -1 : bin / 15.0;
                double upper = (bin + 1) / 15.0;
                ece += gap(outcomes.stream()
                                .filter(o -> o.confidence() > lower && o.confidence() <= upper)
                                .toList())
                        / n;
            }
            // bin b of size holds the samples from place b * n / size on, in order of confidence
            List<Outcome> left = outcomes.stream()
                    .sorted(Comparator.comparingDouble(Outcome::confidence))
                    .toList();
            int size = Math.min(15, n);
            double adaptive = 0;
            for (int bin = 0; bin < size; bin++) {
                int from = (bin * n + size - 1) / size; // rounded up
                int to = ((bin + 1) * n + size - 1) / size;
                assertThat(to - from).isBetween(n / size, n / size + 1);
                adaptive += gap(left.subList(from, to)) / n;
            }

            Calibration calibration = Calibration.of(3, outcomes);
            assertThat(calibration.ece()).isCloseTo(ece, EXACTLY);
            assertThat(calibration.adaptiveEce()).isCloseTo(adaptive, EXACTLY);
            assertThat(calibration.bins().stream()
                            .mapToInt(ReliabilityBin::count)
                            .sum())
                    .isEqualTo(n);
        }
    }

    /** |accuracy - mean confidence| times the number of samples. */
    private static double gap(List<Outcome> bin) {
        if (bin.isEmpty()) {
            return 0;
        }
        double accuracy =
                bin.stream().mapToInt(o -> o.isCorrect() ? 1 : 0).average().orElseThrow();
        double confidence =
                bin.stream().mapToDouble(Outcome::confidence).average().orElseThrow();
        return bin.size() * Math.abs(accuracy - confidence);
    }

    private static Calibration calibration(Outcome... outcomes) {
        return Calibration.of(LABELS.size(), List.of(outcomes));
    }

    private static Outcome right(double confidence) {
        return outcome("a", LabelDistribution.of("a", confidence));
    }

    private static Outcome wrong(double confidence) {
        return outcome("a", LabelDistribution.of("b", confidence));
    }

    private static Outcome outcome(String truth, LabelDistribution distribution) {
        return new Outcome(Sample.of("t", "text", truth), distribution, false);
    }
}
