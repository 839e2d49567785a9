package io.rapidfit.metrics;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Area under the receiver operating characteristic: how well a score tells two groups apart, whatever the threshold. */
public final class Auroc {

    private Auroc() {}

    /**
     * The probability that a random positive scores higher than a random negative, equal scores counting half: 1 if the
     * score separates them, 0.5 if it says nothing, 0 if it separates them the wrong way round. This is the Mann-Whitney
     * U statistic divided by the number of pairs. The arrays are left as they are.
     *
     * @throws IllegalArgumentException if one of the groups is empty or has a score that is NaN
     */
    public static double of(double[] positives, double[] negatives) {
        double[] high = sorted("positives", positives);
        double[] low = sorted("negatives", negatives);
        int below = 0;
        int notAbove = 0;
        long twiceU = 0; // whole, so that no order of the scores changes the sum
        for (double score : high) {
            while (below < low.length && low[below] < score) {
                below++;
            }
            while (notAbove < low.length && low[notAbove] <= score) {
                notAbove++;
            }
            twiceU += (long) below + notAbove; // a negative below counts in both, an equal one in the second
        }
        return twiceU / (2.0 * high.length * low.length);
    }

    private static double[] sorted(String name, double[] scores) {
        if (scores.length == 0) {
            throw new IllegalArgumentException(name + " must not be empty: there is nothing to compare");
        }
        if (DoubleStream.of(scores).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException(name + " must not contain NaN");
        }
        double[] copy = scores.clone();
        Arrays.sort(copy);
        return copy;
    }
}
