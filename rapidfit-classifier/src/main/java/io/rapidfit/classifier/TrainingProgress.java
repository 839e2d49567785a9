package io.rapidfit.classifier;

import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How far a training is.
 *
 * @param epoch how many epochs are done; 0 in stage {@link Stage#FEATURES}
 * @param epochs how many there will be, both trainings together where there are two; 0 in stage {@link Stage#FEATURES}
 * @param loss mean training loss of the last epoch, in nats, summed over tasks; NaN before the first has ended
 * @param validationScore macro-F1 on the validation samples, in [0, 1], mean over tasks; empty if there are none
 * @param timeLeft estimated from the epochs after the first; zero until then, and when nothing is left
 */
public record TrainingProgress(
        Stage stage, int epoch, int epochs, double loss, OptionalDouble validationScore, Duration timeLeft) {

    /** What is being done. */
    public enum Stage {
        /** Finding the n-grams of all texts, or embedding them. */
        FEATURES,
        /** Learning; one event after each epoch. */
        TRAINING,
        /** Learning again with the validation samples; one event after each epoch, without a validation score. */
        REFIT
    }
}
