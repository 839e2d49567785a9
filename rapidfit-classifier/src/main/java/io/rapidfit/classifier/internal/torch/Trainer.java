package io.rapidfit.classifier.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Learns a head a task on top of a {@link Trunk}, all trained together with softmax cross-entropy.
 *
 * <p>PyTorch computes and differentiates everything between the hidden layer and the loss; what it finds moves the heads in
 * plain Java ({@link Adam}). A trunk that learns has gradients and Adam of its own.
 *
 * <p>The same data, recipe and machine give the same bits. All randomness is Java's: PyTorch's generator is the whole
 * process's, and others may draw from it.
 *
 * @param <M> the kind of model that comes out
 */
public final class Trainer<M extends TextModel> {

    /**
     * After each epoch; called on the training thread. What it throws ends the training.
     *
     * @param <M> the kind of model that is trained
     */
    @FunctionalInterface
    public interface Listener<M extends TextModel> {
        /**
         * @param epoch counted from 1
         * @param loss mean over the epoch's texts, in nats, summed over tasks
         * @return whether to go on
         */
        boolean onEpoch(int epoch, double loss, Standing<? extends M> model);
    }

    /**
     * How a training stands after an epoch.
     *
     * @param <M> the kind of model that is trained
     */
    public interface Standing<M extends TextModel> {

        /** The model, for measuring. It may change when the training goes on. */
        M get();

        /** Makes it the model that comes out, unless one of a later epoch is kept. */
        void keep();
    }

    private final class Epoch implements Standing<M> {

        private @Nullable M model;

        @Override
        public M get() {
            if (model == null) {
                model = export();
            }
            return model;
        }

        @Override
        public void keep() {
            kept = get();
            trunk.keep();
        }
    }

    private final TrainingData data;
    private final TrainingRecipe recipe;
    private final Regularization regularization;
    private final Random random;
    private final Trunk<M> trunk;
    private final List<List<Dense>> heads = new ArrayList<>();
    private @Nullable M kept;

    /** How many steps there were before the trunk began to learn. */
    private int still;

    /** Weights of shape (outputs, inputs), row by row, and a bias for each output. */
    private record Dense(int inputs, int outputs, Adam weights, Adam bias) {

        Layer export() {
            return new Layer(weights.values().clone(), bias.values().clone());
        }
    }

    private Trainer(Function<Random, Trunk<M>> trunk, TrainingData data, TrainingRecipe recipe) {
        this.data = data;
        this.recipe = recipe;
        this.regularization = recipe.regularization();
        this.random = new Random(recipe.seed());
        this.trunk = trunk.apply(random);
        for (TrainingData.Task task : data.tasks()) {
            heads.add(head(task.labels().size()));
        }
    }

    private List<Dense> head(int labels) {
        List<Dense> layers = new ArrayList<>();
        int inputs = recipe.dimension();
        for (int i = 0; i < recipe.layers().count(); i++) {
            layers.add(layer(inputs, recipe.layers().size()));
            inputs = recipe.layers().size();
        }
        layers.add(layer(inputs, labels));
        return layers;
    }

    /** Weights within 1 / sqrt(inputs), as PyTorch's linear layers start. */
    private Dense layer(int inputs, int outputs) {
        float bound = (float) (1 / Math.sqrt(inputs));
        float[] weights = new float[inputs * outputs];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (2 * random.nextFloat() - 1) * bound;
        }
        return new Dense(inputs, outputs, new Adam(weights), new Adam(new float[outputs]));
    }

    /**
     * Trains a model: that of the last epoch, unless the listener keeps another. Trainings of one JVM take turns.
     *
     * @param trunk makes what is below the heads; it draws its first values from the given source of chance
     * @throws EngineLoadException if PyTorch cannot be loaded
     * @throws CancellationException if the thread is interrupted meanwhile; its interrupt status stays set
     */
    static <M extends TextModel> M train(
            Function<Random, Trunk<M>> trunk, TrainingData data, TrainingRecipe recipe, Listener<? super M> listener)
            throws EngineLoadException {
        try {
            TorchEngine.TRAINING.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("training was interrupted while it waited for another");
        }
        try (NDManager manager = TorchEngine.newManager()) {
            return new Trainer<>(trunk, data, recipe).run(manager, listener);
        } finally {
            TorchEngine.TRAINING.unlock();
        }
    }

    /** Gradients are recorded in every thread but the engine's first: off here, and on where the collector is open. */
    private M run(NDManager manager, Listener<? super M> listener) {
        boolean recorded = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        M model = null;
        try {
            runEpochs(manager, listener);
            model = result();
            return model;
        } finally {
            trunk.end(model);
            JniUtils.setGradMode(recorded);
        }
    }

    private M result() {
        if (kept == null) {
            return export();
        }
        trunk.restore();
        return kept;
    }

    private void runEpochs(NDManager manager, Listener<? super M> listener) {
        long expected = Math.round(
                data.shares().stream().mapToDouble(Double::doubleValue).sum());
        int stepsPerEpoch = (int) ((expected + recipe.batchSize() - 1) / recipe.batchSize());
        int steps = Math.multiplyExact(Math.max(1, stepsPerEpoch), recipe.epochs());
        int step = 0;
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            boolean learns = trunk.beginEpoch(epoch);
            int[] order = draw();
            double loss = 0;
            for (int from = 0; from < order.length; from += recipe.batchSize()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training was interrupted in epoch " + epoch);
                }
                int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + recipe.batchSize()));
                step++;
                still += learns ? 0 : 1;
                loss += batch.length * step(manager, batch, step, Math.max(step, steps));
            }
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException(
                        "training diverged in epoch %s, with a loss of %s: lower the learning rate, which is %s"
                                .formatted(epoch, loss, recipe.rate().highest()));
            }
            if (!listener.onEpoch(epoch, loss / Math.max(1, order.length), new Epoch())) {
                break;
            }
        }
    }

    /** An epoch's texts in random order, each as often as its share says. */
    private int[] draw() {
        int[] order = new int[data.targets().size()];
        int size = 0;
        for (int text = 0; text < data.targets().size(); text++) {
            double share = data.shares().get(text);
            int times = (int) share;
            if (share > times && random.nextDouble() < share - times) {
                times++;
            }
            if (size + times > order.length) {
                order = Arrays.copyOf(order, 2 * (size + times));
            }
            Arrays.fill(order, size, size + times, text);
            size += times;
        }
        order = Arrays.copyOf(order, size);
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }

    /** One step on one batch; returns its mean loss. */
    private double step(NDManager manager, int[] batch, int number, int of) {
        double rate = recipe.rate().at(number, of);
        double trunkRate = recipe.rate().at(number, of, still);
        try (TrainingStep step = new TrainingStep(manager, random)) {
            double loss = 0;
            for (int[] part : trunk.parts(batch)) {
                loss += differentiate(step, part, batch.length);
                step.endPart();
            }
            float scale = scale(step);
            trunk.step(scale, trunkRate, trunkRate * regularization.weightDecay());
            step.step(scale, (float) (rate * Adam.correction(number)), (float) (rate * regularization.weightDecay()));
            return loss;
        }
    }

    /** Computes the gradients of a part of a batch; returns what it adds to the mean loss of the batch's texts. */
    private double differentiate(TrainingStep step, int[] part, int texts) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray hidden = step.dropout(trunk.hidden(step, part), regularization.dropout());
            NDArray total = step.number(0);
            for (int task = 0; task < data.tasks().size(); task++) {
                NDArray logits = logits(step, heads.get(task), hidden);
                total = total.add(loss(step, logits, targets(step, part, task)));
            }
            NDArray mean = total.mul(step.number(1f / texts));
            collector.backward(mean);
            return mean.getFloat();
        }
    }

    /** Brings all gradients together to the greatest length allowed (Pascanu et al., 2013). */
    private float scale(TrainingStep step) {
        if (Double.isInfinite(regularization.maxGradientNorm())) {
            return 1;
        }
        double norm = Math.sqrt(step.plusSumOfSquares(trunk.sumOfSquares()));
        return norm <= regularization.maxGradientNorm() ? 1 : (float) (regularization.maxGradientNorm() / norm);
    }

    private NDArray logits(TrainingStep step, List<Dense> layers, NDArray hidden) {
        NDArray values = hidden;
        for (int i = 0; i < layers.size(); i++) {
            Dense layer = layers.get(i);
            NDArray weights =
                    step.keep(step.weights(layer.weights(), layer.inputs()).transpose());
            values = values.matMul(weights).add(step.bias(layer.bias()));
            if (i < layers.size() - 1) {
                values = step.dropout(activate(values), regularization.dropout());
            }
        }
        return values;
    }

    private NDArray activate(NDArray values) {
        return switch (recipe.layers().activation()) {
            case RELU -> Activation.relu(values);
            case GELU -> Activation.gelu(values);
            case SILU -> values.mul(Activation.sigmoid(values));
            case TANH -> Activation.tanh(values);
        };
    }

    private NDArray loss(TrainingStep step, NDArray logits, NDArray targets) {
        NDArray logProbabilities = logits.logSoftmax(1);
        NDArray losses = logProbabilities.mul(targets);
        if (regularization.focalGamma() > 0) {
            NDArray doubt = step.number(1).sub(logProbabilities.exp()).maximum(step.number(1e-6f));
            losses = losses.mul(doubt.pow(step.number((float) regularization.focalGamma())));
        }
        return losses.sum().neg();
    }

    /** A task's target distributions, times their weights, of shape (texts, labels); all 0 for a text without a label. */
    private NDArray targets(TrainingStep step, int[] part, int index) {
        TrainingData.Task task = data.tasks().get(index);
        int labels = task.labels().size();
        double smoothing = regularization.labelSmoothing();
        float[] values = new float[part.length * labels];
        for (int i = 0; i < part.length; i++) {
            int label = data.targets().get(part[i]).get(index);
            if (label >= 0) {
                double weight = task.labelWeights().get(label);
                Arrays.fill(values, i * labels, (i + 1) * labels, (float) (weight * smoothing / labels));
                values[i * labels + label] += (float) (weight * (1 - smoothing));
            }
        }
        return step.array(values, part.length, labels);
    }

    private M export() {
        List<Head> exported = new ArrayList<>();
        for (int task = 0; task < data.tasks().size(); task++) {
            exported.add(Head.of(
                    data.tasks().get(task).name(),
                    data.tasks().get(task).labels(),
                    heads.get(task).stream().map(Dense::export).toList(),
                    recipe.layers().activation()));
        }
        return trunk.model(exported);
    }
}
