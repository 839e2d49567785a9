package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NativeAdamTest {

    @Test
    void step_movesAsAdamDoes() throws Exception {
        Random random = new Random(1);
        float[] values = random(random, 50);
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray array = manager.create(values.clone());
            NativeAdam actual = new NativeAdam(manager, array.getShape());
            Adam expected = new Adam(values);
            for (int step = 1; step <= 20; step++) {
                float[] gradients = random(random, 50);
                float rate = (float) (0.01 * Adam.correction(step));
                expected.step(gradients, 0.7f, rate, 0.001f);
                try (NDArray given = manager.create(gradients)) {
                    actual.step(array, given, 0.7f, rate, 0.001f);
                }
            }

            assertThat(array.toFloatArray()).containsExactly(expected.values(), within(1e-5f));
        }
    }

    private static float[] random(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
