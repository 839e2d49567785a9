package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import java.util.Arrays;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The exact form of McNemar's test, "Note on the Sampling Error of the Difference Between Correlated Proportions or
 * Percentages" (1947): only samples that one classifier got right and the other wrong tell the two apart, and if neither
 * is better, each of them is a toss of a fair coin. Dietterich, "Approximate Statistical Tests for Comparing Supervised
 * Classification Learning Algorithms" (1998), recommends the test where each of two classifiers was trained once.
 *
 * @param onlyBefore how many samples the first got right and the second wrong: broken by the change
 * @param onlyAfter how many samples the second got right and the first wrong: fixed by the change
 */
public record McNemar(int onlyBefore, int onlyAfter) {
    public McNemar {
        Require.atLeast("onlyBefore", onlyBefore, 0);
        Require.atLeast("onlyAfter", onlyAfter, 0);
    }

    /** @param scores 0 and 1 only */
    static McNemar of(PairedScores scores) {
        double[] differences = scores.differences();
        return new McNemar((int) Arrays.stream(differences).filter(d -> d < 0).count(), (int)
                Arrays.stream(differences).filter(d -> d > 0).count());
    }

    /**
     * How probable it is that the coin falls at least so unevenly, in either direction, in [0, 1]; 1 where there is no such
     * sample. Twice the smaller tail of the binomial distribution, not its approximation by a chi-squared one, which fails
     * where few samples differ; if anything, the exact test finds too little (Fagerland, Lydersen and Laake, "The McNemar
     * Test for Binary Matched-Pairs Data", 2013).
     */
    public double pValue() {
        // Not Commons Math's BinomialTest: it asks whether the two tails' terms are equal, and rounding decides.
        BinomialDistribution coin = new BinomialDistribution(null, Math.addExact(onlyBefore, onlyAfter), 0.5);
        return Math.min(1, 2 * coin.cumulativeProbability(Math.min(onlyBefore, onlyAfter)));
    }
}
