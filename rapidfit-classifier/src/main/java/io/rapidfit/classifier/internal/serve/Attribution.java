package io.rapidfit.classifier.internal.serve;

/**
 * What each feature of a text adds to what a head says of a label. Together with {@code bias} they are the label's logit
 * minus the mean of all the task's, before the temperature.
 *
 * @param contributions one a feature, in the bag's order; not to be written to
 * @param bias what is said without any feature, though not the same for every text: it depends on which hidden values
 *     are not 0
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and never compared
public record Attribution(double[] contributions, double bias) {}
