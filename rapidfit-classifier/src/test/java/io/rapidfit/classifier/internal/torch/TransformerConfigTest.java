package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.internal.torch.TransformerConfig.Activation;
import io.rapidfit.classifier.internal.torch.TransformerConfig.Layers;
import io.rapidfit.classifier.internal.torch.TransformerConfig.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransformerConfigTest {

    private static final Layers LAYERS = new Layers(2, 8, 2, 16, Activation.GELU);

    @Test
    void shapes_areThoseOfHuggingFacesBert() {
        TransformerConfig config = config(TransformerFamily.BERT, 2);

        assertThat(config.shapes())
                .hasSize(5 + 2 * 16)
                .containsEntry("embeddings.word_embeddings.weight", List.of(40L, 8L))
                .containsEntry("embeddings.position_embeddings.weight", List.of(20L, 8L))
                .containsEntry("embeddings.token_type_embeddings.weight", List.of(2L, 8L))
                .containsEntry("embeddings.LayerNorm.weight", List.of(8L))
                .containsEntry("embeddings.LayerNorm.bias", List.of(8L))
                .containsEntry("encoder.layer.0.attention.self.query.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.0.attention.self.key.bias", List.of(8L))
                .containsEntry("encoder.layer.1.attention.self.value.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.1.attention.output.dense.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.1.attention.output.LayerNorm.bias", List.of(8L))
                .containsEntry("encoder.layer.1.intermediate.dense.weight", List.of(16L, 8L))
                .containsEntry("encoder.layer.1.intermediate.dense.bias", List.of(16L))
                .containsEntry("encoder.layer.1.output.dense.weight", List.of(8L, 16L))
                .containsEntry("encoder.layer.1.output.dense.bias", List.of(8L))
                .containsEntry("encoder.layer.1.output.LayerNorm.weight", List.of(8L));
        assertThat(config(TransformerFamily.ROBERTA, 1).shapes())
                .containsOnlyKeys(config.shapes().keySet())
                .containsEntry("embeddings.token_type_embeddings.weight", List.of(1L, 8L));
    }

    @Test
    void shapes_areThoseOfHuggingFacesDistilBert() {
        assertThat(config(TransformerFamily.DISTILBERT, 0).shapes())
                .hasSize(4 + 2 * 16)
                .containsKeys(
                        "embeddings.word_embeddings.weight",
                        "embeddings.position_embeddings.weight",
                        "embeddings.LayerNorm.weight",
                        "embeddings.LayerNorm.bias")
                .containsEntry("transformer.layer.0.attention.q_lin.weight", List.of(8L, 8L))
                .containsEntry("transformer.layer.0.attention.k_lin.weight", List.of(8L, 8L))
                .containsEntry("transformer.layer.0.attention.v_lin.bias", List.of(8L))
                .containsEntry("transformer.layer.0.attention.out_lin.weight", List.of(8L, 8L))
                .containsEntry("transformer.layer.1.sa_layer_norm.weight", List.of(8L))
                .containsEntry("transformer.layer.1.ffn.lin1.weight", List.of(16L, 8L))
                .containsEntry("transformer.layer.1.ffn.lin2.weight", List.of(8L, 16L))
                .containsEntry("transformer.layer.1.output_layer_norm.bias", List.of(8L));
    }

    @Test
    void shapes_areThoseOfHuggingFacesMpnet() {
        assertThat(config(TransformerFamily.MPNET, 0).shapes())
                .hasSize(5 + 2 * 16)
                .containsEntry("encoder.relative_attention_bias.weight", List.of(32L, 2L))
                .containsEntry("encoder.layer.0.attention.attn.q.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.0.attention.attn.k.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.0.attention.attn.v.weight", List.of(8L, 8L))
                .containsEntry("encoder.layer.0.attention.attn.o.bias", List.of(8L))
                .containsEntry("encoder.layer.1.attention.LayerNorm.weight", List.of(8L))
                .containsEntry("encoder.layer.1.intermediate.dense.weight", List.of(16L, 8L))
                .containsEntry("encoder.layer.1.output.dense.weight", List.of(8L, 16L))
                .containsEntry("encoder.layer.1.output.LayerNorm.weight", List.of(8L));
    }

    @Test
    void layerOf_isWhereAParameterBelongs() {
        assertThat(TransformerFamily.BERT.layerOf("encoder.layer.11.output.dense.bias"))
                .isEqualTo(11);
        assertThat(TransformerFamily.DISTILBERT.layerOf("transformer.layer.3.ffn.lin1.bias"))
                .isEqualTo(3);
        assertThat(TransformerFamily.MPNET.layerOf("encoder.relative_attention_bias.weight"))
                .isEqualTo(-1);
        assertThat(TransformerFamily.BERT.layerOf("embeddings.LayerNorm.bias")).isEqualTo(-1);
    }

    @Test
    void new_refusesWhatMakesNoSense() {
        refused("vocabulary size must be at least 1 but was 0", () -> new Vocabulary(0, 20, 2, 0));
        refused("positions must be at least 1 but was 0", () -> new Vocabulary(40, 0, 2, 0));
        refused("token types must be at least 0 but was -1", () -> new Vocabulary(40, 20, -1, 0));
        refused("padId must be in [0, 39] but was 40", () -> new Vocabulary(40, 20, 2, 40));
        refused("padId must be in [0, 39] but was -1", () -> new Vocabulary(40, 20, 2, -1));
        refused("layers must be at least 1 but was 0", () -> new Layers(0, 8, 2, 16, Activation.GELU));
        refused("layer size must be at least 1 but was 0", () -> new Layers(2, 0, 2, 16, Activation.GELU));
        refused("attention heads must be at least 1 but was 0", () -> new Layers(2, 8, 0, 16, Activation.GELU));
        refused("inner size must be at least 1 but was 0", () -> new Layers(2, 8, 2, 0, Activation.GELU));
        refused("3 heads cannot share 8 values equally", () -> new Layers(2, 8, 3, 16, Activation.GELU));
        refused("BERT cannot have 0 token types", () -> config(TransformerFamily.BERT, 0));
        refused("MPNET cannot have 2 token types", () -> config(TransformerFamily.MPNET, 2));
        refused(
                "epsilon must be positive and finite but was 0.0",
                () -> new TransformerConfig(TransformerFamily.BERT, new Vocabulary(40, 20, 2, 0), LAYERS, 0));
        refused(
                "20 positions leave none for a token: the padding's id is 19",
                () -> new TransformerConfig(TransformerFamily.ROBERTA, new Vocabulary(40, 20, 1, 19), LAYERS, 1e-5));
    }

    @Test
    void floatTensor_refusesAnotherNumberOfValues() {
        assertThat(FloatTensor.of(new float[6], 2, 3).shape()).containsExactly(2L, 3L);
        refused("5 values do not fill the shape [2, 3]", () -> FloatTensor.of(new float[5], 2, 3));
    }

    private static void refused(String message, Runnable action) {
        assertThatIllegalArgumentException().isThrownBy(action::run).withMessage(message);
    }

    private static TransformerConfig config(TransformerFamily family, int types) {
        return new TransformerConfig(family, new Vocabulary(40, 20, types, 0), LAYERS, 1e-12);
    }
}
