package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One training step: the arrays of the part of its batch that is computed, which are freed together, and the gradients of
 * the values that are to be learnt, added up over the parts.
 */
final class TrainingStep implements AutoCloseable {

    /** Values as PyTorch sees them for one part. */
    private record Variable(Adam values, NDArray array) {}

    /** Values that somebody else learns. */
    private record Input(NDArray array, Consumer<float[]> gradient) {}

    private final NDManager manager;
    private final Random random;
    private final List<Input> inputs = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private final Map<Adam, float[]> gradients = new LinkedHashMap<>();
    private final Set<Adam> decaying = new HashSet<>();
    private NDManager scope;

    TrainingStep(NDManager manager, Random random) {
        this.manager = manager;
        this.scope = manager.newSubManager();
        this.random = random;
    }

    /** Source of all chance. */
    Random random() {
        return random;
    }

    NDArray array(float[] values, long... shape) {
        return scope.create(values, new Shape(shape));
    }

    /**
     * For arithmetic while gradients are recorded. DJL frees the array that it makes of a plain Java number as soon as it
     * has the result, but gradients are computed from it later: then its memory may hold anything.
     */
    NDArray number(float value) {
        return scope.create(value);
    }

    /** Results belong to the first array's manager; this one is not to outlive the part. */
    NDArray keep(NDArray array) {
        array.attach(scope);
        return array;
    }

    /** An array whose gradient is told to {@code gradient}, for the caller to learn from. */
    NDArray input(float[] values, Consumer<float[]> gradient, long... shape) {
        NDArray array = differentiable(values, shape);
        inputs.add(new Input(array, gradient));
        return array;
    }

    private NDArray differentiable(float[] values, long... shape) {
        NDArray array = array(values, shape);
        array.setRequiresGradient(true);
        return array;
    }

    NDArray bias(Adam values) {
        return variable(values, values.values().length);
    }

    /** Of shape (outputs, inputs). */
    NDArray weights(Adam values, int inputs) {
        decaying.add(values);
        return variable(values, values.values().length / inputs, inputs);
    }

    private NDArray variable(Adam values, long... shape) {
        NDArray array = differentiable(values.values(), shape);
        variables.add(new Variable(values, array));
        return array;
    }

    /** Values left out become 0; the others are scaled up so that the expected sum stays (Srivastava et al., 2014). */
    NDArray dropout(NDArray values, double dropout) {
        float kept = (float) (1 / (1 - dropout));
        float[] mask = new float[Math.toIntExact(values.size())];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = dropout > 0 && random.nextFloat() < dropout ? 0 : kept;
        }
        return values.mul(scope.create(mask, values.getShape()));
    }

    private static float[] gradient(NDArray array) {
        try (NDArray gradient = array.getGradient()) {
            return gradient.toFloatArray();
        }
    }

    /** Fetches the gradients of a part, and frees its arrays. Another may follow. */
    void endPart() {
        inputs.forEach(input -> input.gradient().accept(gradient(input.array())));
        variables.forEach(
                variable -> gradients.merge(variable.values(), gradient(variable.array()), TrainingStep::add));
        inputs.clear();
        variables.clear();
        scope.close();
        scope = manager.newSubManager();
    }

    private static float[] add(float[] sums, float[] others) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += others[i];
        }
        return sums;
    }

    /** Adds those of the gradients of weights and biases. */
    double plusSumOfSquares(double squares) {
        double sum = squares;
        for (float[] gradient : gradients.values()) {
            for (float g : gradient) {
                sum += (double) g * g;
            }
        }
        return sum;
    }

    /** Moves weights and biases; see {@link Adam#step}. Biases do not decay. */
    void step(float scale, float rate, float decay) {
        gradients.forEach(
                (values, gradient) -> values.step(gradient, scale, rate, decaying.contains(values) ? decay : 0));
    }

    @Override
    public void close() {
        scope.close();
    }
}
