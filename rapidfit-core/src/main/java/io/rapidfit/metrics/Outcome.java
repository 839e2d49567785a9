package io.rapidfit.metrics;

import io.rapidfit.data.Sample;
import io.rapidfit.internal.Require;

/**
 * What a classifier said of one sample.
 *
 * @param abstained whether the classifier said that {@link #predicted()} should not be relied upon
 */
public record Outcome(Sample sample, LabelDistribution distribution, boolean abstained) {
    public Outcome {
        Require.nonNull("sample", sample);
        Require.nonNull("distribution", distribution);
    }

    /**
     * For a classifier that tells only its best label and never abstains.
     *
     * @param confidence the probability that it gave to the predicted label, in [0, 1]
     */
    public Outcome(Sample sample, String predicted, double confidence) {
        this(sample, LabelDistribution.of(predicted, confidence), false);
    }

    /** The most probable label, also where the classifier abstained. */
    public String predicted() {
        return distribution.label();
    }

    /** The probability of {@link #predicted()}, in [0, 1]. */
    public double confidence() {
        return distribution.confidence();
    }

    /** Whether the predicted label is the sample's own, also where the classifier abstained. */
    public boolean isCorrect() {
        return predicted().equals(sample.label());
    }
}
