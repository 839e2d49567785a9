package io.rapidfit.classifier.internal.serve;

import java.util.List;

/** Turns texts into vectors, the same text always into the same. Thread-safe. */
public interface TextEncoder {

    /** By which a saved model asks for it. */
    String name();

    /** Of the vectors. */
    int dimension();

    /** A vector for each text, in their order; not to be written to. */
    List<float[]> encode(List<String> texts);
}
