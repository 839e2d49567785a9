package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.features.FeatureBag;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The embedding table in training: sums the rows of each text of a batch and moves those rows only, Adam's moments
 * included. What lies between is differentiated by PyTorch.
 *
 * <p>In plain Java because DJL offers no sparse gradients: with its dense ones a step on 38,000 rows took 14 times as long.
 */
final class SparseEmbedding {

    private static final float INITIAL_DEVIATION = 0.02f;

    private final int dimension;
    private final float[][] table;

    /** Made when a row is first moved: most rows of a large table belong to few texts. */
    private final @Nullable Adam[] optimizers;

    /** Which of the batch's rows a row of the table is, or -1. */
    private final int[] place;

    // The batch's texts, one after the other: rows and weights of the features that were kept, and where each text
    // ends.
    private int[] rows = new int[1 << 12];
    private float[] weights = new float[1 << 12];
    private int[] ends = {};
    private int size;

    private int[] batchRows = new int[1 << 12];
    private int batchRowCount;
    private float[][] gradients = {};

    SparseEmbedding(int rowCount, int dimension, Random random) {
        this.dimension = dimension;
        this.table = new float[rowCount][dimension];
        for (float[] row : table) {
            for (int k = 0; k < dimension; k++) {
                row[k] = (float) random.nextGaussian() * INITIAL_DEVIATION;
            }
        }
        this.optimizers = new Adam[rowCount];
        this.place = new int[rowCount];
        Arrays.fill(place, -1);
    }

    /** A copy: of shape (rows, dimension), row by row. */
    float[] values() {
        float[] values = new float[table.length * dimension];
        for (int row = 0; row < table.length; row++) {
            System.arraycopy(table[row], 0, values, row * dimension, dimension);
        }
        return values;
    }

    /**
     * The weighted sum of each text's rows, of shape (texts, dimension), row by row.
     *
     * @param dropout share of the features that are left out by chance; the others weigh more instead
     */
    float[] sums(List<FeatureBag> texts, double dropout, Random random) {
        float scale = (float) (1 / (1 - dropout));
        float[] sums = new float[texts.size() * dimension];
        float[] sum = new float[dimension];
        ends = new int[texts.size()];
        size = 0;
        for (int i = 0; i < texts.size(); i++) {
            FeatureBag bag = texts.get(i);
            reserve(bag.size());
            Arrays.fill(sum, 0);
            for (int j = 0; j < bag.size(); j++) {
                if (dropout == 0 || random.nextFloat() >= dropout) {
                    rows[size] = bag.row(j);
                    weights[size] = bag.weight(j) * scale;
                    add(weights[size], table[rows[size]], sum);
                    size++;
                }
            }
            ends[i] = size;
            System.arraycopy(sum, 0, sums, i * dimension, dimension);
        }
        return sums;
    }

    /**
     * Makes the gradients of the rows that the last batch had.
     *
     * @param sumGradients those of its sums, of their shape
     */
    void backward(float[] sumGradients) {
        findBatchRows();
        float[] gradient = new float[dimension];
        int from = 0;
        for (int text = 0; text < ends.length; text++) {
            System.arraycopy(sumGradients, text * dimension, gradient, 0, dimension);
            for (int j = from; j < ends[text]; j++) {
                add(weights[j], gradient, gradients[place[rows[j]]]);
            }
            from = ends[text];
        }
    }

    /** Of the gradients that {@link #backward} made. */
    double sumOfSquares() {
        double squares = 0;
        for (int i = 0; i < batchRowCount; i++) {
            for (float g : gradients[i]) {
                squares += (double) g * g;
            }
        }
        return squares;
    }

    private void findBatchRows() {
        batchRowCount = 0;
        if (batchRows.length < size) {
            batchRows = new int[rows.length];
        }
        for (int j = 0; j < size; j++) {
            if (place[rows[j]] < 0) {
                place[rows[j]] = batchRowCount;
                batchRows[batchRowCount++] = rows[j];
            }
        }
        int ready = gradients.length;
        if (ready < batchRowCount) {
            gradients = Arrays.copyOf(gradients, batchRowCount);
            for (int i = ready; i < batchRowCount; i++) {
                gradients[i] = new float[dimension];
            }
        }
        for (int i = 0; i < batchRowCount; i++) {
            Arrays.fill(gradients[i], 0);
        }
    }

    /** See {@link Adam#step}. */
    void step(float scale, float rate, float decay) {
        for (int i = 0; i < batchRowCount; i++) {
            int row = batchRows[i];
            Adam optimizer = optimizers[row];
            if (optimizer == null) {
                optimizer = new Adam(table[row]);
                optimizers[row] = optimizer;
            }
            optimizer.step(gradients[i], scale, rate, decay);
            place[row] = -1;
        }
    }

    private void reserve(int more) {
        if (size + more > rows.length) {
            rows = Arrays.copyOf(rows, Math.max(2 * rows.length, size + more));
            weights = Arrays.copyOf(weights, rows.length);
        }
    }

    private static void add(float weight, float[] source, float[] target) {
        for (int k = 0; k < target.length; k++) {
            target[k] += weight * source[k];
        }
    }
}
