package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.List;

/**
 * A trained n-gram classifier: hidden = relu(bias + the sum of weight * table row over a text's features), then one
 * {@link Head} a task.
 *
 * <p>Immutable and thread-safe; the arrays it is made of are shared, not copied.
 */
public final class NGramModel {

    private final NGramVocabulary vocabulary;
    private final float[] table;
    private final float[] bias;
    private final List<Head> heads;

    /**
     * @param table of shape (vocabulary, dimension), row by row
     * @param bias of the hidden layer; its length is the dimension
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public NGramModel(NGramVocabulary vocabulary, float[] table, float[] bias, List<Head> heads) {
        if (table.length != (long) vocabulary.size() * bias.length) {
            throw new IllegalArgumentException(
                    "a table of %s values for %s rows of %s".formatted(table.length, vocabulary.size(), bias.length));
        }
        for (Head head : heads) {
            if (head.bias().length != head.labels().size()
                    || head.weights().length != (long) head.labels().size() * bias.length) {
                throw new IllegalArgumentException("the head of task '%s' does not fit its %s labels"
                        .formatted(head.task(), head.labels().size()));
            }
        }
        this.vocabulary = vocabulary;
        this.table = table;
        this.bias = bias;
        this.heads = List.copyOf(heads);
    }

    public NGramVocabulary vocabulary() {
        return vocabulary;
    }

    public float[] table() {
        return table;
    }

    public float[] bias() {
        return bias;
    }

    public int dimension() {
        return bias.length;
    }

    public List<Head> heads() {
        return heads;
    }

    /** The text's hidden layer, from which every head answers. */
    public float[] encode(String text) {
        return encode(vocabulary.features(text));
    }

    public float[] encode(FeatureBag features) {
        float[] hidden = bias.clone();
        for (int i = 0; i < features.size(); i++) {
            int at = features.row(i) * hidden.length;
            float weight = features.weight(i);
            for (int k = 0; k < hidden.length; k++) {
                hidden[k] += weight * table[at + k];
            }
        }
        for (int k = 0; k < hidden.length; k++) {
            hidden[k] = Math.max(0, hidden[k]);
        }
        return hidden;
    }

    /** One probability a label of the head, in its order. */
    public double[] probabilities(float[] hidden, Head head) {
        return head.probabilities(hidden);
    }
}
