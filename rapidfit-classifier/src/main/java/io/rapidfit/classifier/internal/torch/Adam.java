package io.rapidfit.classifier.internal.torch;

/**
 * Adam with decoupled weight decay (Kingma and Ba, 2015; Loshchilov and Hutter, 2019) for one array of values; beta 0.9
 * and 0.999.
 *
 * <p>The loop runs over whole arrays from 0, which is what HotSpot's compiler turns into vector instructions.
 */
final class Adam {

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final float[] values;
    private final float[] m;
    private final float[] v;

    /** @param values are changed in place */
    Adam(float[] values) {
        this.values = values;
        this.m = new float[values.length];
        this.v = new float[values.length];
    }

    float[] values() {
        return values;
    }

    /**
     * Moves the values against their gradients.
     *
     * @param scale what the gradients are multiplied with first
     * @param rate with the {@linkplain #correction bias correction} already in it
     * @param decay share of each value that is taken off
     */
    void step(float[] gradients, float scale, float rate, float decay) {
        for (int i = 0; i < values.length; i++) {
            float g = scale * gradients[i];
            float m1 = BETA_1 * m[i] + (1 - BETA_1) * g;
            float v1 = BETA_2 * v[i] + (1 - BETA_2) * g * g;
            m[i] = m1;
            v[i] = v1;
            values[i] -= rate * m1 / ((float) Math.sqrt(v1) + EPSILON) + decay * values[i];
        }
    }

    /** What the rate of a step, counted from 1, is multiplied with because the moments start at 0. */
    static double correction(int step) {
        return Math.sqrt(1 - Math.pow(BETA_2, step)) / (1 - Math.pow(BETA_1, step));
    }
}
