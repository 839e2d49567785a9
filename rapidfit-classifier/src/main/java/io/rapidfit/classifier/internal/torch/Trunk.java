package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a training has below its heads: makes the hidden layer of a batch's texts, and learns from the gradients that come
 * back, if it can learn.
 *
 * @param <M> the kind of model that comes out
 */
interface Trunk<M extends TextModel> {

    /**
     * @param epoch that begins, counted from 1
     * @return whether its values are moved from now on
     */
    default boolean beginEpoch(int epoch) {
        return true;
    }

    /** The parts of a batch whose gradients are computed one after the other and added up. By default it is one. */
    default List<int[]> parts(int[] batch) {
        return List.of(batch);
    }

    /**
     * The hidden layer of each text, of shape (texts, dimension), before dropout. Called while gradients are recorded.
     *
     * @param step where to make arrays, which live until the part ends; values that it is given as weights and biases are
     *     moved by it
     * @param part indexes of the training texts
     */
    NDArray hidden(TrainingStep step, int[] part);

    /** Of the gradients of all its values that {@code step} moves. */
    double sumOfSquares();

    /**
     * Moves its values against their gradients; see {@link Adam#step}.
     *
     * @param rate with a warm-up from the first epoch on in which it learns; without {@linkplain Adam#correction Adam's
     *     correction}, which counts steps from there, too
     */
    void step(float scale, double rate, double decay);

    /** The model as it stands. */
    M model(List<Head> heads);

    /** Keeps the values of the last {@link #model}, in place of those kept before, if these go on changing in it. */
    default void keep() {}

    /** Gives the kept model back its values. */
    default void restore() {}

    /**
     * Frees what the training needed, and the model does not.
     *
     * @param model that came out; null if there is none
     */
    default void end(@Nullable M model) {}
}
