package io.rapidfit.llm.grade;

import io.rapidfit.metrics.Estimate;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.commons.math3.stat.interval.WilsonScoreInterval;

/** Counted shares and how sure they are. */
final class Share {

    private Share() {}

    /**
     * The share with its score interval after Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927),
     * which is of use with few cases too, and where all agree. Empty if there is no case.
     */
    static Optional<Estimate> of(int successes, int cases, double confidence) {
        if (cases == 0) {
            return Optional.empty();
        }
        ConfidenceInterval interval = new WilsonScoreInterval().createInterval(cases, successes, confidence);
        return Optional.of(new Estimate(
                (double) successes / cases,
                Math.max(0, interval.getLowerBound()), // rounding
                Math.min(1, interval.getUpperBound())));
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
