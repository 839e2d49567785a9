package io.rapidfit.classifier.internal.torch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Learns an {@link NGramModel} from scratch: an embedding table, summed over a text's features, a hidden layer and a
 * linear head a task, all trained together with softmax cross-entropy. Adam's moments of a table row change only in steps
 * that touch the row.
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
         */
        void onEpoch(int epoch, double loss, Supplier<NGramModel> model);
    }

    private static final double WARM_UP = 0.05;
    private static final float INITIAL_DEVIATION = 0.02f;

    private final NGramVocabulary vocabulary;
    private final TrainingData data;
    private final TrainingRecipe recipe;
    private final Random random;

    private NGramTrainer(NGramVocabulary vocabulary, TrainingData data, TrainingRecipe recipe) {
        this.vocabulary = vocabulary;
        this.data = data;
        this.recipe = recipe;
        this.random = new Random(recipe.seed());
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
        try (TorchScript script = TorchScript.load()) {
            return run(manager, script, listener);
        } finally {
            JniUtils.setGradMode(recorded);
        }
    }

    /** A weight array with Adam's two moments. */
    private record Parameter(NDArray value, NDArray m, NDArray v) {

        static Parameter of(NDManager manager, float[] values, Shape shape) {
            NDArray value = manager.create(values, shape);
            value.setRequiresGradient(true);
            return new Parameter(value, manager.zeros(shape), manager.zeros(shape));
        }
    }

    private NGramModel run(NDManager manager, TorchScript script, Listener listener) {
        int dimension = recipe.dimension();
        long values = (long) vocabulary.size() * dimension;
        if (values > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s n-grams of dimension %s are too many for one table: raise the encoder's minCount, or lower its dimension"
                            .formatted(vocabulary.size(), dimension));
        }
        Parameter table = Parameter.of(manager, gaussian((int) values), new Shape(vocabulary.size(), dimension));
        List<Parameter> dense = new ArrayList<>(); // the hidden layer's bias, then weights and bias of each head
        dense.add(Parameter.of(manager, new float[dimension], new Shape(dimension)));
        for (TrainingData.Task task : data.tasks()) {
            int labels = task.labels().size();
            dense.add(Parameter.of(manager, uniform(labels * dimension), new Shape(labels, dimension)));
            dense.add(Parameter.of(manager, new float[labels], new Shape(labels)));
        }

        int[] order = new int[data.texts().size()];
        Arrays.setAll(order, i -> i);
        int stepsPerEpoch = (order.length + recipe.batchSize() - 1) / recipe.batchSize();
        int steps = Math.multiplyExact(stepsPerEpoch, recipe.epochs());
        int step = 0;
        for (int epoch = 1; epoch <= recipe.epochs(); epoch++) {
            shuffle(order);
            double loss = 0;
            for (int from = 0; from < order.length; from += recipe.batchSize()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training was interrupted in epoch " + epoch);
                }
                int[] batch = Arrays.copyOfRange(order, from, Math.min(order.length, from + recipe.batchSize()));
                loss += batch.length * step(manager, script, table, dense, batch, rate(++step, steps));
            }
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException(
                        "training diverged in epoch %s, with a loss of %s: lower the learning rate, which is %s"
                                .formatted(epoch, loss, recipe.learningRate()));
            }
            listener.onEpoch(epoch, loss / order.length, () -> export(table, dense));
        }
        return export(table, dense);
    }

    /** Adam's step size: warm-up, linear decay, and the correction of the moments' bias towards their start. */
    private double rate(int step, int steps) {
        double progress = (double) step / steps;
        double schedule = progress < WARM_UP ? progress / WARM_UP : (1 - progress) / (1 - WARM_UP);
        double correction = Math.sqrt(1 - Math.pow(0.999, step)) / (1 - Math.pow(0.9, step));
        return recipe.learningRate() * schedule * correction;
    }

    /** One step on one batch; returns its mean loss. */
    private double step(
            NDManager manager, TorchScript script, Parameter table, List<Parameter> dense, int[] batch, double rate) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray[] input = input(scope, batch);
            NDArray keep = dropoutMask(scope, batch.length);
            List<NDArray> targets = targets(scope, batch);
            DoubleSupplier loss;
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray sums = script.bag(scope, table.value(), input[0], input[1], input[2]);
                NDArray hidden = Activation.relu(sums.add(dense.get(0).value())).mul(keep);
                NDArray total = scope.create(0f);
                for (int task = 0; task < targets.size(); task++) {
                    NDArray weights = dense.get(1 + 2 * task).value().transpose();
                    weights.attach(scope); // results go to the first array's manager
                    NDArray logits =
                            hidden.matMul(weights).add(dense.get(2 + 2 * task).value());
                    total = total.add(
                            logits.logSoftmax(1).mul(targets.get(task)).sum());
                }
                NDArray mean = total.mul(-1f / batch.length);
                collector.backward(mean);
                loss = mean::getFloat;
            }
            updateRows(script, table, rate);
            dense.forEach(parameter -> update(script, parameter, rate));
            return loss.getAsDouble();
        }
    }

    private static void updateRows(TorchScript script, Parameter table, double rate) {
        try (NDArray gradient = table.value().getGradient()) {
            script.adamRows(table.value(), table.m(), table.v(), gradient, rate);
        }
        JniUtils.zeroGrad((PtNDArray) table.value());
    }

    private static void update(TorchScript script, Parameter parameter, double rate) {
        try (NDArray gradient = parameter.value().getGradient()) {
            script.adam(parameter.value(), parameter.m(), parameter.v(), gradient, rate);
        }
        JniUtils.zeroGrad((PtNDArray) parameter.value());
    }

    /** Rows, offsets and weights of the batch's bags, one after the other. */
    private NDArray[] input(NDManager scope, int[] batch) {
        int total = 0;
        for (int text : batch) {
            total += data.texts().get(text).size();
        }
        long[] rows = new long[total];
        float[] weights = new float[total];
        long[] offsets = new long[batch.length];
        int at = 0;
        for (int i = 0; i < batch.length; i++) {
            offsets[i] = at;
            FeatureBag bag = data.texts().get(batch[i]);
            for (int j = 0; j < bag.size(); j++) {
                rows[at] = bag.row(j);
                weights[at++] = bag.weight(j);
            }
        }
        return new NDArray[] {scope.create(rows), scope.create(offsets), scope.create(weights)};
    }

    /** 0 for values that are left out; the others are scaled up so that the expected sum stays. */
    private NDArray dropoutMask(NDManager scope, int texts) {
        float kept = (float) (1 / (1 - recipe.dropout()));
        float[] mask = new float[texts * recipe.dimension()];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextFloat() < recipe.dropout() ? 0 : kept;
        }
        return scope.create(mask, new Shape(texts, recipe.dimension()));
    }

    /** A task's target distributions, of shape (texts, labels); all 0 for a text without a label. */
    private List<NDArray> targets(NDManager scope, int[] batch) {
        List<NDArray> targets = new ArrayList<>();
        for (int task = 0; task < data.tasks().size(); task++) {
            int labels = data.tasks().get(task).labels().size();
            float[] values = new float[batch.length * labels];
            for (int i = 0; i < batch.length; i++) {
                int label = data.targets().get(batch[i]).get(task);
                if (label >= 0) {
                    Arrays.fill(values, i * labels, (i + 1) * labels, (float) (recipe.labelSmoothing() / labels));
                    values[i * labels + label] += (float) (1 - recipe.labelSmoothing());
                }
            }
            targets.add(scope.create(values, new Shape(batch.length, labels)));
        }
        return targets;
    }

    private NGramModel export(Parameter table, List<Parameter> dense) {
        List<Head> heads = new ArrayList<>();
        for (int task = 0; task < data.tasks().size(); task++) {
            heads.add(new Head(
                    data.tasks().get(task).name(),
                    data.tasks().get(task).labels(),
                    dense.get(1 + 2 * task).value().toFloatArray(),
                    dense.get(2 + 2 * task).value().toFloatArray()));
        }
        return new NGramModel(
                vocabulary, table.value().toFloatArray(), dense.get(0).value().toFloatArray(), heads);
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() * INITIAL_DEVIATION;
        }
        return values;
    }

    /** Within 1 / sqrt(inputs), as PyTorch's linear layers start. */
    private float[] uniform(int size) {
        float bound = (float) (1 / Math.sqrt(recipe.dimension()));
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (2 * random.nextFloat() - 1) * bound;
        }
        return values;
    }

    private void shuffle(int[] order) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }
}
