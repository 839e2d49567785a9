package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.Calibrator.Judged;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibratorTest {

    @Test
    void temperature_ofConfidencesThatFitIsOne() {
        // sure at 0.8, right in 800 of 1000
        assertThat(Calibrator.temperature(judged(0.8, 800, 1000))).isCloseTo(1, within(1e-3));
    }

    @Test
    void temperature_coolsWhatIsTooSure() {
        // sure at 0.95, odds of 19, but right in 80 of 100, odds of 4: ln 19 / ln 4 = 2.12 for so many samples
        assertThat(Calibrator.temperature(judged(0.95, 8000, 10_000)))
                .isCloseTo(Math.log(19) / Math.log(4), within(0.01));
    }

    @Test
    void temperature_warmsWhatIsTooModest() {
        // odds of 1.5 that should be 9: ln 1.5 / ln 9 = 0.1845
        assertThat(Calibrator.temperature(judged(0.6, 9000, 10_000)))
                .isCloseTo(Math.log(1.5) / Math.log(9), within(0.002));
    }

    @Test
    void temperature_ofFewSamplesStaysNearOne() {
        double ofFew = Calibrator.temperature(judged(0.95, 4, 5));
        double ofMany = Calibrator.temperature(judged(0.95, 8000, 10_000));

        assertThat(ofFew).isBetween(1.0, 1.5);
        assertThat(ofFew - 1).isLessThan((ofMany - 1) / 2);
        assertThat(Calibrator.temperature(List.of())).isCloseTo(1, within(1e-6));
    }

    @Test
    void temperature_ofSamplesThatAreAllRightOrAllWrongIsFinite() {
        assertThat(Calibrator.temperature(judged(0.9, 100, 100))).isBetween(0.05, 1.0);
        assertThat(Calibrator.temperature(judged(0.9, 0, 100))).isBetween(1.0, 20.0);
        List<Judged> certain = List.of(new Judged(new double[] {1, 0}, 0), new Judged(new double[] {1, 0}, 1));
        assertThat(Calibrator.temperature(certain)).isBetween(1.0, 20.0); // sure and wrong half of the time
    }

    @Test
    void temperature_makesTheTrueLabelsNoLessProbable() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<Judged> judged = new ArrayList<>();
            int labels = 2 + random.nextInt(5);
            double sharpness = Math.min(20, Math.exp(2 * random.nextGaussian()));
            for (int i = 0; i < 30; i++) {
                double[] p = new double[labels];
                double total = 0;
                for (int label = 0; label < labels; label++) {
                    p[label] = Math.exp(sharpness * random.nextGaussian());
                    total += p[label];
                }
                for (int label = 0; label < labels; label++) {
                    p[label] /= total;
                }
                judged.add(new Judged(p, random.nextInt(labels)));
            }
            double temperature = Calibrator.temperature(judged);

            // the prior costs ln(T)^2 / (2 * 0.25), which is 0 at 1: what is gained must pay for it
            double prior = 2 * Math.pow(Math.log(temperature), 2);
            assertThat(loss(judged, temperature) + prior).isLessThanOrEqualTo(loss(judged, 1) + 1e-6);
            // and it is the least of its neighbours, of those up to 20
            assertThat(temperature).isBetween(1 / 20.001, 20.001);
            for (double other : new double[] {Math.min(20, temperature * 1.01), temperature / 1.01}) {
                double otherPrior = 2 * Math.pow(Math.log(other), 2);
                assertThat(loss(judged, temperature) + prior)
                        .isLessThanOrEqualTo(loss(judged, other) + otherPrior + 1e-6);
            }
        }
    }

    /** Of the true labels, in nats, with logits divided by the temperature. */
    private static double loss(List<Judged> judged, double temperature) {
        double loss = 0;
        for (Judged one : judged) {
            double total = 0;
            for (double p : one.probabilities()) {
                total += Math.exp(Math.log(p) / temperature);
            }
            loss -= Math.log(one.probabilities()[one.truth()]) / temperature - Math.log(total);
        }
        return loss;
    }

    /** Two labels, the first always with this confidence and right so often. */
    private static List<Judged> judged(double confidence, int right, int count) {
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            judged.add(new Judged(new double[] {confidence, 1 - confidence}, i < right ? 0 : 1));
        }
        return judged;
    }
}
