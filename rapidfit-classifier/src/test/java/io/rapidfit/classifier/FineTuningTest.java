package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.torch.NativeMemory;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings that move the encoder itself: one of 2 layers, {@code encoder.layer.0} and {@code encoder.layer.1}. */
class FineTuningTest {

    private static final Dataset MOODS = TinyEncoder.moods(80);
    private static final List<String> TEXTS = Samples.texts(MOODS);

    /** A third of the epochs with the encoder frozen, then its upper layer at the heads' own rate. */
    private static final FineTuning UPPER = tuning(3, 1, 1);

    private static FineTuning tuning(int freezeEpochs, int unfreezeLayers, double lrMultiplier) {
        return FineTuning.defaults()
                .withFreezeEpochs(freezeEpochs)
                .withUnfreezeLayers(unfreezeLayers)
                .withLrMultiplier(lrMultiplier);
    }

    @TempDir
    Path home;

    private Path directory;
    private Path model;

    @BeforeEach
    void writeEncoder() throws Exception {
        directory = TinyEncoder.write(home.resolve("encoder"));
        model = home.resolve("model");
    }

    private MultiheadClassifier.Builder quick(FineTuning tuning) {
        return MultiheadClassifier.builder()
                .encoder(Encoders.huggingFace(directory).withFineTuning(tuning))
                .epochs(9)
                .learningRate(0.01);
    }

    private List<Prediction> save(MultiheadClassifier.Builder builder) {
        try (MultiheadClassifier classifier = builder.build()) {
            classifier.train(MOODS);
            classifier.save(model);
            return classifier.predict(TEXTS, "mood");
        }
    }

    /** Of the encoder in the saved model. */
    private Map<String, Parameter> savedParameters() throws Exception {
        return PretrainedDirectory.read(savedEncoder()).readParameters();
    }

    private Path savedEncoder() throws Exception {
        try (Stream<Path> files = Files.list(model)) {
            return files.filter(Files::isDirectory).findFirst().orElseThrow();
        }
    }

    private Map<String, Parameter> parameters() throws Exception {
        return PretrainedDirectory.read(directory).readParameters();
    }

    private static float[] values(Map<String, Parameter> parameters, String name) {
        return Objects.requireNonNull(parameters.get(name)).values();
    }

    @Test
    void train_learnsWhatAFrozenEncoderDoesNot() {
        List<Double> losses = new ArrayList<>();
        try (MultiheadClassifier frozen = quick(tuning(9, 1, 1)).build();
                MultiheadClassifier tuned = quick(tuning(0, 3, 1))
                        .onProgress(progress -> losses.add(progress.loss()))
                        .build()) {
            double frozenLoss = frozen.train(MOODS).finalLoss();
            double tunedLoss = tuned.train(MOODS).finalLoss();

            assertThat(tunedLoss).isLessThan(frozenLoss / 2);
            assertThat(tuned.analyze(MOODS).tasks().get("mood").accuracy()).isEqualTo(1);
            assertThat(tuned.crossValidate(MOODS, 2).tasks().get("mood").accuracy())
                    .isGreaterThan(0.8);
        }
    }

    @Test
    void save_holdsTheEncoderAsItHasLearnt() throws Exception {
        Map<String, Parameter> before = parameters();
        List<Prediction> expected = save(quick(UPPER));

        assertThat(parameters())
                .allSatisfy((name, parameter) -> assertThat(parameter.values()).containsExactly(values(before, name)));
        Map<String, Parameter> after = savedParameters();
        assertThat(after).containsOnlyKeys(before.keySet());
        assertThat(after).allSatisfy((name, parameter) -> {
            if (name.startsWith("encoder.layer.1.") && !name.endsWith("key.bias")) { // the softmax does not see those
                assertThat(parameter.values()).as(name).isNotEqualTo(values(before, name));
            } else if (!name.startsWith("encoder.layer.1.")) {
                assertThat(parameter.values()).as(name).containsExactly(values(before, name));
            }
        });
        Files.move(model, home.resolve("moved"));
        try (MultiheadClassifier loaded = MultiheadClassifier.load(home.resolve("moved"))) {
            assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
            loaded.save(home.resolve("again"));
        }
        try (MultiheadClassifier again = MultiheadClassifier.load(home.resolve("again"))) {
            assertThat(again.predict(TEXTS, "mood")).isEqualTo(expected);
        }
    }

    @Test
    void save_needsNoFileOfTheEncoderThatItIsMadeOf() throws Exception {
        List<Prediction> expected;
        try (MultiheadClassifier classifier = quick(UPPER).build()) {
            classifier.train(MOODS);
            expected = classifier.predict(TEXTS, "mood");
            Files.move(directory, home.resolve("away"));
            classifier.save(model);
        }
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
        }
    }

    /** On labels by chance, what such an encoder has seen would be held out in vain. */
    @Test
    void train_refusesAnEncoderThatHasLearntFromLabels() throws Exception {
        List<Prediction> expected = save(quick(UPPER));
        Path encoder = savedEncoder();
        assertThat(Files.readString(encoder.resolve("config.json")))
                .contains("\"rapidfit_fine_tuned_from\" : \"" + directory + "\"");

        try (MultiheadClassifier loaded = MultiheadClassifier.load(model);
                MultiheadClassifier onIt =
                        quick(UPPER).encoder(Encoders.huggingFace(encoder)).build()) {
            String why = "encoder " + encoder
                    + " was fine-tuned on labelled texts. On these a training, and what is measured of it, would look"
                    + " better than it is. Build a classifier with the encoder that this one was made of, " + directory
                    + ". If none of your texts was among those, take a copy of the directory and delete"
                    + " rapidfit_fine_tuned_from from its config.json";
            for (MultiheadClassifier classifier : List.of(loaded, onIt)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> classifier.train(MOODS))
                        .withMessage(why);
                assertThatIllegalStateException()
                        .isThrownBy(() -> classifier.crossValidate(MOODS, 2))
                        .withMessage(why);
            }
            assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
            assertThat(loaded.analyze(MOODS).tasks()).containsKey("mood");
            loaded.save(home.resolve("again"));
        }
        try (MultiheadClassifier again = MultiheadClassifier.load(home.resolve("again"))) {
            assertThatIllegalStateException().isThrownBy(() -> again.train(MOODS));
        }
    }

    @Test
    void train_takesOneWhoseMarkIsTakenOff() throws Exception {
        save(quick(UPPER));
        Path config = savedEncoder().resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("rapidfit_fine_tuned_from", "another_name"));

        try (MultiheadClassifier further =
                quick(UPPER).encoder(Encoders.huggingFace(savedEncoder())).build()) {
            assertThat(further.train(MOODS).samples()).isPositive();
        }
    }

    /** Those of the last look at the training texts, which is for each of the two tasks. */
    @Test
    void train_encodesNoTextTwiceAfterTheLastEpoch() throws Exception {
        Dataset.Builder twoTasks = Dataset.builder();
        MOODS.samples().forEach(s -> {
            twoTasks.add("mood", s.text(), s.label())
                    .add("length", s.text(), s.text().length() > 22 ? "long" : "short");
        });
        Dataset dataset = twoTasks.build()
                .split(Splitter.builder()
                        .testFraction(0)
                        .validationFraction(0.5)
                        .build());
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.huggingFace(directory).withFineTuning(UPPER.withFreezeEpochs(1)))
                .withTraining(TrainingConfig.defaults().withEpochs(2))
                .withEvaluation(EvaluationConfig.defaults().withRefit(false));
        NativeEncoder base = new NativeEncoder(Encoders.huggingFace(directory), progress -> {});
        base.begin();
        try {
            TextModel model = Training.run(
                            dataset, config, () -> OpenedEncoder.of(config.encoder(), base), progress -> {})
                    .saved()
                    .model();
            OpenedEncoder.discard(model);

            assertThat(model.encode(Samples.texts(dataset))).hasSameSizeAs(Samples.texts(dataset)); // from memory
            assertThatIllegalStateException().isThrownBy(() -> model.encode("the film is played"));
        } finally {
            base.end();
            base.close();
        }
    }

    @Test
    void train_againStartsFromTheFilesAndGivesTheSame() {
        try (MultiheadClassifier classifier = quick(UPPER).build()) {
            classifier.train(MOODS);
            List<Prediction> first = classifier.predict(TEXTS, "mood");
            classifier.train(MOODS);

            assertThat(classifier.predict(TEXTS, "mood")).isEqualTo(first);
        }
    }

    @Test
    void unfreezeLayers_reachesTheEmbeddingsLast() throws Exception {
        Map<String, Parameter> before = parameters();
        String words = "embeddings.word_embeddings.weight";
        String lowest = "encoder.layer.0.output.dense.weight";

        save(quick(tuning(0, 2, 1)));
        assertThat(values(savedParameters(), words)).containsExactly(values(before, words));
        assertThat(values(savedParameters(), lowest)).isNotEqualTo(values(before, lowest));

        save(quick(tuning(0, 3, 1)));
        assertThat(values(savedParameters(), words)).isNotEqualTo(values(before, words));
    }

    @Test
    void lrMultiplier_isTheEncodersOnly() throws Exception {
        String name = "encoder.layer.1.output.dense.weight";
        float[] before = values(parameters(), name);

        save(quick(tuning(0, 1, 1)));
        double whole = distance(before, values(savedParameters(), name));
        save(quick(tuning(0, 1, 1e-3)));
        double small = distance(before, values(savedParameters(), name));

        // Adam's steps are about as long as the rate, whatever the gradients are; smaller ones go astray less
        assertThat(small).isBetween(whole / 2000, whole / 100);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            assertThat(loaded.analyze(MOODS).tasks().get("mood").accuracy())
                    .isGreaterThan(0.8); // the heads have learnt
        }
    }

    private static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            squares += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(squares);
    }

    @Test
    void freezeEpochs_thatNeverEndLeaveAFrozenEncoder() throws Exception {
        List<Prediction> expected = save(quick(tuning(9, 1, 1)));
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.filter(Files::isDirectory)).isEmpty();
        }
        try (MultiheadClassifier frozen = quick(UPPER)
                .head(HeadConfig.defaults().withHiddenLayers(0).withDropout(0.1))
                .training(TrainingConfig.defaults()
                        .withEpochs(9)
                        .withLearningRate(0.01)
                        .withBatchSize(16)
                        .withWarmUp(0.1)
                        .withWeightDecay(0.01)
                        .withMaxGradientNorm(1))
                .encoder(Encoders.huggingFace(directory))
                .build()) {
            frozen.train(MOODS);
            assertThat(frozen.predict(TEXTS, "mood")).isEqualTo(expected); // what else fine-tuning chooses is the same
        }
    }

    @Test
    void freezeEpochs_thatNeverEndAreWarnedOf() {
        try (MultiheadClassifier never = quick(tuning(9, 1, 1)).build();
                MultiheadClassifier once = quick(tuning(8, 1, 1)).build()) {
            assertThat(never.train(MOODS).warnings())
                    .contains("the encoder has not learnt: all 9 epochs are among its 9 freezeEpochs. Raise epochs");
            assertThat(once.train(MOODS).warnings()).noneMatch(warning -> warning.contains("encoder"));
        }
    }

    @Test
    void patience_thatGoesBackToAFrozenEpochIsWarnedOf() {
        for (int freezeEpochs : List.of(0, 2)) {
            try (MultiheadClassifier classifier = quick(tuning(freezeEpochs, 1, 1))
                    .learningRate(1e-12) // so that the first epoch stays the best
                    .evaluation(EvaluationConfig.defaults().withPatience(2).withRefit(false))
                    .build()) {
                assertThat(classifier
                                .train(MOODS)
                                .warnings()
                                .toString()
                                .contains("the encoder has not learnt: epoch 1 was"
                                        + " the best, and the first 2 are freezeEpochs. Lower learningRate or lrMultiplier, or"
                                        + " freezeEpochs"))
                        .isEqualTo(freezeEpochs == 2);
            }
        }
    }

    @Test
    void patience_beginsAfterTheFrozenEpochs() {
        List<Integer> epochs = new ArrayList<>();
        try (MultiheadClassifier classifier = quick(tuning(5, 1, 1))
                .learningRate(1e-12) // so that the first epoch stays the best
                .evaluation(EvaluationConfig.defaults().withPatience(2).withRefit(false))
                .onProgress(progress -> epochs.add(progress.epoch()))
                .build()) {
            classifier.train(MOODS);
        }
        assertThat(epochs).last().isEqualTo(7); // of 9: two after the fifth
    }

    @Test
    void microBatchSize_hardlyChangesTheModel() {
        double whole = lossWith(FineTuning.defaults());
        double parts = lossWith(FineTuning.defaults().withMicroBatchSize(3));

        assertThat(parts).isNotEqualTo(whole).isCloseTo(whole, within(0.2)); // dropout leaves out other values
    }

    private double lossWith(FineTuning tuning) {
        try (MultiheadClassifier classifier = quick(tuning).build()) {
            return classifier.train(MOODS).finalLoss();
        }
    }

    /** With steps so large that the encoder gets worse again, whenever it begins to learn. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void patience_bringsBackTheBestEpoch(int freezeEpochs) throws Exception {
        int before = NativeMemory.arrays();
        List<Double> scores = new ArrayList<>();
        MultiheadClassifier.Builder builder = quick(tuning(freezeEpochs, 3, 30))
                .evaluation(EvaluationConfig.defaults().withPatience(20).withRefit(false))
                .epochs(12)
                .onProgress(progress -> progress.validationScore().ifPresent(scores::add));
        try (MultiheadClassifier classifier = builder.build()) {
            classifier.train(MOODS);
            TaskAnalysis validation =
                    classifier.analyze(Split.VALIDATION).tasks().get("mood");
            double best = scores.stream().mapToDouble(s -> s).max().orElseThrow();

            assertThat(scores).hasSize(12);
            assertThat(scores.get(11)).isLessThan(best);
            assertThat(validation.macroF1()).isCloseTo(best, within(1e-12));
            List<Prediction> expected = classifier.predict(TEXTS, "mood");
            classifier.save(model);
            try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
                assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
            }
        }
        assertThat(NativeMemory.arrays()).isEqualTo(before);
    }

    @Test
    void train_letsOthersPredictMeanwhile() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (MultiheadClassifier classifier = quick(UPPER).build()) {
            classifier.train(MOODS);
            List<Prediction> first = classifier.predict(TEXTS, "mood");
            Set<List<Prediction>> seen = ConcurrentHashMap.newKeySet();
            Future<?> predicting = thread.submit(() -> {
                while (true) {
                    seen.add(classifier.predict(TEXTS, "mood"));
                }
            });
            classifier.train(TinyEncoder.moods(40));
            List<Prediction> second = classifier.predict(TEXTS, "mood");
            classifier.close();

            assertThatThrownBy(() -> predicting.get(60, TimeUnit.SECONDS))
                    .hasRootCauseMessage("this classifier is closed");
            assertThat(first).isNotEqualTo(second);
            assertThat(seen).contains(first).isSubsetOf(List.of(first, second));
        } finally {
            thread.shutdownNow();
        }
    }

    @Test
    void train_leavesNothingButTheModel() throws Exception {
        try (MultiheadClassifier classifier = quick(UPPER).build()) {
            classifier.train(MOODS); // twice, with the refit
            int arrays = NativeMemory.arrays();
            classifier.crossValidate(MOODS, 2);
            classifier.analyze(MOODS);
            assertThat(NativeMemory.arrays()).isEqualTo(arrays);

            // an iterator that was begun keeps the model that another training replaces, and nobody else does
            Iterator<Prediction> begun =
                    classifier.predict(List.of("the film", "is good").iterator(), "mood");
            Prediction first = classifier.predict("the film", "mood");
            classifier.train(TinyEncoder.moods(40));
            System.gc();
            assertThat(begun.next()).isEqualTo(first);
            begun = null;
            for (int i = 0; i < 200 && NativeMemory.arrays() > arrays; i++) {
                System.gc();
                Thread.onSpinWait();
            }
            assertThat(NativeMemory.arrays()).isEqualTo(arrays);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void train_thatIsBrokenOffLeavesTheModelAsItWas(boolean interrupted) throws Exception {
        AtomicBoolean breaks = new AtomicBoolean();
        try (MultiheadClassifier classifier = quick(UPPER)
                .onProgress(progress -> {
                    if (progress.epoch() == 5 && breaks.get()) { // when the encoder learns
                        if (!interrupted) {
                            throw new IllegalStateException("enough");
                        }
                        Thread.currentThread().interrupt();
                    }
                })
                .build()) {
            classifier.train(MOODS);
            List<Prediction> expected = classifier.predict(TEXTS, "mood");
            int before = NativeMemory.arrays();
            breaks.set(true);

            assertThatThrownBy(() -> classifier.train(TinyEncoder.moods(40)))
                    .isInstanceOf(interrupted ? CancellationException.class : IllegalStateException.class)
                    .hasMessage(interrupted ? "training was interrupted in epoch 6" : "enough");
            assertThat(Thread.interrupted()).isEqualTo(interrupted);
            assertThat(NativeMemory.arrays()).isEqualTo(before);
            assertThat(classifier.predict(TEXTS, "mood")).isEqualTo(expected);
            classifier.save(model);
        }
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            assertThat(loaded.predict(List.of("the film is good"), "mood")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9}) // 9: the encoder is saved as it was
    void savedWhole_needsNothingElse(int freezeEpochs) throws Exception {
        List<Prediction> expected = save(quick(UPPER)
                .encoder(Encoders.huggingFace(directory)
                        .withSavedWhole(true)
                        .withFineTuning(UPPER.withFreezeEpochs(freezeEpochs))));
        Files.move(directory, home.resolve("away"));

        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
        }
    }

    @Test
    void defaults_areThoseOfTheKnownToolkit() {
        assertThat(FineTuning.defaults()).isEqualTo(new FineTuning(3, 4, 0.1, 16));
        assertThat(Encoders.huggingFace(directory).fineTuning()).isNull();
    }

    @Test
    void fineTuning_refusesWhatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineTuning.defaults().withFreezeEpochs(-1))
                .withMessageStartingWith("freezeEpochs must be in [0, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineTuning.defaults().withUnfreezeLayers(0))
                .withMessageStartingWith("unfreezeLayers must be in [1, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineTuning.defaults().withLrMultiplier(0))
                .withMessageStartingWith("lrMultiplier must be ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineTuning.defaults().withMicroBatchSize(0))
                .withMessageStartingWith("microBatchSize must be in [1, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace(directory).withFineTuning(null))
                .withMessageStartingWith("fineTuning");
    }

    @Test
    void config_mayLeaveOutAnyPart() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.huggingFace("org/model")
                        .withFineTuning(
                                FineTuning.defaults().withFreezeEpochs(1).withMicroBatchSize(4)));

        assertThat(MultiheadConfig.fromJson(config.toJson())).isEqualTo(config);
        assertThat(MultiheadConfig.fromJson("""
                        {"encoder": {"type": "huggingFace", "name": "org/model", "fineTuning": {"freezeEpochs": 1, "microBatchSize": 4}}}""")).isEqualTo(config);
    }
}
