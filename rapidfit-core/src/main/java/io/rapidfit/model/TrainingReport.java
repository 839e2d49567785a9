package io.rapidfit.model;

import java.util.List;

/**
 * What a training did.
 *
 * @param samples how many samples were learnt from, all tasks together
 * @param epochs how often each was seen
 * @param finalLoss mean training loss of the last epoch, in nats, summed over tasks
 * @param warnings what will make the result worse than it could be, and what to do about it
 */
public record TrainingReport(int samples, int epochs, double finalLoss, List<String> warnings) {
    public TrainingReport {
        warnings = List.copyOf(warnings);
    }
}
