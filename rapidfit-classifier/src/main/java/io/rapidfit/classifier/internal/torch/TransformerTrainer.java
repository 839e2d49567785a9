package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import io.rapidfit.internal.Require;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Fine-tunes the upper layers of an encoder, in place, below whatever learns from its vectors: {@link #forward} gives the
 * vectors of a batch, {@link #backward} takes the gradient of a loss with respect to them, and {@link #step} moves the
 * parameters. What lies above works on plain arrays, as it does above {@link SparseEmbedding}.
 *
 * <p>A step may add up the gradients of several batches. Not for use by several threads at once. The same encoder, recipe,
 * batches and machine give the same bits.
 */
public final class TransformerTrainer implements AutoCloseable {

    /**
     * @param unfreezeLayers how many layers are moved, counted from the top; with more than there are, the embeddings
     *     too. The others stay bit for bit as they are and compute what they always do, without dropout.
     * @param lrMultiplier what the rate of a step is multiplied with for the encoder
     * @param seed of the dropout, which leaves out as much as the encoder's {@link PretrainedConfig} says
     */
    public record Recipe(int unfreezeLayers, double lrMultiplier, long seed) {
        public Recipe {
            Require.atLeast("unfreezeLayers", unfreezeLayers, 1);
            Require.positive("lrMultiplier", lrMultiplier);
        }
    }

    /** A batch between forward and backward. */
    private record Graph(NDManager scope, NDArray vectors, Map<String, NDArray> variables) {}

    private final TransformerEncoder encoder;
    private final Recipe recipe;
    private final Dropout dropout;
    private final NDManager manager;
    private final Map<String, NativeAdam> optimizers = new LinkedHashMap<>();

    /** By parameter, added up since the last step. */
    final Map<String, NDArray> gradients = new LinkedHashMap<>();

    private @Nullable Graph graph;
    private int steps;

    /** @param encoder is changed in place, and stays open when the trainer is closed */
    public TransformerTrainer(TransformerEncoder encoder, Recipe recipe) {
        PretrainedConfig config = encoder.config();
        this.encoder = encoder;
        this.recipe = recipe;
        this.dropout = new Dropout(
                config.hiddenDropout(),
                config.attentionDropout(),
                encoder.lowest(recipe.unfreezeLayers()),
                recipe.seed());
        this.manager = encoder.newSubManager();
        for (String name : encoder.upperParameters(recipe.unfreezeLayers())) {
            optimizers.put(name, new NativeAdam(manager, encoder.parameter(name).getShape()));
        }
    }

    /**
     * The vectors of a batch, of shape (texts, dimension), row by row.
     *
     * @param texts as for {@link TransformerEncoder#encode}, at least one
     */
    public float[] forward(List<long[]> texts) {
        encoder.requireTokens(texts);
        forget();
        NDManager scope = manager.newSubManager();
        boolean recorded = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        try {
            Map<String, NDArray> parameters = new LinkedHashMap<>(encoder.parameters());
            Map<String, NDArray> variables = new LinkedHashMap<>();
            for (String name : optimizers.keySet()) {
                variables.put(name, variable(scope, encoder.parameter(name)));
            }
            parameters.putAll(variables);
            Transformer transformer = new Transformer(encoder.config(), parameters);
            NDArray vectors = encoder.vectors(scope, transformer, texts, dropout);
            graph = new Graph(scope, vectors, variables);
            return vectors.toFloatArray();
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        } finally {
            JniUtils.setGradMode(recorded);
        }
    }

    /** The same memory, as PyTorch sees it for one batch: recorded, and without the gradients of batches before. */
    private static NDArray variable(NDManager scope, NDArray values) {
        NDArray variable = values.stopGradient();
        variable.attach(scope);
        variable.setRequiresGradient(true);
        return variable;
    }

    /**
     * Adds the gradients of the last batch to those of the step.
     *
     * @param vectorGradients those of its vectors, of their shape
     * @throws IllegalStateException unless {@link #forward} was called since
     */
    public void backward(float[] vectorGradients) {
        Graph last = graph;
        if (last == null) {
            throw new IllegalStateException("forward must be called before backward");
        }
        Shape shape = last.vectors().getShape();
        NDArray given = last.scope().create(vectorGradients, shape);
        // Without DJL's gradient collector, of which a JVM has one at a time: that of what lies above may be open.
        JniUtils.backward((PtNDArray) last.vectors(), (PtNDArray) given, false, false);
        last.variables().forEach((name, variable) -> {
            NDArray gradient = variable.getGradient();
            NDArray sum = gradients.get(name);
            if (sum == null) {
                gradient.attach(manager);
                gradients.put(name, gradient);
            } else {
                sum.addi(gradient);
            }
        });
        forget();
    }

    /** Of the gradients added up so far. */
    public double sumOfSquares() {
        double squares = 0;
        for (NDArray gradient : gradients.values()) {
            try (NDArray norm = gradient.norm()) {
                squares += Math.pow(norm.getFloat(), 2);
            }
        }
        return squares;
    }

    /**
     * Moves the parameters against the gradients added up, and forgets these.
     *
     * @param scale what the gradients are multiplied with first
     * @param rate of what lies above, without {@linkplain Adam#correction Adam's correction}: these steps are counted from
     *     the trainer's first on, which comes later than theirs above if the encoder was frozen before
     * @param decay share of each weight that is taken off, for what lies above; biases and layer norms keep theirs
     */
    public void step(float scale, double rate, double decay) {
        steps++;
        float ownRate = (float) (rate * recipe.lrMultiplier() * Adam.correction(steps));
        float ownDecay = (float) (decay * recipe.lrMultiplier());
        gradients.forEach((name, gradient) -> {
            boolean isWeights = gradient.getShape().dimension() > 1;
            Objects.requireNonNull(optimizers.get(name))
                    .step(encoder.parameter(name), gradient, scale, ownRate, isWeights ? ownDecay : 0);
            gradient.close();
        });
        gradients.clear();
    }

    /** A copy of the parameters that are moved, as they stand; see {@link TransformerEncoder#assign}. */
    public Map<String, Parameter> export() {
        return encoder.export(optimizers.keySet());
    }

    private void forget() {
        if (graph != null) {
            graph.scope().close();
            graph = null;
        }
    }

    /** Frees what the training needed. */
    @Override
    public void close() {
        manager.close();
    }
}
