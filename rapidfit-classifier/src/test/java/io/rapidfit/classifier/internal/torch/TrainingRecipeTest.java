package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import org.junit.jupiter.api.Test;

class TrainingRecipeTest {

    @Test
    void rate_risesThenFallsInAStraightLine() {
        Rate rate = new Rate(0.8, 0.2, false);

        // of 10 steps the first two warm up; the other eight fall to 0
        double[] expected = {0.4, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0};
        for (int step = 1; step <= 10; step++) {
            assertThat(rate.at(step, 10)).as("step %s", step).isCloseTo(expected[step - 1], within(1e-12));
        }
    }

    @Test
    void rate_fallsAlongHalfACosine() {
        Rate rate = new Rate(0.8, 0.2, true);

        assertThat(rate.at(1, 10)).isCloseTo(0.4, within(1e-12)); // the warm-up is straight
        assertThat(rate.at(2, 10)).isCloseTo(0.8, within(1e-12));
        // a quarter of the way down: 0.8 * (1 + cos 45 degrees) / 2
        assertThat(rate.at(4, 10)).isCloseTo(0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
        assertThat(rate.at(6, 10)).isCloseTo(0.4, within(1e-12)); // half
        assertThat(rate.at(8, 10)).isCloseTo(0.8 * (1 - Math.sqrt(0.5)) / 2, within(1e-12));
        assertThat(rate.at(10, 10)).isCloseTo(0, within(1e-12));
    }

    @Test
    void rate_withoutWarmUpStartsNearTheHighest() {
        assertThat(new Rate(0.8, 0, false).at(1, 4)).isCloseTo(0.6, within(1e-12));
        assertThat(new Rate(0.8, 0, true).at(1, 4)).isCloseTo(0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
    }
}
