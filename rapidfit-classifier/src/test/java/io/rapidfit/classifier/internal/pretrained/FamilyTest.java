package io.rapidfit.classifier.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.internal.pretrained.Family.Part;
import org.junit.jupiter.api.Test;

class FamilyTest {

    @Test
    void name_isHuggingFaces() {
        assertThat(Family.BERT.name(11, Part.QUERY)).isEqualTo("encoder.layer.11.attention.self.query");
        assertThat(Family.ROBERTA.name(0, Part.OUTPUT_NORM)).isEqualTo("encoder.layer.0.output.LayerNorm");
        assertThat(Family.DISTILBERT.name(3, Part.UP)).isEqualTo("transformer.layer.3.ffn.lin1");
        assertThat(Family.MPNET.name(1, Part.ATTENTION_OUTPUT)).isEqualTo("encoder.layer.1.attention.attn.o");
    }

    @Test
    void layerOf_isWhereAParameterBelongs() {
        assertThat(Family.BERT.layerOf("encoder.layer.11.output.dense.bias")).isEqualTo(11);
        assertThat(Family.DISTILBERT.layerOf("transformer.layer.3.ffn.lin1.bias"))
                .isEqualTo(3);
        assertThat(Family.MPNET.layerOf("encoder.relative_attention_bias.weight"))
                .isEqualTo(-1);
        assertThat(Family.BERT.layerOf("embeddings.LayerNorm.bias")).isEqualTo(-1);
    }
}
