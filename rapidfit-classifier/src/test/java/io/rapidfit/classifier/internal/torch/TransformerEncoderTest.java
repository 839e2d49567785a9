package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.rapidfit.classifier.internal.pretrained.Family;
import io.rapidfit.classifier.internal.pretrained.HiddenActivation;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerEncoderTest {

    private static final PretrainedConfig BERT = PlainTransformer.config(Family.BERT);

    @ParameterizedTest
    @CsvSource({
        "BERT, MEAN, false", "BERT, MEAN, true", "BERT, CLS, false", "BERT, MAX, true",
        "ROBERTA, MEAN, true", "ROBERTA, CLS, false", "DISTILBERT, MEAN, false", "DISTILBERT, MAX, false",
        "MPNET, MEAN, true", "MPNET, CLS, false", "MPNET, MAX, false"
    })
    void encode_agreesWithAPlainForwardPass(Family family, Pooling pooling, boolean normalize) throws Exception {
        assertAgrees(PlainTransformer.config(family), pooling, normalize);
    }

    @ParameterizedTest
    @EnumSource
    void encode_agreesWithAPlainForwardPassForEveryActivation(HiddenActivation activation) throws Exception {
        assertAgrees(
                new PretrainedConfig(Family.BERT, 8, 2, 1, 32, activation, 40, 180, 2, 1e-5, 0, 0, 0, 0),
                Pooling.MEAN,
                false);
    }

    /** Texts of 1 to 150 tokens, padded to the longest of their batch; some of them are the padding's own. */
    private static void assertAgrees(PretrainedConfig config, Pooling pooling, boolean normalize) throws Exception {
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(config, 1);
        PlainTransformer plain = new PlainTransformer(config, parameters);
        List<long[]> texts = texts(config, 5, 1, 17, 150, 2, 40, 9, 40, 3);
        try (TransformerEncoder encoder = TransformerEncoder.load(config, pooling, normalize, parameters)) {
            List<float[]> vectors = encoder.encode(texts);

            assertThat(vectors).hasSameSizeAs(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertClose(vectors.get(i), plain.vector(texts.get(i), pooling, normalize), 1e-4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void encode_givesATextWhatItGetsAlone(Family family) throws Exception {
        PretrainedConfig config = PlainTransformer.config(family);
        int[] lengths = new Random(3).ints(120, 1, 60).toArray(); // several batches
        List<long[]> texts = texts(config, lengths);
        try (TransformerEncoder encoder = encoder(config)) {
            List<float[]> together = encoder.encode(texts);

            for (int i = 0; i < texts.size(); i++) {
                float[] alone = encoder.encode(List.of(texts.get(i))).get(0);
                for (int k = 0; k < alone.length; k++) {
                    assertThat(together.get(i)[k]).isCloseTo(alone[k], within(1e-5f));
                }
            }
        }
    }

    @Test
    void encode_givesTheSameBitsAgainAndFromManyThreads() throws Exception {
        List<long[]> texts = texts(BERT, 5, 17, 40, 2);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TransformerEncoder encoder = encoder(BERT)) {
            List<float[]> expected = encoder.encode(texts);
            List<Future<List<float[]>>> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                others.add(threads.submit(() -> encoder.encode(texts)));
            }
            for (Future<List<float[]>> other : others) {
                assertThat(other.get(60, TimeUnit.SECONDS))
                        .usingElementComparator(Arrays::compare)
                        .isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void encode_nothingGivesNothing() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            assertThat(encoder.encode(List.of())).isEmpty();
        }
    }

    @Test
    void encode_takesAsManyTokensAsThereArePositions() throws Exception {
        // RoBERTa's first token stands at its padding's id + 1 = 2: of 180 positions it has 178
        PretrainedConfig roberta = PlainTransformer.config(Family.ROBERTA);
        assertThat(roberta.maxTokens()).isEqualTo(178);
        assertThat(BERT.maxTokens()).isEqualTo(180);
        for (PretrainedConfig config : List.of(roberta, BERT)) {
            long[] longest = new long[config.maxTokens()];
            Arrays.fill(longest, 7);
            try (TransformerEncoder encoder = encoder(config)) {
                assertThat(encoder.encode(List.of(longest)).get(0)).doesNotContain(Float.NaN);
                long[] longer = Arrays.copyOf(longest, longest.length + 1);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> encoder.encode(List.of(longer)))
                        .withMessage("a text must have 1 to %s tokens but has %s", longest.length, longer.length);
            }
        }
    }

    @Test
    void encode_refusesATextWithoutTokens() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(List.of(new long[] {1}, new long[0])))
                    .withMessage("a text must have 1 to 180 tokens but has 0");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 40, Long.MAX_VALUE})
    void encode_refusesTokensOfAnotherVocabulary(long token) throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(List.of(new long[] {39, token})))
                    .withMessage("a token must be in [0, 39] but is %s: the tokenizer is not this encoder's", token);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void encode_leavesTheThreadsGradientModeAsItWas(boolean mode) throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            boolean before = JniUtils.isGradMode();
            try {
                JniUtils.setGradMode(mode);
                encoder.encode(texts(BERT, 3));
                assertThat(JniUtils.isGradMode()).isEqualTo(mode);
            } finally {
                JniUtils.setGradMode(before);
            }
        }
    }

    @Test
    void encode_twoThousandTimesLeavesNoArraysBehind() throws Exception {
        List<long[]> texts = texts(PlainTransformer.config(Family.MPNET), 5, 9, 2);
        try (TransformerEncoder encoder = encoder(PlainTransformer.config(Family.MPNET))) {
            encoder.encode(texts);
            int before = managed();
            assertThat(before).isGreaterThan(50); // the parameters: it does count
            for (int i = 0; i < 2000; i++) {
                encoder.encode(texts);
            }
            assertThat(managed()).isEqualTo(before);
        }
    }

    @Test
    void close_freesTheParametersAndEncodesNoMore() throws Exception {
        int before = managed();
        TransformerEncoder encoder = encoder(BERT);
        encoder.close();
        encoder.close();

        assertThat(managed()).isEqualTo(before);
        assertThatIllegalStateException()
                .isThrownBy(() -> encoder.encode(texts(BERT, 3)))
                .withMessage("the encoder is closed");
        assertThatIllegalStateException().isThrownBy(encoder::export).withMessage("the encoder is closed");
    }

    @Test
    void close_waitsForThoseWhoEncode() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 20; round++) {
                TransformerEncoder encoder = encoder(BERT);
                List<long[]> texts = texts(
                        BERT,
                        Collections.nCopies(50, 30).stream().mapToInt(n -> n).toArray());
                Future<Integer> encoding = threads.submit(() -> encodeUntilClosed(encoder, texts));
                threads.submit(encoder::close).get(60, TimeUnit.SECONDS);
                assertThat(encoding.get(60, TimeUnit.SECONDS)).isNotNegative();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** How often it went well. */
    private static int encodeUntilClosed(TransformerEncoder encoder, List<long[]> texts) {
        for (int calls = 0; ; calls++) {
            try {
                assertThat(encoder.encode(texts)).hasSize(texts.size());
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("the encoder is closed");
                return calls;
            }
        }
    }

    @Test
    void export_givesWhatWasLoaded() throws Exception {
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(BERT, 1);
        try (TransformerEncoder encoder = TransformerEncoder.load(BERT, Pooling.MEAN, false, parameters)) {
            assertSame(encoder.export(), parameters);
        }
    }

    @Test
    void assign_changesTheParametersThatAreNamed() throws Exception {
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(BERT, 1);
        String name = "encoder.layer.1.output.dense.bias";
        Parameter zeros = new Parameter(List.of(12L), new float[12]);
        try (TransformerEncoder encoder = TransformerEncoder.load(BERT, Pooling.MEAN, false, parameters)) {
            encoder.assign(Map.of(name, zeros));

            parameters.put(name, zeros);
            assertSame(encoder.export(), parameters);
        }
    }

    @Test
    void assign_refusesAnotherShape() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.assign(
                            Map.of("encoder.layer.1.output.dense.bias", new Parameter(List.of(11L), new float[11]))))
                    .withMessage(
                            "the parameter encoder.layer.1.output.dense.bias must have the shape [12] but has [11]");
        }
    }

    @Test
    void load_refusesParametersThatAreNotTheEncoders() {
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(BERT, 1);
        String name = "encoder.layer.2.attention.self.query.weight";

        Map<String, Parameter> missing = new LinkedHashMap<>(parameters);
        missing.remove(name);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformerEncoder.load(BERT, Pooling.MEAN, false, missing))
                .withMessage("the parameter " + name + " is missing");

        Map<String, Parameter> unknown = new LinkedHashMap<>(parameters);
        unknown.put("pooler.dense.weight", new Parameter(List.of(2L, 2L), new float[4]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformerEncoder.load(BERT, Pooling.MEAN, false, unknown))
                .withMessageStartingWith("the parameter pooler.dense.weight is unknown; those known are [")
                .withMessageContaining(name);

        Map<String, Parameter> turned = new LinkedHashMap<>(parameters);
        turned.put(name, new Parameter(List.of(6L, 24L), new float[144]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TransformerEncoder.load(BERT, Pooling.MEAN, false, turned))
                .withMessage("the parameter " + name + " must have the shape [12, 12] but has [6, 24]");
    }

    @Test
    void dimension_isThatOfTheVectors() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT)) {
            assertThat(encoder.dimension()).isEqualTo(12);
            assertThat(encoder.encode(texts(BERT, 4)).get(0)).hasSize(12);
        }
    }

    @Test
    void relativeBuckets_areThoseOfT5() {
        // From token 100: 8 exact distances each way, then wider ones; forward they start at 16. The logarithm of
        // distance / 8 to the base 16, times 8, makes 4 of 32, exactly 2 of 16 and 6 of 64: buckets 12, 10 and 14.
        long[] buckets = Transformer.relativeBuckets(300, 32);
        int row = 100 * 300;
        assertThat(buckets[row + 100]).isZero();
        assertThat(buckets[row + 99]).isEqualTo(1);
        assertThat(buckets[row + 101]).isEqualTo(17);
        assertThat(buckets[row + 93]).isEqualTo(7);
        assertThat(buckets[row + 92]).isEqualTo(8);
        assertThat(buckets[row + 85]).isEqualTo(9);
        assertThat(buckets[row + 84]).isEqualTo(10);
        assertThat(buckets[row + 68]).isEqualTo(12);
        assertThat(buckets[row + 37]).isEqualTo(13);
        assertThat(buckets[row + 36]).isEqualTo(14);
        assertThat(buckets[row + 10]).isEqualTo(14);
        assertThat(buckets[row + 9]).isEqualTo(15);
        assertThat(buckets[row + 164]).isEqualTo(16 + 14);
        assertThat(buckets[row + 299]).isEqualTo(31);
    }

    static TransformerEncoder encoder(PretrainedConfig config) throws EngineLoadException {
        return TransformerEncoder.load(config, Pooling.MEAN, false, PlainTransformer.randomParameters(config, 1));
    }

    /** Of the given lengths. */
    static List<long[]> texts(PretrainedConfig config, int... lengths) {
        Random random = new Random(2);
        return Arrays.stream(lengths)
                .mapToObj(length ->
                        random.longs(length, 0, config.vocabularySize()).toArray())
                .toList();
    }

    static void assertClose(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int k = 0; k < expected.length; k++) {
            assertThat((double) actual[k]).isCloseTo(expected[k], within(tolerance));
        }
    }

    static void assertSame(Map<String, Parameter> actual, Map<String, Parameter> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        expected.forEach((name, tensor) -> {
            assertThat(actual.get(name).values()).as(name).isEqualTo(tensor.values());
            assertThat(actual.get(name).shape()).as(name).isEqualTo(tensor.shape());
        });
    }

    /** How many arrays all of PyTorch's managers hold. */
    static int managed() throws EngineLoadException {
        try (NDManager manager = TorchEngine.newManager()) {
            return manager.getParentManager().getManagedArrays().size();
        }
    }
}
