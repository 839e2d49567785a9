package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Why a classifier gave a label to a text, or did not: what each part of the text added to the label's {@link #score}. No
 * estimate: the contributions add up to what the classifier computed. Positive ones speak for the label, negative ones
 * against it.
 *
 * <p>They tell what this model did, not what is right; and not what it would say of another text: leaving a word out
 * changes the weight of the others.
 *
 * @param confidence the label's probability, in [0, 1]
 * @param bias what is added without any word
 * @param words all of the text's words, in order, in the form in which the classifier sees them: that of
 *     {@link io.rapidfit.text.TextNormalizer#normalize}, so without capitals. Punctuation marks and emoji are words of their own,
 *     and so are letters of scripts without spaces, such as Chinese.
 * @param features the n-grams of the text that the classifier knows, those of the largest influence first
 */
public record Explanation(
        String task, String label, double confidence, double bias, List<Word> words, List<Feature> features) {

    /**
     * One word of the text.
     *
     * @param contribution the word's part of those of {@link Explanation#features}: each is divided equally over the
     *     places where its n-gram stands, and there over the words it touches. 0 if no n-gram of the word is known.
     */
    public record Word(String text, double contribution) {}

    /** What a {@link Feature} consists of. */
    public enum Kind {
        /** One or more words in a row. */
        WORDS,
        /** Some characters of a word. */
        CHARACTERS
    }

    /**
     * An n-gram that the classifier knows.
     *
     * @param text words with spaces between them; or characters, with {@code <} where the word starts and {@code >} where
     *     it ends
     * @param contribution that of all places where it stands in the text
     */
    public record Feature(Kind kind, String text, double contribution) {}

    private static final int SHOWN = 3;

    public Explanation {
        Require.nonNull("task", task);
        Require.nonNull("label", label);
        Require.inRange("confidence", confidence, 0, 1);
        words = List.copyOf(Require.nonNull("words", words));
        features = List.copyOf(Require.nonNull("features", features));
    }

    /**
     * How far the label's logit is above the mean of all the task's, before the temperature that fits confidences; for a task
     * that a finer one decides, the logits of the finer labels that belong to this one, weighted by their probability, above
     * the mean of all the finer ones. The sum of {@link #bias} and the contributions, of words or of features.
     */
    public double score() {
        return bias + features.stream().mapToDouble(Feature::contribution).sum();
    }

    /**
     * Prints the words with their contributions and the strongest n-grams, as tables of plain text. A long text's words
     * are the strongest of them, in the order of the text.
     *
     * @throws java.io.UncheckedIOException if {@code out} fails
     */
    public void display(Appendable out) {
        ExplanationDisplay.print(this, out);
    }

    /** The label and the three strongest words, such as "delivery 0.85: parcel +2.31, where +0.52, refund -0.40". */
    @Override
    public String toString() {
        Stream<Word> strongest = ExplanationDisplay.strongest(words, SHOWN, Word::contribution).stream();
        return String.format(
                Locale.ROOT,
                "%s %.2f: %s",
                label,
                confidence,
                strongest
                        .map(word -> word.text() + " " + ExplanationDisplay.signed(word.contribution()))
                        .collect(Collectors.joining(", ")));
    }
}
