package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AttributionTest {

    private static final int DIMENSION = 13;

    private static final List<String> TEXTS = List.of(
            "where is my parcel? my parcel, my PARCEL!",
            "\u0623\u064a\u0646 \u0637\u0631\u062f\u064a\u061f",
            "\u6211\u7684\u5305\u88f9\u5728\u54ea\u91cc",
            "\ud83d\ude9a \ud83d\ude9a \ud83d\udc69\u200d\ud83d\udcbb !!",
            "\u0001unknown\u0002");

    private static final NGramVocabulary VOCABULARY =
            NGramVocabulary.fit(TEXTS.subList(0, 4), new NGramSizes(2, 2, 4), 1);

    @Test
    void explain_isWhatOneWorksOutByHand() {
        NGramVocabulary hello = NGramVocabulary.fit(List.of("hello"), new NGramSizes(1, 2, 0), 1); // of weight 1
        Head head = Head.linear("t", List.of("a", "b"), new float[] {1, 0, 0, 0, 2, 1}, new float[] {0, -1});
        NGramModel model = new NGramModel(hello, new float[] {1, 2, -3}, new float[] {0.5f, -1, 1}, List.of(head));

        // Hidden sums 0.5 + 1, -1 + 2, 1 - 3 < 0: the third takes no part. Logits 1.5 and 2 * 1 - 1 = 1, mean 1.25.
        // a's weights minus the mean ones: 1 - 0.5, 0 - 1; its bias 0 minus the mean -0.5 is 0.5.
        Attribution a = explain(model, head, "hello", 0);
        assertThat(a.contributions()).containsExactly(new double[] {1 * 0.5 + 2 * -1}, within(1e-6));
        assertThat(a.bias()).isCloseTo(0.5 * 0.5 + -1 * -1 + 0.5, within(1e-6));
        assertThat(sum(a)).isCloseTo(1.5 - 1.25, within(1e-6));

        Attribution b = explain(model, head, "hello", 1);
        assertThat(sum(b)).isCloseTo(1 - 1.25, within(1e-6));

        // Nothing known: hidden 0.5, 0, 1, logits 0.5 and 1 - 1 = 0, mean 0.25.
        Attribution unknown = explain(model, head, "unknown", 0);
        assertThat(unknown.contributions()).isEmpty();
        assertThat(unknown.bias()).isCloseTo(0.25, within(1e-6));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void explain_addsUpToTheLogit_ofALinearHead(Precision precision) {
        assertAddsUp(model(precision, head("t", 5, 0, Activation.RELU, new Random(1))));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void explain_addsUpToTheLogit_throughHiddenLayers(Activation activation) {
        for (Precision precision : Precision.values()) {
            for (int layers = 1; layers <= 4; layers++) {
                assertAddsUp(model(precision, head("t", 5, layers, activation, new Random(layers))));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void explain_addsUpToTheLogits_ofANestedHead(Activation activation) {
        for (int layers = 0; layers <= 1; layers++) {
            Head finer = head("fine", 6, layers, activation, new Random(2)).calibrated(1.7, null);
            Head nested = Head.nested("coarse", List.of("x", "y", "z"), finer, List.of(0, 1, 0, 2, 1, 0))
                    .calibrated(0.6, null);
            for (Precision precision : Precision.values()) {
                NGramModel model = model(precision, nested, finer);
                for (String text : TEXTS) {
                    double[] p = finer.answer(model.encode(text)).probabilities();
                    double x = p[0] + p[2] + p[5];
                    double y = p[1] + p[4];
                    assertThat(sum(explain(model, nested, text, 0)))
                            .isCloseTo(
                                    (p[0] * above(p, 1.7, 0) + p[2] * above(p, 1.7, 2) + p[5] * above(p, 1.7, 5)) / x,
                                    within(1e-4));
                    assertThat(sum(explain(model, nested, text, 1)))
                            .isCloseTo((p[1] * above(p, 1.7, 1) + p[4] * above(p, 1.7, 4)) / y, within(1e-4));
                    assertThat(sum(explain(model, nested, text, 2))).isCloseTo(above(p, 1.7, 3), within(1e-4));
                }
            }
        }
    }

    /** Logits so far apart that a group's probability is 0 as a double. */
    @Test
    void explain_ofAGroupWithoutProbabilityIsExactToo() {
        Head finer = Head.linear("fine", List.of("a", "b", "c"), new float[3], new float[] {3000, 1, 2});
        Head nested = Head.nested("coarse", List.of("x", "y"), finer, List.of(0, 1, 1));
        NGramModel model = model(finer, nested);

        assertThat(nested.answer(model.encode("a")).probabilities()).containsExactly(1, 0);
        // b and c have shares 1 / (1 + e) and e / (1 + e), the mean logit is 3003 / 3 = 1001
        double expected = (1 + 2 * Math.E) / (1 + Math.E) - 1001;
        assertThat(sum(explain(model, nested, "a", 1))).isCloseTo(expected, within(1e-4));
    }

    @Test
    void explain_ofALabelThatNoFinerOneBelongsToIsNothing() {
        Head finer = Head.linear("fine", List.of("a", "b"), new float[] {1, 2}, new float[] {3, 4});
        Head nested = Head.nested("coarse", List.of("x", "y"), finer, List.of(0, 0));
        NGramModel model = model(finer, nested);

        assertThat(sum(explain(model, nested, "a", 1))).isZero();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void dot_agreesWithTheTableAsFloats(Precision precision) {
        Random random = new Random(3);
        for (int dimension = 1; dimension <= 9; dimension++) {
            EmbeddingTable table =
                    new FloatTable(gaussians(7 * dimension, random), 7, dimension).withPrecision(precision);
            float[] floats = table.toFloats();
            double[] vector = random.doubles(dimension, -1, 1).toArray();
            for (int row = 0; row < 7; row++) {
                double expected = 0;
                for (int k = 0; k < dimension; k++) {
                    expected += floats[row * dimension + k] * vector[k];
                }
                assertThat(table.dot(row, vector)).isCloseTo(expected, within(1e-6));
            }
        }
    }

    private static void assertAddsUp(NGramModel model) {
        Head head = model.heads().get(0);
        for (String text : TEXTS) {
            double[] probabilities = head.answer(model.encode(text)).probabilities();
            for (int label = 0; label < probabilities.length; label++) {
                assertThat(sum(explain(model, head, text, label)))
                        .isCloseTo(above(probabilities, 1, label), within(1e-4));
            }
        }
    }

    /** How far a label's logit is above the mean: logits are the logarithms of probabilities, up to one constant. */
    private static double above(double[] probabilities, double temperature, int label) {
        double mean = Arrays.stream(probabilities).map(Math::log).average().orElseThrow();
        return temperature * (Math.log(probabilities[label]) - mean);
    }

    private static double sum(Attribution attribution) {
        return attribution.bias() + Arrays.stream(attribution.contributions()).sum();
    }

    private static Attribution explain(NGramModel model, Head head, String text, int label) {
        FeatureBag features = model.vocabulary().features(text);
        return model.explain(features, model.encode(features), head, label);
    }

    /** One hidden value, of one known word. */
    private static NGramModel model(Head... heads) {
        NGramVocabulary a = NGramVocabulary.fit(List.of("a"), new NGramSizes(1, 2, 0), 1);
        return new NGramModel(a, new float[] {1}, new float[] {1}, List.of(heads));
    }

    private static NGramModel model(Precision precision, Head... heads) {
        Random random = new Random(4);
        float[] table = gaussians(VOCABULARY.size() * DIMENSION, random);
        return new NGramModel(VOCABULARY, table, gaussians(DIMENSION, random), List.of(heads)).withPrecision(precision);
    }

    private static Head head(String task, int labels, int hiddenLayers, Activation activation, Random random) {
        List<Layer> layers = new ArrayList<>();
        int inputs = DIMENSION;
        for (int i = 0; i <= hiddenLayers; i++) {
            int outputs = i < hiddenLayers ? 7 + i : labels;
            float[] weights = gaussians(outputs * inputs, random);
            for (int k = 0; k < weights.length; k++) {
                weights[k] /= (float) Math.sqrt(inputs);
            }
            layers.add(new Layer(weights, gaussians(outputs, random)));
            inputs = outputs;
        }
        return Head.of(task, IntStream.range(0, labels).mapToObj(i -> "l" + i).toList(), layers, activation);
    }

    private static float[] gaussians(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
