package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls into DJL that are half private: this must fail loudly when an upgrade changes them. */
class TorchScriptTest {

    private NDManager manager;
    private TorchScript script;
    private boolean gradients;

    @BeforeEach
    void load() throws Exception {
        manager = TorchEngine.newManager();
        gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false); // as the trainer has it
        script = TorchScript.load();
    }

    @AfterEach
    void close() {
        script.close();
        JniUtils.setGradMode(gradients);
        manager.close();
    }

    @Test
    void bag_sumsWeightedRows() {
        NDArray table = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 2));

        // first bag: 0.5 * (1, 2) + 2 * (5, 6) = (10.5, 13); second: none; third: 1 * (3, 4)
        NDArray sums = bag(table, new long[] {0, 2, 1}, new long[] {0, 2, 2}, new float[] {0.5f, 2, 1});

        assertThat(sums.getShape()).isEqualTo(new Shape(3, 2));
        assertThat(sums.toFloatArray()).containsExactly(10.5f, 13, 0, 0, 3, 4);
    }

    @Test
    void bag_ofNothingIsZero() {
        NDArray table = manager.create(new float[] {1, 2}, new Shape(1, 2));

        assertThat(bag(table, new long[0], new long[] {0, 0}, new float[0]).toFloatArray())
                .containsExactly(0, 0, 0, 0);
    }

    @Test
    void bag_givesASparseGradient() {
        NDArray table = manager.create(new float[8], new Shape(4, 2));

        NDArray gradient =
                gradient(table, new long[] {0, 2, 1, 2}, new long[] {0, 2}, new float[] {0.5f, 2, 1, 3}, new float[] {
                    1, 10, 100, 1000
                });

        // the sum of each bag counts (1, 10) and (100, 1000) times. Row 0: 0.5 * (1, 10); row 1: (100, 1000);
        // row 2, in both bags: 2 * (1, 10) + 3 * (100, 1000) = (302, 3020); row 3 is in none
        assertThat(gradient.isSparse()).isTrue();
        assertThat(gradient.toDense().toFloatArray()).containsExactly(0.5f, 5, 100, 1000, 302, 3020, 0, 0);
    }

    @Test
    void adam_takesThePublishedSteps() {
        Random random = new Random(1);
        int size = 7;
        PlainAdam plain = new PlainAdam(gaussian(random, size));
        NDArray w = manager.create(plain.values());
        w.setRequiresGradient(true);
        NDArray m = manager.zeros(new Shape(size));
        NDArray v = manager.zeros(new Shape(size));

        for (int step = 1; step <= 6; step++) {
            float[] gradient = gaussian(random, size);
            double rate = 0.1 / step;
            script.adam(w, m, v, manager.create(gradient), rate);
            for (int i = 0; i < size; i++) {
                plain.step(i, gradient[i], rate);
            }
        }

        assertClose(w, plain.w);
        assertClose(m, plain.m);
        assertClose(v, plain.v);
    }

    @Test
    void adamRows_takesTheStepsOfTheRowsThatTheGradientHas() {
        Random random = new Random(2);
        int columns = 3;
        PlainAdam plain = new PlainAdam(gaussian(random, 5 * columns));
        NDArray w = manager.create(plain.values(), new Shape(5, columns));
        w.setRequiresGradient(true);
        NDArray m = manager.zeros(new Shape(5, columns));
        NDArray v = manager.zeros(new Shape(5, columns));

        // row 4 comes twice in the second step, and is not in the others
        long[][] steps = {{0, 1}, {1, 4, 4}, {1, 2}, {0, 2}};
        for (int step = 0; step < steps.length; step++) {
            long[] rows = steps[step];
            float[] up = gaussian(random, columns); // one bag: the gradient of each of its rows, once per occurrence
            float[] weights = new float[rows.length];
            Arrays.fill(weights, 1);
            double rate = 0.1 / (step + 1);
            script.adamRows(w, m, v, gradient(w, rows, new long[] {0}, weights, up), rate);
            for (long row : Arrays.stream(rows).distinct().toArray()) {
                long times = Arrays.stream(rows).filter(r -> r == row).count();
                for (int k = 0; k < columns; k++) {
                    plain.step((int) row * columns + k, times * up[k], rate);
                }
            }
        }

        assertClose(w, plain.w);
        assertClose(m, plain.m);
        assertClose(v, plain.v);
    }

    @Test
    void adamRows_leavesOtherRowsBitForBit() {
        Random random = new Random(3);
        NDArray w = manager.create(gaussian(random, 12), new Shape(4, 3));
        w.setRequiresGradient(true);
        NDArray m = manager.create(gaussian(random, 12), new Shape(4, 3));
        NDArray v = manager.create(new float[12], new Shape(4, 3)).add(0.5f);
        float[] before = concat(w, m, v);

        script.adamRows(
                w, m, v, gradient(w, new long[] {2}, new long[] {0}, new float[] {1}, new float[] {1, 2, 3}), 0.1);

        float[] after = concat(w, m, v);
        for (int array = 0; array < 3; array++) {
            for (int row = 0; row < 4; row++) {
                int from = 12 * array + 3 * row;
                float[] old = Arrays.copyOfRange(before, from, from + 3);
                float[] now = Arrays.copyOfRange(after, from, from + 3);
                if (row == 2) {
                    assertThat(now).isNotEqualTo(old);
                } else {
                    assertThat(now).isEqualTo(old);
                }
            }
        }
    }

    private NDArray bag(NDArray table, long[] rows, long[] offsets, float[] weights) {
        return script.bag(manager, table, manager.create(rows), manager.create(offsets), manager.create(weights));
    }

    /** Of the sum of {@code up * bags}, for the table. */
    private NDArray gradient(NDArray table, long[] rows, long[] offsets, float[] weights, float[] up) {
        table.setRequiresGradient(true);
        if (table.hasGradient()) {
            JniUtils.zeroGrad((PtNDArray) table);
        }
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray sums = bag(table, rows, offsets, weights);
            collector.backward(sums.mul(manager.create(up, sums.getShape())).sum());
        }
        return table.getGradient();
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] concat(NDArray... arrays) {
        float[] all = new float[0];
        for (NDArray array : arrays) {
            float[] values = array.toFloatArray();
            all = Arrays.copyOf(all, all.length + values.length);
            System.arraycopy(values, 0, all, all.length - values.length, values.length);
        }
        return all;
    }

    private static void assertClose(NDArray actual, double[] expected) {
        float[] values = actual.toFloatArray();
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) values[i]).isCloseTo(expected[i], within(1e-6));
        }
    }

    /** Kingma and Ba's Adam in doubles, one value at a time, bias correction left to the rate. */
    private static final class PlainAdam {

        private final double[] w;
        private final double[] m;
        private final double[] v;

        PlainAdam(float[] start) {
            w = new double[start.length];
            m = new double[start.length];
            v = new double[start.length];
            for (int i = 0; i < w.length; i++) {
                w[i] = start[i];
            }
        }

        float[] values() {
            float[] values = new float[w.length];
            for (int i = 0; i < w.length; i++) {
                values[i] = (float) w[i];
            }
            return values;
        }

        void step(int i, double gradient, double rate) {
            m[i] = 0.9 * m[i] + 0.1 * gradient;
            v[i] = 0.999 * v[i] + 0.001 * gradient * gradient;
            w[i] -= rate * m[i] / (Math.sqrt(v[i]) + 1e-8);
        }
    }
}
