package io.rapidfit.check;

import io.rapidfit.check.DiversityReport.LengthBucket;
import io.rapidfit.check.DiversityReport.Phrase;
import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Bleu;
import io.rapidfit.text.TextNormalizer;
import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Measures how much texts repeat each other. {@link Templates} names the phrases that they repeat.
 *
 * <pre>{@code
 * DiversityReport before = Diversity.builder().build().measure(answers);
 * DiversityReport after = Diversity.builder().build().measure(rewritten);
 * DiversityReport.compare(before, after).display(System.out);
 * }</pre>
 *
 * <p>The more texts there are, the more they repeat each other, in whatever language they are written. So what depends on their
 * number is measured on a sample, of 500 texts unless told otherwise: reports on as large samples can be compared. Of a longer
 * text the first 1,000 words are sampled.
 *
 * <p>Words are those of {@link TextWords}. Time grows with the length of the texts. The same texts, sample size and seed give the
 * same report. Immutable and thread-safe.
 */
public final class Diversity {

    private static final int MAX_WORDS = 1_000;
    private static final int EDGE_WORDS = 3;
    private static final int PHRASES = 5;
    private static final int REPEATED_ORDER = 4;

    /** Least lengths in words; each is twice the one before, since whether a text has 100 words or 101 makes no difference. */
    private static final int[] BUCKETS = {0, 1, 5, 9, 17, 33, 65, 129, 257};

    private final int sampleSize;
    private final long seed;

    private Diversity(Builder builder) {
        this.sampleSize = builder.sampleSize;
        this.seed = builder.seed;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Measures texts, of which there may be none. */
    public DiversityReport measure(List<String> texts) {
        Set<String> different = new HashSet<>();
        Map<String, Integer> openings = new HashMap<>();
        Map<String, Integer> closings = new HashMap<>();
        int[] buckets = new int[BUCKETS.length];
        List<String> worded = new ArrayList<>();
        for (String text : Require.nonNull("texts", texts)) {
            different.add(TextNormalizer.normalize(Require.nonNull("text", text)));
            List<String> words = TextWords.of(text);
            buckets[bucket(words.size())]++;
            if (words.size() >= EDGE_WORDS) {
                openings.merge(String.join(" ", words.subList(0, EDGE_WORDS)), 1, Integer::sum);
                closings.merge(
                        String.join(" ", words.subList(words.size() - EDGE_WORDS, words.size())), 1, Integer::sum);
            }
            if (!words.isEmpty()) {
                worded.add(text);
            }
        }
        different.remove("");
        List<List<String>> sample = sample(worded);
        return new DiversityReport(
                texts.size(),
                sample.size(),
                texts.isEmpty() ? 0 : (double) different.size() / texts.size(),
                distinct(sample, 1),
                distinct(sample, 2),
                distinct(sample, 3),
                Bleu.self(sample.stream().map(words -> String.join(" ", words)).toList()),
                repeated(sample),
                mostCommon(openings),
                mostCommon(closings),
                IntStream.range(0, BUCKETS.length)
                        .mapToObj(i -> new LengthBucket(
                                BUCKETS[i],
                                i + 1 < BUCKETS.length ? BUCKETS[i + 1] - 1 : Integer.MAX_VALUE,
                                buckets[i]))
                        .toList());
    }

    private static int bucket(int words) {
        int bucket = BUCKETS.length - 1;
        while (words < BUCKETS[bucket]) {
            bucket--;
        }
        return bucket;
    }

    /** The first words of some of the texts. */
    private List<List<String>> sample(List<String> texts) {
        List<String> shuffled = new ArrayList<>(texts);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled.stream()
                .limit(sampleSize)
                .map(TextWords::of)
                .map(words -> words.subList(0, Math.min(MAX_WORDS, words.size())))
                .toList();
    }

    /** The share of n-grams that are not the same as an earlier one. */
    private static double distinct(List<List<String>> texts, int order) {
        Set<String> different = new HashSet<>();
        long all = 0;
        for (List<String> words : texts) {
            List<String> grams = grams(words, order);
            different.addAll(grams);
            all += grams.size();
        }
        return all == 0 ? 0 : (double) different.size() / all;
    }

    /** The share of 4-grams that stand in another of the texts too. */
    private static double repeated(List<List<String>> texts) {
        Map<String, Integer> textsWith = new HashMap<>();
        for (List<String> words : texts) {
            new HashSet<>(grams(words, REPEATED_ORDER)).forEach(gram -> textsWith.merge(gram, 1, Integer::sum));
        }
        long all = 0;
        long repeated = 0;
        for (List<String> words : texts) {
            for (String gram : grams(words, REPEATED_ORDER)) {
                all++;
                repeated += textsWith.getOrDefault(gram, 0) > 1 ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) repeated / all;
    }

    private static List<String> grams(List<String> words, int order) {
        return IntStream.rangeClosed(0, words.size() - order)
                .mapToObj(start -> String.join(" ", words.subList(start, start + order)))
                .toList();
    }

    /** Those that more than one text has. */
    private static List<Phrase> mostCommon(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .filter(e -> e.getValue() > 1)
                .map(e -> new Phrase(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingInt(Phrase::count).reversed().thenComparing(Phrase::text))
                .limit(PHRASES)
                .toList();
    }

    /** Not thread-safe. */
    public static final class Builder {

        private int sampleSize = 500;
        private long seed = 42;

        private Builder() {}

        /** How many of the texts that have words are sampled, at least 2. All are, if there are fewer. Defaults to 500. */
        public Builder sampleSize(int sampleSize) {
            this.sampleSize = (int) Require.atLeast("sampleSize", sampleSize, 2);
            return this;
        }

        /** Decides which texts are sampled. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        public Diversity build() {
            return new Diversity(this);
        }
    }
}
