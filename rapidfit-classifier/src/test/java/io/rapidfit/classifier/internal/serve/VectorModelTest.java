package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorModelTest {

    /** A text "3 4" has the vector (3, 4). */
    private static final TextEncoder NUMBERS = new FunctionEncoder(
            "numbers",
            2,
            texts -> texts.stream()
                    .map(text ->
                            new float[] {Float.parseFloat(text.split(" ")[0]), Float.parseFloat(text.split(" ")[1])})
                    .toList());

    private static final Head HEAD =
            Head.linear("sign", List.of("left", "right"), new float[] {-1, 0, 1, 0}, new float[] {0, 0});

    @Test
    void centering_hasMean0AndMeanSquare1() {
        Centering centering = Centering.of(List.of(new float[] {1, 5}, new float[] {3, 9}));

        // mean (2, 7); differences 1, 2, 1, 2: mean square 10 / 4
        assertThat(centering.mean()).containsExactly(2, 7);
        assertThat(centering.scale()).isCloseTo((float) (1 / Math.sqrt(2.5)), within(1e-6f));
        assertThat(centering.apply(new float[] {3, 3}))
                .containsExactly(new float[] {0.6324555f, -2.5298221f}, within(1e-6f)); // (1, -4) / sqrt(2.5)
    }

    @Test
    void centering_leavesVectorsThatAreAllTheSameAt0() {
        Centering centering = Centering.of(List.of(new float[] {1, 5}, new float[] {1, 5}));

        assertThat(centering.scale()).isEqualTo(1);
        assertThat(centering.apply(new float[] {1, 5})).containsExactly(0, 0);
    }

    @Test
    void answers_comeFromTheCentredVectors() {
        VectorModel model = new VectorModel(NUMBERS, new Centering(new float[] {1, 100}, 2), List.of(HEAD));

        assertThat(model.dimension()).isEqualTo(2);
        assertThat(model.encode("2 101")).containsExactly(2, 2);
        // logits -2 and 2, so the probability of right is 1 / (1 + exp(-4))
        assertThat(model.answers(model.encode("2 101")).get(0).probabilities()[1])
                .isCloseTo(1 / (1 + Math.exp(-4)), within(1e-6));
        assertThat(model.answers(List.of("0 0", "2 0"), HEAD))
                .extracting(Answer::best)
                .containsExactly(0, 1);
    }

    @Test
    void forEach_tellsEveryTextInOrder() {
        VectorModel model = new VectorModel(NUMBERS, new Centering(new float[2], 1), List.of(HEAD));
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2345; i++) { // more than are encoded at once
            texts.add(i + " 0");
        }
        List<Integer> seen = new ArrayList<>();
        model.forEach(texts, (hidden, i) -> {
            assertThat(hidden[0]).isEqualTo(i);
            seen.add(i);
        });
        assertThat(seen).hasSize(2345);
        model.forEach(List.of(), (hidden, i) -> seen.add(i));
        assertThat(seen).hasSize(2345);
    }

    @Test
    void constructor_refusesWhatDoesNotFit() {
        Centering centering = new Centering(new float[3], 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VectorModel(NUMBERS, centering, List.of(HEAD)))
                .withMessage("a mean of 3 numbers for vectors of 2");
        Head three = Head.linear("t", List.of("a", "b"), new float[6], new float[2]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VectorModel(NUMBERS, new Centering(new float[2], 1), List.of(three)))
                .withMessage("the head of task 't' takes 3 values, the dimension is 2");
    }

    @Test
    void withPrecision_isTheSameModel() {
        VectorModel model = new VectorModel(NUMBERS, new Centering(new float[2], 1), List.of(HEAD));

        assertThat(model.precision()).isEqualTo(Precision.FLOAT32);
        assertThat(model.withPrecision(Precision.INT8)).isSameAs(model);
    }
}
