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

    public static final String WORDS = "embeddings.word_embeddings";
    public static final String POSITIONS = "embeddings.position_embeddings";
    public static final String TYPES = "embeddings.token_type_embeddings";
    public static final String EMBEDDINGS_NORM = "embeddings.LayerNorm";
    public static final String RELATIVE_POSITIONS = "encoder.relative_attention_bias";

    /** What a layer is made of, each with a weight and a bias, and what it is called. In the order of a text's way. */
    public enum Part {
        QUERY("attention.self.query", "attention.q_lin", "attention.attn.q"),
        KEY("attention.self.key", "attention.k_lin", "attention.attn.k"),
        VALUE("attention.self.value", "attention.v_lin", "attention.attn.v"),
        ATTENTION_OUTPUT("attention.output.dense", "attention.out_lin", "attention.attn.o"),
        ATTENTION_NORM("attention.output.LayerNorm", "sa_layer_norm", "attention.LayerNorm"),
        UP("intermediate.dense", "ffn.lin1", "intermediate.dense"),
        DOWN("output.dense", "ffn.lin2", "output.dense"),
        OUTPUT_NORM("output.LayerNorm", "output_layer_norm", "output.LayerNorm");

        private final String bert;
        private final String distilbert;
        private final String mpnet;

        Part(String bert, String distilbert, String mpnet) {
            this.bert = bert;
            this.distilbert = distilbert;
            this.mpnet = mpnet;
        }
    }

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

    /** A part of a layer, without {@code .weight} and {@code .bias}. */
    public String name(int layer, Part part) {
        String name = switch (this) {
            case BERT, ROBERTA -> part.bert;
            case DISTILBERT -> part.distilbert;
            case MPNET -> part.mpnet;
        };
        return layers() + layer + "." + name;
    }

    /** The layer that a parameter belongs to, counted from 0; -1 for embeddings and for what all layers share. */
    public int layerOf(String parameter) {
        if (!parameter.startsWith(layers())) {
            return -1;
        }
        int from = layers().length();
        return Integer.parseInt(parameter.substring(from, parameter.indexOf('.', from)));
    }

    private String layers() {
        return this == DISTILBERT ? "transformer.layer." : "encoder.layer.";
    }

    /** Shapes by canonical name, in the order in which a text passes them. */
    Map<String, List<Long>> parameterShapes(PretrainedConfig config) {
        Shapes shapes = new Shapes();
        long hidden = config.hiddenSize();
        long inner = config.intermediateSize();
        shapes.matrix(WORDS, config.vocabularySize(), hidden);
        shapes.matrix(POSITIONS, config.maxPositions(), hidden);
        if (config.tokenTypes() > 0) {
            shapes.matrix(TYPES, config.tokenTypes(), hidden);
        }
        shapes.norm(EMBEDDINGS_NORM, hidden);
        if (config.relativeBuckets() > 0) {
            shapes.matrix(RELATIVE_POSITIONS, config.relativeBuckets(), config.heads());
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            for (Part part : Part.values()) {
                String name = name(layer, part);
                switch (part) {
                    case QUERY, KEY, VALUE, ATTENTION_OUTPUT -> shapes.linear(name, hidden, hidden);
                    case UP -> shapes.linear(name, inner, hidden);
                    case DOWN -> shapes.linear(name, hidden, inner);
                    case ATTENTION_NORM, OUTPUT_NORM -> shapes.norm(name, hidden);
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
    }
}
