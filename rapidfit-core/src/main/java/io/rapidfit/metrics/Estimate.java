package io.rapidfit.metrics;

/**
 * A measured value, and the interval that is likely to hold the true one: what endlessly many such samples would show.
 *
 * @param value as measured on the samples at hand
 * @param lower where the interval begins
 * @param upper where it ends, at least {@code lower}
 */
public record Estimate(double value, double lower, double upper) {

    /** Values that differ by less are equal but for rounding. */
    static final double ROUNDING = 1e-12;

    /** Whether the whole interval lies above 0. */
    boolean isPositive() {
        return lower > ROUNDING;
    }

    /** Whether the whole interval lies below 0. */
    boolean isNegative() {
        return upper < -ROUNDING;
    }
}
