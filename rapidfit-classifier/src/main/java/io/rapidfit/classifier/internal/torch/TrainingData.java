package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.features.FeatureBag;
import java.util.List;

/**
 * Texts with their labels for every task.
 *
 * @param texts one bag a text
 * @param targets for each text the index of its label in each task, -1 where it has none
 * @param shares how often an epoch has each text, on average; what is over a whole number is a matter of chance
 * @param tasks in the order of the targets
 */
public record TrainingData(List<FeatureBag> texts, List<List<Integer>> targets, List<Double> shares, List<Task> tasks) {

    /**
     * A task and its labels in order.
     *
     * @param labelWeights how much a text of each label counts
     */
    public record Task(String name, List<String> labels, List<Double> labelWeights) {}
}
