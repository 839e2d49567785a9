package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;

/**
 * How far two judges agree beyond chance: Cohen's kappa, 1 - observed / expected disagreement (Cohen, 1960), and its weighted
 * form for ordered categories, where near misses count less (Cohen, 1968). 1 is full agreement, 0 what chance would give, and
 * less is worse than chance.
 */
public final class CohensKappa {

    private CohensKappa() {}

    /**
     * For categories without an order.
     *
     * @param first what the one judge says of each item
     * @param second what the other says of the same items, in the same order
     * @return empty if there are no items, or both judges give one and the same category to all: then chance alone agrees
     * @throws IllegalArgumentException if the lists differ in length
     */
    public static <T> OptionalDouble of(List<T> first, List<T> second) {
        return kappa(first, second, (a, b) -> a.equals(b) ? 0 : 1);
    }

    /** For numbers, such as scores from 1 to 5: a disagreement counts with the square of its difference. Otherwise as {@link #of}. */
    public static OptionalDouble quadratic(List<Integer> first, List<Integer> second) {
        return kappa(first, second, (a, b) -> Math.pow((double) a - b, 2));
    }

    private static <T> OptionalDouble kappa(List<T> first, List<T> second, ToDoubleBiFunction<T, T> weight) {
        if (Require.nonNull("first", first).size()
                != Require.nonNull("second", second).size()) {
            throw new IllegalArgumentException("both judges must judge the same items but one has %d and the other %d"
                    .formatted(first.size(), second.size()));
        }
        int items = first.size();
        double observed = 0;
        for (int i = 0; i < items; i++) {
            observed += weight.applyAsDouble(first.get(i), second.get(i));
        }
        Map<T, Integer> ofFirst = counts(first);
        Map<T, Integer> ofSecond = counts(second);
        double expected = 0;
        for (Map.Entry<T, Integer> a : ofFirst.entrySet()) {
            for (Map.Entry<T, Integer> b : ofSecond.entrySet()) {
                expected += weight.applyAsDouble(a.getKey(), b.getKey()) * a.getValue() * b.getValue() / items;
            }
        }
        return expected == 0 ? OptionalDouble.empty() : OptionalDouble.of(1 - observed / expected);
    }

    /** In order of appearance, so that sums are the same in every run. */
    private static <T> Map<T, Integer> counts(List<T> categories) {
        Map<T, Integer> counts = new LinkedHashMap<>();
        categories.forEach(category -> counts.merge(category, 1, Integer::sum));
        return counts;
    }
}
