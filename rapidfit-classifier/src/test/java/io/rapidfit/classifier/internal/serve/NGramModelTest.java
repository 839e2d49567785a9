package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class NGramModelTest {

    /** One known word, so that its weight is 1 and its row 0. */
    private static final NGramVocabulary HELLO = NGramVocabulary.fit(List.of("hello"), new NGramSizes(1, 2, 0), 1);

    private static final Head HEAD =
            new Head("t", List.of("a", "b"), new float[] {1, 0, 0, 0, 2, 1}, new float[] {0, -1});

    private static final NGramModel MODEL =
            new NGramModel(HELLO, new float[] {1, 2, -3}, new float[] {0.5f, -1, 1}, List.of(HEAD));

    @Test
    void encode_addsBiasAndCutsNegatives() {
        // 0.5 + 1, -1 + 2, 1 - 3 < 0
        assertThat(MODEL.encode("hello")).containsExactly(1.5f, 1, 0);
        // nothing known: the bias alone, cut at 0
        assertThat(MODEL.encode("unknown")).containsExactly(0.5f, 0, 1);
    }

    @Test
    void probabilities_areTheSoftmaxOfTheLogits() {
        double[] probabilities = MODEL.probabilities(MODEL.encode("hello"), HEAD);

        // logits 1 * 1.5 = 1.5 and 2 * 1 + 1 * 0 - 1 = 1: e^1.5 / (e^1.5 + e) = 1 / (1 + e^-0.5)
        assertThat(probabilities[0]).isCloseTo(1 / (1 + Math.exp(-0.5)), within(1e-12));
        assertThat(probabilities[0] + probabilities[1]).isCloseTo(1, within(1e-12));
    }

    @Test
    void probabilities_stayFiniteForHugeLogits() {
        Head steep = new Head("t", List.of("a", "b"), new float[] {1e30f, 0, 0, -1e30f, 0, 0}, new float[2]);
        NGramModel model = new NGramModel(HELLO, new float[3], new float[] {1, 1, 1}, List.of(steep));

        assertThat(model.probabilities(model.encode("hello"), steep)).containsExactly(1, 0);
    }

    @Test
    void model_refusesSizesThatDoNotFit() {
        assertThatThrownBy(() -> new NGramModel(HELLO, new float[4], new float[3], List.of(HEAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a table of 4 values for 1 rows of 3");
        assertThatThrownBy(() -> new NGramModel(HELLO, new float[2], new float[2], List.of(HEAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the head of task 't' does not fit its 2 labels");
        Head oneBias = new Head("t", List.of("a", "b"), new float[6], new float[1]);
        assertThatThrownBy(() -> new NGramModel(HELLO, new float[3], new float[3], List.of(oneBias)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the head of task 't' does not fit its 2 labels");
    }
}
