package io.rapidfit.llm.generate;

import io.rapidfit.text.TextWords;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All runs of so many words in a text, by which what is copied from it is known; of a shorter text its words as a whole, if they are
 * at least four. A letter of a script without spaces is half a word.
 */
record WordRuns(Set<String> runs, int words) {

    private static final int LEAST_WORDS = 4;

    static WordRuns of(String text, int words) {
        List<String> all = TextWords.of(text);
        Set<String> runs = new HashSet<>();
        runs(all, words).forEach(runs::add);
        if (runs.isEmpty() && all.size() >= LEAST_WORDS) {
            return new WordRuns(Set.of(String.join(" ", all)), all.size());
        }
        return new WordRuns(Set.copyOf(runs), words);
    }

    private static Stream<String> runs(List<String> all, int words) {
        return IntStream.range(0, all.size())
                .mapToObj(from -> run(all, from, words))
                .filter(run -> !run.isEmpty());
    }

    /** Empty where so many do not follow. */
    private static String run(List<String> all, int from, int words) {
        double weight = 0;
        for (int to = from; to < all.size(); to++) {
            weight += TextWords.isUnspaced(all.get(to).codePointAt(0)) ? 0.5 : 1;
            if (weight >= words) {
                return String.join(" ", all.subList(from, to + 1));
            }
        }
        return "";
    }

    /** The runs that another text has too, in its order. */
    Stream<String> in(String text) {
        return runs.isEmpty() ? Stream.of() : runs(TextWords.of(text), words).filter(runs::contains);
    }

    static boolean contains(String text, String run) {
        return (" " + String.join(" ", TextWords.of(text)) + " ").contains(" " + run + " ");
    }
}
