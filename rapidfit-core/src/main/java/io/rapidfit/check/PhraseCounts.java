package io.rapidfit.check;

import io.rapidfit.check.DiversityReport.Phrase;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts phrases in bounded memory: lossy counting, Manku and Motwani, "Approximate Frequency Counts over Data Streams" (2002). Of
 * n phrases added none is counted too often, nor by more than n / 10,000 too seldom; of up to 10,000 all counts above 1 are exact.
 */
final class PhraseCounts {

    private static final int WIDTH = 10_000;

    /** Longer ones are no phrases of people's: a file in base64 is one word. */
    private static final int MAX_LENGTH = 200;

    private static final class Count {

        final int missed; // at most so many before the phrase was counted
        int seen;

        Count(int missed) {
            this.missed = missed;
        }
    }

    private final Map<String, Count> counts = new HashMap<>();
    private int added;

    void add(List<String> words) {
        String phrase = String.join(" ", words);
        if (phrase.length() > MAX_LENGTH) {
            return;
        }
        int bucket = added++ / WIDTH;
        counts.computeIfAbsent(phrase, p -> new Count(bucket)).seen++;
        if (added % WIDTH == 0) {
            counts.values().removeIf(count -> count.seen + count.missed <= bucket + 1);
        }
    }

    /** Those that were added more than once, the most common first. */
    List<Phrase> mostCommon(int limit) {
        return counts.entrySet().stream()
                .filter(e -> e.getValue().seen > 1)
                .map(e -> new Phrase(e.getKey(), e.getValue().seen))
                .sorted(Comparator.comparingInt(Phrase::count).reversed().thenComparing(Phrase::text))
                .limit(limit)
                .toList();
    }
}
