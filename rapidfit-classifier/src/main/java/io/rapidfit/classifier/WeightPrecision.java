package io.rapidfit.classifier;

/**
 * How the numbers of a saved model's largest part, its table of n-grams, are kept: in the file and in memory. A model of
 * embeddings has no such table, and stays as it is.
 */
public enum WeightPrecision {
    /** Four bytes each, as they were trained. */
    FLOAT32,

    /**
     * One byte each: the table takes a quarter of the size. Accuracy and macro-F1 stay within 0.1 points of what they
     * were on the public datasets that this was measured on. What is rounded stays rounded if the model is saved as
     * {@link #FLOAT32} later.
     */
    INT8
}
