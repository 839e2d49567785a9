package io.rapidfit.check;

import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds what may be templates, as {@link Templates} defines them. Pairs of neighbouring words that enough texts have are the
 * anchors: of the texts with an anchor, a few are {@linkplain TemplateAlignment aligned}, and what nearly all of them share is a
 * candidate. Where the anchor is a piece of ordinary language, that is the anchor and little else.
 *
 * <p>Aligning takes time in the number of anchors, of which there are at most as many as words in a text divided by the least
 * share; only counting takes time in the number of texts.
 */
final class TemplateMiner {

    /**
     * The least that must speak for a template. Phrases that recur in untouched texts came to 20, "how long ... it ... take for
     * ... to" among them.
     */
    private static final double MIN_BITS = 25;

    /** A word that more of the other texts have than not tells nothing of where texts agree. */
    private static final double MIN_BITS_ALIGNED = 1;

    /** As if there were so many more texts, one of which had the word: what is believed where all texts are alike. */
    private static final int BELIEVED = 50;

    /** How many texts with an anchor are compared. */
    private static final int SAMPLE = 64;

    /** How many words are read at the beginning, and at the end, of a long text. */
    private static final int EDGE = 128;

    /** Stands where the middle of a long text was left out; no word has this number. */
    private static final int LEFT_OUT = -1;

    private final int minCount;
    private final int minWords;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> words = new ArrayList<>();
    private final List<int[]> texts = new ArrayList<>();
    private int[] textsWith = new int[1024];

    /** @param minCount how many texts must share a template */
    TemplateMiner(List<String> texts, int minCount, int minWords) {
        this.minCount = minCount;
        this.minWords = minWords;
        for (String text : texts) {
            int[] all = TextWords.of(text).stream().mapToInt(this::number).toArray();
            for (int word : Arrays.stream(all).distinct().toArray()) {
                textsWith[word]++;
            }
            this.texts.add(edges(all));
        }
    }

    private int number(String word) {
        Integer known = numbers.putIfAbsent(word, words.size());
        if (known != null) {
            return known;
        }
        words.add(word);
        if (words.size() > textsWith.length) {
            textsWith = Arrays.copyOf(textsWith, 2 * textsWith.length);
        }
        return words.size() - 1;
    }

    private static int[] edges(int[] words) {
        if (words.length <= 2 * EDGE) {
            return words;
        }
        int[] edges = Arrays.copyOf(words, 2 * EDGE + 1);
        edges[EDGE] = LEFT_OUT;
        System.arraycopy(words, words.length - EDGE, edges, EDGE + 1, EDGE);
        return edges;
    }

    /** What texts may share, phrases in their order; each once, not yet counted. */
    Set<List<List<String>>> candidates() {
        Anchors anchors = new Anchors();
        Set<Long> explained = new HashSet<>(); // anchors inside of a candidate: they would only find it again
        Set<List<Integer>> aligned = new HashSet<>(); // the same texts with another anchor share the same
        Set<List<List<String>>> candidates = new LinkedHashSet<>();
        for (int anchor : anchors.byCount()) {
            if (explained.contains(anchors.pairs[anchor]) || !aligned.add(anchors.texts(anchor))) {
                continue;
            }
            List<List<Integer>> phrases = shared(anchors.sample(anchor), anchors.counts[anchor]);
            if (!phrases.isEmpty()) {
                for (List<Integer> phrase : phrases) {
                    for (int i = 1; i < phrase.size(); i++) {
                        explained.add(pair(phrase.get(i - 1), phrase.get(i)));
                    }
                }
                candidates.add(phrases.stream()
                        .map(phrase -> phrase.stream().map(words::get).toList())
                        .toList());
            }
        }
        return candidates;
    }

    /** What the sampled ones of the {@code count} texts with an anchor share, if it is enough for a template; else nothing. */
    private List<List<Integer>> shared(List<int[]> sample, int count) {
        TemplateAlignment alignment = new TemplateAlignment(sample, word -> bits(word, count) >= MIN_BITS_ALIGNED);
        if (alignment.words().stream().mapToDouble(word -> bits(word, count)).sum() < MIN_BITS) {
            return List.of(); // as for nearly all anchors in ordinary language
        }
        List<List<Integer>> phrases = alignment.phrases();
        double size = phrases.stream()
                .flatMap(List::stream)
                .mapToDouble(word -> weight(words.get(word)))
                .sum();
        double bits = phrases.stream()
                .flatMap(List::stream)
                .distinct()
                .mapToDouble(word -> weight(words.get(word)) * bits(word, count))
                .sum();
        return size >= minWords && bits >= MIN_BITS ? phrases : List.of();
    }

    /** How surprising a word is in a text that has not the anchor, which {@code count} texts have. */
    private double bits(int word, int count) {
        int others = texts.size() - count;
        int othersWithIt = Math.max(0, textsWith[word] - count);
        return Math.log((others + BELIEVED) / (othersWithIt + 1.0)) / Math.log(2);
    }

    /** As how many words one counts. */
    static double weight(String word) {
        return TextWords.isUnspaced(word.codePointAt(0)) ? 0.5 : 1;
    }

    private static long pair(int first, int second) {
        return (long) first << 32 | second;
    }

    /** Pairs of neighbouring words that at least {@code minCount} texts have, and some of the texts that have each. */
    private final class Anchors {

        private final long[] pairs; // ascending
        private final int[] counts;
        private final int[][] samples;

        Anchors() {
            long[] all = texts.stream()
                    .flatMapToLong(text -> Arrays.stream(pairsIn(text)))
                    .sorted()
                    .toArray();
            int size = 0;
            int[] runs = new int[all.length];
            for (int start = 0, end; start < all.length; start = end) {
                end = start + 1;
                while (end < all.length && all[end] == all[start]) {
                    end++;
                }
                if (end - start >= minCount) {
                    all[size] = all[start]; // before anything that is still to be read
                    runs[size++] = end - start;
                }
            }
            this.pairs = Arrays.copyOf(all, size);
            this.counts = Arrays.copyOf(runs, size);
            this.samples = new int[size][];
            takeSamples();
        }

        /** How many texts have an anchor, and which of them are its sample. */
        List<Integer> texts(int anchor) {
            return IntStream.concat(IntStream.of(counts[anchor]), Arrays.stream(samples[anchor]))
                    .boxed()
                    .toList();
        }

        /** An even choice among the texts with each. */
        private void takeSamples() {
            int[] passed = new int[pairs.length];
            for (int text = 0; text < texts.size(); text++) {
                for (long pair : pairsIn(texts.get(text))) {
                    int anchor = Arrays.binarySearch(pairs, pair);
                    if (anchor >= 0) {
                        int size = Math.min(SAMPLE, counts[anchor]);
                        if (samples[anchor] == null) {
                            samples[anchor] = new int[size];
                        }
                        long before = (long) passed[anchor]++ * size / counts[anchor];
                        if ((long) passed[anchor] * size / counts[anchor] > before) {
                            samples[anchor][(int) before] = text;
                        }
                    }
                }
            }
        }

        /** The different ones in a text both of whose words enough texts have. */
        private long[] pairsIn(int[] text) {
            return IntStream.range(1, text.length)
                    .filter(i -> isFrequent(text[i - 1]) && isFrequent(text[i]))
                    .mapToLong(i -> pair(text[i - 1], text[i]))
                    .distinct()
                    .toArray();
        }

        private boolean isFrequent(int word) {
            return word != LEFT_OUT && textsWith[word] >= minCount;
        }

        /** The most frequent first; of equally frequent ones, that whose words were seen first. */
        int[] byCount() {
            return IntStream.range(0, pairs.length)
                    .boxed()
                    .sorted((a, b) -> Integer.compare(counts[b], counts[a])) // stable
                    .mapToInt(Integer::intValue)
                    .toArray();
        }

        List<int[]> sample(int anchor) {
            return Arrays.stream(samples[anchor]).mapToObj(texts::get).toList();
        }
    }
}
