package io.rapidfit.classifier;

/** The encoders to choose from. */
public final class Encoders {

    private Encoders() {}

    /** N-grams of words and characters, learnt from scratch: needs no download and answers in microseconds. */
    public static NGramEncoder ngrams() {
        return NGramEncoder.DEFAULT;
    }
}
