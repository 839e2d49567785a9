package io.rapidfit.classifier.internal.serve;

/** How the numbers of an {@link EmbeddingTable} are kept, in memory and in files. */
public enum Precision {
    /** Four bytes each. */
    FLOAT32,

    /** One byte each, and a scale a row: a quarter of the size. */
    INT8
}
