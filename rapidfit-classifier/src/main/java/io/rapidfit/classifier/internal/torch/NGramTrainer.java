package io.rapidfit.classifier.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Learns an {@link NGramModel} from scratch: an embedding table, summed over a text's features, a hidden layer and a head
 * a task, all trained together with softmax cross-entropy.
 *
 * <p>PyTorch computes and differentiates everything between the sums and the loss; the table itself, of which a step
 * touches a few rows, and Adam are plain Java.
 *
 * <p>The same data, recipe and machine give the same bits. All randomness is Java's: PyTorch's generator is the whole
 * process's, and others may draw from it.
 */
public final class NGramTrainer {

    /** After each epoch; called on the training thread. What it throws ends the training. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param epoch counted from 1
         * @param loss mean over the epoch's texts, in nats, summed over tasks
         * @param model makes the model as it stands, for measuring
         * @return whether to go on
         */
        boolean onEpoch(int epoch, double loss, Supplier<NGramModel> model);
    }

    private final NGramVocabulary vocabulary;
    private final TrainingData data;
    private final TrainingRecipe recipe;
    private final Regularization regularization;
    private final Random random;
    private final SparseEmbedding embedding;
    private final Adam bias;
    private final List<List<Dense>> heads = new ArrayList<>();

    /** Weights of shape (outputs, inputs), row by row, and a bias for each output. */
    private record Dense(int inputs, int outputs, Adam weights, Adam bias) {

        Layer export() {
            return new Layer(weights.values().clone(), bias.values().clone());
        }
    }

    private NGramTrainer(NGramVocabulary vocabulary, TrainingData data, TrainingRecipe recipe) {
        int dimension = recipe.dimension();
        if ((long) vocabulary.size() * dimension > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s n-grams of dimension %s are too many for one table: raise the encoder's minCount, or lower its dimension"
                            .formatted(vocabulary.size(), dimension));
        }
        this.vocabulary = vocabulary;
        this.data = data;
        this.recipe = recipe;
        this.regularization = recipe.regularization();
        this.random = new Random(recipe.seed());
        this.embedding = new SparseEmbedding(vocabulary.size(), dimension, random);
        this.bias = new Adam(new float[dimension]);
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
     * Trains a model. Trainings of one JVM take turns.
     *
     * @throws EngineLoadException if PyTorch cannot be loaded
     * @throws CancellationException if the thread is interrupted meanwhile; its interrupt status stays set
     */
    public static NGramModel train(
            NGramVocabulary vocabulary, TrainingData data, TrainingRecipe recipe, Listener listener)
            throws EngineLoadException {
        try {
            TorchEngine.TRAINING.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("training was interrupted while it waited for another");
        }
        try (NDManager manager = TorchEngine.newManager()) {
            return new NGramTrainer(vocabulary, data, recipe).run(manager, listener);
        } finally {
            TorchEngine.TRAINING.unlock();
        }
    }

    /** Gradients are recorded in every thread but the engine's first: off here, and on where the collector is open. */
    private NGramModel run(NDManager manager, Listener listener) {
        boolean recorded = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return runEpochs(manager, listener);
        } finally {
            JniUtils.setGradMode(recorded);
        }
    }

    private NGramModel runEpochs(NDManager manager, Listener listener) {
        long expected = Math.round(
                data.shares().stream().mapToDouble(Double::doubleValue).sum());
        int stepsPerEpoch = (int) ((expected + recipe.batchSize() - 1) / recipe.batchSize());
        int steps = Math.multiplyExact(Math.max(1, stepsPerEpoch), recipe.epochs());
        int step = 0;
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            int[] order = draw();
            double loss = 0;
            for (int from = 0; from < order.length; from += recipe.batchSize()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training was interrupted in epoch " + epoch);
                }
                int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + recipe.batchSize()));
                step++;
                loss += batch.length * step(manager, batch, step, Math.max(step, steps));
            }
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException(
                        "training diverged in epoch %s, with a loss of %s: lower the learning rate, which is %s"
                                .formatted(epoch, loss, recipe.rate().highest()));
            }
            if (!listener.onEpoch(epoch, loss / Math.max(1, order.length), this::export)) {
                break;
            }
        }
        return export();
    }

    /** An epoch's texts in random order, each as often as its share says. */
    private int[] draw() {
        int[] order = new int[data.texts().size()];
        int size = 0;
        for (int text = 0; text < data.texts().size(); text++) {
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
    private double step(NDManager manager, int[] batch, int step, int steps) {
        float rate = (float) (recipe.rate().at(step, steps) * Adam.correction(step));
        float decay = (float) (recipe.rate().at(step, steps) * regularization.weightDecay());
        try (NDManager scope = manager.newSubManager()) {
            NDArray sums = variable(
                    scope,
                    embedding.sums(
                            Arrays.stream(batch).mapToObj(data.texts()::get).toList(),
                            regularization.featureDropout(),
                            random),
                    batch.length,
                    recipe.dimension());
            List<Variable> variables = new ArrayList<>();
            NDArray keep = dropoutMask(scope, batch.length, recipe.dimension());
            double loss;
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray hidden = Activation.relu(sums.add(variable(scope, variables, bias, 0)))
                        .mul(keep);
                NDArray total = scope.create(0f);
                for (int task = 0; task < data.tasks().size(); task++) {
                    NDArray logits = logits(scope, variables, heads.get(task), hidden);
                    total = total.add(loss(scope, logits, targets(scope, batch, task)));
                }
                NDArray mean = total.mul(1f / batch.length);
                collector.backward(mean);
                loss = mean.getFloat();
            }
            embedding.backward(gradient(sums));
            List<float[]> gradients =
                    variables.stream().map(v -> gradient(v.array())).toList();
            float scale = scale(gradients);
            embedding.step(scale, rate, decay);
            for (int i = 0; i < gradients.size(); i++) {
                Variable variable = variables.get(i);
                variable.values().step(gradients.get(i), scale, rate, variable.isWeights() ? decay : 0);
            }
            return loss;
        }
    }

    /** Values as PyTorch sees them for one step. */
    private record Variable(Adam values, NDArray array, boolean isWeights) {}

    private static NDArray variable(NDManager scope, float[] values, long... shape) {
        NDArray array = scope.create(values, new Shape(shape));
        array.setRequiresGradient(true);
        return array;
    }

    /** @param inputs of a layer's weights; 0 for a bias */
    private static NDArray variable(NDManager scope, List<Variable> variables, Adam values, int inputs) {
        int size = values.values().length;
        NDArray array = inputs == 0
                ? variable(scope, values.values(), size)
                : variable(scope, values.values(), size / inputs, inputs);
        variables.add(new Variable(values, array, inputs > 0));
        return array;
    }

    private static float[] gradient(NDArray array) {
        try (NDArray gradient = array.getGradient()) {
            return gradient.toFloatArray();
        }
    }

    /** Brings all gradients together to the greatest length allowed (Pascanu et al., 2013). */
    private float scale(List<float[]> gradients) {
        if (Double.isInfinite(regularization.maxGradientNorm())) {
            return 1;
        }
        double squares = embedding.sumOfSquares();
        for (float[] gradient : gradients) {
            for (float g : gradient) {
                squares += (double) g * g;
            }
        }
        double norm = Math.sqrt(squares);
        return norm <= regularization.maxGradientNorm() ? 1 : (float) (regularization.maxGradientNorm() / norm);
    }

    private NDArray logits(NDManager scope, List<Variable> variables, List<Dense> layers, NDArray hidden) {
        NDArray values = hidden;
        for (int i = 0; i < layers.size(); i++) {
            Dense layer = layers.get(i);
            NDArray weights =
                    variable(scope, variables, layer.weights(), layer.inputs()).transpose();
            weights.attach(scope); // results go to the first array's manager
            values = values.matMul(weights).add(variable(scope, variables, layer.bias(), 0));
            if (i < layers.size() - 1) {
                values = activate(values)
                        .mul(dropoutMask(scope, (int) values.getShape().get(0), layer.outputs()));
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

    private NDArray loss(NDManager scope, NDArray logits, NDArray targets) {
        NDArray logProbabilities = logits.logSoftmax(1);
        NDArray losses = logProbabilities.mul(targets);
        if (regularization.focalGamma() > 0) {
            NDArray doubt = scope.create(1f).sub(logProbabilities.exp()).maximum(1e-6f);
            losses = losses.mul(doubt.pow((float) regularization.focalGamma()));
        }
        return losses.sum().neg();
    }

    /** 0 for values that are left out; the others are scaled up so that the expected sum stays. */
    private NDArray dropoutMask(NDManager scope, int texts, int size) {
        double dropout = regularization.dropout();
        float kept = (float) (1 / (1 - dropout));
        float[] mask = new float[texts * size];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = dropout > 0 && random.nextFloat() < dropout ? 0 : kept;
        }
        return scope.create(mask, new Shape(texts, size));
    }

    /** A task's target distributions, times their weights, of shape (texts, labels); all 0 for a text without a label. */
    private NDArray targets(NDManager scope, int[] batch, int index) {
        TrainingData.Task task = data.tasks().get(index);
        int labels = task.labels().size();
        double smoothing = regularization.labelSmoothing();
        float[] values = new float[batch.length * labels];
        for (int i = 0; i < batch.length; i++) {
            int label = data.targets().get(batch[i]).get(index);
            if (label >= 0) {
                double weight = task.labelWeights().get(label);
                Arrays.fill(values, i * labels, (i + 1) * labels, (float) (weight * smoothing / labels));
                values[i * labels + label] += (float) (weight * (1 - smoothing));
            }
        }
        return scope.create(values, new Shape(batch.length, labels));
    }

    private NGramModel export() {
        List<Head> exported = new ArrayList<>();
        for (int task = 0; task < data.tasks().size(); task++) {
            exported.add(Head.of(
                    data.tasks().get(task).name(),
                    data.tasks().get(task).labels(),
                    heads.get(task).stream().map(Dense::export).toList(),
                    recipe.layers().activation()));
        }
        return new NGramModel(vocabulary, embedding.values(), bias.values().clone(), exported);
    }
}
