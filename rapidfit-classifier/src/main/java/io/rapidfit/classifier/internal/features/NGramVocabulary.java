package io.rapidfit.classifier.internal.features;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

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
    private final Segmentation segmentation;
    private final long[] hashes;
    private final float[] idf;
    private final HashIndex rows;

    private NGramVocabulary(NGramSizes sizes, Segmentation segmentation, long[] hashes, float[] idf) {
        this.sizes = sizes;
        this.segmentation = segmentation;
        this.hashes = hashes;
        this.idf = idf;
        this.rows = new HashIndex(hashes);
    }

    /**
     * A vocabulary from its parts; row {@code i} is that of {@code hashes[i]}.
     *
     * @throws IllegalArgumentException if the parts do not fit: different lengths, or hashes that do not ascend
     */
    public static NGramVocabulary of(NGramSizes sizes, Segmentation segmentation, long[] hashes, float[] idf) {
        if (hashes.length != idf.length) {
            throw new IllegalArgumentException(hashes.length + " hashes but " + idf.length + " idf values");
        }
        return new NGramVocabulary(sizes, segmentation, hashes.clone(), idf.clone());
    }

    /** Learns the n-grams that at least {@code minCount} of the texts have. */
    public static NGramVocabulary fit(List<String> texts, NGramSizes sizes, int minCount) {
        Segmentation segmentation = Segmentation.SCRIPTS;
        LongIntTable documents = new LongIntTable(1 << 16);
        HashCollector collector = new HashCollector();
        for (String text : texts) {
            collector.clear();
            NGrams.walk(text, sizes, segmentation, collector);
            collector.forEachDistinct(hash -> documents.put(hash, documents.get(hash, 0) + 1));
        }
        LongStream.Builder kept = LongStream.builder();
        documents.forEach((hash, count) -> {
            if (count >= minCount) {
                kept.add(hash);
            }
        });
        long[] hashes = kept.build().sorted().toArray();
        float[] idf = new float[hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            idf[i] = (float) (Math.log((1.0 + texts.size()) / (1.0 + documents.get(hashes[i], 0))) + 1);
        }
        return new NGramVocabulary(sizes, segmentation, hashes, idf);
    }

    /** How many n-grams are known: rows are numbered from 0 to this, exclusive. */
    public int size() {
        return hashes.length;
    }

    public NGramSizes sizes() {
        return sizes;
    }

    public Segmentation segmentation() {
        return segmentation;
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
        KnownRows known = new KnownRows();
        NGrams.walk(text, sizes, segmentation, known);
        int[] bagRows = new int[known.words.size() + known.chars.size()];
        float[] weights = new float[bagRows.length];
        weigh(known.words, bagRows, weights, 0);
        weigh(known.chars, bagRows, weights, known.words.size());
        return new FeatureBag(bagRows, weights);
    }

    /** The n-grams behind {@link #features}, by name: slower, for people to read. */
    public NamedNGrams names(String text) {
        return NGramNamer.name(text, sizes, segmentation, rows::find);
    }

    private final class KnownRows implements NGrams.Sink {

        final RowCounter words = new RowCounter();
        final RowCounter chars = new RowCounter();

        @Override
        public void words(long[] hashes, int count) {
            count(hashes, count, words);
        }

        @Override
        public void chars(long[] hashes, int count) {
            count(hashes, count, chars);
        }

        private void count(long[] hashes, int count, RowCounter counter) {
            counter.reserve(count);
            for (int i = 0; i < count; i++) {
                int row = rows.find(hashes[i]);
                if (row >= 0) {
                    counter.add(row);
                }
            }
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

        private void add(long[] more, int count) {
            if (size + count > hashes.length) {
                hashes = Arrays.copyOf(hashes, Math.max(2 * size, size + count));
            }
            System.arraycopy(more, 0, hashes, size, count);
            size += count;
        }

        @Override
        public void words(long[] hashes, int count) {
            add(hashes, count);
        }

        @Override
        public void chars(long[] hashes, int count) {
            add(hashes, count);
        }

        void forEachDistinct(LongConsumer action) {
            Arrays.sort(hashes, 0, size);
            for (int i = 0; i < size; i++) {
                if (i == 0 || hashes[i] != hashes[i - 1]) {
                    action.accept(hashes[i]);
                }
            }
        }
    }
}
