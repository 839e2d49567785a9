package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * Sums a learnt vector for each n-gram of a text: of words, and of the characters of each word.
 *
 * <pre>{@code
 * Encoders.ngrams().withDimension(256)
 * }</pre>
 *
 * @param dimension length of the vectors; a model takes about 4 bytes * dimension * distinct n-grams. Null, the default,
 *     chooses by the data: 128, or 256 for few texts.
 * @param maxWords word n-grams have 1 to this many words, at least 1. Defaults to 2.
 * @param minChars shortest character n-gram, at least 1. Defaults to 2.
 * @param maxChars longest character n-gram, at least {@code minChars}, or 0 for none. Defaults to 4.
 * @param minCount how many texts must have an n-gram for it to be learnt, at least 1. Null, the default, chooses by the
 *     data: 1, or 2 for noisy texts.
 */
public record NGramEncoder(
        @Nullable Integer dimension,
        int maxWords,
        int minChars,
        int maxChars,
        @Nullable Integer minCount) implements Encoder {

    static final NGramEncoder DEFAULT = new NGramEncoder(null, 2, 2, 4, null);

    public NGramEncoder {
        if (dimension != null) {
            Require.inRange("dimension", dimension, 1, 4096);
        }
        Require.inRange("maxWords", maxWords, 1, 5);
        Require.inRange("minChars", minChars, 1, 8);
        if (maxChars != 0) {
            Require.inRange("maxChars", maxChars, minChars, 8);
        }
        if (minCount != null) {
            Require.inRange("minCount", minCount, 1, Integer.MAX_VALUE);
        }
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
