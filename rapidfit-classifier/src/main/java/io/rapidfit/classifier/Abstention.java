package io.rapidfit.classifier;

import io.rapidfit.internal.Require;

/**
 * When a classifier should rather not answer: below a confidence that each task's validation samples decide in training
 * (El-Yaniv and Wiener, 2010). Such a prediction is marked {@code abstained()} and still tells its best guess.
 *
 * @param aim what is asked for
 * @param value the error rate or coverage, in [0, 1]
 */
public record Abstention(Aim aim, double value) {

    /** What is asked for. */
    public enum Aim {
        /** It always answers. */
        NEVER,
        /** As many answers as can be had with at most this share of them wrong. */
        MAX_ERROR_RATE,
        /** The surest answers, at least this share of all. */
        MIN_COVERAGE
    }

    public Abstention {
        Require.nonNull("aim", aim);
        Require.inRange("value", value, 0, 1);
    }

    public static Abstention never() {
        return new Abstention(Aim.NEVER, 0);
    }

    public static Abstention maxErrorRate(double rate) {
        return new Abstention(Aim.MAX_ERROR_RATE, rate);
    }

    public static Abstention minCoverage(double coverage) {
        return new Abstention(Aim.MIN_COVERAGE, coverage);
    }
}
