package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {

    /** Logits are ln 1, ln 2, ln 5 whatever the text: probabilities of 1/8, 2/8 and 5/8. */
    private static final Head FINE = Head.linear(
            "intent", List.of("a1", "a2", "b1"), new float[3], new float[] {0, (float) Math.log(2), (float) Math.log(5)
            });

    private static final Head COARSE = Head.nested("scenario", List.of("a", "b"), FINE, List.of(0, 0, 1));

    @Test
    void answer_isTheSoftmaxOfTheLogits() {
        Answer answer = FINE.answer(new float[1]);

        assertThat(answer.probabilities()).containsExactly(new double[] {0.125, 0.25, 0.625}, within(1e-7));
        assertThat(answer.best()).isEqualTo(2);
        assertThat(answer.strangeness()).isNaN();
    }

    @Test
    void answer_ofEqualsIsTheFirst() {
        assertThat(Head.linear("t", List.of("a", "b"), new float[2], new float[2])
                        .answer(new float[] {1})
                        .best())
                .isZero();
    }

    @Test
    void layers_areAppliedOneAfterTheOther() {
        // tanh of 2 * 0.5 + 1 * 0.25 - 0.25 = 1 and of -1 * 0.5 + 0.5 = 0; then logits of 3 tanh(1) and 1
        Head head = Head.of(
                "t",
                List.of("a", "b"),
                List.of(
                        new Layer(new float[] {2, 1, -1, 0}, new float[] {-0.25f, 0.5f}),
                        new Layer(new float[] {3, 7, 0, 0}, new float[] {0, 1})),
                Activation.TANH);

        assertThat(head.answer(new float[] {0.5f, 0.25f}).probabilities()[0])
                .isCloseTo(1 / (1 + Math.exp(1 - 3 * Math.tanh(1))), within(1e-6));
    }

    @Test
    void temperature_dividesLogits() {
        // the square roots of 1, 2 and 5
        double total = 1 + Math.sqrt(2) + Math.sqrt(5);
        assertThat(FINE.calibrated(2, null).answer(new float[1]).probabilities())
                .containsExactly(new double[] {1 / total, Math.sqrt(2) / total, Math.sqrt(5) / total}, within(1e-7));
        // squares: 1, 4 and 25
        assertThat(FINE.calibrated(0.5, null).answer(new float[1]).probabilities())
                .containsExactly(new double[] {1 / 30.0, 4 / 30.0, 25 / 30.0}, within(1e-6));
    }

    @Test
    void temperature_ofNoNumberAboveZeroIsRefused() {
        for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FINE.calibrated(temperature, null))
                    .withMessage("the temperature of task 'intent' is " + temperature);
        }
    }

    @Test
    void threshold_decidesWhetherItAbstains() {
        assertThat(FINE.abstains(0)).isFalse(); // it has none
        Head careful = FINE.calibrated(1, 0.5);
        assertThat(careful.abstains(0.49)).isTrue();
        assertThat(careful.abstains(0.5)).isFalse();
        assertThat(FINE.calibrated(1, 2.0).abstains(1)).isTrue(); // one that no confidence reaches
    }

    @Test
    void nested_sumsTheProbabilitiesOfItsGroups() {
        Answer answer = COARSE.answer(new float[1]);

        assertThat(answer.probabilities()).containsExactly(new double[] {0.375, 0.625}, within(1e-7));
        assertThat(answer.best()).isEqualTo(1);
    }

    @Test
    void nested_hasATemperatureOfItsOwnOnTopOfTheOthers() {
        Head cold = COARSE.withFiner(FINE.calibrated(2, null)).calibrated(0.5, null);

        // the finer ones are in the ratio 1 : 1.4142 : 2.2361, so a : b = 2.4142 : 2.2361, and their squares
        double a = Math.pow(1 + Math.sqrt(2), 2);
        assertThat(cold.answer(new float[1]).probabilities()[0]).isCloseTo(a / (a + 5), within(1e-6));
    }

    @Test
    void answers_ofAModelAreThoseOfEachHead() {
        NGramVocabulary hello = NGramVocabulary.fit(List.of("hello"), new NGramSizes(1, 2, 0), 1);
        Scope scope = new Scope(new float[] {1, 1, 1}, 1, new float[] {0.5f});
        Head fine = FINE.withScope(scope);
        Head coarse = COARSE.withFiner(fine);
        NGramModel model = new NGramModel(hello, new float[1], new float[] {3}, List.of(coarse, fine));
        float[] hidden = model.encode("hello");

        List<Answer> answers = model.answers(hidden);
        assertThat(answers).hasSize(2);
        for (int i = 0; i < 2; i++) {
            Answer alone = model.answer(hidden, model.heads().get(i));
            assertThat(answers.get(i).probabilities()).isEqualTo(alone.probabilities());
            assertThat(answers.get(i).best()).isEqualTo(alone.best());
            // a cosine of 1 is above the one familiar text: 1 - 1/2, for the nested task as well
            assertThat(answers.get(i).strangeness()).isEqualTo(0.5).isEqualTo(alone.strangeness());
        }
    }

    @Test
    void model_withANestedHeadNeedsTheFinerOne() {
        NGramVocabulary hello = NGramVocabulary.fit(List.of("hello"), new NGramSizes(1, 2, 0), 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NGramModel(hello, new float[1], new float[1], List.of(COARSE)))
                .withMessage("no head of task 'intent', in which another is nested");
    }

    @Test
    void nested_refusesGroupsThatDoNotFit() {
        for (List<Integer> groups : List.of(List.of(0, 1), List.of(0, 1, 2), List.of(0, -1, 1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Head.nested("scenario", List.of("a", "b"), FINE, groups))
                    .withMessage("the labels of task 'scenario' do not fit those of 'intent'");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Head.nested("part", List.of("x"), COARSE, List.of(0, 0)))
                .withMessage("the labels of task 'part' do not fit those of 'scenario'");
    }

    @Test
    void of_refusesLayersThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Head.of("t", List.of("a", "b"), List.of(), Activation.RELU))
                .withMessage("task 't' has no layer");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Head.linear("t", List.of("a", "b"), new float[3], new float[3]))
                .withMessage("layer 1 of task 't' has 3 outputs, 2 expected");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Head.of(
                        "t",
                        List.of("a", "b"),
                        List.of(new Layer(new float[6], new float[3]), new Layer(new float[4], new float[2])),
                        Activation.RELU))
                .withMessage("layer 1 of task 't' has 3 outputs, 2 expected");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Layer(new float[5], new float[2]))
                .withMessage("5 weights for 2 outputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Layer(new float[0], new float[0]))
                .withMessage("0 weights for 0 outputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FINE.withScope(new Scope(new float[4], 1, new float[] {1})))
                .withMessage("the means of task 'intent' do not fit its labels");
    }

    @ParameterizedTest
    @CsvSource({
        "RELU, -1, 0",
        "RELU, 2, 2",
        "TANH, 0.5, 0.46211716",
        "SILU, 1, 0.73105858", // 1 / (1 + 1/e)
        "SILU, -2, -0.23840584",
        "GELU, 1, 0.84134475", // the normal distribution at 1
        "GELU, -1, -0.15865525",
        "GELU, 0, 0",
        "GELU, 3, 2.99595031"
    })
    void activation_isTheTextbooks(Activation activation, double x, double expected) {
        assertThat(activation.of(x)).isCloseTo(expected, within(4e-7));
        float[] values = {(float) x, 0};
        activation.apply(values);
        assertThat(values[0]).isCloseTo((float) expected, within(4e-7f));
        assertThat(values[1]).isCloseTo(0, within(1e-7f));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1e30, -700, 700, 1e30})
    void activation_staysANumber(double x) {
        for (Activation activation : Activation.values()) {
            assertThat(activation.of(x)).as(activation.name()).isBetween(-1.0, Math.max(0, x));
        }
    }
}
