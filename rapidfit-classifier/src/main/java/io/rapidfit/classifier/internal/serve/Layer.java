package io.rapidfit.classifier.internal.serve;

/** outputs = weights * inputs + bias. The arrays are shared, not copied: nobody writes to them. */
public final class Layer {

    private final float[] weights;
    private final float[] bias;

    /** The weights by input: for {@link WeightedRows}. */
    private final float[][] columns;

    /**
     * @param weights of shape (outputs, inputs), row by row
     * @param bias one an output
     * @throws IllegalArgumentException if there is no output, or the weights are no whole number of rows
     */
    public Layer(float[] weights, float[] bias) {
        if (bias.length == 0 || weights.length % bias.length != 0) {
            throw new IllegalArgumentException(weights.length + " weights for " + bias.length + " outputs");
        }
        this.weights = weights;
        this.bias = bias;
        this.columns = transposed(weights, bias.length);
    }

    private static float[][] transposed(float[] weights, int outputs) {
        int inputs = weights.length / outputs;
        float[][] columns = new float[inputs][outputs];
        for (int k = 0; k < inputs; k++) {
            for (int output = 0; output < outputs; output++) {
                columns[k][output] = weights[output * inputs + k];
            }
        }
        return columns;
    }

    public int inputs() {
        return columns.length;
    }

    public int outputs() {
        return bias.length;
    }

    public float[] weights() {
        return weights;
    }

    public float[] bias() {
        return bias;
    }

    float[] apply(float[] values) {
        int[] active = new int[values.length]; // about half of the shared hidden layer is 0
        float[] kept = new float[values.length];
        int count = 0;
        for (int k = 0; k < values.length; k++) {
            active[count] = k;
            kept[count] = values[k];
            count += values[k] == 0 ? 0 : 1; // not a branch: which are 0 cannot be foreseen
        }
        float[] outputs = bias.clone();
        WeightedRows.add(columns, active, kept, count, outputs);
        return outputs;
    }

    /** What the inputs would have to be worth for a change of the outputs to be worth {@code gradient}. */
    double[] backward(double[] gradient) {
        double[] inputs = new double[columns.length];
        for (int k = 0; k < inputs.length; k++) {
            for (int output = 0; output < gradient.length; output++) {
                inputs[k] += gradient[output] * columns[k][output];
            }
        }
        return inputs;
    }
}
