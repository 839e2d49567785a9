package io.rapidfit.classifier.internal.torch;

import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.assertSame;
import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.encoder;
import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.managed;
import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.rapidfit.classifier.internal.pretrained.Family;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import io.rapidfit.classifier.internal.torch.TransformerTrainer.Recipe;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerTrainerTest {

    private static final PretrainedConfig BERT = PlainTransformer.config(Family.BERT);

    private static final PretrainedConfig BERT_WITH_DROPOUT = PlainTransformer.config(Family.BERT, 0.1, 0.1);

    /** Its three layers and the embeddings. */
    private static final int EVERYTHING = 4;

    /** The greatest share there is. */
    private static final double ALL = Math.nextDown(1.0);

    private static final int DIMENSION = BERT.hiddenSize();

    @ParameterizedTest
    @EnumSource
    void backward_agreesWithFiniteDifferences(Family family) throws Exception {
        PretrainedConfig config = PlainTransformer.config(family);
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(config, 1);
        PlainTransformer plain = new PlainTransformer(config, parameters);
        List<long[]> texts = texts(config, 4, 9, 2);
        float[] direction = random(texts.size() * DIMENSION);
        try (TransformerEncoder encoder = TransformerEncoder.load(config, Pooling.MEAN, true, parameters);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(EVERYTHING))) {
            trainer.forward(texts);
            trainer.backward(direction);

            assertThat(trainer.gradients).containsOnlyKeys(parameters.keySet());
            trainer.gradients.forEach((name, gradient) -> {
                float[] actual = gradient.toFloatArray();
                for (int i : List.of(0, actual.length / 2, actual.length - 1)) {
                    assertThat((double) actual[i])
                            .as(name + " " + i)
                            .isCloseTo(slope(plain, name, i, texts, direction), within(1e-4));
                }
            });
            // of a token that the first text has
            int row = (int) texts.get(0)[0] * DIMENSION + 5;
            float slope = gradient(trainer, "embeddings.word_embeddings.weight")[row];
            assertThat(slope).isNotZero();
            assertThat((double) slope)
                    .isCloseTo(slope(plain, "embeddings.word_embeddings.weight", row, texts, direction), within(1e-4));
        }
    }

    /**
     * What PyTorch computes gradients from must not lie in memory that Java has taken back. These two families make every
     * array that there is: BERT has types, MPNet counted positions and distances.
     */
    @ParameterizedTest
    @EnumSource(names = {"BERT", "MPNET"})
    void backward_givesTheSameBitsWhileGarbageIsCollected(Family family) throws Exception {
        float[][] undisturbed = gradients(family);
        AtomicBoolean done = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!done.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            assertThat(gradients(family)).isDeepEqualTo(undisturbed);
        } finally {
            done.set(true);
            collector.join();
        }
    }

    private static float[][] gradients(Family family) throws Exception {
        PretrainedConfig config = PlainTransformer.config(family, 0.1, 0.1);
        List<long[]> texts = texts(config, 4, 9, 2);
        float[] direction = random(texts.size() * DIMENSION);
        try (TransformerEncoder encoder = encoder(config);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(EVERYTHING))) {
            for (int i = 0; i < 6; i++) {
                trainer.forward(texts);
                trainer.backward(direction);
            }
            return trainer.gradients.values().stream()
                    .map(NDArray::toFloatArray)
                    .toArray(float[][]::new);
        }
    }

    /** Of the product of the direction with all vectors. */
    private static double slope(PlainTransformer plain, String name, int i, List<long[]> texts, float[] direction) {
        double step = 1e-5;
        double value = plain.parameter(name)[i];
        plain.parameter(name)[i] = value + step;
        double above = product(plain, texts, direction);
        plain.parameter(name)[i] = value - step;
        double below = product(plain, texts, direction);
        plain.parameter(name)[i] = value;
        return (above - below) / (2 * step);
    }

    private static double product(PlainTransformer plain, List<long[]> texts, float[] direction) {
        double product = 0;
        for (int t = 0; t < texts.size(); t++) {
            double[] vector = plain.vector(texts.get(t), Pooling.MEAN, true);
            for (int k = 0; k < vector.length; k++) {
                product += vector[k] * direction[t * vector.length + k];
            }
        }
        return product;
    }

    @Test
    void forward_withoutDropoutGivesWhatTheEncoderGives() throws Exception {
        List<long[]> texts = texts(BERT, 4, 9, 2);
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(EVERYTHING))) {
            float[] vectors = trainer.forward(texts);

            List<float[]> expected = encoder.encode(texts);
            for (int t = 0; t < texts.size(); t++) {
                assertThat(Arrays.copyOfRange(vectors, t * DIMENSION, (t + 1) * DIMENSION))
                        .containsExactly(expected.get(t), within(1e-5f));
            }
        }
    }

    @Test
    void forward_leavesOutAttentionByItsOwnShare() throws Exception {
        // the top layer's attention sees nothing at all: as if its values were 0
        assertDropped(PlainTransformer.config(Family.BERT, 0, ALL), "encoder.layer.2.attention.self.value");
    }

    @ParameterizedTest
    @CsvSource({
        // both halves of the top layer add nothing to what came in
        "BERT, encoder.layer.2.attention.output.dense, encoder.layer.2.output.dense",
        "ROBERTA, encoder.layer.2.attention.output.dense, encoder.layer.2.output.dense",
        "MPNET, encoder.layer.2.attention.attn.o, encoder.layer.2.output.dense",
        // only the second: Hugging Face's code has no dropout after attention.out_lin
        "DISTILBERT, transformer.layer.2.ffn.lin2, transformer.layer.2.ffn.lin2"
    })
    void forward_leavesOutHiddenValuesByTheirOwnShare(Family family, String first, String second) throws Exception {
        assertDropped(PlainTransformer.config(family, ALL, 0), first, second);
    }

    /** A training of the top layer computes what the encoder does with 0 for these parts of that layer. */
    private static void assertDropped(PretrainedConfig config, String... parts) throws Exception {
        Map<String, Parameter> parameters = PlainTransformer.randomParameters(config, 1);
        PlainTransformer plain = new PlainTransformer(config, parameters);
        for (String part : parts) {
            Arrays.fill(plain.parameter(part + ".weight"), 0);
            Arrays.fill(plain.parameter(part + ".bias"), 0);
        }
        List<long[]> texts = texts(config, 4, 9);
        try (TransformerEncoder encoder = TransformerEncoder.load(config, Pooling.MEAN, false, parameters);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(1))) {
            float[] vectors = trainer.forward(texts);

            for (int t = 0; t < texts.size(); t++) {
                TransformerEncoderTest.assertClose(
                        Arrays.copyOfRange(vectors, t * DIMENSION, (t + 1) * DIMENSION),
                        plain.vector(texts.get(t), Pooling.MEAN, false),
                        1e-4);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 99})
    void step_movesTheUpperLayersAndLeavesTheOthersBitForBit(int unfreezeLayers) throws Exception {
        PretrainedConfig config = PlainTransformer.config(Family.MPNET, 0.1, 0.1);
        try (TransformerEncoder encoder = encoder(config);
                TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(unfreezeLayers, 0.1, 42))) {
            Map<String, Parameter> before = encoder.export();
            for (int i = 0; i < 3; i++) {
                trainer.forward(texts(config, 4, 9, 2));
                trainer.backward(random(3 * DIMENSION));
                trainer.step(1, 0.01, 0.001);
            }

            encoder.export().forEach((name, tensor) -> {
                int layer = name.startsWith("encoder.layer.") ? name.charAt("encoder.layer.".length()) - '0' : -1;
                if (layer >= 3 - unfreezeLayers) {
                    assertThat(tensor.values())
                            .as(name)
                            .isNotEqualTo(before.get(name).values());
                } else {
                    assertThat(tensor.values())
                            .as(name)
                            .isEqualTo(before.get(name).values());
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 0.1, 0.003})
    void step_movesByTheRateTimesTheMultiplier(double lrMultiplier) throws Exception {
        // Adam's first step moves every value by the rate, whatever its gradient is: m / sqrt(v) is the sign
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(1, lrMultiplier, 42))) {
            String name = "encoder.layer.2.output.dense.weight";
            float[] before = trainer.export().get(name).values();
            trainer.forward(texts(BERT, 4, 9, 2));
            trainer.backward(random(3 * DIMENSION));
            float[] gradient = gradient(trainer, name);
            trainer.step(1, 0.01, 0);

            float[] after = trainer.export().get(name).values();
            double move = 0.01 * lrMultiplier;
            for (int i = 0; i < after.length; i++) {
                assertThat(Math.abs(gradient[i])).isGreaterThan(1e-5f); // or Adam's epsilon would show
                assertThat((double) after[i] - before[i])
                        .isCloseTo(-Math.signum(gradient[i]) * move, within(0.03 * move));
            }
        }
    }

    @Test
    void step_takesTheDecayOffWeightsOnly() throws Exception {
        // without a gradient nothing else moves: 1 - 0.5 * 0.1 of a weight is left
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(EVERYTHING, 0.1, 42))) {
            Map<String, Parameter> before = trainer.export();
            trainer.forward(texts(BERT, 4));
            trainer.backward(new float[DIMENSION]);
            trainer.step(1, 0.01, 0.5);

            trainer.export().forEach((name, tensor) -> {
                float[] expected = before.get(name).values().clone();
                if (name.endsWith(".weight") && !name.contains("LayerNorm")) {
                    for (int i = 0; i < expected.length; i++) {
                        expected[i] *= 0.95f;
                    }
                }
                assertThat(tensor.values()).as(name).containsExactly(expected, within(1e-6f));
            });
        }
    }

    @Test
    void step_onTwoBatchesIsOneOnBothTogether() throws Exception {
        int[] lengths = {4, 9, 2, 7, 7, 12, 3, 5, 8, 8, 1, 6, 10, 2, 4, 11};
        List<long[]> texts = texts(BERT, lengths);
        float[] direction = random(16 * DIMENSION);
        try (TransformerEncoder once = encoder(BERT);
                TransformerEncoder twice = encoder(BERT);
                TransformerTrainer one = new TransformerTrainer(once, plain(EVERYTHING));
                TransformerTrainer two = new TransformerTrainer(twice, plain(EVERYTHING))) {
            for (int step = 0; step < 3; step++) {
                one.forward(texts);
                one.backward(direction);
                for (int from = 0; from < 16; from += 8) {
                    two.forward(texts.subList(from, from + 8));
                    two.backward(Arrays.copyOfRange(direction, from * DIMENSION, (from + 8) * DIMENSION));
                }
                assertThat(two.sumOfSquares()).isCloseTo(one.sumOfSquares(), within(1e-4 * one.sumOfSquares()));
                one.step(0.5f, 1e-3, 1e-4);
                two.step(0.5f, 1e-3, 1e-4);
            }

            // where a gradient is next to nothing its sign, and so Adam's move, is left to rounding
            List<float[]> vectors = twice.encode(texts);
            List<float[]> expected = once.encode(texts);
            for (int t = 0; t < texts.size(); t++) {
                assertThat(vectors.get(t)).containsExactly(expected.get(t), within(1e-3f));
            }
        }
    }

    @Test
    void sumOfSquares_isThatOfAllGradients() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(2))) {
            assertThat(trainer.sumOfSquares()).isZero();
            trainer.forward(texts(BERT, 4, 9));
            trainer.backward(random(2 * DIMENSION));

            double squares = 0;
            for (NDArray gradient : trainer.gradients.values()) {
                for (float g : gradient.toFloatArray()) {
                    squares += (double) g * g;
                }
            }
            assertThat(squares).isPositive();
            assertThat(trainer.sumOfSquares()).isCloseTo(squares, within(1e-5 * squares));
            trainer.step(1, 0.01, 0);
            assertThat(trainer.sumOfSquares()).isZero();
        }
    }

    @Test
    void steps_learn() throws Exception {
        // two kinds of text, by their first token, that are to look opposite ways
        List<long[]> texts = texts(BERT, 4, 9, 2, 6, 6, 3, 8, 5);
        for (int t = 0; t < texts.size(); t++) {
            texts.get(t)[0] = t % 2 == 0 ? 3 : 4;
        }
        try (TransformerEncoder encoder = encoder(BERT_WITH_DROPOUT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(2, 1, 42))) {
            double first = loss(trainer, texts);
            double last = 0;
            for (int i = 0; i < 60; i++) {
                last = loss(trainer, texts);
                trainer.step(1, 0.01, 0);
            }
            assertThat(last).isLessThan(first / 4);
        }
    }

    /** Half the squared distance of the first value to 1 or -1; its gradient is the difference. */
    private static double loss(TransformerTrainer trainer, List<long[]> texts) {
        float[] vectors = trainer.forward(texts);
        float[] gradients = new float[vectors.length];
        double loss = 0;
        for (int t = 0; t < texts.size(); t++) {
            float difference = vectors[t * DIMENSION] - (t % 2 == 0 ? 1 : -1);
            gradients[t * DIMENSION] = difference;
            loss += difference * difference / 2;
        }
        trainer.backward(gradients);
        return loss;
    }

    @Test
    void steps_giveTheSameBitsForTheSameSeed() throws Exception {
        Map<String, Parameter> first = train(42);

        assertSame(train(42), first);
        assertThat(train(43).get("encoder.layer.2.output.dense.weight").values())
                .isNotEqualTo(first.get("encoder.layer.2.output.dense.weight").values());
    }

    private static Map<String, Parameter> train(long seed) throws EngineLoadException {
        try (TransformerEncoder encoder = encoder(BERT_WITH_DROPOUT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(2, 1, seed))) {
            for (int i = 0; i < 5; i++) {
                loss(trainer, texts(BERT, 4, 9, 2));
                trainer.step(1, 0.01, 1e-4);
            }
            return encoder.export();
        }
    }

    @Test
    void assign_ofAnExportGoesBackToIt() throws Exception {
        List<long[]> texts = texts(BERT, 4, 9, 2);
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(2))) {
            Map<String, Parameter> before = encoder.export();
            Map<String, Parameter> best = trainer.export();
            assertThat(best.keySet()).allMatch(name -> name.matches("encoder\\.layer\\.[12]\\..*"));
            assertThat(best).hasSize(32); // 8 parts of a layer, each with weights and bias
            loss(trainer, texts);
            trainer.step(1, 0.01, 0);
            assertThat(encoder.export().get("encoder.layer.2.output.dense.bias").values())
                    .isNotEqualTo(
                            before.get("encoder.layer.2.output.dense.bias").values());

            encoder.assign(best);
            assertSame(encoder.export(), before);
        }
    }

    @Test
    void backward_canWaitForWhatLiesAboveToCollectItsOwnGradients() throws Exception {
        List<long[]> texts = texts(BERT, 4, 9);
        float[] direction = random(2 * DIMENSION);
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(1));
                NDManager manager = TorchEngine.newManager()) {
            trainer.forward(texts);
            trainer.backward(direction);
            float[] expected = gradient(trainer, "encoder.layer.2.output.dense.weight");
            trainer.step(0, 0, 0);

            float[] vectors = trainer.forward(texts);
            try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray above = manager.create(vectors, new Shape(2, DIMENSION));
                above.setRequiresGradient(true);
                collector.backward(above.mul(above).sum());
                assertThat(above.getGradient().toFloatArray()[3]).isEqualTo(2 * vectors[3]);
            }
            trainer.backward(direction);
            assertThat(gradient(trainer, "encoder.layer.2.output.dense.weight")).isEqualTo(expected);
        }
    }

    @Test
    void backward_refusesWithoutForward() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(1))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> trainer.backward(new float[DIMENSION]))
                    .withMessage("forward must be called before backward");
            loss(trainer, texts(BERT, 4));
            assertThatIllegalStateException()
                    .isThrownBy(() -> trainer.backward(new float[DIMENSION]))
                    .withMessage("forward must be called before backward");
        }
    }

    @Test
    void forward_refusesWhatTheEncoderRefuses() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(1))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer.forward(List.of(new long[] {40})))
                    .withMessageStartingWith("a token must be in [0, 39] but is 40");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void forward_leavesTheThreadsGradientModeAsItWas(boolean mode) throws Exception {
        try (TransformerEncoder encoder = encoder(BERT);
                TransformerTrainer trainer = new TransformerTrainer(encoder, plain(1))) {
            boolean before = JniUtils.isGradMode();
            try {
                JniUtils.setGradMode(mode);
                loss(trainer, texts(BERT, 4));
                trainer.step(1, 0.01, 0.1);
                assertThat(JniUtils.isGradMode()).isEqualTo(mode);
            } finally {
                JniUtils.setGradMode(before);
            }
        }
    }

    @Test
    void steps_leaveNoArraysBehind() throws Exception {
        try (TransformerEncoder encoder = encoder(BERT_WITH_DROPOUT)) {
            int before = managed();
            try (TransformerTrainer trainer = new TransformerTrainer(encoder, new Recipe(2, 1, 42))) {
                int training = managed();
                assertThat(training).isEqualTo(before + 2 * 32); // two moments for each parameter of two layers
                for (int i = 0; i < 200; i++) {
                    loss(trainer, texts(BERT, 4, 9));
                    loss(trainer, texts(BERT, 3));
                    trainer.sumOfSquares();
                    trainer.step(1, 1e-4, 1e-6);
                    assertThat(managed()).isEqualTo(training);
                }
                trainer.forward(texts(BERT, 4)); // never gone back through
                trainer.forward(texts(BERT, 4));
            }
            assertThat(managed()).isEqualTo(before);
        }
    }

    @Test
    void recipe_refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Recipe(0, 0.1, 42))
                .withMessage("unfreezeLayers must be at least 1 but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Recipe(1, 0, 42))
                .withMessage("lrMultiplier must be positive and finite but was 0.0");
    }

    private static Recipe plain(int unfreezeLayers) {
        return new Recipe(unfreezeLayers, 1, 42);
    }

    private static float[] gradient(TransformerTrainer trainer, String name) {
        return Objects.requireNonNull(trainer.gradients.get(name)).toFloatArray();
    }

    private static float[] random(int count) {
        Random random = new Random(5);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
