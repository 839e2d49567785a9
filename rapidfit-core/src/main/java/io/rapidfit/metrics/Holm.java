package io.rapidfit.metrics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Correction for asking several questions at once, after Holm, "A Simple Sequentially Rejective Multiple Test Procedure"
 * (1979): however the tests depend on each other, the chance of one false alarm or more stays below the level.
 */
final class Holm {

    private Holm() {}

    /** What to hold against the level instead, in the order given. */
    static double[] adjust(double[] pValues) {
        int[] ascending = IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[pValues.length];
        double floor = 0;
        for (int i = 0; i < ascending.length; i++) {
            int left = ascending.length - i; // hypotheses that are not rejected yet
            floor = Math.max(floor, Math.min(1, left * pValues[ascending[i]]));
            adjusted[ascending[i]] = floor;
        }
        return adjusted;
    }
}
