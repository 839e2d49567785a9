package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import io.rapidfit.classifier.internal.pretrained.Family;
import io.rapidfit.classifier.internal.pretrained.Family.Part;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an encoder computes (Vaswani et al., 2017; layer norms stand after the sums): the state of every token of a batch
 * of texts.
 *
 * <p>In DJL's array operations. PyTorch's fused attention, which only a TorchScript archive reaches, saves a tenth at
 * most, and nothing that matters beside that is out of reach.
 *
 * @param parameters by the names of {@link PretrainedConfig#parameterShapes()}
 */
record Transformer(PretrainedConfig config, Map<String, NDArray> parameters) {

    /** Beyond this distance all relative positions are alike. */
    private static final int MAX_DISTANCE = 128;

    /**
     * States of shape (texts, tokens of the longest, size). Those after a text's end are padding and mean nothing.
     *
     * @param scope holds what comes out, what is needed until then, and all arrays that are made of Java's numbers: these
     *     lie in memory of Java's, which must not be freed before gradients were computed from it
     * @param texts the token ids of each; see {@link TransformerEncoder#requireTokens}
     */
    NDArray states(NDManager scope, List<long[]> texts, Dropout dropout) {
        int longest = longest(texts);
        NDArray bias = attentionBias(scope, texts, longest);
        NDArray states = embed(scope, texts, longest, dropout);
        for (int layer = 0; layer < config.layers(); layer++) {
            // With a scope of its own, a layer's many arrays are gone before the next one begins. What a gradient needs
            // of those that PyTorch has made is PyTorch's to keep.
            try (NDManager inner = scope.newSubManager()) {
                states.attach(inner);
                states = layer(scope, layer, states, bias, dropout);
                states.attach(scope);
            }
        }
        return states;
    }

    static int longest(List<long[]> texts) {
        return texts.stream().mapToInt(ids -> ids.length).max().orElse(0);
    }

    private NDArray embed(NDManager scope, List<long[]> texts, int longest, Dropout dropout) {
        try (NDManager inner = scope.newSubManager()) {
            Shape shape = new Shape(texts.size(), longest);
            NDArray words = embedding(inner, scope.create(tokens(texts, longest), shape), Family.WORDS);
            NDArray positions = embedding(inner, scope.create(positions(texts, longest), shape), Family.POSITIONS);
            NDArray sum = words.add(positions);
            if (config.tokenTypes() > 0) {
                sum = sum.add(embedding(inner, scope.create(new long[] {0}), Family.TYPES));
            }
            NDArray states = dropout.hidden(scope, norm(sum, Family.EMBEDDINGS_NORM), -1);
            states.attach(scope);
            return states;
        }
    }

    private long[] tokens(List<long[]> texts, int longest) {
        long[] tokens = new long[texts.size() * longest];
        Arrays.fill(tokens, config.padId());
        for (int i = 0; i < texts.size(); i++) {
            System.arraycopy(texts.get(i), 0, tokens, i * longest, texts.get(i).length);
        }
        return tokens;
    }

    /** In RoBERTa and MPNet padding has a position of its own, even within a text, and is not counted. */
    private long[] positions(List<long[]> texts, int longest) {
        boolean passesOverPadding = config.firstPosition() > 0;
        long[] positions = new long[texts.size() * longest];
        Arrays.fill(positions, passesOverPadding ? config.firstPosition() - 1 : 0);
        for (int i = 0; i < texts.size(); i++) {
            long[] tokens = texts.get(i);
            int next = config.firstPosition();
            for (int t = 0; t < tokens.length; t++) {
                if (!passesOverPadding || tokens[t] != config.padId()) {
                    positions[i * longest + t] = next++;
                }
            }
        }
        return positions;
    }

    /** What is added to the attention's scores, of their shape or one that stretches to it; null for nothing. */
    private @Nullable NDArray attentionBias(NDManager scope, List<long[]> texts, int longest) {
        NDArray padding = texts.stream().allMatch(tokens -> tokens.length == longest)
                ? null
                : paddingBias(scope, texts, longest).reshape(texts.size(), 1, 1, longest);
        if (config.relativeBuckets() == 0) {
            return padding;
        }
        try (NDManager inner = scope.newSubManager()) {
            NDArray buckets =
                    scope.create(relativeBuckets(longest, config.relativeBuckets()), new Shape(longest, longest));
            NDArray relative = embedding(inner, buckets, Family.RELATIVE_POSITIONS)
                    .transpose(2, 0, 1)
                    .expandDims(0);
            NDArray bias = padding == null ? relative : relative.add(padding);
            bias.attach(scope);
            return bias;
        }
    }

    /** 0 for a text's tokens and minus infinity for what follows, of shape (texts, tokens). */
    static NDArray paddingBias(NDManager scope, List<long[]> texts, int longest) {
        float[] bias = new float[texts.size() * longest];
        for (int i = 0; i < texts.size(); i++) {
            Arrays.fill(bias, i * longest + texts.get(i).length, (i + 1) * longest, Float.NEGATIVE_INFINITY);
        }
        return scope.create(bias, new Shape(texts.size(), longest));
    }

    /**
     * For each pair of tokens, seen from the first, how far away the second is (Raffel et al., 2020): half of the buckets
     * for each direction, of which half are exact distances and the others grow with the distance's logarithm.
     */
    static long[] relativeBuckets(int tokens, int count) {
        int direction = count / 2;
        int exact = direction / 2;
        long[] buckets = new long[tokens * tokens];
        for (int from = 0; from < tokens; from++) {
            for (int to = 0; to < tokens; to++) {
                int distance = Math.abs(to - from);
                int bucket = distance;
                if (distance >= exact) {
                    double share = Math.log((double) distance / exact) / Math.log((double) MAX_DISTANCE / exact);
                    bucket = Math.min(direction - 1, exact + (int) (share * (direction - exact)));
                }
                buckets[from * tokens + to] = to > from ? direction + bucket : bucket;
            }
        }
        return buckets;
    }

    private NDArray layer(NDManager scope, int layer, NDArray states, @Nullable NDArray bias, Dropout dropout) {
        NDArray seen = linear(attention(scope, layer, states, bias, dropout), layer, Part.ATTENTION_OUTPUT);
        if (config.family() != Family.DISTILBERT) { // whose code has a dropout after the other half only
            seen = dropout.hidden(scope, seen, layer);
        }
        NDArray attended = norm(seen.add(states), layer, Part.ATTENTION_NORM);
        NDArray inner = activate(scope, linear(attended, layer, Part.UP));
        NDArray fed = dropout.hidden(scope, linear(inner, layer, Part.DOWN), layer);
        return norm(fed.add(attended), layer, Part.OUTPUT_NORM);
    }

    private NDArray attention(NDManager scope, int layer, NDArray states, @Nullable NDArray bias, Dropout dropout) {
        int headSize = config.hiddenSize() / config.heads();
        NDArray queries = heads(linear(states, layer, Part.QUERY)).mul(number(scope, 1 / Math.sqrt(headSize)));
        NDArray keys = heads(linear(states, layer, Part.KEY));
        NDArray values = heads(linear(states, layer, Part.VALUE));
        NDArray scores = queries.matMul(keys.transpose(0, 1, 3, 2));
        if (bias != null) {
            scores = scores.add(bias);
        }
        return dropout.attention(scope, scores.softmax(-1), layer)
                .matMul(values)
                .transpose(0, 2, 1, 3)
                .reshape(states.getShape());
    }

    /** From (texts, tokens, size) to (texts, heads, tokens, size of a head). */
    private NDArray heads(NDArray values) {
        Shape shape = values.getShape();
        int heads = config.heads();
        return values.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
                .transpose(0, 2, 1, 3);
    }

    /** DJL frees the array that it makes of a plain number itself at once. */
    private static NDArray number(NDManager scope, double value) {
        return scope.create((float) value);
    }

    private NDArray activate(NDManager scope, NDArray values) {
        return switch (config.activation()) {
            case GELU -> Activation.gelu(values);
            case GELU_TANH -> {
                NDArray one = number(scope, 1);
                NDArray inner = values.mul(values)
                        .mul(number(scope, 0.044715))
                        .add(one)
                        .mul(values)
                        .mul(number(scope, Math.sqrt(2 / Math.PI)));
                yield inner.tanh().add(one).mul(values).mul(number(scope, 0.5));
            }
            case RELU -> Activation.relu(values);
            case SILU -> values.mul(Activation.sigmoid(values));
        };
    }

    private NDArray linear(NDArray values, int layer, Part part) {
        String name = config.family().name(layer, part);
        return values.getNDArrayInternal()
                .linear(values, parameter(name + ".weight"), parameter(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray norm(NDArray values, int layer, Part part) {
        return norm(values, config.family().name(layer, part));
    }

    private NDArray norm(NDArray values, String name) {
        return values.getNDArrayInternal()
                .layerNorm(
                        values,
                        new Shape(config.hiddenSize()),
                        parameter(name + ".weight"),
                        parameter(name + ".bias"),
                        (float) config.layerNormEps())
                .singletonOrThrow();
    }

    /** In a scope of its own, since the rows must live longer. */
    private NDArray embedding(NDManager inner, NDArray rows, String name) {
        NDArray embedded = rows.getNDArrayInternal()
                .embedding(rows, parameter(name + ".weight"), SparseFormat.DENSE)
                .singletonOrThrow();
        embedded.attach(inner);
        return embedded;
    }

    private NDArray parameter(String name) {
        return Objects.requireNonNull(parameters.get(name), name);
    }
}
