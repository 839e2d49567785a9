package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * A pretrained encoder: makes a vector of a text's tokens.
 *
 * <p>Its parameters lie in native memory until it is closed. Any number of threads may encode at once, but not while a
 * {@link TransformerTrainer} moves the parameters.
 */
public final class TransformerEncoder implements AutoCloseable {

    /** Padding included. With more at once, memory grows and speed does not. */
    private static final int TOKENS_PER_BATCH = 1024;

    private final PretrainedConfig config;
    private final Pooling pooling;
    private final boolean normalize;
    private final NDManager manager;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();

    /** Read by those who use the parameters, written by who frees them: PyTorch does not survive their meeting. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private TransformerEncoder(PretrainedConfig config, Pooling pooling, boolean normalize, NDManager manager) {
        this.config = config;
        this.pooling = pooling;
        this.normalize = normalize;
        this.manager = manager;
    }

    /**
     * Reads the weights of a directory.
     *
     * @throws BadModelFile naming what the weights lack, or have and should not
     * @throws EngineLoadException if PyTorch cannot be loaded
     */
    public static TransformerEncoder load(PretrainedDirectory directory)
            throws IOException, BadModelFile, EngineLoadException {
        return load(directory.config(), directory.pooling(), directory.normalize(), directory.readParameters());
    }

    /**
     * Copies the parameters to native memory.
     *
     * @param normalize whether vectors are brought to length 1
     * @param parameters exactly those of {@link PretrainedConfig#parameterShapes()}
     * @throws EngineLoadException if PyTorch cannot be loaded
     * @throws IllegalArgumentException if a parameter is missing, unknown or of another shape; the message names it
     */
    public static TransformerEncoder load(
            PretrainedConfig config, Pooling pooling, boolean normalize, Map<String, Parameter> parameters)
            throws EngineLoadException {
        Map<String, List<Long>> shapes = config.parameterShapes();
        shapes.keySet().stream()
                .filter(name -> !parameters.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("the parameter " + name + " is missing");
                });
        parameters.forEach((name, parameter) -> requireShape(name, parameter, shapes));
        NDManager manager = TorchEngine.newManager();
        try {
            TransformerEncoder encoder = new TransformerEncoder(config, pooling, normalize, manager);
            for (String name : shapes.keySet()) {
                encoder.parameters.put(name, encoder.create(Objects.requireNonNull(parameters.get(name))));
            }
            return encoder;
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private static void requireShape(String name, Parameter parameter, Map<String, List<Long>> shapes) {
        List<Long> shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException(
                    "the parameter %s is unknown; those known are %s".formatted(name, shapes.keySet()));
        }
        if (!parameter.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    "the parameter %s must have the shape %s but has %s".formatted(name, shape, parameter.shape()));
        }
    }

    /** How long the vectors are. */
    public int dimension() {
        return config.hiddenSize();
    }

    PretrainedConfig config() {
        return config;
    }

    /**
     * A vector for each text, in their order. What else is encoded with a text changes the last bits of its vector only:
     * texts of similar length are computed together.
     *
     * @param texts the token ids of each, special tokens included, at least one and at most
     *     {@link PretrainedConfig#maxTokens()}
     * @throws IllegalStateException if the encoder is closed
     */
    public List<float[]> encode(List<long[]> texts) {
        requireTokens(texts);
        float[][] vectors = new float[texts.size()][];
        use.readLock().lock();
        boolean recorded = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            Transformer transformer = new Transformer(config, parameters());
            for (int[] batch : batches(texts)) {
                try (NDManager scope = manager.newSubManager()) {
                    List<long[]> tokens =
                            Arrays.stream(batch).mapToObj(texts::get).toList();
                    float[] values =
                            vectors(scope, transformer, tokens, Dropout.NONE).toFloatArray();
                    for (int i = 0; i < batch.length; i++) {
                        vectors[batch[i]] = Arrays.copyOfRange(values, i * dimension(), (i + 1) * dimension());
                    }
                }
            }
        } finally {
            JniUtils.setGradMode(recorded);
            use.readLock().unlock();
        }
        return List.of(vectors);
    }

    /** @throws IllegalArgumentException if a text has no token, too many, or one that is not in the vocabulary */
    void requireTokens(List<long[]> texts) {
        int size = config.vocabularySize();
        for (long[] tokens : texts) {
            if (tokens.length == 0 || tokens.length > config.maxTokens()) {
                throw new IllegalArgumentException(
                        "a text must have 1 to %s tokens but has %s".formatted(config.maxTokens(), tokens.length));
            }
            for (long token : tokens) {
                if (token < 0 || token >= size) {
                    throw new IllegalArgumentException(
                            "a token must be in [0, %s] but is %s: the tokenizer is not this encoder's"
                                    .formatted(size - 1, token));
                }
            }
        }
    }

    /** Which texts are computed together, the longest first: what has enough memory for the first has for all. */
    private static List<int[]> batches(List<long[]> texts) {
        int[] order = IntStream.range(0, texts.size())
                .boxed()
                .sorted(Comparator.comparing(i -> -texts.get(i).length))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        int from = 0;
        while (from < order.length) {
            int count = Math.max(1, TOKENS_PER_BATCH / texts.get(order[from]).length);
            int to = Math.min(order.length, from + count);
            batches.add(Arrays.copyOfRange(order, from, to));
            from = to;
        }
        return batches;
    }

    /** Of shape (texts, dimension), in the given scope. */
    NDArray vectors(NDManager scope, Transformer transformer, List<long[]> texts, Dropout dropout) {
        NDArray vectors = pool(scope, transformer.states(scope, texts, dropout), texts);
        return normalize ? vectors.normalize(2, 1, 1e-12) : vectors;
    }

    private NDArray pool(NDManager scope, NDArray states, List<long[]> texts) {
        int longest = Transformer.longest(texts);
        if (pooling == Pooling.MAX) {
            return states.add(Transformer.paddingBias(scope, texts, longest).expandDims(2))
                    .max(new int[] {1});
        }
        float[] shares = new float[texts.size() * longest];
        for (int i = 0; i < texts.size(); i++) {
            int count = pooling == Pooling.CLS ? 1 : texts.get(i).length;
            Arrays.fill(shares, i * longest, i * longest + count, 1f / count);
        }
        return scope.create(shares, new Shape(texts.size(), 1, longest))
                .matMul(states)
                .squeeze(1);
    }

    /** A copy of all parameters as they stand, by name. */
    public Map<String, Parameter> export() {
        return export(parameters.keySet());
    }

    Map<String, Parameter> export(Set<String> names) {
        use.readLock().lock();
        try {
            Map<String, Parameter> copies = new LinkedHashMap<>();
            config.parameterShapes().forEach((name, shape) -> {
                if (names.contains(name)) {
                    copies.put(name, new Parameter(shape, parameter(name).toFloatArray()));
                }
            });
            return copies;
        } finally {
            use.readLock().unlock();
        }
    }

    /**
     * Gives parameters the values of an {@linkplain #export() export}, to which a training may so return.
     *
     * @param values of all parameters or some
     */
    public void assign(Map<String, Parameter> values) {
        Map<String, List<Long>> shapes = config.parameterShapes();
        values.forEach((name, parameter) -> requireShape(name, parameter, shapes));
        use.writeLock().lock();
        try {
            values.forEach((name, value) -> {
                parameter(name).close();
                parameters.put(name, create(value));
            });
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Of so many layers, counted from the top; -1, which stands for the embeddings, if there are fewer. */
    int lowest(int layers) {
        return Math.max(-1, config.layers() - layers);
    }

    /**
     * The names of the parameters of so many layers, counted from the top; with more than there are, of the embeddings and
     * what all layers share, too.
     */
    Set<String> upperParameters(int layers) {
        int lowest = lowest(layers);
        Set<String> names = new LinkedHashSet<>(config.parameterShapes().keySet());
        names.removeIf(name -> config.family().layerOf(name) < lowest);
        return names;
    }

    /** The same encoder, with a copy of these parameters for itself. It shares the others, and is closed with this one. */
    TransformerEncoder copy(Set<String> names) {
        TransformerEncoder copy = new TransformerEncoder(config, pooling, normalize, manager.newSubManager());
        parameters().forEach((name, values) -> {
            NDArray own = values;
            if (names.contains(name)) {
                own = values.duplicate();
                own.attach(copy.manager);
            }
            copy.parameters.put(name, own);
        });
        return copy;
    }

    private NDArray create(Parameter parameter) {
        return manager.create(parameter.values(), new Shape(parameter.shape()));
    }

    NDManager newSubManager() {
        return manager.newSubManager();
    }

    Map<String, NDArray> parameters() {
        if (!manager.isOpen()) {
            throw new IllegalStateException("the encoder is closed");
        }
        return parameters;
    }

    NDArray parameter(String name) {
        return Objects.requireNonNull(parameters().get(name), name);
    }

    /** Frees the native memory, once nobody encodes any more. Closing twice is harmless. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            manager.close();
        } finally {
            use.writeLock().unlock();
        }
    }
}
