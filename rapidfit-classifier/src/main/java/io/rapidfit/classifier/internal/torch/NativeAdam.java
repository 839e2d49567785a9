package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What {@link Adam} does, for values that stay in PyTorch's memory: an encoder has millions, and to bring them and their
 * gradients over for every step takes longer than to move them.
 */
final class NativeAdam {

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final NDArray m;
    private final NDArray v;

    /** @param manager for what it remembers of the gradients */
    NativeAdam(NDManager manager, Shape shape) {
        this.m = manager.zeros(shape);
        this.v = manager.zeros(shape);
    }

    /**
     * See {@link Adam#step}.
     *
     * @param values are changed in place
     * @param gradients are used up
     */
    void step(NDArray values, NDArray gradients, float scale, float rate, float decay) {
        gradients.muli(scale);
        try (NDArray part = gradients.mul(1 - BETA_1)) {
            m.muli(BETA_1).addi(part);
        }
        v.muli(BETA_2).addi(gradients.muli(gradients).muli(1 - BETA_2));
        try (NDArray root = v.sqrt();
                NDArray move = m.div(root.addi(EPSILON))) {
            values.muli(1 - decay).subi(move.muli(rate));
        }
    }
}
