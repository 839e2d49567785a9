package io.rapidfit.metrics;

import io.rapidfit.data.Sample;

/**
 * What a classifier said of one sample.
 *
 * @param confidence the probability that it gave to the predicted label, in [0, 1]
 */
public record Outcome(Sample sample, String predicted, double confidence) {

    public boolean isCorrect() {
        return predicted.equals(sample.label());
    }
}
