package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.classifier.internal.serve.CachingEncoder;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.serve.VectorModel;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.classifier.internal.torch.TunedEncoder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder made ready for one piece of work, a training or all those of a cross-validation, in which it encodes no text
 * twice.
 *
 * @param pretrained an encoder of Hugging Face's; null for any other
 * @param vectors what makes the vectors, and remembers them; null for n-grams, which have none
 */
record OpenedEncoder(
        Encoder encoder,
        @Nullable PretrainedTextEncoder pretrained,
        @Nullable TextEncoder vectors) {

    /** Between two batches an interrupt is seen; within one, texts are computed with others of their length. */
    private static final int BATCH = 1024;

    /** @param pretrained null for any other encoder */
    static OpenedEncoder of(Encoder encoder, @Nullable NativeEncoder pretrained) {
        if (encoder instanceof EmbeddingEncoder embedding) {
            return new OpenedEncoder(encoder, null, CachingEncoder.remembering(embedding.texts()));
        }
        if (pretrained != null) {
            PretrainedTextEncoder loaded = pretrained.get();
            refuseFineTuned(loaded);
            return new OpenedEncoder(encoder, loaded, new CachingEncoder(loaded, BATCH, Integer.MAX_VALUE));
        }
        return new OpenedEncoder(encoder, null, null);
    }

    /**
     * It knows the labels of texts that a new training may be measured on: on random labels, what was held out from it
     * would be right in nearly all cases.
     */
    private static void refuseFineTuned(PretrainedTextEncoder encoder) {
        String madeOf = encoder.fineTunedFrom();
        if (madeOf != null) {
            throw new IllegalStateException(
                    ("encoder %s was fine-tuned on labelled texts. On these a training, and what is measured of it, would"
                                    + " look better than it is. Build a classifier with the encoder that this one was made of,"
                                    + " %s. If none of your texts was among those, take a copy of the directory and delete"
                                    + " %s from its config.json")
                            .formatted(encoder.name(), madeOf, PretrainedDirectory.FINE_TUNED_FROM));
        }
    }

    /** @param minCount how many texts must have an n-gram for it to be learnt; other encoders do not look at it */
    Features features(List<String> texts, int minCount) {
        if (encoder instanceof NGramEncoder ngrams) {
            return Features.NGrams.of(ngrams, texts, minCount);
        }
        TextEncoder remembering = Objects.requireNonNull(vectors);
        FineTuning tuning = FineTuning.of(encoder);
        return pretrained != null && tuning != null
                ? Features.Tuned.of(pretrained, remembering, tuning, texts)
                : Features.Vectors.of(remembering, texts);
    }

    /** Frees what a model has in native memory for itself. It must not be used any more. */
    static void discard(TextModel model) {
        if (model.forgetting() instanceof VectorModel vectors && vectors.encoder() instanceof TunedEncoder tuned) {
            tuned.close();
        }
    }

    /** Of the vectors; 0 for n-grams, whose table is as wide as the recipe says. */
    int dimension() {
        return vectors == null ? 0 : vectors.dimension();
    }
}
