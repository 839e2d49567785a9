package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.TinyEncoder;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.VectorModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import io.rapidfit.classifier.internal.torch.TunedTrainer.Input;
import io.rapidfit.classifier.internal.torch.TunedTrainer.Tuning;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With an encoder of 2 layers, without dropout, and a linear head. */
class TunedTrainerTest {

    private static final String DENSE = "encoder.layer.1.output.dense.weight";

    /** Its two layers and the embeddings. */
    private static final int EVERYTHING = 3;

    private static final Dataset MOODS = TinyEncoder.moods(13);
    private static final List<String> TEXTS =
            MOODS.samples().stream().map(Sample::text).toList();

    @TempDir
    Path directory;

    private PretrainedTextEncoder encoder;
    private Input input;
    private TrainingData data;
    private final List<Double> losses = new ArrayList<>();

    @BeforeEach
    void load() throws Exception {
        TinyEncoder.write(directory);
        Path config = directory.resolve("config.json");
        String withoutDropout = "{\"hidden_dropout_prob\":0,\"attention_probs_dropout_prob\":0,";
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", withoutDropout));
        encoder = PretrainedTextEncoderTest.load(PretrainedDirectory.read(directory), 128);
        List<float[]> vectors = encoder.encode(TEXTS);
        input = new Input(encoder, encoder, TEXTS, vectors);
        data = new TrainingData(
                FeatureBag.ofVectors(vectors),
                MOODS.samples().stream()
                        .map(sample -> List.of(sample.label().equals("glad") ? 0 : 1))
                        .toList(),
                Collections.nCopies(TEXTS.size(), 1.0),
                List.of(new TrainingData.Task("mood", List.of("glad", "sad"), List.of(1.0, 1.0))));
    }

    @AfterEach
    void close() {
        encoder.close();
    }

    /** All texts in each step, so that an epoch is one. */
    private VectorModel train(Tuning tuning, int epochs, Rate rate) throws EngineLoadException {
        TrainingRecipe recipe = new TrainingRecipe(
                TinyEncoder.DIMENSION,
                epochs,
                TEXTS.size(),
                rate,
                new Regularization(0, 0, 0, 0, 0, 0.5),
                new Layers(0, 1, Activation.RELU),
                42);
        losses.clear();
        return TunedTrainer.train(input, tuning, data, recipe, (epoch, loss, model) -> {
            losses.add(loss);
            return true;
        });
    }

    private static Tuning tuning(int freezeEpochs, int microBatchSize, int unfreezeLayers, double lrMultiplier) {
        return new Tuning(
                freezeEpochs, microBatchSize, new TransformerTrainer.Recipe(unfreezeLayers, lrMultiplier, 42));
    }

    private static Map<String, Parameter> parameters(VectorModel model) {
        return ((TunedEncoder) model.encoder()).encoder().export();
    }

    private static float[] values(Map<String, Parameter> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name)).values();
    }

    private static Layer head(VectorModel model) {
        return model.heads().get(0).layers().get(0);
    }

    /** Half of the values moved by less, half by more. */
    private static double medianMove(float[] before, float[] after) {
        return IntStream.range(0, before.length)
                .mapToDouble(i -> Math.abs((double) after[i] - before[i]))
                .sorted()
                .toArray()[before.length / 2];
    }

    @Test
    void train_movesEncoderAndHeadsByRatesOfTheirOwn() throws Exception {
        Rate rate = new Rate(0.02, 0, false);
        VectorModel before = train(tuning(0, 16, 1, 0.1), 1, new Rate(1e-30, 0, false));
        VectorModel after = train(tuning(0, 16, 1, 0.1), 1, rate);

        // Adam's first step moves a value by the rate, whatever its gradient is; the only step of a training has half
        // of
        // the highest: 0.01 for the heads, a tenth of that for the encoder
        assertThat(medianMove(head(before).weights(), head(after).weights())).isCloseTo(0.01, within(1e-4));
        assertThat(medianMove(values(parameters(before), DENSE), values(parameters(after), DENSE)))
                .isCloseTo(0.001, within(1e-5));
    }

    @Test
    void train_warmsTheEncoderUpWhenItBeginsToLearn() throws Exception {
        Rate rate = new Rate(0.02, 0.9, false);
        VectorModel model = train(tuning(2, 16, 1, 0.1), 3, rate);

        // Its first step is the third of 3, which would have 3/4 of 0.9 in the first warm-up. In its own it has 1/4 of
        // 0.9, 0.2778: of a tenth of 0.02, that is 0.000556
        float[] before = values(encoder.encoder().export(), DENSE);
        assertThat(medianMove(before, values(parameters(model), DENSE))).isCloseTo(0.000556, within(6e-6));
    }

    @Test
    void train_inPartsIsTrainingAtOnce() throws Exception {
        Rate rate = new Rate(0.002, 0, false);
        VectorModel once = train(tuning(1, 16, EVERYTHING, 1), 5, rate);
        List<Double> expectedLosses = List.copyOf(losses);
        VectorModel parts = train(tuning(1, 5, EVERYTHING, 1), 5, rate); // 4, 4 and 5 texts

        for (int epoch = 0; epoch < 5; epoch++) {
            assertThat(losses.get(epoch)).isCloseTo(expectedLosses.get(epoch), within(1e-5));
        }
        assertThat(head(parts).weights()).containsExactly(head(once).weights(), within(1e-4f));
        Map<String, Parameter> before = encoder.encoder().export();
        Map<String, Parameter> expected = parameters(once);
        parameters(parts).forEach((name, parameter) -> {
            // 4 steps of about 0.001 each; where a gradient is next to nothing its sign is left to rounding: in all of
            // the keys' biases, which softmax does not see, and here and there elsewhere
            if (!name.endsWith("key.bias") && !name.contains("embeddings")) {
                assertThat(medianMove(values(before, name), parameter.values()))
                        .as(name)
                        .isGreaterThan(1e-3);
                assertThat(medianMove(values(expected, name), parameter.values()))
                        .as(name)
                        .isLessThan(1e-6);
            }
        });
        List<float[]> vectors = parts.encode(TEXTS);
        List<float[]> expectedVectors = once.encode(TEXTS);
        for (int text = 0; text < TEXTS.size(); text++) {
            assertThat(vectors.get(text)).containsExactly(expectedVectors.get(text), within(1e-3f));
        }
    }

    @Test
    void parts_areEvenAndOfSimilarLengths() {
        List<long[]> tokens = Arrays.stream(new int[] {9, 3, 8, 3, 7, 1, 5})
                .mapToObj(long[]::new)
                .toList();
        int[] batch = {6, 5, 4, 3, 2, 1, 0};

        assertThat(TunedTrainer.parts(batch, 7, tokens)).containsExactly(batch);
        assertThat(TunedTrainer.parts(batch, 3, tokens)) // 3 are needed, of 2 or 3 texts: lengths 1 3, 3 5, 7 8 9
                .containsExactly(new int[] {5, 3}, new int[] {1, 6}, new int[] {4, 2, 0});
        assertThat(TunedTrainer.parts(batch, 1, tokens)).hasSize(7);
    }

    @Test
    void parts_ofTheLargestBatchAreTextsOneByOne() {
        int[] batch = IntStream.range(0, 65_536).toArray(); // 65,535 * 65,536 is no int

        assertThat(TunedTrainer.parts(batch, 1, Collections.nCopies(batch.length, new long[3])))
                .hasSize(65_536)
                .allMatch(part -> part.length == 1);
    }

    @Test
    void train_givesTheSameBitsAgain() throws Exception {
        Rate rate = new Rate(0.01, 0.1, true);
        Map<String, Parameter> first = parameters(train(tuning(1, 5, 2, 0.5), 4, rate));

        TransformerEncoderTest.assertSame(parameters(train(tuning(1, 5, 2, 0.5), 4, rate)), first);
    }

    @Test
    void train_ofParametersThatStayLeavesEveryBit() throws Exception {
        Map<String, Parameter> before = encoder.encoder().export();
        Map<String, Parameter> after = parameters(train(tuning(0, 5, 1, 1), 4, new Rate(0.01, 0, false)));

        after.forEach((name, parameter) -> {
            if (name.startsWith("encoder.layer.1.")) {
                assertThat(parameter.values()).as(name).isNotEqualTo(values(before, name));
            } else {
                assertThat(parameter.values()).as(name).isEqualTo(values(before, name));
            }
        });
        TransformerEncoderTest.assertSame(encoder.encoder().export(), before);
    }
}
