package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** The arrays of one training step, which are freed together, and the values among them that are to be learnt. */
final class TrainingStep implements AutoCloseable {

    /** Values as PyTorch sees them for one step. */
    private record Variable(Adam values, NDArray array, boolean isWeights) {}

    /** Values that somebody else learns. */
    private record Input(NDArray array, Consumer<float[]> gradient) {}

    private final NDManager scope;
    private final Random random;
    private final List<Input> inputs = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private List<float[]> gradients = List.of();

    TrainingStep(NDManager manager, Random random) {
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

    /** Results belong to the first array's manager; this one is not to outlive the step. */
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
        return variable(values, false, values.values().length);
    }

    /** Of shape (outputs, inputs). */
    NDArray weights(Adam values, int inputs) {
        return variable(values, true, values.values().length / inputs, inputs);
    }

    private NDArray variable(Adam values, boolean isWeights, long... shape) {
        NDArray array = differentiable(values.values(), shape);
        variables.add(new Variable(values, array, isWeights));
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

    /** Fetches all gradients. */
    void backward() {
        inputs.forEach(input -> input.gradient().accept(gradient(input.array())));
        gradients =
                variables.stream().map(variable -> gradient(variable.array())).toList();
    }

    /** Adds those of the gradients of weights and biases. */
    double plusSumOfSquares(double squares) {
        double sum = squares;
        for (float[] gradient : gradients) {
            for (float g : gradient) {
                sum += (double) g * g;
            }
        }
        return sum;
    }

    /** Moves weights and biases; see {@link Adam#step}. Biases do not decay. */
    void step(float scale, float rate, float decay) {
        for (int i = 0; i < gradients.size(); i++) {
            Variable variable = variables.get(i);
            variable.values().step(gradients.get(i), scale, rate, variable.isWeights() ? decay : 0);
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
