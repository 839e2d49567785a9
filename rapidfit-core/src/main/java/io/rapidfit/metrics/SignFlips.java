package io.rapidfit.metrics;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;

/**
 * The paired randomization test: if neither of two systems is better, either might as well have got the other's score on any
 * example, so that the sign of each difference is a toss of a coin. Fisher, "The Design of Experiments" (1935), section 21; drawn
 * instead of enumerated, Noreen, "Computer-Intensive Methods for Testing Hypotheses" (1989). Where scores are 0 and 1 it is
 * {@link McNemar}'s exact test.
 */
final class SignFlips {

    /** Sums that differ by less are equal but for rounding. */
    private static final double ROUNDING = 1e-9;

    private SignFlips() {}

    /**
     * How probable a mean at least as far from 0 is, in (0, 1]. Exact where there are no more ways to set the signs than draws;
     * else so many are drawn, and the one at hand counts among them (Phipson and Smyth, "Permutation P-values Should Never Be
     * Zero", 2010).
     */
    static double pValue(double[] differences, int draws, long seed) {
        double[] telling = Arrays.stream(differences).filter(d -> d != 0).toArray();
        double found = Math.abs(Arrays.stream(telling).sum()) - ROUNDING;
        if (telling.length < 31 && 1 << telling.length <= draws) {
            int all = 1 << telling.length;
            int asFar = 0;
            for (int way = 0; way < all; way++) {
                int signs = way;
                asFar += Math.abs(sum(telling, i -> (signs >> i & 1) == 1)) >= found ? 1 : 0;
            }
            return (double) asFar / all;
        }
        RandomGenerator random = new MersenneTwister(seed);
        int asFar = 1;
        for (int draw = 0; draw < draws; draw++) {
            asFar += Math.abs(sum(telling, i -> random.nextBoolean())) >= found ? 1 : 0;
        }
        return asFar / (draws + 1.0);
    }

    private static double sum(double[] differences, IntPredicate flipped) {
        double sum = 0;
        for (int i = 0; i < differences.length; i++) {
            sum += flipped.test(i) ? -differences[i] : differences[i];
        }
        return sum;
    }
}
