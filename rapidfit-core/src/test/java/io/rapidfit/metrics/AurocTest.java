package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AurocTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    @Test
    void of_isTheShareOfPairsInOrder() {
        // 0.9 beats 0.1, 0.4, 0.8; 0.5 beats 0.1, 0.4 and not 0.8: 5 of 6 pairs
        assertThat(Auroc.of(new double[] {0.5, 0.9}, new double[] {0.8, 0.1, 0.4}))
                .isCloseTo(5.0 / 6, EXACTLY);
    }

    @Test
    void of_countsTiesHalf() {
        // 2 against 1, 2, 2, 3: 1 + 1/2 + 1/2 + 0 = 2; 3 against them: 1 + 1 + 1 + 1/2 = 3.5; 5.5 of 8 pairs
        assertThat(Auroc.of(new double[] {2, 3}, new double[] {1, 2, 2, 3})).isCloseTo(5.5 / 8, EXACTLY);
    }

    @Test
    void of_extremes() {
        assertThat(Auroc.of(new double[] {3, 4}, new double[] {1, 2})).isEqualTo(1);
        assertThat(Auroc.of(new double[] {1, 2}, new double[] {3, 4})).isZero();
        assertThat(Auroc.of(new double[] {7, 7, 7}, new double[] {7})).isEqualTo(0.5);
        assertThat(Auroc.of(new double[] {0.0}, new double[] {-0.0})).isEqualTo(0.5); // the same number
        assertThat(Auroc.of(
                        new double[] {Double.POSITIVE_INFINITY},
                        new double[] {Double.NEGATIVE_INFINITY, Double.MAX_VALUE}))
                .isEqualTo(1);
    }

    @Test
    void of_agreesWithTryingEveryPair() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int values = 1 + random.nextInt(20); // few: many ties
            double[] positives = random.ints(1 + random.nextInt(40), 0, values)
                    .asDoubleStream()
                    .toArray();
            double[] negatives = random.ints(1 + random.nextInt(40), 0, values)
                    .asDoubleStream()
                    .toArray();
            double wins = 0;
            for (double p : positives) {
                for (double n : negatives) {
                    wins += p > n ? 1 : p == n ? 0.5 : 0;
                }
            }

            assertThat(Auroc.of(positives, negatives)).isCloseTo(wins / (positives.length * negatives.length), EXACTLY);
        }
    }

    @Test
    void of_isNotBoundByTheNumberOfPairs() {
        // 100,000 * 100,000 pairs, more than an int holds: i against j < i wins, so (n - 1) / 2n, and ties 1 / 2n
        double[] scores = new Random(7).doubles(100_000).toArray();

        assertThat(Auroc.of(scores, scores)).isCloseTo(0.5, EXACTLY);
    }

    @Test
    void of_leavesTheArraysAsTheyAre() {
        double[] scores = {3, 1, 2};
        Auroc.of(scores, scores);

        assertThat(scores).containsExactly(3, 1, 2);
    }

    @Test
    void of_refusesWhatCannotBeCompared() {
        double[] good = {1};

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Auroc.of(new double[0], good))
                .withMessage("positives must not be empty: there is nothing to compare");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Auroc.of(good, new double[0]))
                .withMessageStartingWith("negatives must not be empty");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Auroc.of(good, new double[] {1, Double.NaN}))
                .withMessage("negatives must not contain NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> Auroc.of(new double[] {Double.NaN}, good));
    }
}
