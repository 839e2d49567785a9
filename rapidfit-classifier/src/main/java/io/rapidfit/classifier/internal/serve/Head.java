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

    /**
     * @param weights of shape (labels, dimension), row by row
     * @param bias one a label
     */
    public Head(String task, List<String> labels, float[] weights, float[] bias) {
        this.task = task;
        this.labels = List.copyOf(labels);
        this.weights = weights;
        this.bias = bias;
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
        double[] out = new double[bias.length];
        double max = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < out.length; label++) {
            float sum = 0;
            int at = label * hidden.length;
            for (int k = 0; k < hidden.length; k++) {
                sum += weights[at + k] * hidden[k];
            }
            out[label] = sum + bias[label];
            max = Math.max(max, out[label]);
        }
        double total = 0;
        for (int label = 0; label < out.length; label++) {
            out[label] = Math.exp(out[label] - max);
            total += out[label];
        }
        for (int label = 0; label < out.length; label++) {
            out[label] /= total;
        }
        return out;
    }
}
