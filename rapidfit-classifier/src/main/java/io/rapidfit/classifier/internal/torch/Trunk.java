package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import java.util.List;

/**
 * What a training has below its heads: makes the hidden layer of a batch's texts, and learns from the gradients that come
 * back, if it can learn.
 *
 * @param <M> the kind of model that comes out
 */
interface Trunk<M extends TextModel> {

    /**
     * The hidden layer of each text, of shape (texts, dimension), before dropout. Called while gradients are recorded.
     *
     * @param step where to make arrays, which live until it ends; values that it is given as weights and biases are moved
     *     by it
     * @param batch indexes of the training texts
     */
    NDArray hidden(TrainingStep step, int[] batch);

    /** Of the gradients of all its values that {@code step} moves. */
    double sumOfSquares();

    /** Moves its values against their gradients; see {@link Adam#step}. */
    void step(float scale, float rate, float decay);

    /** The model as it stands. */
    M model(List<Head> heads);
}
