package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.Arrays;
import java.util.List;

/**
 * A trained n-gram classifier: hidden = relu(bias + the sum of weight * table row over a text's features), then one
 * {@link Head} a task.
 *
 * <p>Immutable and thread-safe; the arrays it is made of are shared, not copied, but for the table.
 */
public final class NGramModel {

    private final NGramVocabulary vocabulary;
    private final float[][] table;
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
        this.table = rows(table, vocabulary.size(), bias.length);
        this.bias = bias;
        this.heads = List.copyOf(heads);
    }

    private static float[][] rows(float[] table, int size, int dimension) {
        float[][] rows = new float[size][];
        for (int row = 0; row < size; row++) {
            rows[row] = Arrays.copyOfRange(table, row * dimension, (row + 1) * dimension);
        }
        return rows;
    }

    public NGramVocabulary vocabulary() {
        return vocabulary;
    }

    /** A copy: of shape (vocabulary, dimension), row by row. */
    public float[] table() {
        float[] flat = new float[table.length * bias.length];
        for (int row = 0; row < table.length; row++) {
            System.arraycopy(table[row], 0, flat, row * bias.length, bias.length);
        }
        return flat;
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
        WeightedRows.add(table, features.rows(), features.weights(), features.size(), hidden);
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
