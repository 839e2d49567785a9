package io.rapidfit.classifier.internal.features;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The features of one text that a model knows: table rows and their weights, the two arrays equally long. The arrays are
 * shared, not copied: nobody writes to them once the bag is made.
 */
public final class FeatureBag {

    private final int[] rows;
    private final float[] weights;

    FeatureBag(int[] rows, float[] weights) {
        this.rows = rows;
        this.weights = weights;
    }

    /** Each vector as the features of a text: its numbers weigh the rows from 0 on. */
    public static List<FeatureBag> ofVectors(List<float[]> vectors) {
        int[] rows = IntStream.range(0, vectors.isEmpty() ? 0 : vectors.get(0).length)
                .toArray();
        return vectors.stream().map(vector -> new FeatureBag(rows, vector)).toList();
    }

    public int size() {
        return rows.length;
    }

    /** At least {@link #size} long; not to be written to. */
    public int[] rows() {
        return rows;
    }

    /** At least {@link #size} long; not to be written to. */
    public float[] weights() {
        return weights;
    }

    public int row(int i) {
        return rows[i];
    }

    public float weight(int i) {
        return weights[i];
    }
}
