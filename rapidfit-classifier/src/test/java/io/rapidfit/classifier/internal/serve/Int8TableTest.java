package io.rapidfit.classifier.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Int8TableTest {

    @Test
    void quantize_roundsToTheNearestOf255Steps() {
        Int8Table table = Int8Table.quantize(new float[] {1.27f, -0.5f, 0.004f, 0, 0, 0, -2.54f, 0.031f, 2}, 3, 3);

        // scales 1.27 / 127, none, 2.54 / 127; -0.5 / 0.01 = -50, 0.004 / 0.01 = 0.4, 0.031 / 0.02 = 1.55
        assertThat(table.scales()).containsExactly(new float[] {0.01f, 0, 0.02f}, within(1e-8f));
        assertThat(table.toBytes()).containsExactly(127, -50, 0, 0, 0, 0, -127, 2, 100);
        assertThat(table.toFloats())
                .containsExactly(new float[] {1.27f, -0.5f, 0, 0, 0, 0, -2.54f, 0.04f, 2}, within(1e-6f));
    }

    @Test
    void quantize_isOffByHalfAStepAtMost() {
        Random random = new Random(1);
        float[] values = new float[50 * 7];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, i / 7 % 9 - 4)); // from tiny rows to large
        }
        Int8Table table = Int8Table.quantize(values, 50, 7);
        float[] actual = table.toFloats();
        for (int i = 0; i < values.length; i++) {
            float step = table.scales()[i / 7];
            assertThat(actual[i]).isCloseTo(values[i], within(step * 0.5001f));
        }
    }

    @Test
    void withPrecision_ofWhatItHasIsTheSameTable() {
        EmbeddingTable floats = new FloatTable(new float[] {1, 2}, 1, 2);
        EmbeddingTable bytes = floats.withPrecision(Precision.INT8);

        assertThat(floats.withPrecision(Precision.FLOAT32)).isSameAs(floats);
        assertThat(bytes.withPrecision(Precision.INT8)).isSameAs(bytes);
        assertThat(bytes.withPrecision(Precision.FLOAT32).toFloats()).isEqualTo(bytes.toFloats());
    }

    @Test
    void toBytes_givesAllBytesBack() {
        for (int dimension = 1; dimension <= 9; dimension++) {
            byte[] values = new byte[256 * dimension];
            for (int i = 0; i < values.length; i++) {
                values[i] = (byte) i;
            }
            assertThat(new Int8Table(values, new float[256], dimension).toBytes())
                    .isEqualTo(values);
        }
    }

    /** Sums of fixed-point numbers, against sums of doubles; texts of none to some thousand features. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 16, 63, 128, 130})
    void add_agreesWithPlainArithmetic(int dimension) {
        Random random = new Random(dimension);
        StringBuilder longText = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            longText.append(Integer.toString(random.nextInt(1 << 20), 36)).append(' ');
        }
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of(longText.toString()), new NGramSizes(2, 2, 4), 1);
        byte[] values = new byte[vocabulary.size() * dimension]; // -128 too, which a file may hold
        random.nextBytes(values);
        float[] scales = new float[vocabulary.size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = i % 10 == 0 ? 0 : (0.5f + random.nextFloat()) / 127;
        }
        Int8Table table = new Int8Table(values, scales, dimension);

        for (int length : new int[] {0, 2, 3, 5, 10, 50, 80, 300, longText.length()}) {
            FeatureBag bag = vocabulary.features(longText.substring(0, length));
            float[] actual = new float[dimension];
            table.add(bag, actual);
            for (int k = 0; k < dimension; k++) {
                double expected = 0;
                for (int i = 0; i < bag.size(); i++) {
                    expected += (double) bag.weight(i) * scales[bag.row(i)] * values[bag.row(i) * dimension + k];
                }
                assertThat((double) actual[k]).isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void add_doesNotOverflow() {
        NGramVocabulary vocabulary = NGramVocabulary.fit(List.of("a b c d e f g"), new NGramSizes(2, 1, 4), 1);
        byte[] values = new byte[vocabulary.size()];
        java.util.Arrays.fill(values, (byte) -128);
        float[] scales = new float[vocabulary.size()];
        java.util.Arrays.fill(scales, 1e30f);
        FeatureBag bag = vocabulary.features("a b c d e f g");
        double weights = 0;
        for (int i = 0; i < bag.size(); i++) {
            weights += bag.weight(i);
        }
        float[] sum = new float[1];
        new Int8Table(values, scales, 1).add(bag, sum);

        assertThat(sum[0] / (-128e30 * weights)).isCloseTo(1, within(1e-6));
    }

    @Test
    void table_refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> new Int8Table(new byte[5], new float[2], 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a table of 5 values for 2 rows of 3");
        for (float scale : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new Int8Table(new byte[1], new float[] {scale}, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a row's scale is " + scale);
        }
    }
}
