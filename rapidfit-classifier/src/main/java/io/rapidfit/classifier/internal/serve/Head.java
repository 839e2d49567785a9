package io.rapidfit.classifier.internal.serve;

import java.util.List;

/**
 * The last layer of one task: logits = weights * hidden + bias. The arrays are shared, not copied: nobody writes to them.
 */
public final class Head {

    private final String task;
    private final List<String> labels;
    private final float[] weights;
    private final float[] bias;

    /** The weights by dimension: for {@link WeightedRows}. */
    private final float[][] columns;

    /**
     * @param weights of shape (labels, dimension), row by row
     * @param bias one a label
     */
    public Head(String task, List<String> labels, float[] weights, float[] bias) {
        this.task = task;
        this.labels = List.copyOf(labels);
        this.weights = weights;
        this.bias = bias;
        this.columns = transposed(weights, this.labels.size());
    }

    private static float[][] transposed(float[] weights, int labels) {
        int dimension = weights.length / labels;
        float[][] columns = new float[dimension][labels];
        for (int k = 0; k < dimension; k++) {
            for (int label = 0; label < labels; label++) {
                columns[k][label] = weights[label * dimension + k];
            }
        }
        return columns;
    }

    public String task() {
        return task;
    }

    public List<String> labels() {
        return labels;
    }

    public float[] weights() {
        return weights;
    }

    public float[] bias() {
        return bias;
    }

    /** Softmax of the logits: one probability a label, in order of the labels; they sum to 1. */
    double[] probabilities(float[] hidden) {
        float[] logits = logits(hidden);
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double[] out = new double[logits.length];
        double total = 0;
        for (int label = 0; label < out.length; label++) {
            out[label] = Math.exp((double) logits[label] - max);
            total += out[label];
        }
        for (int label = 0; label < out.length; label++) {
            out[label] /= total;
        }
        return out;
    }

    private float[] logits(float[] hidden) {
        int[] active = new int[hidden.length]; // about half of a hidden layer is 0
        float[] values = new float[hidden.length];
        int count = 0;
        for (int k = 0; k < hidden.length; k++) {
            active[count] = k;
            values[count] = hidden[k];
            count += hidden[k] == 0 ? 0 : 1; // not a branch: which are 0 cannot be foreseen
        }
        float[] logits = bias.clone();
        WeightedRows.add(columns, active, values, count, logits);
        return logits;
    }
}
