package io.rapidfit.classifier.internal.features;

import java.util.List;

/**
 * The words of a text, and where its known n-grams stand among them.
 *
 * @param words all of them, known or not, in order, normalised
 * @param known one a row, in order of their first place: n-grams of words, then those of characters
 */
public record NamedNGrams(List<String> words, List<Named> known) {

    /** What an n-gram consists of. */
    public enum Kind {
        WORDS,
        CHARACTERS
    }

    /**
     * One of the text's n-grams.
     *
     * @param row that of its {@link FeatureBag} feature
     * @param text words joined by spaces; or characters, with {@code <} and {@code >} where a run of them starts and ends
     * @param places at least one, in order
     */
    public record Named(int row, Kind kind, String text, List<Place> places) {}

    /** The words that an n-gram touches, from {@code first} to {@code last}, inclusive, which may be the same. */
    public record Place(int first, int last) {}
}
