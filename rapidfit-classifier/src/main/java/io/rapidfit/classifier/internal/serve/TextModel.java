package io.rapidfit.classifier.internal.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * A trained classifier: something that makes a text's hidden layer, then one {@link Head} a task, which answers from it.
 *
 * <p>Immutable and thread-safe.
 */
public abstract sealed class TextModel permits NGramModel, VectorModel {

    /** How many hidden layers are held at once where there are many texts. */
    private static final int SLICE = 1000;

    private final int dimension;
    private final List<Head> heads;

    /** For each head the index of the one that it is nested in, or -1. */
    private final int[] finer;

    /** @throws IllegalArgumentException if the heads do not fit the dimension or each other */
    TextModel(int dimension, List<Head> heads) {
        for (Head head : heads) {
            if (!head.layers().isEmpty() && head.layers().get(0).inputs() != dimension) {
                throw new IllegalArgumentException("the head of task '%s' takes %s values, the dimension is %s"
                        .formatted(head.task(), head.layers().get(0).inputs(), dimension));
            }
        }
        this.dimension = dimension;
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

    /** Of the hidden layer. */
    public final int dimension() {
        return dimension;
    }

    public final List<Head> heads() {
        return heads;
    }

    /** The same model with other heads. */
    public abstract TextModel withHeads(List<Head> newHeads);

    /** How the numbers of the model's largest part are kept. */
    public abstract Precision precision();

    /** The same model with its largest part kept otherwise, if there is another way. */
    public abstract TextModel withPrecision(Precision precision);

    /** The same model for one piece of work in which texts come again: what takes long is done once for each. */
    public abstract TextModel remembering();

    /** The model that this one is the {@linkplain #remembering remembering} one of, when the piece of work is done. */
    public abstract TextModel forgetting();

    /** The text's hidden layer, from which every head answers. */
    public abstract float[] encode(String text);

    /** The same for each of several texts, in their order. */
    public abstract List<float[]> encode(List<String> texts);

    /** Tells each text's hidden layer and index, in order, and holds a bounded number of them at once. */
    public final void forEach(List<String> texts, ObjIntConsumer<float[]> consumer) {
        for (int from = 0; from < texts.size(); from += SLICE) {
            int index = from;
            for (float[] hidden : encode(texts.subList(from, Math.min(texts.size(), from + SLICE)))) {
                consumer.accept(hidden, index++);
            }
        }
    }

    /** What a head of this model says, from a text's hidden layer. */
    public final Answer answer(float[] hidden, Head head) {
        return head.answer(hidden);
    }

    /** What a head of this model says of each text, in their order. */
    public final List<Answer> answers(List<String> texts, Head head) {
        List<Answer> answers = new ArrayList<>(texts.size());
        forEach(texts, (hidden, i) -> answers.add(head.answer(hidden)));
        return answers;
    }

    /** What all heads say, in their order, from a text's hidden layer. */
    public final List<Answer> answers(float[] hidden) {
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
