package io.rapidfit.metrics;

/**
 * A text that was given the wrong label.
 *
 * @param id the sample's id
 * @param confidence the probability that the classifier gave to the wrong label, in [0, 1]
 */
public record ErrorSample(String id, String text, String trueLabel, String predictedLabel, double confidence) {}
