package io.rapidfit.llm.generate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/** How new samples are divided among classes. */
final class Shares {

    private Shares() {}

    /**
     * Gives each of {@code total} samples to the class that has the fewest then, the first of several: those that lack most
     * get most, and none gets any while another has fewer.
     *
     * @param counts how many each class has
     */
    static Map<String, Integer> level(Map<String, Integer> counts, int total) {
        record Filling(String label, int order, int has) {}
        PriorityQueue<Filling> fewest =
                new PriorityQueue<>(Comparator.comparingInt(Filling::has).thenComparingInt(Filling::order));
        Map<String, Integer> shares = new LinkedHashMap<>();
        counts.forEach((label, has) -> {
            fewest.add(new Filling(label, shares.size(), has));
            shares.put(label, 0);
        });
        for (int i = 0; i < total && !fewest.isEmpty(); i++) {
            Filling next = fewest.remove();
            shares.merge(next.label(), 1, Integer::sum);
            fewest.add(new Filling(next.label(), next.order(), next.has() + 1));
        }
        return shares;
    }
}
