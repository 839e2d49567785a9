package io.rapidfit.check;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Chooses texts that are unlike each other: each time the one whose character n-grams are rarest among those of the chosen. An
 * n-gram that was chosen c times is worth the difference of the square roots of c + 1 and c, and a text the mean of its n-grams.
 * Lazy greedy maximisation, since what a text is worth only falls (Minoux, "Accelerated greedy algorithms", 1978).
 */
final class DiverseChoice {

    private static final int NGRAM = 4;

    private static final class Candidate {

        final Sample sample;
        final int order;
        private final long[] grams;
        double worth;
        int valuedAt;

        Candidate(Sample sample, int order) {
            this.sample = sample;
            this.order = order;
            this.grams = CharGrams.of(sample.text(), NGRAM);
        }

        void value(Map<Long, Integer> chosen, int now) {
            double sum = 0;
            for (long gram : grams) {
                int times = chosen.getOrDefault(gram, 0);
                sum += Math.sqrt(times + 1) - Math.sqrt(times);
            }
            worth = grams.length == 0 ? 0 : sum / grams.length;
            valuedAt = now;
        }

        void choose(Map<Long, Integer> chosen) {
            for (long gram : grams) {
                chosen.merge(gram, 1, Integer::sum);
            }
        }
    }

    private DiverseChoice() {}

    /** In the order of choice; among texts of equal worth the seed decides. */
    static List<Sample> of(List<Sample> samples, int count, long seed) {
        List<Sample> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, new Random(seed));
        PriorityQueue<Candidate> best = new PriorityQueue<>(
                Comparator.comparingDouble((Candidate c) -> c.worth).reversed().thenComparingInt(c -> c.order));
        Map<Long, Integer> chosen = new HashMap<>();
        for (Sample sample : shuffled) {
            Candidate candidate = new Candidate(sample, best.size());
            candidate.value(chosen, 0);
            best.add(candidate);
        }
        List<Sample> kept = new ArrayList<>();
        while (kept.size() < count && !best.isEmpty()) {
            Candidate next = best.remove();
            if (next.valuedAt < kept.size()) { // before the last choice: it may be worth less now
                next.value(chosen, kept.size());
                best.add(next);
            } else {
                kept.add(next.sample);
                next.choose(chosen);
            }
        }
        return kept;
    }
}
