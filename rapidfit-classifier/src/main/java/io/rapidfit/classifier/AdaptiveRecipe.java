package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Chooses by the data what the configuration leaves open. The values were found on held-out parts of the training texts of
 * banking77, hwu64 (whole, and 5 to 30 texts a label) and tweeteval; those for embeddings on the first two, with 5, 10 and
 * 50 texts a label and all-MiniLM-L6-v2. Those for an encoder that learns are not measured here: they are the literature's.
 *
 * @param minCount how many texts must have an n-gram for it to be learnt; 0 where the encoder has none
 */
record AdaptiveRecipe(Kind kind, DataProfile profile, int minCount, TrainingRecipe recipe) {

    /** What sort of data it is. */
    enum Kind {
        /** More and larger steps, and a wider table, which costs little here. */
        FEW_TEXTS,
        MANY_TEXTS,
        /**
         * Labels that words alone do not decide, such as irony: what is learnt by heart is mostly wrong, so little is
         * learnt of each text, and rare n-grams not at all.
         */
        NOISY_TEXTS
    }

    private static final int FEW = 3000;

    /** A simple model's agreement below which many texts count as noisy. */
    private static final double NOISY_AGREEMENT = 0.55;

    /** Below this number of texts a label, a low agreement may just mean that there are few. */
    private static final int ENOUGH_PER_LABEL = 100;

    /** A handful of texts is one step an epoch: without a floor nothing would be learnt. */
    private static final int MIN_STEPS = 600;

    private static final int MAX_EPOCHS = 200;

    /** With an encoder that learns: as many texts as BERT's own fine-tuning saw at once (Devlin et al., 2019). */
    private static final int TUNING_BATCH = 16;

    /** Few texts need many more than BERT's 3 epochs (Zhang et al., 2021; Mosbach et al., 2021). */
    private static final int MAX_TUNING_EPOCHS = 20;

    /** Many texts are so often seen after the encoder was frozen at least: BERT's own number. */
    private static final int MIN_TUNING_EPOCHS = 3;

    private static final int MIN_TUNING_STEPS = 1000;

    private static final double WARM_UP = 0.05;

    /** Then in a straight line to 0: without it few texts often end in a model that has learnt nothing (Mosbach et al.). */
    private static final double TUNING_WARM_UP = 0.1;

    /** BERT's own. */
    private static final double TUNING_WEIGHT_DECAY = 0.01;

    /** BERT's own. */
    private static final double TUNING_GRADIENT_NORM = 1;

    static Kind kind(DataProfile profile) {
        if (profile.texts() < FEW) {
            return Kind.FEW_TEXTS; // noisy ones too: with so few, learning little of each leaves next to nothing
        }
        boolean noisy = profile.textsPerLabel() >= ENOUGH_PER_LABEL && profile.agreement() < NOISY_AGREEMENT;
        return noisy ? Kind.NOISY_TEXTS : Kind.MANY_TEXTS;
    }

    /** @param vectors the dimension of the encoder's, 0 for n-grams */
    static AdaptiveRecipe choose(DataProfile profile, MultiheadConfig config, int vectors) {
        Kind kind = kind(profile);
        Below below = Below.of(config.encoder(), vectors, kind);
        TrainingConfig training = config.training();
        FineTuning tuning = FineTuning.of(config.encoder());
        int batchSize = or(training.batchSize(), tuning != null ? TUNING_BATCH : kind == Kind.MANY_TEXTS ? 64 : 32);
        int epochs =
                tuning != null ? epochs(tuning, profile.texts(), batchSize) : epochs(kind, profile.texts(), batchSize);
        HeadConfig head = config.head();
        return new AdaptiveRecipe(
                kind,
                profile,
                below.minCount(),
                new TrainingRecipe(
                        below.dimension(),
                        or(training.epochs(), epochs),
                        batchSize,
                        new Rate(
                                or(training.learningRate(), below.learningRate()),
                                or(training.warmUp(), tuning != null ? TUNING_WARM_UP : WARM_UP),
                                training.schedule() == TrainingConfig.Schedule.COSINE),
                        new Regularization(
                                or(training.featureDropout(), below.featureDropout()),
                                or(head.dropout(), below.dropout()),
                                or(config.loss().labelSmoothing(), byKind(kind, 0, 0, 0.1)),
                                config.loss().focalGamma(),
                                or(training.weightDecay(), tuning != null ? TUNING_WEIGHT_DECAY : 0),
                                or(
                                        training.maxGradientNorm(),
                                        tuning != null ? TUNING_GRADIENT_NORM : Double.POSITIVE_INFINITY)),
                        new Layers(
                                or(head.hiddenLayers(), below.hiddenLayers()),
                                Math.max(1, (int) Math.round(below.dimension() * head.multiplier())),
                                Activation.valueOf(head.activation().name())),
                        training.seed()));
    }

    /** What is chosen by the encoder, which is below the heads. */
    private record Below(
            int dimension, int minCount, double learningRate, double featureDropout, double dropout, int hiddenLayers) {

        static Below of(Encoder encoder, int vectors, Kind kind) {
            if (encoder instanceof NGramEncoder ngrams) {
                return new Below(
                        or(ngrams.dimension(), kind == Kind.FEW_TEXTS ? 256 : 128),
                        or(ngrams.minCount(), kind == Kind.NOISY_TEXTS ? 2 : 1),
                        byKind(kind, 3e-3, 5e-3, 1e-3),
                        byKind(kind, 0.5, 0.5, 0.4),
                        byKind(kind, 0.3, 0.1, 0.5),
                        0);
            }
            if (FineTuning.of(encoder) != null) {
                // A tenth of the rate, which is the encoder's, is the largest that BERT was fine-tuned with. What a
                // hidden layer would find, the encoder's own layers learn.
                return new Below(vectors, 0, 5e-4, 0, 0.1, 0);
            }
            // Vectors are not made for the task at hand: a hidden layer finds in them what is.
            return new Below(vectors, 0, 2e-3, 0, 0.3, 1);
        }
    }

    private static int epochs(FineTuning tuning, int texts, int batchSize) {
        int enough = ceil(MIN_TUNING_STEPS, ceil(texts, batchSize));
        return Math.max(tuning.freezeEpochs() + MIN_TUNING_EPOCHS, Math.min(MAX_TUNING_EPOCHS, enough));
    }

    private static int ceil(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private static int epochs(Kind kind, int texts, int batchSize) {
        if (kind == Kind.NOISY_TEXTS) {
            return 5;
        }
        return Math.max(12, Math.min(MAX_EPOCHS, ceil(MIN_STEPS, ceil(texts, batchSize))));
    }

    private static double byKind(Kind kind, double few, double many, double noisy) {
        return switch (kind) {
            case FEW_TEXTS -> few;
            case MANY_TEXTS -> many;
            case NOISY_TEXTS -> noisy;
        };
    }

    private static int or(@Nullable Integer given, int chosen) {
        return given == null ? chosen : given;
    }

    private static double or(@Nullable Double given, double chosen) {
        return given == null ? chosen : given;
    }

    /** How often an epoch has the name of each label. */
    int nameCopies() {
        return kind == Kind.FEW_TEXTS ? 4 : 2;
    }

    /** For the manifest and the log. */
    Map<String, Object> describe() {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("chosenFor", kind.name());
        description.put("texts", profile.texts());
        description.put("textsPerLabel", profile.textsPerLabel());
        boolean ngrams = minCount > 0;
        if (ngrams) {
            description.put("featuresPerText", Math.round(profile.featuresPerText() * 10) / 10.0);
        }
        description.put("agreement", Math.round(profile.agreement() * 1000) / 1000.0);
        description.put("dimension", recipe.dimension());
        if (ngrams) {
            description.put("minCount", minCount);
        } else {
            description.put("hiddenLayers", recipe.layers().count());
        }
        description.put("epochs", recipe.epochs());
        description.put("batchSize", recipe.batchSize());
        description.put("learningRate", recipe.rate().highest());
        if (ngrams) {
            description.put("featureDropout", recipe.regularization().featureDropout());
        }
        description.put("dropout", recipe.regularization().dropout());
        description.put("labelSmoothing", recipe.regularization().labelSmoothing());
        description.put("seed", recipe.seed());
        return description;
    }
}
