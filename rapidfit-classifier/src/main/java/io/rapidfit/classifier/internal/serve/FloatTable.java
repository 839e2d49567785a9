package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;
import java.util.Arrays;

/** A table as it was trained. */
public final class FloatTable implements EmbeddingTable {

    private final float[][] rows;
    private final int dimension;

    /**
     * @param values of shape (rows, dimension), row by row; copied
     * @throws IllegalArgumentException if their number is another
     */
    public FloatTable(float[] values, int rows, int dimension) {
        if (values.length != (long) rows * dimension) {
            throw new IllegalArgumentException(
                    "a table of %s values for %s rows of %s".formatted(values.length, rows, dimension));
        }
        this.rows = new float[rows][];
        this.dimension = dimension;
        for (int row = 0; row < rows; row++) {
            this.rows[row] = Arrays.copyOfRange(values, row * dimension, (row + 1) * dimension);
        }
    }

    @Override
    public int rows() {
        return rows.length;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT32;
    }

    @Override
    public void add(FeatureBag features, float[] sum) {
        WeightedRows.add(rows, features.rows(), features.weights(), features.size(), sum);
    }

    @Override
    public double dot(int row, double[] vector) {
        double sum = 0;
        for (int k = 0; k < dimension; k++) {
            sum += rows[row][k] * vector[k];
        }
        return sum;
    }

    @Override
    public float[] toFloats() {
        float[] values = new float[rows.length * dimension];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, values, row * dimension, dimension);
        }
        return values;
    }
}
