package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.CachingEncoder;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An encoder made ready for one piece of work, a training or all those of a cross-validation, in which it encodes no text
 * twice.
 *
 * @param vectors what makes the vectors, and remembers them; null for n-grams, which have none
 */
record OpenedEncoder(Encoder encoder, @Nullable TextEncoder vectors) {

    /** Between two batches an interrupt is seen; within one, texts are computed with others of their length. */
    private static final int BATCH = 1024;

    /** @param pretrained null for any other encoder */
    static OpenedEncoder of(Encoder encoder, @Nullable NativeEncoder pretrained) {
        if (encoder instanceof EmbeddingEncoder embedding) {
            return new OpenedEncoder(encoder, CachingEncoder.remembering(embedding.texts()));
        }
        return new OpenedEncoder(
                encoder, pretrained == null ? null : new CachingEncoder(pretrained.get(), BATCH, Integer.MAX_VALUE));
    }

    /** @param minCount how many texts must have an n-gram for it to be learnt; other encoders do not look at it */
    Features features(List<String> texts, int minCount) {
        return encoder instanceof NGramEncoder ngrams
                ? Features.NGrams.of(ngrams, texts, minCount)
                : Features.Vectors.of(Objects.requireNonNull(vectors), texts);
    }

    /** Of the vectors; 0 for n-grams, whose table is as wide as the recipe says. */
    int dimension() {
        return vectors == null ? 0 : vectors.dimension();
    }
}
