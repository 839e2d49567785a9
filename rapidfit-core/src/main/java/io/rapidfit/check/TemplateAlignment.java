package io.rapidfit.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What nearly all of a few texts share: words in one order, neighbours or with gaps between. One of the texts is laid beside
 * each other along their longest common subsequence; what it has in common with enough of them stays. Words are numbers.
 */
final class TemplateAlignment {

    /** Share of the texts that must have a word: a few may have the anchor by chance, or a word of their own. */
    private static final double AGREED = 0.9;

    /** Share of the texts that must have all of the words. */
    private static final double TOGETHER = 0.75;

    private final List<int[]> texts;
    private final Set<Integer> words;

    /** @param telling which words texts are aligned by, if they share them */
    TemplateAlignment(List<int[]> texts, IntPredicate telling) {
        this.texts = texts;
        Map<Integer, Integer> counts = new HashMap<>();
        for (int[] text : texts) {
            Arrays.stream(text).distinct().forEach(word -> counts.merge(word, 1, Integer::sum));
        }
        this.words = new HashSet<>();
        counts.forEach((word, count) -> {
            if (count >= AGREED * texts.size() && word >= 0 && telling.test(word)) {
                words.add(word);
            }
        });
    }

    /** Those that enough texts have, and that tell something, wherever they stand. */
    Set<Integer> words() {
        return words;
    }

    /** In their order; between them a text may have words of its own. */
    List<List<Integer>> phrases() {
        return new Base(mostTypical()).phrases();
    }

    /** The text with the most of the shared words; of several the shortest, which has the least besides. */
    private int[] mostTypical() {
        int[] best = texts.get(0);
        long most = -1;
        for (int[] text : texts) {
            long has = Arrays.stream(text).distinct().filter(words::contains).count();
            if (has > most || (has == most && text.length < best.length)) {
                best = text;
                most = has;
            }
        }
        return best;
    }

    /** A text, where it has shared words, and where each of the texts has these. */
    private final class Base {

        private static final int NOWHERE = -1;

        /** More than there can be neighbours. */
        private static final int MATCH = 1_000;

        private final int[] text;
        private final int[] positions;
        private final List<int[]> places; // for each text, those of the base's shared words in it
        private BitSet havingAll = new BitSet(); // the texts that have all that was taken

        Base(int[] text) {
            this.text = text;
            this.positions = positions(text);
            this.places = texts.stream().map(this::align).toList();
            havingAll.set(0, texts.size());
        }

        private int[] positions(int[] of) {
            return IntStream.range(0, of.length)
                    .filter(i -> words.contains(of[i]))
                    .toArray();
        }

        /**
         * Along the longest common subsequence; of several, one with the most neighbours that are neighbours in both: a word of
         * the template is not mistaken for the same word in a gap.
         */
        private int[] align(int[] other) {
            int[] others = positions(other);
            int[][] best = new int[positions.length + 1][others.length + 1]; // of what begins there or later
            int[][] here =
                    new int[positions.length + 1][others.length + 1]; // of what begins there; 0 if the words differ
            for (int i = positions.length - 1; i >= 0; i--) {
                for (int j = others.length - 1; j >= 0; j--) {
                    if (text[positions[i]] == other[others[j]]) {
                        boolean next = i + 1 < positions.length
                                && j + 1 < others.length
                                && here[i + 1][j + 1] > 0
                                && positions[i + 1] - positions[i] == 1
                                && others[j + 1] - others[j] == 1;
                        here[i][j] = MATCH + Math.max(best[i + 1][j + 1], next ? here[i + 1][j + 1] + 1 : 0);
                    }
                    best[i][j] = Math.max(here[i][j], Math.max(best[i + 1][j], best[i][j + 1]));
                }
            }
            int[] place = new int[positions.length];
            Arrays.fill(place, NOWHERE);
            for (int i = 0, j = 0; i < positions.length && j < others.length; ) {
                if (here[i][j] > 0 && here[i][j] == best[i][j]) {
                    place[i++] = others[j++];
                } else if (best[i + 1][j] >= best[i][j + 1]) {
                    i++;
                } else {
                    j++;
                }
            }
            return place;
        }

        /** Which of its shared words enough texts have at their place; those that most texts have come in first. */
        private int[] kept() {
            List<BitSet> having = IntStream.range(0, positions.length)
                    .mapToObj(shared -> having(shared, 0))
                    .toList();
            return IntStream.range(0, positions.length)
                    .boxed()
                    .sorted(Comparator.comparingInt(
                            shared -> -having.get(shared).cardinality())) // stable
                    .filter(shared -> takes(having.get(shared)))
                    .mapToInt(Integer::intValue)
                    .sorted()
                    .toArray();
        }

        /** The texts that have the same word as the base so many words after the place of a shared one. */
        private BitSet having(int shared, int offset) {
            int word = text[positions[shared] + offset];
            BitSet having = new BitSet();
            for (int t = 0; t < places.size(); t++) {
                int at = places.get(t)[shared] + offset;
                int[] other = texts.get(t);
                having.set(t, places.get(t)[shared] != NOWHERE && at >= 0 && at < other.length && other[at] == word);
            }
            return having;
        }

        /** Whether enough texts have the word, and enough of them all those that were taken before. */
        private boolean takes(BitSet having) {
            BitSet both = (BitSet) having.clone();
            both.and(havingAll);
            boolean isTaken =
                    having.cardinality() >= AGREED * texts.size() && both.cardinality() >= TOGETHER * texts.size();
            havingAll = isTaken ? both : havingAll;
            return isTaken;
        }

        /** Whether the base's word at a position is taken, which stands so many words after a shared one in other texts too. */
        private boolean takes(int shared, int position) {
            return text[position] >= 0 && takes(having(shared, position - positions[shared]));
        }

        /** In their order; between them a text may have words of its own. */
        List<List<Integer>> phrases() {
            List<List<Integer>> phrases = new ArrayList<>();
            int[] kept = kept();
            int end = 0; // of the last phrase
            for (int k = 0; k < kept.length; k++) {
                int start = positions[kept[k]];
                while (start > end && takes(kept[k], start - 1)) {
                    start--;
                }
                end = positions[kept[k]] + 1;
                while (end < text.length && takes(kept[k], end)) {
                    if (k + 1 < kept.length && positions[kept[k + 1]] == end) {
                        k++; // the phrase reaches the next kept word, and goes on from there
                    }
                    end++;
                }
                phrases.add(Arrays.stream(text, start, end).boxed().toList());
            }
            return phrases;
        }
    }
}
