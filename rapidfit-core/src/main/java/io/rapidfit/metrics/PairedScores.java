package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import java.util.List;

/**
 * How two systems did on the same examples by one metric.
 *
 * @param metric names it
 * @param before the first system's score on each example, in [0, 1], more is better; 0 and 1 where the metric says yes or no
 * @param after the second's, in the same order
 */
public record PairedScores(String metric, List<Double> before, List<Double> after) {

    public PairedScores {
        Require.notBlank("metric", metric);
        before = List.copyOf(before);
        after = List.copyOf(after);
        if (before.isEmpty() || before.size() != after.size()) {
            throw new IllegalArgumentException(
                    "metric '%s' needs scores of the same examples, one or more, but has %s before and %s after"
                            .formatted(metric, before.size(), after.size()));
        }
        before.forEach(score -> Require.inRange("score", score, 0, 1));
        after.forEach(score -> Require.inRange("score", score, 0, 1));
    }

    int examples() {
        return before.size();
    }

    /** Whether every score is 0 or 1. */
    boolean isYesOrNo() {
        return before.stream().allMatch(PairedScores::isYesOrNo)
                && after.stream().allMatch(PairedScores::isYesOrNo);
    }

    private static boolean isYesOrNo(double score) {
        return score == 0 || score == 1;
    }

    /** After minus before, example by example. */
    double[] differences() {
        double[] differences = new double[examples()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = after.get(i) - before.get(i);
        }
        return differences;
    }
}
