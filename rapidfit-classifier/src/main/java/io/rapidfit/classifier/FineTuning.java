package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * How a training moves a {@link HuggingFaceEncoder} itself, and not only what comes after it.
 *
 * <pre>{@code
 * Encoders.huggingFace("sentence-transformers/all-MiniLM-L6-v2").withFineTuning(FineTuning.defaults())
 * }</pre>
 *
 * @param freezeEpochs in so many first epochs it stays as it is, at least 0: heads that know nothing yet would only do it
 *     harm. These epochs cost next to nothing. Defaults to 3.
 * @param unfreezeLayers so many layers learn, counted from the top, at least 1; if it has fewer, the embeddings learn,
 *     too. All else stays bit for bit as it is. Defaults to 4.
 * @param lrMultiplier what the learning rate of the heads is multiplied with for the encoder, above 0. The encoder has a
 *     warm-up of its own when it begins to learn. Defaults to 0.1.
 * @param microBatchSize so many texts pass the encoder at once, at least 1. A larger {@linkplain TrainingConfig#batchSize
 *     batch} passes it in parts, which takes less memory, and their gradients are added up: but for rounding, and for what
 *     dropout leaves out, the step is the same. Defaults to 16, which is a whole batch unless another size is asked for.
 */
public record FineTuning(int freezeEpochs, int unfreezeLayers, double lrMultiplier, int microBatchSize) {

    private static final FineTuning DEFAULT = new FineTuning(3, 4, 0.1, 16);

    public FineTuning {
        Require.inRange("freezeEpochs", freezeEpochs, 0, 100_000);
        Require.inRange("unfreezeLayers", unfreezeLayers, 1, 100_000);
        Require.positive("lrMultiplier", lrMultiplier);
        Require.inRange("microBatchSize", microBatchSize, 1, 65_536);
    }

    /** How an encoder learns; null if it does not. */
    static @Nullable FineTuning of(Encoder encoder) {
        return encoder instanceof HuggingFaceEncoder pretrained ? pretrained.fineTuning() : null;
    }

    /** Everything as the components' documentation says. */
    public static FineTuning defaults() {
        return DEFAULT;
    }

    public FineTuning withFreezeEpochs(int newFreezeEpochs) {
        return new FineTuning(newFreezeEpochs, unfreezeLayers, lrMultiplier, microBatchSize);
    }

    public FineTuning withUnfreezeLayers(int newUnfreezeLayers) {
        return new FineTuning(freezeEpochs, newUnfreezeLayers, lrMultiplier, microBatchSize);
    }

    public FineTuning withLrMultiplier(double newLrMultiplier) {
        return new FineTuning(freezeEpochs, unfreezeLayers, newLrMultiplier, microBatchSize);
    }

    public FineTuning withMicroBatchSize(int newMicroBatchSize) {
        return new FineTuning(freezeEpochs, unfreezeLayers, lrMultiplier, newMicroBatchSize);
    }
}
