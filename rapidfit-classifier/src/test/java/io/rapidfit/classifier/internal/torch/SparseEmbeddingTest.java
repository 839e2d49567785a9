package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SparseEmbeddingTest {

    /** Words alone, each in one text: all weigh the same, 1 / sqrt(n) in a text of n words. */
    private static final NGramVocabulary WORDS =
            NGramVocabulary.fit(List.of("a", "b", "c", "d"), new NGramSizes(1, 2, 0), 1);

    private static final int DIMENSION = 3;

    private final SparseEmbedding embedding = new SparseEmbedding(4, DIMENSION, new Random(7));

    @Test
    void values_areSmallToBeginWith() {
        float[] values = new SparseEmbedding(1000, 20, new Random(7)).values();

        double squares = 0;
        for (float value : values) {
            squares += value * value;
        }
        assertThat(Math.sqrt(squares / values.length)).isCloseTo(0.02, within(0.001));
    }

    @Test
    void sums_areTheWeightedRowsOfEachText() {
        float[] sums = embedding.sums(bags("a", "b c", "d unknown d"), 0, new Random(1));

        float[] a = row("a");
        float[] b = row("b");
        float[] c = row("c");
        float[] d = row("d");
        float half = (float) Math.sqrt(0.5);
        for (int k = 0; k < DIMENSION; k++) {
            assertThat(sums[k]).isCloseTo(a[k], within(1e-7f));
            assertThat(sums[DIMENSION + k]).isCloseTo(half * b[k] + half * c[k], within(1e-7f));
            assertThat(sums[2 * DIMENSION + k]).isCloseTo(d[k], within(1e-7f)); // the only one, so it weighs 1
        }
    }

    @Test
    void sums_ofATextWithoutFeaturesAreZero() {
        assertThat(embedding.sums(bags("a", "unknown"), 0, new Random(1)))
                .endsWith(0, 0, 0)
                .hasSize(6);
    }

    @Test
    void step_movesEachRowOnceByTheSumOfWhatItsTextsSay() {
        // a stands in both texts, with weights 1 and sqrt 0.5; the first moves by (1, 0, -2), the second by (-1, 4, 0)
        embedding.sums(bags("a", "a b"), 0, new Random(1));
        embedding.backward(new float[] {1, 0, -2, -1, 4, 0});

        double w = Math.sqrt(0.5);
        // a: (1 - w, 4 w, -2), b: (-w, 4 w, 0)
        double squares = (1 - w) * (1 - w) + 16 * w * w + 4 + w * w + 16 * w * w;
        assertThat(embedding.sumOfSquares()).isCloseTo(squares, within(1e-5));

        float[] before = embedding.values();
        embedding.step(1, (float) (0.01 * Adam.correction(1)), 0);
        float[] after = embedding.values();
        // Adam's first step is the rate against the gradient's sign
        assertMoved(before, after, "a", -0.01f, -0.01f, 0.01f);
        assertMoved(before, after, "b", 0.01f, -0.01f, 0);
        assertSameRow(before, after, "c");
        assertSameRow(before, after, "d");
    }

    @Test
    void step_keepsTheMomentsOfARowWhileItIsNotInABatch() {
        SparseEmbedding with = new SparseEmbedding(4, DIMENSION, new Random(7));
        SparseEmbedding without = new SparseEmbedding(4, DIMENSION, new Random(7));
        for (SparseEmbedding one : List.of(with, without)) {
            move(one, "a", 0.5f);
            if (one == with) {
                move(one, "c", 3); // another row's step in between
            }
            move(one, "a", -2);
        }

        assertSameRow(without.values(), with.values(), "a");
        assertSameRow(embedding.values(), with.values(), "b");
        assertThat(rowOf(with.values(), "c")).isNotEqualTo(rowOf(without.values(), "c"));
    }

    private static void move(SparseEmbedding embedding, String text, float gradient) {
        embedding.sums(bags(text), 0, new Random(1));
        embedding.backward(new float[] {gradient, gradient, -gradient});
        embedding.step(1, 0.01f, 0);
    }

    @Test
    void step_forgetsTheGradientsOfTheBatchBefore() {
        move(embedding, "a b c d", 5);
        float[] before = embedding.values();

        embedding.sums(bags("b"), 0, new Random(1));
        embedding.backward(new float[] {0, 3, 0});

        assertThat(embedding.sumOfSquares()).isCloseTo(9, within(1e-6));
        embedding.step(1, 0, 0.5f); // the rate is 0, but half of each value of the batch's rows decays
        for (int k = 0; k < DIMENSION; k++) {
            assertThat(rowOf(embedding.values(), "b")[k]).isCloseTo(rowOf(before, "b")[k] / 2, within(1e-7f));
        }
        assertSameRow(before, embedding.values(), "a");
        assertSameRow(before, embedding.values(), "c");
    }

    @Test
    void dropout_leavesFeaturesOutAndKeepsTheExpectedSum() {
        Random random = new Random(5);
        List<FeatureBag> text = bags("a b c d");
        double[] mean = new double[DIMENSION];
        int kept = 0;
        int times = 20_000;
        for (int i = 0; i < times; i++) {
            float[] sums = embedding.sums(text, 0.4, random);
            for (int k = 0; k < DIMENSION; k++) {
                mean[k] += sums[k] / times;
            }
            embedding.backward(new float[] {1, 0, 0});
            // each row that is kept has a gradient of 0.5 / (1 - 0.4)
            kept += (int) Math.round(embedding.sumOfSquares() / Math.pow(0.5 / 0.6, 2));
            embedding.step(1, 0, 0);
        }

        float[] whole = embedding.sums(text, 0, random);
        for (int k = 0; k < DIMENSION; k++) {
            // rows are about 0.02 long, so the mean of 20,000 sums strays by about 0.02 * 0.8 / 141 = 0.0001
            assertThat(mean[k]).isCloseTo(whole[k], within(0.0006));
        }
        assertThat((double) kept / times).isCloseTo(4 * 0.6, within(0.03));
    }

    @Test
    void dropout_learnsOnlyWhatWasKept() {
        Random random = new Random(1);
        float[] before = embedding.values();
        float[] sums = embedding.sums(bags("a b c d"), 0.5, random);
        float[] expected = new float[DIMENSION];
        embedding.backward(new float[] {1, 1, 1});
        embedding.step(1, 0.01f, 0);
        float[] after = embedding.values();
        int moved = 0;
        for (String word : List.of("a", "b", "c", "d")) {
            if (!Arrays.equals(rowOf(before, word), rowOf(after, word))) {
                moved++;
                for (int k = 0; k < DIMENSION; k++) {
                    expected[k] += rowOf(before, word)[k]; // 0.5 / (1 - 0.5)
                }
            }
        }

        assertThat(moved).isBetween(1, 3);
        assertThat(sums).containsExactly(expected, within(1e-6f));
    }

    @Test
    void sums_takeTextsLongerThanTheFirstBuffers() {
        List<String> words = IntStream.range(0, 10_000).mapToObj(i -> "w" + i).toList();
        NGramVocabulary many = NGramVocabulary.fit(words, new NGramSizes(1, 2, 0), 1);
        SparseEmbedding large = new SparseEmbedding(many.size(), 1, new Random(1));
        FeatureBag all = many.features(String.join(" ", words));
        double expected = 0;
        float[] values = large.values();
        for (float value : values) {
            expected += value / 100; // 1 / sqrt(10,000)
        }

        assertThat((double) large.sums(List.of(all), 0, new Random(1))[0]).isCloseTo(expected, within(1e-4));
        large.backward(new float[] {2});
        assertThat(large.sumOfSquares()).isCloseTo(10_000 * 0.02 * 0.02, within(1e-3));
        large.step(1, 0.01f, 0);
        assertThat(large.values()).hasSize(10_000);
        assertThat(large.values()[0]).isNotEqualTo(values[0]);
        assertThat(large.values()[9999]).isNotEqualTo(values[9999]);
    }

    private static List<FeatureBag> bags(String... texts) {
        return Arrays.stream(texts).map(WORDS::features).toList();
    }

    private float[] row(String word) {
        return rowOf(embedding.values(), word);
    }

    private static float[] rowOf(float[] values, String word) {
        int row = WORDS.features(word).row(0);
        return Arrays.copyOfRange(values, row * DIMENSION, (row + 1) * DIMENSION);
    }

    private static void assertSameRow(float[] before, float[] after, String word) {
        assertThat(rowOf(after, word)).as(word).isEqualTo(rowOf(before, word));
    }

    private static void assertMoved(float[] before, float[] after, String word, float... by) {
        for (int k = 0; k < DIMENSION; k++) {
            assertThat(rowOf(after, word)[k] - rowOf(before, word)[k])
                    .as("%s %s", word, k)
                    .isCloseTo(by[k], within(1e-5f));
        }
    }
}
