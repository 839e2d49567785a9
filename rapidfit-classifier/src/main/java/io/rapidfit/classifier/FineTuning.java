package io.rapidfit.classifier;

import io.rapidfit.internal.Require;

/**
 * How a training moves a {@link HuggingFaceEncoder} itself, and not only what comes after it.
 *
 * <pre>{@code
 * Encoders.huggingFace("sentence-transformers/all-MiniLM-L6-v2").withFineTuning(FineTuning.defaults())
 * }</pre>
 *
 * @param freezeEpochs in so many first epochs it stays as it is, at least 0: heads that know nothing yet would only do it
 *     harm. These epochs cost next to nothing. Defaults to 3.
 * @param unfreezeLayers so many layers learn, counted from the top, at least 1; the embeddings, too, where it has no more
 *     layers than that less one. The others stay bit for bit as they are. Defaults to 4.
 * @param lrMultiplier what the learning rate of the heads is multiplied with for the encoder, above 0. Defaults to 0.1.
 */
public record FineTuning(int freezeEpochs, int unfreezeLayers, double lrMultiplier) {

    private static final FineTuning DEFAULT = new FineTuning(3, 4, 0.1);

    public FineTuning {
        Require.inRange("freezeEpochs", freezeEpochs, 0, 100_000);
        Require.inRange("unfreezeLayers", unfreezeLayers, 1, 100_000);
        Require.positive("lrMultiplier", lrMultiplier);
    }

    /** Everything as the components' documentation says. */
    public static FineTuning defaults() {
        return DEFAULT;
    }

    public FineTuning withFreezeEpochs(int newFreezeEpochs) {
        return new FineTuning(newFreezeEpochs, unfreezeLayers, lrMultiplier);
    }

    public FineTuning withUnfreezeLayers(int newUnfreezeLayers) {
        return new FineTuning(freezeEpochs, newUnfreezeLayers, lrMultiplier);
    }

    public FineTuning withLrMultiplier(double newLrMultiplier) {
        return new FineTuning(freezeEpochs, unfreezeLayers, newLrMultiplier);
    }
}
