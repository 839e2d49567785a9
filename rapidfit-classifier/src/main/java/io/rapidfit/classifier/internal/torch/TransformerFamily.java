package io.rapidfit.classifier.internal.torch;

/**
 * Encoders that compute the same with small differences: how they number positions, whether they know kinds of tokens or
 * relative positions, and what Hugging Face calls their parameters.
 *
 * <p>Parameters have the names and shapes of Hugging Face's models without the model's own prefix ({@code bert.},
 * {@code roberta.}, {@code distilbert.}, {@code mpnet.}), such as {@code encoder.layer.0.attention.self.query.weight};
 * {@link TransformerConfig#shapes()} lists them.
 */
public enum TransformerFamily {
    /** Devlin et al., 2019. */
    BERT,
    /** Liu et al., 2019; XLM-RoBERTa (Conneau et al., 2020) is the same with another vocabulary. */
    ROBERTA,
    /** Sanh et al., 2019. */
    DISTILBERT,
    /** Song et al., 2020. */
    MPNET;

    static final String WORDS = "embeddings.word_embeddings";
    static final String POSITIONS = "embeddings.position_embeddings";
    static final String TYPES = "embeddings.token_type_embeddings";
    static final String EMBEDDINGS_NORM = "embeddings.LayerNorm";
    static final String RELATIVE_POSITIONS = "encoder.relative_attention_bias";

    /** What a layer is made of, each with a weight and a bias, and what it is called. */
    enum Part {
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

    String name(int layer, Part part) {
        String name = switch (this) {
            case BERT, ROBERTA -> part.bert;
            case DISTILBERT -> part.distilbert;
            case MPNET -> part.mpnet;
        };
        return layers() + layer + "." + name;
    }

    /** The layer that a parameter belongs to; -1 for embeddings and for what all layers share. */
    int layerOf(String parameter) {
        if (!parameter.startsWith(layers())) {
            return -1;
        }
        int from = layers().length();
        return Integer.parseInt(parameter.substring(from, parameter.indexOf('.', from)));
    }

    private String layers() {
        return this == DISTILBERT ? "transformer.layer." : "encoder.layer.";
    }

    boolean hasTokenTypes() {
        return this == BERT || this == ROBERTA;
    }

    /** Whether the first token's position is the one after the id of the padding, and not 0. */
    boolean countsPositionsFromPadding() {
        return this == ROBERTA || this == MPNET;
    }

    boolean hasRelativePositions() {
        return this == MPNET;
    }
}
