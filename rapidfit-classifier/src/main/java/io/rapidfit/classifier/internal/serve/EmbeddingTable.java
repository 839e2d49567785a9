package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;

/** A learnt vector for each n-gram, by row. Immutable and thread-safe. */
public sealed interface EmbeddingTable permits FloatTable, Int8Table {

    int rows();

    int dimension();

    Precision precision();

    /** {@code sum += weight * row}, for each of the features. */
    void add(FeatureBag features, float[] sum);

    /** The sum of the products of the row's numbers and those of a vector as long. */
    double dot(int row, double[] vector);

    /** A copy: of shape (rows, dimension), row by row. */
    float[] toFloats();

    /** This table, or one that says the same as nearly as that precision can. */
    default EmbeddingTable withPrecision(Precision wanted) {
        if (precision() == wanted) {
            return this;
        }
        return switch (wanted) {
            case FLOAT32 -> new FloatTable(toFloats(), rows(), dimension());
            case INT8 -> Int8Table.quantize(toFloats(), rows(), dimension());
        };
    }
}
