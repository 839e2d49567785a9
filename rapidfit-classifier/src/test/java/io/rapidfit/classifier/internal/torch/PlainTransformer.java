package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.pretrained.Family;
import io.rapidfit.classifier.internal.pretrained.HiddenActivation;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.math3.special.Erf;

/**
 * The encoders written a second time, from the papers and from what Hugging Face computes: plain Java in double
 * precision, one text at a time, so that there is no padding to go wrong. Parameters are looked up by names that are
 * spelled out here again.
 */
final class PlainTransformer {

    private final PretrainedConfig config;
    private final Map<String, double[]> parameters = new LinkedHashMap<>();

    PlainTransformer(PretrainedConfig config, Map<String, Parameter> parameters) {
        this.config = config;
        parameters.forEach((name, tensor) -> {
            double[] values = new double[tensor.values().length];
            Arrays.setAll(values, i -> tensor.values()[i]);
            this.parameters.put(name, values);
        });
    }

    /** Small, without dropout, and with more positions than MPNet's relative ones tell apart. */
    static PretrainedConfig config(Family family) {
        return config(family, 0, 0);
    }

    static PretrainedConfig config(Family family, double hiddenDropout, double attentionDropout) {
        int types = switch (family) {
            case BERT -> 2;
            case ROBERTA -> 1;
            case DISTILBERT, MPNET -> 0;
        };
        int padId = family == Family.ROBERTA || family == Family.MPNET ? 1 : 0;
        int buckets = family == Family.MPNET ? 32 : 0;
        return new PretrainedConfig(
                family,
                12,
                3,
                3,
                20,
                HiddenActivation.GELU,
                40,
                180,
                types,
                1e-5,
                padId,
                buckets,
                hiddenDropout,
                attentionDropout);
    }

    /** Large enough that attention is far from even and layer norms are not the identity. */
    static Map<String, Parameter> randomParameters(PretrainedConfig config, long seed) {
        Random random = new Random(seed);
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        config.parameterShapes().forEach((name, shape) -> {
            float[] values =
                    new float[shape.stream().reduce(1L, (a, b) -> a * b).intValue()];
            boolean isNorm = name.toLowerCase(java.util.Locale.ROOT).contains("norm") && name.endsWith("weight");
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.4 * random.nextGaussian() + (isNorm ? 1 : 0));
            }
            parameters.put(name, new Parameter(shape, values));
        });
        return parameters;
    }

    /** The very array that the computation reads. */
    double[] parameter(String name) {
        return parameters.get(name);
    }

    double[] vector(long[] tokens, Pooling pooling, boolean normalize) {
        double[][] states = states(tokens);
        double[] vector = new double[config.hiddenSize()];
        for (int k = 0; k < vector.length; k++) {
            int column = k;
            double[] values =
                    Arrays.stream(states).mapToDouble(state -> state[column]).toArray();
            vector[k] = switch (pooling) {
                case MEAN -> Arrays.stream(values).average().getAsDouble();
                case CLS -> values[0];
                case MAX -> Arrays.stream(values).max().getAsDouble();
            };
        }
        if (normalize) {
            double length = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
            Arrays.setAll(vector, k -> vector[k] / length);
        }
        return vector;
    }

    private double[][] states(long[] tokens) {
        int size = config.hiddenSize();
        double[][] states = new double[tokens.length][size];
        int[] positions = positions(tokens);
        for (int t = 0; t < tokens.length; t++) {
            for (int k = 0; k < size; k++) {
                states[t][k] = parameters.get("embeddings.word_embeddings.weight")[(int) tokens[t] * size + k]
                        + parameters.get("embeddings.position_embeddings.weight")[positions[t] * size + k];
                if (config.tokenTypes() > 0) {
                    states[t][k] += parameters.get("embeddings.token_type_embeddings.weight")[k];
                }
            }
            states[t] = norm(states[t], "embeddings.LayerNorm");
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            states = layer(states, layer);
        }
        return states;
    }

    /** RoBERTa's: the running count of tokens that are not padding, where there is one, after the padding's own. */
    private int[] positions(long[] tokens) {
        int[] positions = new int[tokens.length];
        boolean counted = config.family() == Family.ROBERTA || config.family() == Family.MPNET;
        int count = 0;
        for (int t = 0; t < tokens.length; t++) {
            int notPadding = tokens[t] == config.padId() ? 0 : 1;
            count += notPadding;
            positions[t] = counted ? config.padId() + count * notPadding : t;
        }
        return positions;
    }

    private double[][] layer(double[][] states, int layer) {
        List<String> names = switch (config.family()) {
            case BERT, ROBERTA ->
                List.of(
                        "encoder.layer.%s.attention.self.query",
                        "encoder.layer.%s.attention.self.key",
                        "encoder.layer.%s.attention.self.value",
                        "encoder.layer.%s.attention.output.dense",
                        "encoder.layer.%s.attention.output.LayerNorm",
                        "encoder.layer.%s.intermediate.dense",
                        "encoder.layer.%s.output.dense",
                        "encoder.layer.%s.output.LayerNorm");
            case DISTILBERT ->
                List.of(
                        "transformer.layer.%s.attention.q_lin",
                        "transformer.layer.%s.attention.k_lin",
                        "transformer.layer.%s.attention.v_lin",
                        "transformer.layer.%s.attention.out_lin",
                        "transformer.layer.%s.sa_layer_norm",
                        "transformer.layer.%s.ffn.lin1",
                        "transformer.layer.%s.ffn.lin2",
                        "transformer.layer.%s.output_layer_norm");
            case MPNET ->
                List.of(
                        "encoder.layer.%s.attention.attn.q",
                        "encoder.layer.%s.attention.attn.k",
                        "encoder.layer.%s.attention.attn.v",
                        "encoder.layer.%s.attention.attn.o",
                        "encoder.layer.%s.attention.LayerNorm",
                        "encoder.layer.%s.intermediate.dense",
                        "encoder.layer.%s.output.dense",
                        "encoder.layer.%s.output.LayerNorm");
        };
        names = names.stream()
                .map(name -> name.replace("%s", Integer.toString(layer)))
                .toList();
        int tokens = states.length;
        double[][] queries = new double[tokens][];
        double[][] keys = new double[tokens][];
        double[][] values = new double[tokens][];
        for (int t = 0; t < tokens; t++) {
            queries[t] = linear(states[t], names.get(0));
            keys[t] = linear(states[t], names.get(1));
            values[t] = linear(states[t], names.get(2));
        }
        double[][] results = new double[tokens][];
        for (int t = 0; t < tokens; t++) {
            double[] attended = new double[config.hiddenSize()];
            for (int head = 0; head < config.heads(); head++) {
                attend(t, head, queries[t], keys, values, attended);
            }
            double[] middle = norm(sum(linear(attended, names.get(3)), states[t]), names.get(4));
            double[] inner = linear(middle, names.get(5));
            Arrays.setAll(inner, k -> activate(inner[k]));
            results[t] = norm(sum(linear(inner, names.get(6)), middle), names.get(7));
        }
        return results;
    }

    private void attend(int t, int head, double[] query, double[][] keys, double[][] values, double[] attended) {
        int heads = config.heads();
        int width = query.length / heads;
        double[] weights = new double[keys.length];
        for (int other = 0; other < keys.length; other++) {
            double product = 0;
            for (int k = head * width; k < (head + 1) * width; k++) {
                product += query[k] * keys[other][k];
            }
            weights[other] = product / Math.sqrt(width);
            if (config.family() == Family.MPNET) {
                weights[other] +=
                        parameters.get("encoder.relative_attention_bias.weight")[bucket(other - t) * heads + head];
            }
        }
        double greatest = Arrays.stream(weights).max().getAsDouble();
        Arrays.setAll(weights, other -> Math.exp(weights[other] - greatest));
        double total = Arrays.stream(weights).sum();
        for (int other = 0; other < keys.length; other++) {
            for (int k = head * width; k < (head + 1) * width; k++) {
                attended[k] += weights[other] / total * values[other][k];
            }
        }
    }

    /**
     * Of 32: 0 to 15 look back, 16 to 31 ahead; of each half the first 8 are exact distances, and the next one begins
     * with every distance that is 8 * 16^(i/8), for i from 0 to 7: 8, 12, 16, 23, 32, 46, 64, 91 once rounded up.
     */
    private static int bucket(int ahead) {
        int[] begins = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91};
        int bucket = 0;
        while (bucket < 15 && begins[bucket + 1] <= Math.abs(ahead)) {
            bucket++;
        }
        return ahead > 0 ? 16 + bucket : bucket;
    }

    private double activate(double x) {
        return switch (config.activation()) {
            case GELU -> x * (1 + Erf.erf(x / Math.sqrt(2))) / 2;
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * Math.pow(x, 3))));
            case RELU -> Math.max(0, x);
            case SILU -> x / (1 + Math.exp(-x));
        };
    }

    private double[] linear(double[] input, String name) {
        double[] weights = parameters.get(name + ".weight");
        double[] output = parameters.get(name + ".bias").clone();
        for (int row = 0; row < output.length; row++) {
            for (int k = 0; k < input.length; k++) {
                output[row] += weights[row * input.length + k] * input[k];
            }
        }
        return output;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, k -> a[k] + b[k]);
        return sum;
    }

    private double[] norm(double[] input, String name) {
        double mean = Arrays.stream(input).average().getAsDouble();
        double variance =
                Arrays.stream(input).map(x -> (x - mean) * (x - mean)).average().getAsDouble();
        double[] weights = parameters.get(name + ".weight");
        double[] bias = parameters.get(name + ".bias");
        double[] output = new double[input.length];
        Arrays.setAll(
                output, k -> (input[k] - mean) / Math.sqrt(variance + config.layerNormEps()) * weights[k] + bias[k]);
        return output;
    }
}
