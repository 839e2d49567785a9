package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.data.Splitter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the builder was told; null where the data decides. */
record TrainingOptions(
        Encoder encoder,
        Splitter splitter,
        long seed,
        @Nullable Integer epochs,
        @Nullable Double learningRate,
        int batchSize,
        double dropout,
        double labelSmoothing,
        Consumer<TrainingProgress> onProgress) {

    /** Below this many texts, larger and more steps are better; measured on banking77 and hwu64, whole and 10 a class. */
    private static final int FEW_TEXTS = 3000;

    /** A handful of texts is one step an epoch: without a floor nothing would be learnt. */
    private static final int MIN_STEPS = 300;

    /** Everything decided, for so many different texts. */
    TrainingRecipe recipe(int texts) {
        boolean few = texts < FEW_TEXTS;
        int stepsPerEpoch = (texts + batchSize - 1) / batchSize;
        int enough = (MIN_STEPS + stepsPerEpoch - 1) / stepsPerEpoch;
        return new TrainingRecipe(
                ngrams().dimension(),
                epochs != null ? epochs : few ? Math.max(20, enough) : 8,
                batchSize,
                learningRate != null ? learningRate : few ? 5e-3 : 2e-3,
                dropout,
                labelSmoothing,
                seed);
    }

    NGramEncoder ngrams() {
        return (NGramEncoder) encoder; // the only kind there is
    }
}
