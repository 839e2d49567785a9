package io.rapidfit.check;

import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;

/**
 * Chooses texts that are unlike each other: each time the one whose character n-grams are rarest among those of the chosen.
 *
 * <pre>{@code
 * List<Conversation> kept = DiverseChoice.of(templated, chat -> chat.response().orElse(""), 100, 42);
 * }</pre>
 *
 * <p>An n-gram, of four characters, that was chosen c times is worth the difference of the square roots of c + 1 and c, and a text
 * the mean of its n-grams. Lazy greedy maximisation, since what a text is worth only falls: Minoux, "Accelerated greedy
 * algorithms for maximizing submodular set functions" (1978).
 */
public final class DiverseChoice {

    private static final int NGRAM = 4;

    private static final class Candidate<T> {

        final T value;
        final int order;
        private final long[] grams;
        double worth;
        int valuedAt;

        Candidate(T value, String text, int order) {
            this.value = value;
            this.order = order;
            this.grams = CharGrams.of(text, NGRAM);
        }

        void value(Map<Long, Integer> chosen, int now) {
            double sum = 0;
            for (long gram : grams) {
                int times = chosen.getOrDefault(gram, 0);
                sum += Math.sqrt(times + 1) - Math.sqrt(times);
            }
            worth = sum / grams.length;
            valuedAt = now;
        }

        void choose(Map<Long, Integer> chosen) {
            for (long gram : grams) {
                chosen.merge(gram, 1, Integer::sum);
            }
        }
    }

    private DiverseChoice() {}

    /**
     * Chooses some of the candidates, or all if there are no more. The same candidates in the same order and the same seed give
     * the same choice.
     *
     * @param text what of a candidate is compared; it may be blank
     * @param count how many to choose, at least 0
     * @param seed decides among texts that are worth the same; before the first is chosen all are
     * @return in the order of choice: what comes first is as diverse as if fewer had been asked for
     */
    public static <T> List<T> of(List<T> candidates, Function<? super T, String> text, int count, long seed) {
        Require.nonNull("text", text);
        Require.atLeast("count", count, 0);
        List<T> shuffled = new ArrayList<>(Require.nonNull("candidates", candidates));
        Collections.shuffle(shuffled, new Random(seed));
        PriorityQueue<Candidate<T>> best =
                new PriorityQueue<>(Comparator.comparingDouble((Candidate<T> candidate) -> candidate.worth)
                        .reversed()
                        .thenComparingInt(candidate -> candidate.order));
        Map<Long, Integer> chosen = new HashMap<>();
        for (T value : shuffled) {
            Candidate<T> candidate = new Candidate<>(
                    Require.nonNull("candidate", value), Require.nonNull("text", text.apply(value)), best.size());
            candidate.value(chosen, 0);
            best.add(candidate);
        }
        List<T> kept = new ArrayList<>();
        while (kept.size() < count && !best.isEmpty()) {
            Candidate<T> next = best.remove();
            if (next.valuedAt < kept.size()) { // before the last choice: it may be worth less now
                next.value(chosen, kept.size());
                best.add(next);
            } else {
                kept.add(next.value);
                next.choose(chosen);
            }
        }
        return kept;
    }
}
