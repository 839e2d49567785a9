package io.rapidfit.model;

import io.rapidfit.internal.Require;

/**
 * The most probable label of a text.
 *
 * @param confidence its probability, in [0, 1]
 */
public record Prediction(String label, double confidence) {
    public Prediction {
        Require.notBlank("label", label);
        Require.inRange("confidence", confidence, 0, 1);
    }
}
