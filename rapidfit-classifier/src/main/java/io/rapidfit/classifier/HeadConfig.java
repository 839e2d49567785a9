package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * What every task has on top of the shared encoder. What is null is chosen from the data.
 *
 * @param hiddenLayers before the last one, in [0, 4]; by default 0 for n-grams, which more did not help, and
 *     with {@link FineTuning}, and 1 for embeddings and frozen encoders
 * @param multiplier size of a hidden layer, times the encoder's dimension, in (0, 16]. Defaults to 1.
 * @param activation of the hidden layers. Defaults to {@link Activation#GELU}.
 * @param dropout share of hidden values left out of a training step, in [0, 1) (Srivastava et al., 2014); by default 0.1,
 *     0.3 for few texts, for embeddings and for frozen encoders, or 0.5 for noisy texts
 * @param nested whether a task that another one decides shares its head: where every label of {@code intent} was seen with
 *     one label of {@code scenario} only, too often for chance, a scenario's probability is the sum of those of its
 *     intents, which {@link EvaluationConfig#calibrate} may then make more or less sure. Such answers seldom contradict
 *     each other, and were better. Defaults to true.
 */
public record HeadConfig(
        @Nullable Integer hiddenLayers,
        double multiplier,
        Activation activation,
        @Nullable Double dropout,
        boolean nested) {

    /** What a hidden layer makes of its sums. */
    public enum Activation {
        RELU,
        GELU,
        SILU,
        TANH
    }

    private static final HeadConfig DEFAULT = new HeadConfig(null, 1, Activation.GELU, null, true);

    public HeadConfig {
        if (hiddenLayers != null) {
            Require.inRange("hiddenLayers", hiddenLayers, 0, 4);
        }
        Require.positive("multiplier", multiplier);
        Require.inRange("multiplier", multiplier, 0, 16);
        Require.nonNull("activation", activation);
        if (dropout != null) {
            Require.fraction("dropout", dropout);
        }
    }

    /** Everything as the components' documentation says. */
    public static HeadConfig defaults() {
        return DEFAULT;
    }

    public HeadConfig withHiddenLayers(int newHiddenLayers) {
        return new HeadConfig(newHiddenLayers, multiplier, activation, dropout, nested);
    }

    public HeadConfig withMultiplier(double newMultiplier) {
        return new HeadConfig(hiddenLayers, newMultiplier, activation, dropout, nested);
    }

    public HeadConfig withActivation(Activation newActivation) {
        return new HeadConfig(hiddenLayers, multiplier, newActivation, dropout, nested);
    }

    public HeadConfig withDropout(double newDropout) {
        return new HeadConfig(hiddenLayers, multiplier, activation, newDropout, nested);
    }

    public HeadConfig withNested(boolean newNested) {
        return new HeadConfig(hiddenLayers, multiplier, activation, dropout, newNested);
    }
}
