package io.rapidfit.metrics;

import io.rapidfit.internal.Require;

/**
 * How the scatter of metrics is found: by drawing the samples anew, again and again.
 *
 * @param resamples how often, at most 1,000,000, for intervals that a new seed moves less; time grows with it and with the
 *     samples
 * @param confidence how sure to be, in (0, 1): the share of true values that the intervals are to hold, and 1 minus the p-value
 *     below which a change is no chance
 * @param seed of the draws
 */
public record Resampling(int resamples, double confidence, long seed) {

    /** 10,000 draws, 95% sure, with 42 as the seed. */
    public static final Resampling DEFAULT = new Resampling(10_000, 0.95, 42);

    /** An end of an interval that rests on fewer resamples than this is mostly luck. */
    private static final int MIN_BEYOND = 5;

    private static final int MAX_RESAMPLES = 1_000_000;

    /**
     * Checks that the intervals have ends to speak of.
     *
     * @throws IllegalArgumentException if fewer than 5 resamples would lie beyond either end of an interval: 95% need 200, 99%
     *     need 1000
     */
    public Resampling {
        requireResamples(resamples);
        requireConfidence(confidence);
        double needed = Math.ceil(2 * MIN_BEYOND / (1 - confidence) - 1e-6); // 1 - 0.9 is a little less than 0.1
        if (resamples < needed) {
            throw new IllegalArgumentException(("resamples must be at least %s for a confidence of %s but was %s: else"
                            + " fewer than %s lie beyond either end of an interval")
                    .formatted((long) needed, confidence, resamples, MIN_BEYOND));
        }
    }

    static int requireResamples(int resamples) {
        return Require.inRange("resamples", resamples, 1, MAX_RESAMPLES);
    }

    static double requireConfidence(double confidence) {
        return Require.positive("confidence", Require.fraction("confidence", confidence));
    }

    /** With so many draws. */
    public Resampling withResamples(int newResamples) {
        return new Resampling(newResamples, confidence, seed);
    }

    /** As sure as this. */
    public Resampling withConfidence(double newConfidence) {
        return new Resampling(resamples, newConfidence, seed);
    }

    /** With this seed. */
    public Resampling withSeed(long newSeed) {
        return new Resampling(resamples, confidence, newSeed);
    }

    /** P-values below this are evidence. */
    double level() {
        return 1 - confidence;
    }
}
