package io.rapidfit.classifier;

import io.rapidfit.internal.Require;

/**
 * Sums a learnt vector for each n-gram of a text: of words, and of the characters of each word.
 *
 * <pre>{@code
 * Encoders.ngrams().withDimension(256)
 * }</pre>
 *
 * @param dimension length of the vectors; a model takes about 4 bytes * dimension * distinct n-grams. Defaults to 128.
 * @param maxWords word n-grams have 1 to this many words, at least 1. Defaults to 2.
 * @param minChars shortest character n-gram, at least 1. Defaults to 2.
 * @param maxChars longest character n-gram, at least {@code minChars}, or 0 for none. Defaults to 4.
 * @param minCount how many texts must have an n-gram for it to be learnt, at least 1. Defaults to 1.
 */
public record NGramEncoder(int dimension, int maxWords, int minChars, int maxChars, int minCount) implements Encoder {

    static final NGramEncoder DEFAULT = new NGramEncoder(128, 2, 2, 4, 1);

    public NGramEncoder {
        Require.inRange("dimension", dimension, 1, 4096);
        Require.inRange("maxWords", maxWords, 1, 5);
        Require.inRange("minChars", minChars, 1, 8);
        if (maxChars != 0) {
            Require.inRange("maxChars", maxChars, minChars, 8);
        }
        Require.inRange("minCount", minCount, 1, Integer.MAX_VALUE);
    }

    public NGramEncoder withDimension(int newDimension) {
        return new NGramEncoder(newDimension, maxWords, minChars, maxChars, minCount);
    }

    public NGramEncoder withWords(int newMaxWords) {
        return new NGramEncoder(dimension, newMaxWords, minChars, maxChars, minCount);
    }

    public NGramEncoder withChars(int newMinChars, int newMaxChars) {
        return new NGramEncoder(dimension, maxWords, newMinChars, newMaxChars, minCount);
    }

    public NGramEncoder withMinCount(int newMinCount) {
        return new NGramEncoder(dimension, maxWords, minChars, maxChars, newMinCount);
    }
}
