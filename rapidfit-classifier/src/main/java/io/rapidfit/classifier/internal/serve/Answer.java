package io.rapidfit.classifier.internal.serve;

/**
 * What one head says of one text.
 *
 * @param probabilities one a label; not to be written to
 * @param best the most probable label's index, the first of equals
 * @param strangeness see {@link Scope}; NaN where the head does not know
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
public record Answer(double[] probabilities, int best, double strangeness) {}
