package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.torch.TransformerFamily.Part;
import io.rapidfit.internal.Require;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code config.json} says about an encoder.
 *
 * @param epsilon of every layer norm
 */
public record TransformerConfig(TransformerFamily family, Vocabulary vocabulary, Layers layers, double epsilon) {

    /** Of the table of relative positions; Hugging Face's MPNet counts with 32 whatever its configuration says. */
    static final int RELATIVE_BUCKETS = 32;

    /** Of the layers' inner values, by the names of {@code hidden_act}. */
    public enum Activation {
        /** {@code gelu}: with the normal distribution itself. */
        GELU,
        /** {@code gelu_new} and {@code gelu_pytorch_tanh}: approximated by tanh. */
        GELU_TANH,
        RELU,
        /** {@code silu} and {@code swish}. */
        SILU
    }

    /**
     * @param size tokens
     * @param positions rows of the table of positions; RoBERTa and MPNet cannot use the first {@code padId + 1}
     * @param types kinds of tokens, of which a text uses the first; 0 for families that know none
     * @param padId token that fills up shorter texts
     */
    public record Vocabulary(int size, int positions, int types, int padId) {
        public Vocabulary {
            Require.atLeast("vocabulary size", size, 1);
            Require.atLeast("positions", positions, 1);
            Require.atLeast("token types", types, 0);
            Require.inRange("padId", padId, 0, size - 1);
        }
    }

    /**
     * @param size values of each token's state
     * @param heads of the attention; they share the size equally
     * @param innerSize values between the two linear layers that follow the attention
     */
    public record Layers(int count, int size, int heads, int innerSize, Activation activation) {
        public Layers {
            Require.atLeast("layers", count, 1);
            Require.atLeast("layer size", size, 1);
            Require.atLeast("attention heads", heads, 1);
            Require.atLeast("inner size", innerSize, 1);
            if (size % heads != 0) {
                throw new IllegalArgumentException("%s heads cannot share %s values equally".formatted(heads, size));
            }
        }
    }

    public TransformerConfig {
        Require.positive("epsilon", epsilon);
        if (family.hasTokenTypes() != vocabulary.types() > 0) {
            throw new IllegalArgumentException("%s cannot have %s token types".formatted(family, vocabulary.types()));
        }
        if (firstPosition(family, vocabulary) >= vocabulary.positions()) {
            throw new IllegalArgumentException("%s positions leave none for a token: the padding's id is %s"
                    .formatted(vocabulary.positions(), vocabulary.padId()));
        }
    }

    /** How long a text may be. */
    public int maxTokens() {
        return vocabulary.positions() - firstPosition();
    }

    int firstPosition() {
        return firstPosition(family, vocabulary);
    }

    private static int firstPosition(TransformerFamily family, Vocabulary vocabulary) {
        return family.countsPositionsFromPadding() ? vocabulary.padId() + 1 : 0;
    }

    /** Every parameter that the encoder needs, from the bottom to the top, and its shape. */
    public Map<String, List<Long>> shapes() {
        long size = layers.size();
        long inner = layers.innerSize();
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put(TransformerFamily.WORDS + ".weight", List.of((long) vocabulary.size(), size));
        shapes.put(TransformerFamily.POSITIONS + ".weight", List.of((long) vocabulary.positions(), size));
        if (family.hasTokenTypes()) {
            shapes.put(TransformerFamily.TYPES + ".weight", List.of((long) vocabulary.types(), size));
        }
        norm(shapes, TransformerFamily.EMBEDDINGS_NORM);
        if (family.hasRelativePositions()) {
            shapes.put(TransformerFamily.RELATIVE_POSITIONS + ".weight", List.of((long) RELATIVE_BUCKETS, (long)
                    layers.heads()));
        }
        for (int layer = 0; layer < layers.count(); layer++) {
            linear(shapes, family.name(layer, Part.QUERY), size, size);
            linear(shapes, family.name(layer, Part.KEY), size, size);
            linear(shapes, family.name(layer, Part.VALUE), size, size);
            linear(shapes, family.name(layer, Part.ATTENTION_OUTPUT), size, size);
            norm(shapes, family.name(layer, Part.ATTENTION_NORM));
            linear(shapes, family.name(layer, Part.UP), inner, size);
            linear(shapes, family.name(layer, Part.DOWN), size, inner);
            norm(shapes, family.name(layer, Part.OUTPUT_NORM));
        }
        return shapes;
    }

    private static void linear(Map<String, List<Long>> shapes, String name, long outputs, long inputs) {
        shapes.put(name + ".weight", List.of(outputs, inputs));
        shapes.put(name + ".bias", List.of(outputs));
    }

    private void norm(Map<String, List<Long>> shapes, String name) {
        shapes.put(name + ".weight", List.of((long) layers.size()));
        shapes.put(name + ".bias", List.of((long) layers.size()));
    }
}
