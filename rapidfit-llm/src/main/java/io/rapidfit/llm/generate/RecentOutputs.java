package io.rapidfit.llm.generate;

import io.rapidfit.text.TextWords;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** The texts that were made last: what the next prompts show as worn out. */
final class RecentOutputs {

    private static final int MOST_RECENT = 5;
    private static final int MOST_SIMILAR = 5;

    private record Output(String text, Set<String> words) {

        /** The Jaccard similarity of the sets of words. */
        double similarity(Set<String> others) {
            long shared = words.stream().filter(others::contains).count();
            return shared == 0 ? 0 : (double) shared / (words.size() + others.size() - shared);
        }
    }

    private final int window;
    private final Deque<Output> outputs = new ArrayDeque<>();

    /** @param window how many are remembered */
    RecentOutputs(int window) {
        this.window = window;
    }

    void add(String text) {
        outputs.addLast(new Output(text, words(text)));
        if (outputs.size() > window) {
            outputs.removeFirst();
        }
    }

    /** The last ones, the latest first, and of the others those that share most words with the given text. */
    List<String> shown(String text) {
        List<String> shown = new ArrayList<>();
        List<Output> others = new ArrayList<>();
        for (Iterator<Output> latest = outputs.descendingIterator(); latest.hasNext(); ) {
            Output output = latest.next();
            if (shown.size() < MOST_RECENT) {
                shown.add(output.text());
            } else {
                others.add(output);
            }
        }
        Set<String> words = words(text);
        others.stream()
                .sorted(Comparator.comparingDouble((Output output) -> output.similarity(words))
                        .reversed())
                .limit(MOST_SIMILAR)
                .forEach(output -> shown.add(output.text()));
        return shown;
    }

    private static Set<String> words(String text) {
        return new HashSet<>(TextWords.of(text));
    }
}
