package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * Leaves values of an encoder out by chance, in the layers that learn (Srivastava et al., 2014). The chance is Java's:
 * PyTorch's is the whole process's.
 */
final class Dropout {

    /** Leaves nothing out. */
    static final Dropout NONE = new Dropout(0, 0, 0, 0);

    private final double hidden;
    private final double attention;
    private final int lowest;
    private final SplittableRandom random;

    /**
     * @param hidden share of the embeddings and of what each half of a layer adds, or only its second, in [0, 1)
     * @param attention share of the weights with which tokens see each other, in [0, 1)
     * @param lowest layer that learns; -1 for the embeddings
     */
    Dropout(double hidden, double attention, int lowest, long seed) {
        this.hidden = hidden;
        this.attention = attention;
        this.lowest = lowest;
        this.random = new SplittableRandom(seed);
    }

    /** @param scope see {@link Transformer#states} */
    NDArray hidden(NDManager scope, NDArray values, int layer) {
        return apply(scope, values, hidden, layer);
    }

    /** @param scope see {@link Transformer#states} */
    NDArray attention(NDManager scope, NDArray values, int layer) {
        return apply(scope, values, attention, layer);
    }

    /** Those that stay are scaled up so that the expected sum stays. */
    private NDArray apply(NDManager scope, NDArray values, double share, int layer) {
        if (share == 0 || layer < lowest) {
            return values;
        }
        byte[] kept = new byte[Math.toIntExact(values.size())];
        long below = Integer.MIN_VALUE + Math.round(share * (1L << Integer.SIZE));
        for (int i = 0; i < kept.length; i++) {
            kept[i] = (byte) (random.nextInt() < below ? 0 : 1);
        }
        NDArray mask = scope.create(ByteBuffer.wrap(kept), values.getShape(), DataType.BOOLEAN);
        return values.mul(mask).mul(scope.create((float) (1 / (1 - share))));
    }
}
