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
public final class NGramModel extends TextModel {

    private final NGramVocabulary vocabulary;
    private final EmbeddingTable table;
    private final float[] bias;

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
        super(bias.length, heads);
        if (table.rows() != vocabulary.size() || table.dimension() != bias.length) {
            throw new IllegalArgumentException("a table of %s rows of %s for %s n-grams and dimension %s"
                    .formatted(table.rows(), table.dimension(), vocabulary.size(), bias.length));
        }
        this.vocabulary = vocabulary;
        this.table = table;
        this.bias = bias;
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

    @Override
    public NGramModel withHeads(List<Head> newHeads) {
        return new NGramModel(vocabulary, table, bias, newHeads);
    }

    @Override
    public Precision precision() {
        return table.precision();
    }

    @Override
    public NGramModel withPrecision(Precision precision) {
        return new NGramModel(vocabulary, table.withPrecision(precision), bias, heads());
    }

    /** This model: it is quicker than a memory. */
    @Override
    public NGramModel remembering() {
        return this;
    }

    @Override
    public NGramModel forgetting() {
        return this;
    }

    public float[] bias() {
        return bias;
    }

    @Override
    public float[] encode(String text) {
        return encode(vocabulary.features(text));
    }

    @Override
    public List<float[]> encode(List<String> texts) {
        return texts.stream().map(this::encode).toList();
    }

    public float[] encode(FeatureBag features) {
        float[] hidden = sums(features);
        for (int k = 0; k < hidden.length; k++) {
            hidden[k] = Math.max(0, hidden[k]);
        }
        return hidden;
    }

    private float[] sums(FeatureBag features) {
        float[] sums = bias.clone();
        table.add(features, sums);
        return sums;
    }

    /**
     * What speaks for one of a head's labels, exactly: a hidden value that was cut at 0 takes no part, the others are
     * sums of what features add to them.
     *
     * @param hidden that of {@code features}
     * @param label its index
     */
    public Attribution explain(FeatureBag features, float[] hidden, Head head, int label) {
        double[] factors = head.explain(hidden, label);
        double[] direction = new double[hidden.length];
        double constant = factors[hidden.length];
        for (int k = 0; k < hidden.length; k++) {
            direction[k] = hidden[k] > 0 ? factors[k] : 0;
            constant += direction[k] * bias[k];
        }
        double[] contributions = new double[features.size()];
        for (int i = 0; i < contributions.length; i++) {
            contributions[i] = features.weight(i) * table.dot(features.row(i), direction);
        }
        return new Attribution(contributions, constant);
    }
}
