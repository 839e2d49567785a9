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

    /** For each head the index of the one that it is nested in, or -1. */
    private final int[] finer;

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
            if (!head.layers().isEmpty() && head.layers().get(0).inputs() != bias.length) {
                throw new IllegalArgumentException("the head of task '%s' takes %s values, the dimension is %s"
                        .formatted(head.task(), head.layers().get(0).inputs(), bias.length));
            }
        }
        this.vocabulary = vocabulary;
        this.table = table;
        this.bias = bias;
        this.heads = List.copyOf(heads);
        this.finer = new int[heads.size()];
        for (int i = 0; i < finer.length; i++) {
            Head finerHead = heads.get(i).finer();
            finer[i] = finerHead == null ? -1 : indexOf(finerHead.task());
        }
    }

    private int indexOf(String task) {
        for (int i = 0; i < heads.size(); i++) {
            if (heads.get(i).task().equals(task)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no head of task '%s', in which another is nested".formatted(task));
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

    /** The same model with other heads. */
    public NGramModel withHeads(List<Head> newHeads) {
        return new NGramModel(vocabulary, table, bias, newHeads);
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

    /** What a head of this model says, from a text's hidden layer. */
    public Answer answer(float[] hidden, Head head) {
        return head.answer(hidden);
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

    /** What all heads say, in their order, from a text's hidden layer. */
    public List<Answer> answers(float[] hidden) {
        Answer[] answers = new Answer[heads.size()];
        for (int i = 0; i < answers.length; i++) {
            if (finer[i] < 0) {
                answers[i] = heads.get(i).answer(hidden, null);
            }
        }
        for (int i = 0; i < answers.length; i++) {
            if (finer[i] >= 0) {
                answers[i] = heads.get(i).answer(hidden, answers[finer[i]]);
            }
        }
        return List.of(answers);
    }
}
