package io.rapidfit.classifier.internal.features;

import java.util.Arrays;
import java.util.List;

/**
 * The n-grams that a model knows, each with a row number and an inverse document frequency.
 *
 * <p>A text's feature weighs (1 + ln tf) * idf, with idf = ln((1 + texts) / (1 + texts with it)) + 1 (the smoothed form
 * of scikit-learn's TfidfTransformer); the weights of a text's word n-grams, and those of its character n-grams, are
 * scaled to length 1.
 *
 * <p>Immutable and thread-safe.
 */
public final class NGramVocabulary {

    private final NGramSizes sizes;
    private final long[] hashes;
    private final float[] idf;
    private final LongIntTable rows;

    private NGramVocabulary(NGramSizes sizes, long[] hashes, float[] idf) {
        this.sizes = sizes;
        this.hashes = hashes;
        this.idf = idf;
        this.rows = new LongIntTable(hashes.length);
        for (int row = 0; row < hashes.length; row++) {
            rows.put(hashes[row], row);
        }
    }

    /**
     * A vocabulary from its parts; row {@code i} is that of {@code hashes[i]}.
     *
     * @throws IllegalArgumentException if the parts do not fit: different lengths, a hash of 0 or one that comes twice
     */
    public static NGramVocabulary of(NGramSizes sizes, long[] hashes, float[] idf) {
        if (hashes.length != idf.length) {
            throw new IllegalArgumentException(hashes.length + " hashes but " + idf.length + " idf values");
        }
        if (Arrays.stream(hashes).anyMatch(h -> h == 0)) {
            throw new IllegalArgumentException("a hash is 0");
        }
        NGramVocabulary vocabulary = new NGramVocabulary(sizes, hashes.clone(), idf.clone());
        if (vocabulary.rows.size() != hashes.length) {
            throw new IllegalArgumentException("a hash comes twice");
        }
        return vocabulary;
    }

    /** Learns the n-grams that at least {@code minCount} of the texts have. */
    public static NGramVocabulary fit(List<String> texts, NGramSizes sizes, int minCount) {
        LongIntTable documents = new LongIntTable(1 << 16);
        HashCollector collector = new HashCollector();
        for (String text : texts) {
            collector.clear();
            NGrams.walk(text, sizes, collector);
            collector.forEachDistinct(hash -> documents.put(hash, documents.get(hash, 0) + 1));
        }
        HashCollector kept = new HashCollector();
        documents.forEach((hash, count) -> {
            if (count >= minCount) {
                kept.add(hash);
            }
        });
        long[] hashes = kept.sorted(); // so that rows do not depend on the table's layout
        float[] idf = new float[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            idf[i] = (float) (Math.log((1.0 + texts.size()) / (1.0 + documents.get(hashes[i], 0))) + 1);
        }
        return new NGramVocabulary(sizes, hashes, idf);
    }

    /** How many n-grams are known: rows are numbered from 0 to this, exclusive. */
    public int size() {
        return hashes.length;
    }

    public NGramSizes sizes() {
        return sizes;
    }

    /** By row. */
    public long[] hashes() {
        return hashes.clone();
    }

    /** By row. */
    public float[] idf() {
        return idf.clone();
    }

    /** The text's known features; empty if it has none. */
    public FeatureBag features(String text) {
        RowCounter words = new RowCounter();
        RowCounter chars = new RowCounter();
        NGrams.walk(text, sizes, new NGrams.Sink() {
            @Override
            public void word(long hash) {
                count(hash, words);
            }

            @Override
            public void chars(long hash) {
                count(hash, chars);
            }
        });
        int[] bagRows = new int[words.size() + chars.size()];
        float[] weights = new float[bagRows.length];
        weigh(words, bagRows, weights, 0);
        weigh(chars, bagRows, weights, words.size());
        return new FeatureBag(bagRows, weights);
    }

    private void count(long hash, RowCounter counter) {
        int row = rows.get(hash, -1);
        if (row >= 0) {
            counter.add(row);
        }
    }

    private void weigh(RowCounter counter, int[] bagRows, float[] weights, int offset) {
        double squares = 0;
        for (int i = 0; i < counter.size(); i++) {
            int row = counter.row(i);
            double tf = counter.count(i) == 1 ? 1 : 1 + Math.log(counter.count(i));
            float weight = (float) (tf * idf[row]);
            bagRows[offset + i] = row;
            weights[offset + i] = weight;
            squares += (double) weight * weight;
        }
        float scale = (float) (1 / Math.sqrt(Math.max(squares, 1e-12)));
        for (int i = offset; i < offset + counter.size(); i++) {
            weights[i] *= scale;
        }
    }

    /** The hashes of one text, words and characters alike. */
    private static final class HashCollector implements NGrams.Sink {

        private long[] hashes = new long[1024];
        private int size;

        void clear() {
            size = 0;
        }

        void add(long hash) {
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            hashes[size++] = hash;
        }

        @Override
        public void word(long hash) {
            add(hash);
        }

        @Override
        public void chars(long hash) {
            add(hash);
        }

        long[] sorted() {
            long[] sorted = Arrays.copyOf(hashes, size);
            Arrays.sort(sorted);
            return sorted;
        }

        void forEachDistinct(java.util.function.LongConsumer action) {
            Arrays.sort(hashes, 0, size);
            for (int i = 0; i < size; i++) {
                if (i == 0 || hashes[i] != hashes[i - 1]) {
                    action.accept(hashes[i]);
                }
            }
        }
    }
}
