package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import org.jspecify.annotations.Nullable;

/**
 * How a model learns. What is null is chosen from the data; the choice is logged and stands in the saved model's manifest.
 *
 * <pre>{@code
 * TrainingConfig.defaults().withEpochs(20).withSchedule(Schedule.COSINE)
 * }</pre>
 *
 * @param epochs how often every text is seen, at least 1; by default 12, more for few texts and fewer for noisy ones;
 *     with {@link FineTuning} 20, fewer for many texts
 * @param learningRate Adam's step size after the warm-up; by default 0.005, 0.003 for few texts or 0.001 for noisy
 *     ones; 0.002 for embeddings and frozen encoders, 0.0005 with {@link FineTuning}
 * @param batchSize texts a step, at least 1; by default 64, or 32 for few or noisy texts, or 16 with
 *     {@link FineTuning}
 * @param warmUp share of the steps over which the learning rate rises from 0, in [0, 1); by default 0.05, or 0.1 with
 *     {@link FineTuning}
 * @param schedule how it falls to 0 after that. Defaults to {@link Schedule#LINEAR}.
 * @param weightDecay share of each weight, times the learning rate, that a step takes off (Loshchilov and Hutter, 2019);
 *     biases and layer norms keep theirs; by default 0, or 0.01 with {@link FineTuning}
 * @param maxGradientNorm longer gradients are scaled down to this length (Pascanu et al., 2013); by default infinite, or
 *     1 with {@link FineTuning}
 * @param featureDropout share of a text's n-grams that are left out of a step, in [0, 1); by default 0.5, or 0.4 for
 *     noisy texts. Other encoders have none.
 * @param labelNames whether the words of a label's name are learnt as texts of that label: much is said in
 *     {@code card_arrival} or {@code alarm_query}, and it helps most where examples are few. Defaults to true.
 * @param seed of the first values, the order of texts and the dropout: same seed, data and machine, same model. Defaults
 *     to 42.
 */
public record TrainingConfig(
        @Nullable Integer epochs,
        @Nullable Double learningRate,
        @Nullable Integer batchSize,
        @Nullable Double warmUp,
        Schedule schedule,
        @Nullable Double weightDecay,
        @Nullable Double maxGradientNorm,
        @Nullable Double featureDropout,
        boolean labelNames,
        long seed) {

    /** How the learning rate falls. */
    public enum Schedule {
        /** In a straight line. */
        LINEAR,
        /** Along half a cosine (Loshchilov and Hutter, 2017). */
        COSINE
    }

    private static final TrainingConfig DEFAULT =
            new TrainingConfig(null, null, null, null, Schedule.LINEAR, null, null, null, true, 42);

    public TrainingConfig {
        if (epochs != null) {
            Require.inRange("epochs", epochs, 1, 100_000);
        }
        if (learningRate != null) {
            Require.positive("learningRate", learningRate);
        }
        if (batchSize != null) {
            Require.inRange("batchSize", batchSize, 1, 65_536);
        }
        if (warmUp != null) {
            Require.fraction("warmUp", warmUp);
        }
        Require.nonNull("schedule", schedule);
        if (weightDecay != null) {
            Require.inRange("weightDecay", weightDecay, 0, 1);
        }
        if (maxGradientNorm != null && !(maxGradientNorm > 0)) {
            throw new IllegalArgumentException("maxGradientNorm must be positive but was " + maxGradientNorm);
        }
        if (featureDropout != null) {
            Require.fraction("featureDropout", featureDropout);
        }
    }

    /** Everything as the components' documentation says. */
    public static TrainingConfig defaults() {
        return DEFAULT;
    }

    public TrainingConfig withEpochs(int newEpochs) {
        Draft draft = new Draft(this);
        draft.epochs = newEpochs;
        return draft.finished();
    }

    public TrainingConfig withLearningRate(double newLearningRate) {
        Draft draft = new Draft(this);
        draft.learningRate = newLearningRate;
        return draft.finished();
    }

    public TrainingConfig withBatchSize(int newBatchSize) {
        Draft draft = new Draft(this);
        draft.batchSize = newBatchSize;
        return draft.finished();
    }

    public TrainingConfig withWarmUp(double newWarmUp) {
        Draft draft = new Draft(this);
        draft.warmUp = newWarmUp;
        return draft.finished();
    }

    public TrainingConfig withSchedule(Schedule newSchedule) {
        Draft draft = new Draft(this);
        draft.schedule = newSchedule;
        return draft.finished();
    }

    public TrainingConfig withWeightDecay(double newWeightDecay) {
        Draft draft = new Draft(this);
        draft.weightDecay = newWeightDecay;
        return draft.finished();
    }

    public TrainingConfig withMaxGradientNorm(double newMaxGradientNorm) {
        Draft draft = new Draft(this);
        draft.maxGradientNorm = newMaxGradientNorm;
        return draft.finished();
    }

    public TrainingConfig withFeatureDropout(double newFeatureDropout) {
        Draft draft = new Draft(this);
        draft.featureDropout = newFeatureDropout;
        return draft.finished();
    }

    public TrainingConfig withLabelNames(boolean newLabelNames) {
        Draft draft = new Draft(this);
        draft.labelNames = newLabelNames;
        return draft.finished();
    }

    public TrainingConfig withSeed(long newSeed) {
        Draft draft = new Draft(this);
        draft.seed = newSeed;
        return draft.finished();
    }

    /** A copy in the making. */
    private static final class Draft {

        private @Nullable Integer epochs;
        private @Nullable Double learningRate;
        private @Nullable Integer batchSize;
        private @Nullable Double warmUp;
        private Schedule schedule;
        private @Nullable Double weightDecay;
        private @Nullable Double maxGradientNorm;
        private @Nullable Double featureDropout;
        private boolean labelNames;
        private long seed;

        Draft(TrainingConfig config) {
            epochs = config.epochs;
            learningRate = config.learningRate;
            batchSize = config.batchSize;
            warmUp = config.warmUp;
            schedule = config.schedule;
            weightDecay = config.weightDecay;
            maxGradientNorm = config.maxGradientNorm;
            featureDropout = config.featureDropout;
            labelNames = config.labelNames;
            seed = config.seed;
        }

        TrainingConfig finished() {
            return new TrainingConfig(
                    epochs,
                    learningRate,
                    batchSize,
                    warmUp,
                    schedule,
                    weightDecay,
                    maxGradientNorm,
                    featureDropout,
                    labelNames,
                    seed);
        }
    }
}
