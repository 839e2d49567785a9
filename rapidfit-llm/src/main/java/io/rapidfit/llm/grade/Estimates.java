package io.rapidfit.llm.grade;

import io.rapidfit.metrics.Estimate;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/** Measured figures and how sure they are, and how they are shown. */
final class Estimates {

    private Estimates() {}

    /**
     * The share with its score interval after Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927),
     * which is of use with few cases too, and where all agree. Empty if there is no case.
     */
    static Optional<Estimate> share(int successes, int cases, double confidence) {
        if (cases == 0) {
            return Optional.empty();
        }
        ConfidenceInterval interval = new WilsonScoreInterval().createInterval(cases, successes, confidence);
        return Optional.of(new Estimate(
                (double) successes / cases,
                Math.max(0, interval.getLowerBound()), // rounding
                Math.min(1, interval.getUpperBound())));
    }

    /** The middle {@code confidence} of what was drawn; the first {@code drawn} of the array count. */
    static Estimate percentiles(double value, double[] resampled, int drawn, double confidence) {
        Percentile percentile = new Percentile();
        percentile.setData(resampled, 0, drawn);
        return new Estimate(
                value,
                percentile.evaluate(100 * (1 - confidence) / 2),
                percentile.evaluate(100 * (1 + confidence) / 2));
    }

    static String value(Optional<Estimate> estimate) {
        return estimate.map(e -> number(e.value())).orElse("-");
    }

    static String interval(Optional<Estimate> estimate) {
        return estimate.map(e -> number(e.lower()) + " to " + number(e.upper())).orElse("-");
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value + 0.0); // no negative zero
    }
}
