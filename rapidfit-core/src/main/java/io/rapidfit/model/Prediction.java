package io.rapidfit.model;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.LabelDistribution;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a classifier says of one text.
 *
 * @param abstained whether the classifier's threshold for the task says that {@link #label()} should not be relied upon;
 *     it still is the best guess
 * @param outOfScope how strange the text is to the classifier, in [0, 1]: the share of known texts that do belong to the
 *     task and look less strange than this one (0.99: stranger than 99% of them). Empty where the classifier does not tell
 */
public record Prediction(LabelDistribution distribution, boolean abstained, OptionalDouble outOfScope) {
    public Prediction {
        Require.nonNull("distribution", distribution);
        Require.nonNull("outOfScope", outOfScope)
                .ifPresent(strangeness -> Require.inRange("outOfScope", strangeness, 0, 1));
    }

    /**
     * For a classifier that tells only its best label.
     *
     * @param confidence its probability, in [0, 1]
     */
    public Prediction(String label, double confidence) {
        this(LabelDistribution.of(label, confidence), false, OptionalDouble.empty());
    }

    /** The most probable label. */
    public String label() {
        return distribution.label();
    }

    /** The probability of {@link #label()}, in [0, 1]. */
    public double confidence() {
        return distribution.confidence();
    }

    /**
     * The most probable labels, most probable first.
     *
     * @param k how many at most, at least 1
     */
    public List<LabelDistribution.Scored> top(int k) {
        return distribution.top(k);
    }

    /** Such as "positive 0.93" or "positive 0.41 (abstained, out of scope 0.99)". */
    @Override
    public String toString() {
        String answer = String.format(Locale.ROOT, "%s %.2f", label(), confidence());
        String scope =
                outOfScope.isPresent() ? String.format(Locale.ROOT, "out of scope %.2f", outOfScope.getAsDouble()) : "";
        if (!abstained) {
            return scope.isEmpty() ? answer : answer + " (" + scope + ")";
        }
        return answer + (scope.isEmpty() ? " (abstained)" : " (abstained, " + scope + ")");
    }
}
