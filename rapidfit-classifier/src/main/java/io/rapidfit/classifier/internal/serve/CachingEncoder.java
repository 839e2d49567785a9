package io.rapidfit.classifier.internal.serve;

import io.rapidfit.internal.Sha256;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Remembers the vectors of the texts that it was last asked for, so that the encoder behind it need not make them again,
 * and asks for those that it does not know a batch at a time.
 *
 * <p>It knows texts by their SHA-256, and keeps none of them: what it takes in memory depends on the number and the size
 * of the vectors alone.
 */
public final class CachingEncoder implements TextEncoder {

    private final TextEncoder source;
    private final int batchSize;
    private final int capacity;

    /** The least recently used first. */
    private final Map<ByteBuffer, float[]> vectors;

    /**
     * @param batchSize texts that {@code source} is given at once, at most
     * @param capacity vectors that are kept, at most
     */
    public CachingEncoder(TextEncoder source, int batchSize, int capacity) {
        this.source = source;
        this.batchSize = batchSize;
        this.capacity = capacity;
        this.vectors = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, float[]> eldest) {
                return size() > capacity;
            }
        };
    }

    /** One that forgets nothing: for a piece of work that comes to an end. */
    public static CachingEncoder remembering(TextEncoder source) {
        return new CachingEncoder(source, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    boolean forgetsNothing() {
        return capacity == Integer.MAX_VALUE;
    }

    /** What makes the vectors that are not remembered. */
    TextEncoder source() {
        return source;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public int dimension() {
        return source.dimension();
    }

    /**
     * {@inheritDoc}
     *
     * <p>What was made before a batch fails is remembered.
     *
     * @throws CancellationException if the thread is interrupted between two batches; its interrupt status stays set
     */
    @Override
    public List<float[]> encode(List<String> texts) {
        Map<String, float[]> known = new HashMap<>();
        Set<String> unknown = new LinkedHashSet<>();
        synchronized (vectors) {
            for (String text : texts) {
                float[] vector = vectors.get(key(text));
                if (vector == null) {
                    unknown.add(text);
                } else {
                    known.put(text, vector);
                }
            }
        }
        List<String> missing = List.copyOf(unknown);
        for (int from = 0; from < missing.size(); from += batchSize) {
            if (from > 0 && Thread.currentThread().isInterrupted()) {
                throw new CancellationException(
                        "interrupted after %s of %s embeddings".formatted(from, missing.size()));
            }
            List<String> batch = missing.subList(from, Math.min(missing.size(), from + batchSize));
            List<float[]> made = source.encode(batch);
            synchronized (vectors) {
                for (int i = 0; i < batch.size(); i++) {
                    vectors.put(key(batch.get(i)), made.get(i));
                    known.put(batch.get(i), made.get(i));
                }
            }
        }
        return texts.stream().map(known::get).toList();
    }

    private static ByteBuffer key(String text) {
        return ByteBuffer.wrap(Sha256.hash(text));
    }
}
