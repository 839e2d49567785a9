package io.rapidfit.classifier.internal.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What answers one task from the shared hidden layer: layers of its own and a softmax; or, for a task that another one
 * decides, groups of that task's labels, whose probabilities are summed.
 *
 * <p>Immutable.
 */
public final class Head {

    private final String task;
    private final List<String> labels;
    private final List<Layer> layers;
    private final Activation activation;

    /** The head of the task that decides this one, and to which of this one's labels each of its labels belongs. */
    private final @Nullable Head finer;

    private final int[] groups;
    private final double temperature;
    private final @Nullable Double threshold;
    private final @Nullable Scope scope;

    private Head(
            String task,
            List<String> labels,
            List<Layer> layers,
            Activation activation,
            @Nullable Head finer,
            int[] groups,
            double temperature,
            @Nullable Double threshold,
            @Nullable Scope scope) {
        this.task = task;
        this.labels = List.copyOf(labels);
        this.layers = List.copyOf(layers);
        this.activation = activation;
        this.finer = finer;
        this.groups = groups;
        this.temperature = temperature;
        this.threshold = threshold;
        this.scope = scope;
    }

    /**
     * @param layers at least one, the last with an output for each label
     * @param activation after each layer but the last
     * @throws IllegalArgumentException if the layers do not fit each other or the labels
     */
    public static Head of(String task, List<String> labels, List<Layer> layers, Activation activation) {
        for (int i = 0; i < layers.size(); i++) {
            int next = i + 1 < layers.size() ? layers.get(i + 1).inputs() : labels.size();
            if (layers.get(i).outputs() != next) {
                throw new IllegalArgumentException("layer %s of task '%s' has %s outputs, %s expected"
                        .formatted(i + 1, task, layers.get(i).outputs(), next));
            }
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("task '%s' has no layer".formatted(task));
        }
        return new Head(task, labels, layers, activation, null, new int[0], 1, null, null);
    }

    /** One linear layer, its weights of shape (labels, dimension), row by row. */
    public static Head linear(String task, List<String> labels, float[] weights, float[] bias) {
        return of(task, labels, List.of(new Layer(weights, bias)), Activation.RELU);
    }

    /**
     * A head without layers of its own.
     *
     * @param finer has layers itself
     * @param groups for each label of {@code finer} the index of the label that it belongs to
     * @throws IllegalArgumentException if the groups do not fit the labels
     */
    public static Head nested(String task, List<String> labels, Head finer, List<Integer> groups) {
        boolean fits = finer.finer == null
                && groups.size() == finer.labels.size()
                && groups.stream().allMatch(g -> g != null && g >= 0 && g < labels.size());
        if (!fits) {
            throw new IllegalArgumentException(
                    "the labels of task '%s' do not fit those of '%s'".formatted(task, finer.task));
        }
        return new Head(
                task,
                labels,
                List.of(),
                finer.activation,
                finer,
                groups.stream().mapToInt(g -> g).toArray(),
                1,
                null,
                null);
    }

    /**
     * The same head, answering with other confidences.
     *
     * @param newTemperature what logits are divided by, above 0 (Guo et al., 2017)
     * @param newThreshold confidence below which it rather does not answer; null for none
     */
    public Head calibrated(double newTemperature, @Nullable Double newThreshold) {
        if (!(newTemperature > 0 && newTemperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the temperature of task '%s' is %s".formatted(task, newTemperature));
        }
        return new Head(task, labels, layers, activation, finer, groups, newTemperature, newThreshold, scope);
    }

    /** The same head, telling how strange texts look. */
    public Head withScope(Scope newScope) {
        if (newScope.means().length % labels.size() != 0) {
            throw new IllegalArgumentException("the means of task '%s' do not fit its labels".formatted(task));
        }
        return new Head(task, labels, layers, activation, finer, groups, temperature, threshold, newScope);
    }

    /** The same head of other layers' making: for a nested one, that of {@code newFiner}. */
    public Head withFiner(Head newFiner) {
        return new Head(task, labels, layers, activation, newFiner, groups, temperature, threshold, scope);
    }

    public String task() {
        return task;
    }

    public List<String> labels() {
        return labels;
    }

    /** Empty for a nested head. */
    public List<Layer> layers() {
        return layers;
    }

    public Activation activation() {
        return activation;
    }

    /** Null unless this head is nested. */
    public @Nullable Head finer() {
        return finer;
    }

    /** For each label of {@link #finer} the index of the label that it belongs to; empty without one. */
    public List<Integer> groups() {
        return Arrays.stream(groups).boxed().toList();
    }

    public double temperature() {
        return temperature;
    }

    public @Nullable Double threshold() {
        return threshold;
    }

    public @Nullable Scope scope() {
        return scope;
    }

    /** Whether it should rather not answer with this confidence. */
    public boolean abstains(double confidence) {
        return threshold != null && confidence < threshold;
    }

    Answer answer(float[] hidden) {
        return finer == null ? answer(hidden, null) : answer(hidden, finer.answer(hidden));
    }

    /** @param finerAnswer that of {@link #finer} */
    Answer answer(float[] hidden, @Nullable Answer finerAnswer) {
        if (finerAnswer != null) {
            double[] probabilities = grouped(finerAnswer.probabilities());
            return new Answer(probabilities, indexOfMax(probabilities), finerAnswer.strangeness());
        }
        double[] probabilities = softmax(logits(hidden));
        int best = indexOfMax(probabilities);
        return new Answer(probabilities, best, scope == null ? Double.NaN : scope.strangeness(hidden, best));
    }

    private double[] grouped(double[] finerProbabilities) {
        double[] out = new double[labels.size()];
        for (int i = 0; i < groups.length; i++) {
            out[groups[i]] = Math.min(1, out[groups[i]] + finerProbabilities[i]); // rounded, they may sum to more
        }
        if (temperature != 1) {
            double total = 0;
            for (int label = 0; label < out.length; label++) {
                out[label] = Math.pow(out[label], 1 / temperature);
                total += out[label];
            }
            for (int label = 0; label < out.length; label++) {
                out[label] /= total;
            }
        }
        return out;
    }

    private float[] logits(float[] hidden) {
        float[] values = hidden;
        for (int i = 0; i < layers.size(); i++) {
            values = layers.get(i).apply(values);
            if (i < layers.size() - 1) {
                activation.apply(values);
            }
        }
        return values;
    }

    /** Of the logits divided by the temperature: one probability a label; they sum to 1. */
    private double[] softmax(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double[] out = new double[logits.length];
        double total = 0;
        for (int label = 0; label < out.length; label++) {
            out[label] = Math.exp(((double) logits[label] - max) / temperature);
            total += out[label];
        }
        for (int label = 0; label < out.length; label++) {
            out[label] /= total;
        }
        return out;
    }

    private static int indexOfMax(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    /**
     * What each value of the hidden layer is multiplied with in the label's logit, against the mean logit of all labels,
     * and the constant part as last element. Exact: an activation counts as the factor by which it changed its sum.
     *
     * <p>A nested head's label speaks by those of the finer task that belong to it, each with its share of their
     * probability, against the mean of all of the finer task's. A label to which none belongs says nothing: all zeros.
     */
    double[] explain(float[] hidden, int label) {
        Head speaking = finer == null ? this : finer;
        double[] gradient = new double[speaking.labels.size()];
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (finer == null ? i : groups[i]) == label ? 1 : 0;
        }
        double voices = Arrays.stream(gradient).sum();
        if (voices == 0) {
            return new double[hidden.length + 1];
        }
        if (voices > 1) {
            speaking.weighByProbability(gradient, hidden);
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] -= 1.0 / gradient.length;
        }
        return speaking.factors(hidden, gradient);
    }

    /** Ones become their label's share of their probability, which may be too little for a double; zeros stay. */
    private void weighByProbability(double[] chosen, float[] hidden) {
        float[] logits = logits(hidden);
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < chosen.length; i++) {
            max = chosen[i] == 0 ? max : Math.max(max, logits[i]);
        }
        double total = 0;
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] *= Math.exp(Math.min(0, (double) logits[i] - max) / temperature);
            total += chosen[i];
        }
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] /= total;
        }
    }

    private double[] factors(float[] hidden, double[] outputs) {
        List<float[]> sums = new ArrayList<>();
        float[] values = hidden;
        for (int i = 0; i < layers.size() - 1; i++) {
            float[] sum = layers.get(i).apply(values);
            sums.add(sum);
            values = sum.clone();
            activation.apply(values);
        }
        double[] gradient = outputs;
        double constant = 0;
        for (int i = layers.size() - 1; i >= 0; i--) {
            Layer layer = layers.get(i);
            for (int k = 0; k < gradient.length; k++) {
                constant += gradient[k] * layer.bias()[k];
            }
            gradient = layer.backward(gradient);
            if (i > 0) {
                float[] sum = sums.get(i - 1);
                for (int k = 0; k < gradient.length; k++) {
                    gradient[k] *= sum[k] == 0 ? 0 : activation.of(sum[k]) / sum[k];
                }
            }
        }
        double[] factors = Arrays.copyOf(gradient, gradient.length + 1);
        factors[gradient.length] = constant;
        return factors;
    }
}
