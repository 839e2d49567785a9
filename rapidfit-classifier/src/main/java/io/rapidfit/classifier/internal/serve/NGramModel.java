package io.rapidfit.classifier.internal.serve;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.List;

/**
 * A trained n-gram classifier: hidden = relu(bias + the sum of weight * table row over a text's features), then one
 * {@link Head} a task.
 *
 * <p>Immutable and thread-safe; the arrays it is made of are shared, not copied, but for a table of floats.
 */
public final class NGramModel {

    private final NGramVocabulary vocabulary;
    private final EmbeddingTable table;
    private final float[] bias;
    private final List<Head> heads;

    /**
     * @param table of shape (vocabulary, dimension), row by row
     * @param bias of the hidden layer; its length is the dimension
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public NGramModel(NGramVocabulary vocabulary, float[] table, float[] bias, List<Head> heads) {
        this(vocabulary, new FloatTable(table, vocabulary.size(), bias.length), bias, heads);
    }

    /**
     * @param bias of the hidden layer; its length is the dimension
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public NGramModel(NGramVocabulary vocabulary, EmbeddingTable table, float[] bias, List<Head> heads) {
        if (table.rows() != vocabulary.size() || table.dimension() != bias.length) {
            throw new IllegalArgumentException("a table of %s rows of %s for %s n-grams and dimension %s"
                    .formatted(table.rows(), table.dimension(), vocabulary.size(), bias.length));
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

    /** A copy: of shape (vocabulary, dimension), row by row. */
    public float[] table() {
        return table.toFloats();
    }

    public EmbeddingTable embeddings() {
        return table;
    }

    /** The same model with its table kept otherwise. */
    public NGramModel withPrecision(Precision precision) {
        return new NGramModel(vocabulary, table.withPrecision(precision), bias, heads);
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
        table.add(features, hidden);
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
