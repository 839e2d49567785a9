package io.rapidfit.metrics;

/**
 * One metric of two classifiers on the same samples.
 *
 * <p>The difference has an interval of its own, from both on the same resamples: it is narrower than those of before and
 * after suggest, since what makes a sample hard makes it hard for both. Whether these two overlap tells nothing.
 *
 * @param before in [0, 1]
 * @param after in [0, 1]
 * @param difference after minus before, in [-1, 1]
 */
public record MetricComparison(Estimate before, Estimate after, Estimate difference) {}
