package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AdamTest {

    @Test
    void step_isThePublishedOne() {
        float[] values = {1, -2};
        Adam adam = new Adam(values);

        // step 1: m = 0.1 g, v = 0.001 g^2; corrected by 1 / (1 - 0.9) and 1 / (1 - 0.999) they are g and g^2,
        // so each value moves by the rate against the sign of its gradient, however long that is
        adam.step(new float[] {0.5f, -8}, 1, (float) (0.1 * Adam.correction(1)), 0);
        assertThat(values).containsExactly(new float[] {0.9f, -1.9f}, within(1e-5f));

        // step 2, for the first value: m = 0.9 * 0.05 - 0.1 * 1 = -0.055, v = 0.999 * 0.00025 + 0.001 = 0.00124975;
        // m / (1 - 0.81) = -0.289474, v / (1 - 0.998001) = 0.625188, 0.1 * -0.289474 / sqrt(0.625188) = -0.036611
        // and a gradient of 0 for the second: m = 0.9 * -0.8 = -0.72, v = 0.999 * 0.064 = 0.063936;
        // -3.789474, 31.983992, 0.1 * -3.789474 / 5.655439 = -0.067006
        adam.step(new float[] {-1, 0}, 1, (float) (0.1 * Adam.correction(2)), 0);
        assertThat(values).containsExactly(new float[] {0.936611f, -1.832994f}, within(1e-5f));
    }

    @Test
    void correction_makesUpForMomentsThatStartAtZero() {
        assertThat(Adam.correction(1)).isCloseTo(Math.sqrt(0.001) / 0.1, within(1e-5));
        assertThat(Adam.correction(2)).isCloseTo(Math.sqrt(0.001999) / 0.19, within(1e-5));
        assertThat(Adam.correction(100_000)).isCloseTo(1, within(1e-9));
    }

    @Test
    void step_takesTheDecayOffTheValueItselfAndNotOffItsGradient() {
        float[] values = {2, -4};
        Adam adam = new Adam(values);

        adam.step(new float[2], 1, 0.1f, 0.01f); // no gradient: 1% of each value, and no moment remembers it
        assertThat(values).containsExactly(new float[] {1.98f, -3.96f}, within(1e-6f));
        adam.step(new float[2], 1, 0.1f, 0);
        assertThat(values).containsExactly(new float[] {1.98f, -3.96f}, within(1e-6f));
    }

    @Test
    void step_scalesGradientsFirst() {
        float[] scaled = {1, 2};
        float[] plain = {1, 2};
        Adam scaledAdam = new Adam(scaled);
        Adam plainAdam = new Adam(plain);
        scaledAdam.step(new float[] {4, 8}, 0.25f, 0.1f, 0);
        scaledAdam.step(new float[] {1, -1}, 1, 0.1f, 0);
        plainAdam.step(new float[] {1, 2}, 1, 0.1f, 0);
        plainAdam.step(new float[] {1, -1}, 1, 0.1f, 0);

        assertThat(scaled).isEqualTo(plain);
        assertThat(scaledAdam.values()).isSameAs(scaled);
    }

    @Test
    void step_leavesValuesWithoutGradientBitForBit() {
        float[] values = {0.1f, -0.3f, 1e-30f};
        float[] before = values.clone();

        new Adam(values).step(new float[3], 1, 0.1f, 0); // no 0 / 0 either

        assertThat(values).isEqualTo(before);
    }
}
