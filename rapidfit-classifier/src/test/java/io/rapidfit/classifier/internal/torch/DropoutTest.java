package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class DropoutTest {

    @Test
    void hidden_leavesOutItsShareAndScalesTheRestUp() throws Exception {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray dropped = new Dropout(0.2, 0, 0, 42).hidden(manager, manager.ones(new Shape(100, 1000)), 0);

            assertThat(dropped.getDataType()).isEqualTo(DataType.FLOAT32);
            int left = 0;
            for (float value : dropped.toFloatArray()) {
                assertThat(value).isIn(0f, 1.25f); // 1 / 0.8
                left += value > 0 ? 1 : 0;
            }
            // 100,000 draws: a standard deviation of sqrt(100,000 * 0.2 * 0.8) = 126
            assertThat(left).isCloseTo(80_000, within(600));
        }
    }

    @Test
    void hidden_drawsAnewEachTimeAndTheSameForTheSameSeed() throws Exception {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray ones = manager.ones(new Shape(100));
            Dropout dropout = new Dropout(0.5, 0, 0, 42);
            float[] first = dropout.hidden(manager, ones, 0).toFloatArray();

            assertThat(dropout.hidden(manager, ones, 0).toFloatArray()).isNotEqualTo(first);
            assertThat(new Dropout(0.5, 0, 0, 42).hidden(manager, ones, 3).toFloatArray())
                    .isEqualTo(first);
            assertThat(new Dropout(0.5, 0, 0, 43).hidden(manager, ones, 0).toFloatArray())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void attention_hasAShareOfItsOwn() throws Exception {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray ones = manager.ones(new Shape(100));
            float[] half = new Dropout(0.5, 0, 0, 42).hidden(manager, ones, 0).toFloatArray();

            assertThat(new Dropout(0, 0.5, 0, 42).attention(manager, ones, 0).toFloatArray())
                    .isEqualTo(half);
            assertThat(new Dropout(0, 0.5, 0, 42).hidden(manager, ones, 0)).isSameAs(ones);
            assertThat(new Dropout(0.5, 0, 0, 42).attention(manager, ones, 0)).isSameAs(ones);
            assertThat(new Dropout(0, 0.5, 2, 42).attention(manager, ones, 1)).isSameAs(ones);
        }
    }

    @Test
    void hidden_leavesLayersAloneThatDoNotLearn() throws Exception {
        try (NDManager manager = TorchEngine.newManager()) {
            NDArray ones = manager.ones(new Shape(100));

            assertThat(new Dropout(0.5, 0, 2, 42).hidden(manager, ones, 1)).isSameAs(ones);
            assertThat(new Dropout(0.5, 0, 2, 42).hidden(manager, ones, 2)).isNotSameAs(ones);
            assertThat(new Dropout(0.5, 0, -1, 42).hidden(manager, ones, -1)).isNotSameAs(ones);
            assertThat(Dropout.NONE.hidden(manager, ones, 5)).isSameAs(ones);
        }
    }
}
