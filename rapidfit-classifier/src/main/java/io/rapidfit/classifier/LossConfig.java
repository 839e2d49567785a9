package io.rapidfit.classifier;

import io.rapidfit.internal.Require;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a training makes smaller: softmax cross-entropy, summed over tasks. What is null is chosen from the data.
 *
 * @param labelSmoothing share of the target that is spread over all labels, in [0, 1) (Szegedy et al., 2016); by default 0,
 *     or 0.1 for noisy texts
 * @param classWeights whether rare labels count more. Defaults to {@link ClassWeights#SQRT}.
 * @param focalGamma how much less a text counts the surer the model is of its label (Lin et al., 2017), in [0, 10].
 *     Defaults to 0, the plain cross-entropy.
 * @param taskWeights how much a task counts, by its name; 1 for those that are not named. Defaults to none.
 */
public record LossConfig(
        @Nullable Double labelSmoothing,
        ClassWeights classWeights,
        double focalGamma,
        Map<String, Double> taskWeights) {

    /** How much a text counts by its label; each weight is kept within 0.5 and 3. */
    public enum ClassWeights {
        /** All the same. */
        NONE,
        /** By the square root of how rare the label is: texts / (labels * texts with the label). */
        SQRT,
        /** By how rare the label is. */
        BALANCED;

        private static final double LEAST = 0.5;
        private static final double MOST = 3;

        /** @param rarity mean number of texts a label, divided by that of this label */
        double weight(double rarity) {
            double weight = switch (this) {
                case NONE -> 1;
                case SQRT -> Math.sqrt(rarity);
                case BALANCED -> rarity;
            };
            return Math.max(LEAST, Math.min(MOST, weight));
        }
    }

    private static final LossConfig DEFAULT = new LossConfig(null, ClassWeights.SQRT, 0, Map.of());

    public LossConfig {
        if (labelSmoothing != null) {
            Require.fraction("labelSmoothing", labelSmoothing);
        }
        Require.nonNull("classWeights", classWeights);
        Require.inRange("focalGamma", focalGamma, 0, 10);
        Require.nonNull("taskWeights", taskWeights);
        taskWeights.forEach((task, weight) -> {
            String name = "the weight of task '" + task + "'";
            Require.positive(name, Require.nonNull(name, weight));
        });
        taskWeights = Collections.unmodifiableMap(new LinkedHashMap<>(taskWeights));
    }

    /** Everything as the components' documentation says. */
    public static LossConfig defaults() {
        return DEFAULT;
    }

    public LossConfig withLabelSmoothing(double newLabelSmoothing) {
        return new LossConfig(newLabelSmoothing, classWeights, focalGamma, taskWeights);
    }

    public LossConfig withClassWeights(ClassWeights newClassWeights) {
        return new LossConfig(labelSmoothing, newClassWeights, focalGamma, taskWeights);
    }

    public LossConfig withFocalGamma(double newFocalGamma) {
        return new LossConfig(labelSmoothing, classWeights, newFocalGamma, taskWeights);
    }

    /** Beside those of other tasks. */
    public LossConfig withTaskWeight(String task, double weight) {
        Map<String, Double> weights = new LinkedHashMap<>(taskWeights);
        weights.put(task, weight);
        return new LossConfig(labelSmoothing, classWeights, focalGamma, weights);
    }
}
