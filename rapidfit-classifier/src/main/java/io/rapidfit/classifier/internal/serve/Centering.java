package io.rapidfit.classifier.internal.serve;

import java.util.List;

/**
 * Moves vectors so that those of the training texts have mean 0, and stretches all alike, so that their numbers have mean
 * square 1: then one learning rate does for every encoder, and cosines tell apart texts that all encoders find similar.
 *
 * @param mean not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
public record Centering(float[] mean, float scale) {

    /** @param vectors at least one */
    public static Centering of(List<float[]> vectors) {
        double[] sums = new double[vectors.get(0).length];
        for (float[] vector : vectors) {
            for (int k = 0; k < sums.length; k++) {
                sums[k] += vector[k];
            }
        }
        float[] mean = new float[sums.length];
        for (int k = 0; k < mean.length; k++) {
            mean[k] = (float) (sums[k] / vectors.size());
        }
        double squares = 0;
        for (float[] vector : vectors) {
            for (int k = 0; k < mean.length; k++) {
                double difference = (double) vector[k] - mean[k];
                squares += difference * difference;
            }
        }
        double deviation = Math.sqrt(squares / ((double) vectors.size() * mean.length));
        return new Centering(mean, deviation == 0 ? 1 : (float) (1 / deviation));
    }

    /** A new array. */
    public float[] apply(float[] vector) {
        float[] hidden = new float[vector.length];
        for (int k = 0; k < hidden.length; k++) {
            hidden[k] = (vector[k] - mean[k]) * scale;
        }
        return hidden;
    }
}
