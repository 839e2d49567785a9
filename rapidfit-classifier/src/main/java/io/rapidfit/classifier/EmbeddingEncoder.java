package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.CachingEncoder;
import io.rapidfit.classifier.internal.serve.FunctionEncoder;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.internal.Require;
import java.util.List;
import java.util.function.Function;

/**
 * Vectors of an embedding function of the caller's, which a training leaves as they are: it learns the heads only, and
 * needs so few examples since the function knows the language already. See {@link Encoders#embedding}.
 *
 * <p>A training, a cross-validation or an analysis calls the function for a text once, however many epochs, folds and
 * tasks it has. In between, the last vectors are kept, found again by the SHA-256 of their text; classifiers that are
 * built with the same encoder share them. The texts themselves are not kept.
 */
public final class EmbeddingEncoder implements Encoder {

    private static final int MAX_DIMENSION = 65_536;

    private final TextEncoder function;
    private final int batchSize;
    private final int cacheSize;

    /** The function behind what remembers its vectors. */
    private final TextEncoder texts;

    private EmbeddingEncoder(TextEncoder function, int batchSize, int cacheSize) {
        this.function = function;
        this.batchSize = batchSize;
        this.cacheSize = cacheSize;
        this.texts = new CachingEncoder(function, batchSize, cacheSize);
    }

    static EmbeddingEncoder of(String name, int dimension, Function<List<String>, List<float[]>> function) {
        Require.notBlank("name", name);
        Require.inRange("dimension", dimension, 1, MAX_DIMENSION);
        Require.nonNull("function", function);
        return new EmbeddingEncoder(new FunctionEncoder(name, dimension, function), 64, 10_000);
    }

    /** By which a saved model asks for the function. */
    public String name() {
        return function.name();
    }

    /** Of the vectors. */
    public int dimension() {
        return function.dimension();
    }

    /** How many texts the function is given at once, at most. */
    public int batchSize() {
        return batchSize;
    }

    /** How many vectors are kept when no training is under way, at most. */
    public int cacheSize() {
        return cacheSize;
    }

    /** With texts given to the function so many at once at most, in [1, 1000]. Defaults to 64. */
    public EmbeddingEncoder withBatchSize(int newBatchSize) {
        return new EmbeddingEncoder(function, Require.inRange("batchSize", newBatchSize, 1, 1000), cacheSize);
    }

    /**
     * With so many vectors kept at most, of 4 bytes * dimension each: 0 for none. Defaults to 10,000, which is 15 MB at
     * dimension 384. While a training runs it holds those of all its texts beside these.
     */
    public EmbeddingEncoder withCacheSize(int newCacheSize) {
        return new EmbeddingEncoder(
                function, batchSize, Require.inRange("cacheSize", newCacheSize, 0, Integer.MAX_VALUE));
    }

    /** What makes the vectors. */
    TextEncoder texts() {
        return texts;
    }

    /** Name and dimension. */
    @Override
    public String toString() {
        return "EmbeddingEncoder[name=%s, dimension=%s]".formatted(name(), dimension());
    }
}
