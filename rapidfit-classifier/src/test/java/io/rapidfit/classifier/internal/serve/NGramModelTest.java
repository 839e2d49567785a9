package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NGramModelTest {

    /** One known word, so that its weight is 1 and its row 0. */
    private static final NGramVocabulary HELLO = NGramVocabulary.fit(List.of("hello"), new NGramSizes(1, 2, 0), 1);

    private static final String TEXT = "where is my parcel? Dov'\u00e8? \u0623\u064a\u0646 \u6211\u7684 \ud83d\ude9a!!";

    private static final Head HEAD =
            Head.linear("t", List.of("a", "b"), new float[] {1, 0, 0, 0, 2, 1}, new float[] {0, -1});

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
        double[] probabilities = MODEL.answer(MODEL.encode("hello"), HEAD).probabilities();

        // logits 1 * 1.5 = 1.5 and 2 * 1 + 1 * 0 - 1 = 1: e^1.5 / (e^1.5 + e) = 1 / (1 + e^-0.5)
        assertThat(probabilities[0]).isCloseTo(1 / (1 + Math.exp(-0.5)), within(1e-12));
        assertThat(probabilities[0] + probabilities[1]).isCloseTo(1, within(1e-12));
    }

    @Test
    void probabilities_stayFiniteForHugeLogits() {
        Head steep = Head.linear("t", List.of("a", "b"), new float[] {1e30f, 0, 0, -1e30f, 0, 0}, new float[2]);
        NGramModel model = new NGramModel(HELLO, new float[3], new float[] {1, 1, 1}, List.of(steep));

        assertThat(model.answer(model.encode("hello"), steep).probabilities()).containsExactly(1, 0);
    }

    /** Sums of floats in some order, against sums of doubles in the plain order. */
    @ParameterizedTest
    @CsvSource({"1, 2", "3, 5", "16, 2", "64, 7", "128, 64", "129, 18"})
    void model_agreesWithPlainArithmetic(int dimension, int labels) {
        Random random = new Random(dimension);
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(TEXT), new NGramSizes(2, 2, 4), 1);
        float[] table = gaussian(random, vocabulary.size() * dimension);
        float[] bias = gaussian(random, dimension);
        Head head = Head.linear(
                "t",
                IntStream.range(0, labels).mapToObj(i -> "label " + i).toList(),
                gaussian(random, labels * dimension),
                gaussian(random, labels));
        NGramModel model = new NGramModel(vocabulary, table, bias, List.of(head));
        assertThat(model.table()).isEqualTo(table);

        for (int length = 0; length <= TEXT.length(); length++) { // any number of features
            String text = TEXT.substring(0, length);
            FeatureBag bag = vocabulary.features(text);
            double[] hidden = new double[dimension];
            for (int k = 0; k < dimension; k++) {
                hidden[k] = bias[k];
                for (int i = 0; i < bag.size(); i++) {
                    hidden[k] += (double) bag.weight(i) * table[bag.row(i) * dimension + k];
                }
                hidden[k] = Math.max(0, hidden[k]);
            }
            double[] exp = new double[labels];
            for (int label = 0; label < labels; label++) {
                double logit = head.layers().get(0).bias()[label];
                for (int k = 0; k < dimension; k++) {
                    logit += hidden[k] * head.layers().get(0).weights()[label * dimension + k];
                }
                exp[label] = Math.exp(logit);
            }
            double total = Arrays.stream(exp).sum();

            float[] actualHidden = model.encode(text);
            double[] actual = model.answer(actualHidden, head).probabilities();
            for (int k = 0; k < dimension; k++) {
                assertThat((double) actualHidden[k]).isCloseTo(hidden[k], within(1e-5));
            }
            for (int label = 0; label < labels; label++) {
                assertThat(actual[label]).isCloseTo(exp[label] / total, within(1e-5));
            }
        }
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() * 0.3f;
        }
        return values;
    }

    @Test
    void model_answersTheSameInAllThreads() throws Exception {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(TEXT), new NGramSizes(2, 2, 4), 1);
        Random random = new Random(1);
        Head head = Head.linear("t", List.of("a", "b"), gaussian(random, 64), gaussian(random, 2));
        NGramModel model = new NGramModel(
                vocabulary, gaussian(random, vocabulary.size() * 32), gaussian(random, 32), List.of(head));
        List<String> texts = IntStream.range(0, TEXT.length())
                .mapToObj(i -> TEXT.substring(i) + " " + TEXT.repeat(i % 5 == 0 ? 20 : 0))
                .toList();
        List<double[]> expected = texts.stream()
                .map(text -> model.answer(model.encode(text), head).probabilities())
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Boolean> readAll = () -> {
                for (int i = 0; i < 2000; i++) {
                    int text = (i * 7) % texts.size();
                    double[] actual =
                            model.answer(model.encode(texts.get(text)), head).probabilities();
                    if (!Arrays.equals(actual, expected.get(text))) {
                        return false;
                    }
                }
                return true;
            };
            for (Future<Boolean> same : threads.invokeAll(Collections.nCopies(8, readAll))) {
                assertThat(same.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void model_refusesSizesThatDoNotFit() {
        assertThatThrownBy(() -> new NGramModel(HELLO, new float[4], new float[3], List.of(HEAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a table of 4 values for 1 rows of 3");
        assertThatThrownBy(() -> new NGramModel(HELLO, new float[2], new float[2], List.of(HEAD)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the head of task 't' takes 3 values, the dimension is 2");
    }
}
