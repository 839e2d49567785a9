package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import org.junit.jupiter.api.Test;

class TrainingRecipeTest {

    @Test
    void rate_risesThenFallsInAStraightLine() {
        Rate rate = new Rate(0.8, 0.2, false);

        // of 9 steps the first two warm up; the others fall, to 0 at a tenth that is not made
        double[] expected = {0.4, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1};
        for (int step = 1; step <= 9; step++) {
            assertThat(rate.at(step, 9)).as("step %s", step).isCloseTo(expected[step - 1], within(1e-12));
        }
    }

    @Test
    void rate_fallsAlongHalfACosine() {
        Rate rate = new Rate(0.8, 0.2, true);

        assertThat(rate.at(1, 9)).isCloseTo(0.4, within(1e-12)); // the warm-up is straight
        assertThat(rate.at(2, 9)).isCloseTo(0.8, within(1e-12));
        // a quarter of the way down: 0.8 * (1 + cos 45 degrees) / 2
        assertThat(rate.at(4, 9)).isCloseTo(0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
        assertThat(rate.at(6, 9)).isCloseTo(0.4, within(1e-12)); // half
        assertThat(rate.at(8, 9)).isCloseTo(0.8 * (1 - Math.sqrt(0.5)) / 2, within(1e-12));
    }

    @Test
    void rate_withoutWarmUpStartsNearTheHighest() {
        assertThat(new Rate(0.8, 0, false).at(1, 3)).isCloseTo(0.6, within(1e-12));
        assertThat(new Rate(0.8, 0, true).at(1, 3)).isCloseTo(0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
    }

    @Test
    void rate_risesAgainForWhatStoodStillAtFirst() {
        Rate rate = new Rate(0.8, 0.2, false);

        // steps 4 and 5 of 9 warm it up as steps 1 and 2 did the others, which are at 0.5 by then: it goes on with them
        assertThat(rate.at(4, 9, 3)).isCloseTo(0.4, within(1e-12));
        for (int step = 5; step <= 9; step++) {
            assertThat(rate.at(step, 9, 3)).as("step %s", step).isEqualTo(rate.at(step, 9));
        }
        for (int step = 1; step <= 9; step++) {
            assertThat(rate.at(step, 9, 0)).as("step %s", step).isEqualTo(rate.at(step, 9));
            assertThat(new Rate(0.8, 0, true).at(step, 9, 0)).isEqualTo(new Rate(0.8, 0, true).at(step, 9));
        }
        assertThat(new Rate(0.8, 0, false).at(4, 9, 3)).isEqualTo(new Rate(0.8, 0, false).at(4, 9));
    }

    @Test
    void rate_ofAnOnlyStepIsNotNothing() {
        // half of the way down, since a second step would be 0
        assertThat(new Rate(0.8, 0, false).at(1, 1)).isCloseTo(0.4, within(1e-12));
        assertThat(new Rate(0.8, 0.05, false).at(1, 1)).isGreaterThan(0.4);
    }
}
