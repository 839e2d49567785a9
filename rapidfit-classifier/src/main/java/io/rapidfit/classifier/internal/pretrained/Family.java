package io.rapidfit.classifier.internal.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The architectures that can be read. Each names its parameters as Hugging Face's transformers library does in the plain
 * model without a head, that is without {@code bert.} or the like in front.
 */
public enum Family {
    /** Devlin et al. 2019. */
    BERT("bert"),
    /**
     * Liu et al. 2019; XLM-RoBERTa (Conneau et al. 2020) and CamemBERT (Martin et al. 2020) differ in their vocabularies
     * only. Built as BERT, but its positions count from the padding token's id on.
     */
    ROBERTA("roberta"),
    /** Sanh et al. 2019: BERT without token types, and with other names. */
    DISTILBERT("distilbert"),
    /** Song et al. 2020: no token types; every layer adds the same bias for the distance of two tokens. */
    MPNET("mpnet");

    private static final Map<String, Family> BY_MODEL_TYPE = Map.of(
            "bert", BERT,
            "roberta", ROBERTA,
            "xlm-roberta", ROBERTA,
            "camembert", ROBERTA,
            "distilbert", DISTILBERT,
            "mpnet", MPNET);

    /** What the encoder's names begin with in a file that holds a head, too. */
    private final String prefix;

    Family(String model) {
        this.prefix = model + ".";
    }

    /** The family of what {@code config.json} calls {@code model_type}. */
    static Optional<Family> ofModelType(String modelType) {
        return Optional.ofNullable(BY_MODEL_TYPE.get(modelType));
    }

    static Iterable<String> supportedModelTypes() {
        return new TreeMap<>(BY_MODEL_TYPE).keySet();
    }

    /**
     * The name of a parameter without the model's name in front, and with a layer normalisation's {@code weight} and
     * {@code bias} called so: files converted from TensorFlow call them gamma and beta.
     */
    String canonicalName(String stored) {
        String name = stored.startsWith(prefix) ? stored.substring(prefix.length()) : stored;
        if (name.endsWith("LayerNorm.gamma")) {
            return name.substring(0, name.length() - "gamma".length()) + "weight";
        }
        if (name.endsWith("LayerNorm.beta")) {
            return name.substring(0, name.length() - "beta".length()) + "bias";
        }
        return name;
    }

    /** Shapes by canonical name, in the order in which a text passes them. */
    Map<String, List<Long>> parameterShapes(PretrainedConfig config) {
        Shapes shapes = new Shapes();
        long hidden = config.hiddenSize();
        shapes.matrix("embeddings.word_embeddings", config.vocabularySize(), hidden);
        shapes.matrix("embeddings.position_embeddings", config.maxPositions(), hidden);
        if (config.tokenTypes() > 0) {
            shapes.matrix("embeddings.token_type_embeddings", config.tokenTypes(), hidden);
        }
        shapes.norm("embeddings.LayerNorm", hidden);
        if (this == MPNET) {
            shapes.matrix("encoder.relative_attention_bias", config.relativeBuckets(), config.heads());
        }
        for (int i = 0; i < config.layers(); i++) {
            switch (this) {
                case BERT, ROBERTA -> {
                    String layer = "encoder.layer." + i;
                    for (String part : List.of("query", "key", "value")) {
                        shapes.linear(layer + ".attention.self." + part, hidden, hidden);
                    }
                    shapes.linear(layer + ".attention.output.dense", hidden, hidden);
                    shapes.norm(layer + ".attention.output.LayerNorm", hidden);
                    shapes.feedForward(layer, config);
                }
                case MPNET -> {
                    String layer = "encoder.layer." + i;
                    for (String part : List.of("q", "k", "v", "o")) {
                        shapes.linear(layer + ".attention.attn." + part, hidden, hidden);
                    }
                    shapes.norm(layer + ".attention.LayerNorm", hidden);
                    shapes.feedForward(layer, config);
                }
                case DISTILBERT -> {
                    String layer = "transformer.layer." + i;
                    for (String part : List.of("q_lin", "k_lin", "v_lin", "out_lin")) {
                        shapes.linear(layer + ".attention." + part, hidden, hidden);
                    }
                    shapes.norm(layer + ".sa_layer_norm", hidden);
                    shapes.linear(layer + ".ffn.lin1", config.intermediateSize(), hidden);
                    shapes.linear(layer + ".ffn.lin2", hidden, config.intermediateSize());
                    shapes.norm(layer + ".output_layer_norm", hidden);
                }
            }
        }
        return shapes.byName;
    }

    private static final class Shapes {

        final Map<String, List<Long>> byName = new LinkedHashMap<>();

        void matrix(String name, long rows, long columns) {
            byName.put(name + ".weight", List.of(rows, columns));
        }

        void linear(String name, long outputs, long inputs) {
            matrix(name, outputs, inputs);
            byName.put(name + ".bias", List.of(outputs));
        }

        void norm(String name, long size) {
            byName.put(name + ".weight", List.of(size));
            byName.put(name + ".bias", List.of(size));
        }

        /** As BERT names it. */
        void feedForward(String layer, PretrainedConfig config) {
            linear(layer + ".intermediate.dense", config.intermediateSize(), config.hiddenSize());
            linear(layer + ".output.dense", config.hiddenSize(), config.intermediateSize());
            norm(layer + ".output.LayerNorm", config.hiddenSize());
        }
    }
}
