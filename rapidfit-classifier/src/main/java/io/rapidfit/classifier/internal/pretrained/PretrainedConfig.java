package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@code config.json} says of an encoder. The sizes must be there; all else has the defaults of the transformers
 * library's class for the family.
 *
 * @param hiddenSize a multiple of {@code heads}
 * @param intermediateSize outputs of a feed-forward block's first layer
 * @param maxPositions rows of the position table; see {@link #maxTokens()}
 * @param tokenTypes rows of the token type table; 0 for a family that has none
 * @param padId the token that fills up short texts
 * @param relativeBuckets rows of the table of distances; 0 for all but MPNet
 * @param hiddenDropout share of the embeddings dropped in training, and of what attention and feed-forward blocks add, in
 *     [0, 1); DistilBERT has none on what attention adds
 * @param attentionDropout share of attention weights dropped in training, in [0, 1)
 */
public record PretrainedConfig(
        Family family,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        HiddenActivation activation,
        int vocabularySize,
        int maxPositions,
        int tokenTypes,
        double layerNormEps,
        int padId,
        int relativeBuckets,
        double hiddenDropout,
        double attentionDropout) {

    /** Of a text: one between those that open and close it. */
    public static final int MIN_TOKENS = 3;

    // Above all that has been published; a file that asks for more is not asked for memory.
    private static final int MAX_HIDDEN = 65_536;
    private static final int MAX_LAYERS = 1_000;
    private static final int MAX_INTERMEDIATE = 1_000_000;
    private static final int MAX_POSITIONS = 1_000_000;
    private static final int MAX_VOCABULARY = 10_000_000;
    private static final int MAX_TOKEN_TYPES = 1_000;

    /** MPNet's code computes with this number, whatever the configuration says. */
    private static final int MPNET_BUCKETS = 32;

    /** MPNet's and DistilBERT's epsilon, and the others' where none is named. */
    private static final double DEFAULT_EPS = 1e-12;

    /** MPNet's code counts positions from this padding id, whatever the configuration says. */
    private static final int MPNET_PAD = 1;

    private static final double DEFAULT_DROPOUT = 0.1;

    /** How many tokens a text may have, those included that open and close it. */
    public int maxTokens() {
        return maxPositions - firstPosition();
    }

    /** The row of the position table that belongs to a text's first token. */
    public int firstPosition() {
        return switch (family) {
            case BERT, DISTILBERT -> 0;
            case ROBERTA, MPNET -> padId + 1;
        };
    }

    /** All parameters, in the order in which a text passes them: shapes by Hugging Face's names without a prefix. */
    public Map<String, List<Long>> parameterShapes() {
        return family.parameterShapes(this);
    }

    /** @param file for messages */
    static PretrainedConfig of(JsonObject json, Path file) throws BadModelFile {
        Fields fields = new Fields(json, file);
        Family family = family(json, file);
        refuseUnsupported(json, file);
        boolean distil = family == Family.DISTILBERT;
        boolean mpnet = family == Family.MPNET;
        PretrainedConfig config = new PretrainedConfig(
                family,
                fields.size(distil ? "dim" : "hidden_size", MAX_HIDDEN),
                fields.size(distil ? "n_layers" : "num_hidden_layers", MAX_LAYERS),
                fields.size(distil ? "n_heads" : "num_attention_heads", MAX_HIDDEN),
                fields.size(distil ? "hidden_dim" : "intermediate_size", MAX_INTERMEDIATE),
                activation(json, distil ? "activation" : "hidden_act", file),
                fields.size("vocab_size", MAX_VOCABULARY),
                fields.size("max_position_embeddings", MAX_POSITIONS),
                distil || mpnet ? 0 : fields.size("type_vocab_size", 2, MAX_TOKEN_TYPES),
                distil ? DEFAULT_EPS : fields.number("layer_norm_eps", DEFAULT_EPS, Double.MIN_VALUE, 0.1),
                fields.integer("pad_token_id", family == Family.ROBERTA || mpnet ? 1 : 0, 0, MAX_VOCABULARY),
                mpnet ? fields.size("relative_attention_num_buckets", MPNET_BUCKETS, MAX_POSITIONS) : 0,
                fields.number(distil ? "dropout" : "hidden_dropout_prob", DEFAULT_DROPOUT, 0, Math.nextDown(1.0)),
                fields.number(
                        distil ? "attention_dropout" : "attention_probs_dropout_prob",
                        DEFAULT_DROPOUT,
                        0,
                        Math.nextDown(1.0)));
        config.checkTogether(file);
        return config;
    }

    private void checkTogether(Path file) throws BadModelFile {
        if (hiddenSize % heads != 0) {
            throw new BadModelFile(file, heads + " attention heads do not divide a hidden size of " + hiddenSize);
        }
        if (padId >= vocabularySize) {
            throw new BadModelFile(file, "pad_token_id " + padId + " is not below vocab_size " + vocabularySize);
        }
        if (maxTokens() < MIN_TOKENS) {
            throw new BadModelFile(file, "max_position_embeddings " + maxPositions + " leaves no room for a text");
        }
        if (family == Family.MPNET && relativeBuckets != MPNET_BUCKETS) {
            throw new BadModelFile(
                    file, "relative_attention_num_buckets must be " + MPNET_BUCKETS + " but was " + relativeBuckets);
        }
        if (family == Family.MPNET && padId != MPNET_PAD) {
            throw new BadModelFile(file, "pad_token_id must be " + MPNET_PAD + " but was " + padId);
        }
    }

    private static Family family(JsonObject json, Path file) throws BadModelFile {
        String type = json.has("model_type") ? json.string("model_type") : "missing";
        return Family.ofModelType(type)
                .orElseThrow(() -> new BadModelFile(
                        file,
                        "model_type is " + type + "; supported are "
                                + String.join(", ", Family.supportedModelTypes())));
    }

    /** What would change the computation and is not built here. */
    private static void refuseUnsupported(JsonObject json, Path file) throws BadModelFile {
        if (json.has("position_embedding_type")
                && !json.string("position_embedding_type").equals("absolute")) {
            throw new BadModelFile(
                    file,
                    "position_embedding_type is " + json.string("position_embedding_type")
                            + "; only absolute is supported");
        }
        if (json.flag("is_decoder", false)) {
            throw new BadModelFile(file, "is_decoder is true; only encoders are supported");
        }
        if (json.has("quantization_config")) {
            throw new BadModelFile(file, "quantization_config: quantised weights are not supported");
        }
    }

    private static HiddenActivation activation(JsonObject json, String name, Path file) throws BadModelFile {
        String activation = json.has(name) ? json.string(name) : "gelu";
        return HiddenActivation.named(activation)
                .orElseThrow(() -> new BadModelFile(
                        file,
                        name + " is " + activation + "; supported are " + String.join(", ", HiddenActivation.names())));
    }

    /** Numbers that must be in a range; what is missing or null has a default, if one is given. */
    private record Fields(JsonObject json, Path file) {

        int size(String name, int max) throws BadModelFile {
            return inRange(name, json.integer(name), 1, max);
        }

        int size(String name, int otherwise, int max) throws BadModelFile {
            return json.has(name) ? size(name, max) : otherwise;
        }

        int integer(String name, int otherwise, int min, int max) throws BadModelFile {
            return json.has(name) ? inRange(name, json.integer(name), min, max) : otherwise;
        }

        double number(String name, double otherwise, double min, double max) throws BadModelFile {
            double value = json.has(name) ? json.number(name) : otherwise;
            if (!(value >= min && value <= max)) {
                throw new BadModelFile(file, "%s must be in [%s, %s] but was %s".formatted(name, min, max, value));
            }
            return value;
        }

        private int inRange(String name, int value, int min, int max) throws BadModelFile {
            if (value < min || value > max) {
                throw new BadModelFile(file, "%s must be in [%s, %s] but was %s".formatted(name, min, max, value));
            }
            return value;
        }
    }
}
