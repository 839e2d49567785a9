package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * BLEU-4, how many of a text's word n-grams of one to four words its references have: Papineni, Roukos, Ward and Zhu, "BLEU:
 * a Method for Automatic Evaluation of Machine Translation" (2002).
 *
 * <p>The geometric mean of the four precisions, times the brevity penalty {@code exp(1 - r / c)} where the text has fewer words,
 * {@code c}, than the reference that is closest to it in length, {@code r}; of two equally close it is the shorter. An n-gram
 * counts at most as often as the one reference has it that has it most. Orders of which the text has no n-gram, being too short,
 * are left out. Where none of an order's n-grams is in a reference, the first such order counts as half a match, the next as a
 * quarter, and so on: the smoothing of NIST's mteval-v13a, method 3 of Chen and Cherry, "A Systematic Comparison of Smoothing
 * Techniques for Sentence-Level BLEU" (2014). Where no word is, or there are no words, the result is 0.
 *
 * <p>Words are those of {@link TextWords}: case and punctuation do not count, unlike in other programs, with whose numbers these
 * are not to be compared.
 */
public final class Bleu {

    private static final int ORDERS = 4;

    private Bleu() {}

    /**
     * How near a text comes to any of its references.
     *
     * @param references at least one
     * @return in [0, 1]
     */
    public static double sentence(String candidate, List<String> references) {
        return corpus(List.of(candidate), List.of(references));
    }

    /**
     * The same over many texts, whose matches, n-grams and lengths are each added up: not the mean over the texts.
     *
     * @param references of each candidate, at least one
     * @return in [0, 1]; 0 if there are no candidates
     * @throws IllegalArgumentException if there are not as many lists of references as candidates, or one is empty
     */
    public static double corpus(List<String> candidates, List<List<String>> references) {
        Require.nonNull("candidates", candidates);
        if (Require.nonNull("references", references).size() != candidates.size()) {
            throw new IllegalArgumentException("references must be given for each of %s candidates but there are %s"
                    .formatted(candidates.size(), references.size()));
        }
        Counts counts = new Counts();
        for (int i = 0; i < candidates.size(); i++) {
            Require.atLeast("number of references", references.get(i).size(), 1);
            Text candidate = Text.of(candidates.get(i));
            List<Text> others = references.get(i).stream().map(Text::of).toList();
            counts.add(
                    candidate,
                    (order, gram, times) -> others.stream()
                            .mapToInt(other -> other.grams(order).getOrDefault(gram, 0))
                            .max()
                            .orElseThrow());
            counts.addLengths(
                    candidate.length(),
                    closest(
                            candidate.length(),
                            others.stream().mapToInt(Text::length).toArray()));
        }
        return counts.score();
    }

    /**
     * How alike texts are: the mean over the texts of the BLEU that each has with all others as its references. Self-BLEU, Zhu
     * et al., "Texygen: A Benchmarking Platform for Text Generation Models" (2018). It grows with the number of texts, so only
     * those of equally many can be compared. Takes time in proportion to the number of words.
     *
     * @return in [0, 1], less is more diverse; 0 for fewer than two texts
     */
    public static double self(List<String> texts) {
        if (Require.nonNull("texts", texts).size() < 2) {
            return 0;
        }
        List<Text> all = texts.stream().map(Text::of).toList();
        List<Map<String, Most>> most = new ArrayList<>();
        for (int order = 1; order <= ORDERS; order++) {
            Map<String, Most> ofOrder = new HashMap<>();
            for (Text text : all) {
                text.grams(order)
                        .forEach((gram, times) ->
                                ofOrder.computeIfAbsent(gram, g -> new Most()).add(times));
            }
            most.add(ofOrder);
        }
        int[] lengths = all.stream().mapToInt(Text::length).sorted().toArray();
        double sum = 0;
        for (Text text : all) {
            Counts counts = new Counts();
            counts.add(
                    text,
                    (order, gram, times) ->
                            most.get(order - 1).getOrDefault(gram, Most.NONE).amongOthers(times));
            counts.addLengths(text.length(), closestOther(text.length(), lengths));
            sum += counts.score();
        }
        return sum / all.size();
    }

    /** @param grams of one to four words, by their number of words, and how often each stands there */
    private record Text(int length, List<Map<String, Integer>> grams) {

        static Text of(String text) {
            List<String> words = TextWords.of(text);
            List<Map<String, Integer>> grams = new ArrayList<>();
            for (int order = 1; order <= ORDERS; order++) {
                Map<String, Integer> ofOrder = new HashMap<>();
                for (int start = 0; start + order <= words.size(); start++) {
                    ofOrder.merge(String.join(" ", words.subList(start, start + order)), 1, Integer::sum);
                }
                grams.add(ofOrder);
            }
            return new Text(words.size(), grams);
        }

        Map<String, Integer> grams(int order) {
            return grams.get(order - 1);
        }
    }

    /** How often an n-gram stands in the reference that has it most; the candidate has it so many times. */
    @FunctionalInterface
    private interface InReferences {
        int most(int order, String gram, int times);
    }

    /** How often the text has an n-gram that has it most, and the one that has it next to most. */
    private static final class Most {

        static final Most NONE = new Most();

        private int first;
        private int second;

        void add(int times) {
            second = Math.max(second, Math.min(first, times));
            first = Math.max(first, times);
        }

        /** How often the others have it most, for a text that has it so many times. */
        int amongOthers(int times) {
            return times == first ? second : first;
        }
    }

    /** What is added up, and the score that it makes. */
    private static final class Counts {

        private final long[] matches = new long[ORDERS];
        private final long[] totals = new long[ORDERS];
        private long length;
        private long referenceLength;

        void add(Text candidate, InReferences references) {
            for (int order = 1; order <= ORDERS; order++) {
                for (Map.Entry<String, Integer> gram : candidate.grams(order).entrySet()) {
                    int times = gram.getValue();
                    totals[order - 1] += times;
                    matches[order - 1] += Math.min(times, references.most(order, gram.getKey(), times));
                }
            }
        }

        void addLengths(int words, int closest) {
            length += words;
            referenceLength += closest;
        }

        double score() {
            if (matches[0] == 0) {
                return 0;
            }
            double logSum = 0;
            double least = 1;
            int orders = 0;
            for (; orders < ORDERS && totals[orders] > 0; orders++) {
                least = matches[orders] == 0 ? least / 2 : least;
                double matched = matches[orders] == 0 ? least : matches[orders];
                logSum += Math.log(matched / totals[orders]);
            }
            double brevity = length < referenceLength ? 1 - (double) referenceLength / length : 0;
            return Math.exp(logSum / orders + brevity);
        }
    }

    private static int closest(int length, int[] lengths) {
        int closest = lengths[0];
        for (int other : lengths) {
            int difference = Math.abs(other - length) - Math.abs(closest - length);
            closest = difference < 0 || (difference == 0 && other < closest) ? other : closest;
        }
        return closest;
    }

    /** Among ascending lengths, one of which is the text's own. */
    private static int closestOther(int length, int[] sorted) {
        int at = Arrays.binarySearch(sorted, length);
        if (at == 0) {
            return sorted[1];
        }
        if (at == sorted.length - 1) {
            return sorted[at - 1];
        }
        return closest(length, new int[] {sorted[at - 1], sorted[at + 1]});
    }
}
