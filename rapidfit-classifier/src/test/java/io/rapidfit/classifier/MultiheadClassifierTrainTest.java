package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.TrainingProgress.Stage;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.SaveFormat;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiheadClassifierTrainTest {

    @TempDir
    Path directory;

    @Test
    void train_withDefaultsLearnsThreeTasksTogether() {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            TrainingReport report = classifier.train(Samples.threeTasks());

            for (TaskAnalysis task : classifier.analyze(Split.TRAIN).tasks().values()) {
                assertThat(task.accuracy()).as(task.task()).isGreaterThan(0.97);
            }
            for (TaskAnalysis task : classifier.analyze(Split.TEST).tasks().values()) {
                assertThat(task.accuracy()).as(task.task()).isGreaterThan(0.6); // better than guessing two labels
            }
            assertThat(report.warnings()).isEmpty();
            assertThat(report.finalLoss()).isBetween(0.0, 0.5);
        }
    }

    @Test
    void train_hasDefaultsThatTheSavedModelTells() throws IOException {
        try (MultiheadClassifier classifier =
                MultiheadClassifier.builder().splitter(Samples.NO_SPLIT).build()) {
            TrainingReport report = classifier.train(Samples.fruitOrCar());
            classifier.save(directory);

            // 24 texts are one step of 32 an epoch: the floor of 600 steps would be 600 epochs, of which 200 are
            // allowed
            assertThat(report.epochs()).isEqualTo(200);
            assertThat(Files.readString(directory.resolve("manifest.json")))
                    .contains("\"chosenFor\" : \"FEW_TEXTS\"")
                    .contains("\"texts\" : 24")
                    .contains("\"textsPerLabel\" : 12")
                    .contains("\"epochs\" : 200")
                    .contains("\"batchSize\" : 32")
                    .contains("\"learningRate\" : 0.003")
                    .contains("\"featureDropout\" : 0.5")
                    .contains("\"dropout\" : 0.3")
                    .contains("\"labelSmoothing\" : 0.0")
                    .contains("\"seed\" : 42")
                    .contains("\"refit\" : false") // there are no validation samples
                    .contains("\"samples\" : 24")
                    .contains("\"dimension\" : 256");
        }
    }

    @Test
    void train_dividesByTheDefaultSplitter() {
        Dataset divided = Samples.threeTasks().split(Splitter.builder().build());
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            TrainingReport report = classifier.train(Samples.threeTasks());

            // validation samples are learnt in the end
            assertThat(report.samples())
                    .isEqualTo(divided.samples(Split.TRAIN).size()
                            + divided.samples(Split.VALIDATION).size());
            assertThat(classifier.analyze(Split.TEST).tasks().get("topic").outcomes())
                    .extracting(o -> o.sample().text())
                    .containsExactlyElementsOf(divided.only("topic").samples(Split.TEST).stream()
                            .map(s -> s.text())
                            .toList());
        }
    }

    @Test
    void train_fromADirectoryIsTrainingOnWhatItHolds() {
        DataSaver.builder().path(directory).format(SaveFormat.JSONL).build().save(Samples.fruitOrCar());
        try (MultiheadClassifier fromFiles = Samples.quick().build();
                MultiheadClassifier fromMemory = Samples.quick().build()) {
            TrainingReport one = fromFiles.train(directory);
            TrainingReport other = fromMemory.train(Samples.fruitOrCar());

            assertThat(one).isEqualTo(other);
            assertThat(fromFiles.predict("a ripe kiwi", "thing")).isEqualTo(fromMemory.predict("a ripe kiwi", "thing"));
        }
    }

    @Test
    void train_givesTheSameFileForTheSameSeedAndAnotherForAnother() throws IOException {
        byte[] one = weightsAfter(Samples.quick().epochs(3).seed(1), "one");
        byte[] same = weightsAfter(Samples.quick().epochs(3).seed(1), "same");
        byte[] other = weightsAfter(Samples.quick().epochs(3).seed(2), "other");

        assertThat(same).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    @Test
    void train_doesNotDependOnTheDefaultLocale() throws IOException {
        byte[] english = weightsAfter(Samples.quick().epochs(2), "english");
        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            assertThat(weightsAfter(Samples.quick().epochs(2), "turkish")).isEqualTo(english);
        } finally {
            Locale.setDefault(locale);
        }
    }

    private byte[] weightsAfter(MultiheadClassifier.Builder builder, String name) throws IOException {
        Path model = directory.resolve(name);
        try (MultiheadClassifier classifier = builder.build()) {
            classifier.train(Samples.threeTasks());
            classifier.save(model);
        }
        try (Stream<Path> files = Files.list(model)) {
            return Files.readAllBytes(files.filter(f -> f.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    @Test
    void tasks_comeInOrderOfFirstAppearanceAndLabelsSorted() {
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            classifier.train(Samples.threeTasks());

            assertThat(classifier.tasks()).containsExactly("topic", "urgency", "sentiment");
            assertThat(classifier.labels("topic")).containsExactly("account", "billing", "delivery");
            assertThat(classifier.labels("sentiment")).containsExactly("negative", "positive");
            assertThat(classifier.predictAll("hello").keySet()).containsExactly("topic", "urgency", "sentiment");
            assertThat(classifier)
                    .hasToString("MultiheadClassifier[topic: 3 labels, urgency: 2 labels, sentiment: 2 labels]");
        }
    }

    @Test
    void train_again_replacesEverything() {
        try (MultiheadClassifier classifier = Samples.quick().build()) {
            classifier.train(Samples.threeTasks());
            classifier.train(Samples.fruitOrCar());

            assertThat(classifier.tasks()).containsExactly("thing");
        }
    }

    @Test
    void train_learnsALabelWithOneSampleAndReportsIt() {
        Dataset dataset = Samples.fruitOrCar().plus(List.of(Sample.of("thing", "a blue sofa", "chair")));
        try (MultiheadClassifier classifier = Samples.quick().epochs(40).build()) {
            TrainingReport report = classifier.train(dataset);

            assertThat(report.warnings())
                    .containsExactly(
                            "label 'chair' of task 'thing' has one training sample: add more, or it will rarely be"
                                    + " right");
            assertThat(classifier.labels("thing")).containsExactly("car", "chair", "fruit");
            assertThat(classifier.predict("a blue sofa", "thing").label()).isEqualTo("chair");
        }
    }

    @Test
    void train_warnsOfLabelsThatOnlyOtherSplitsHave() {
        Dataset dataset = Samples.fruitOrCar()
                .withSplit(Split.TRAIN)
                .plus(List.of(
                        Sample.of("thing", "a blue sofa", "chair").withSplit(Split.TEST),
                        Sample.of("mood", "fine", "good").withSplit(Split.VALIDATION)));
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            TrainingReport report = classifier.train(dataset);

            assertThat(report.warnings())
                    .containsExactly(
                            "label 'chair' of task 'thing' has no training sample and will never be predicted",
                            "label 'good' of task 'mood' has no training sample and will never be predicted");
            assertThat(classifier.tasks()).containsExactly("thing");
            assertThat(classifier.labels("thing")).containsExactly("car", "fruit");
        }
    }

    @Test
    void train_keepsSyntheticSamplesInTrain() {
        Dataset synthetic = Dataset.of(Samples.fruitOrCar().samples().stream()
                .map(s -> Samples.synthetic("thing", s.text() + " indeed", s.label(), s))
                .toList());
        try (MultiheadClassifier classifier = Samples.quick()
                .epochs(1)
                .splitter(Splitter.builder()
                        .testFraction(0.4)
                        .validationFraction(0.4)
                        .build())
                .build()) {
            TrainingReport report = classifier.train(Samples.fruitOrCar().plus(synthetic));

            int human = 24;
            int tested = count(classifier, Split.TEST);
            assertThat(tested).isPositive();
            assertThat(count(classifier, Split.VALIDATION)).isPositive();
            assertThat(report.samples()).isEqualTo(human - tested + synthetic.size());
        }
    }

    private static int count(MultiheadClassifier classifier, Split split) {
        List<Outcome> outcomes = classifier.analyze(split).tasks().get("thing").outcomes();
        assertThat(outcomes).noneMatch(o -> o.sample().origin().isSynthetic());
        return outcomes.size();
    }

    @Test
    void onProgress_tellsStagesEpochsLossAndTimeLeft() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier classifier = Samples.quick()
                .splitter(Samples.NO_SPLIT)
                .onProgress(events::add)
                .build()) {
            TrainingReport report = classifier.train(Samples.fruitOrCar());

            TrainingProgress first = events.get(0);
            assertThat(first.stage()).isEqualTo(Stage.FEATURES);
            assertThat(first.epoch()).isZero();
            assertThat(first.epochs()).isZero(); // not chosen yet
            assertThat(first.loss()).isNaN();
            assertThat(first.validationScore()).isEmpty();
            assertThat(first.timeLeft()).isEqualTo(Duration.ZERO);

            List<TrainingProgress> epochs = events.subList(1, events.size());
            assertThat(epochs)
                    .extracting(TrainingProgress::epoch)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 15).boxed().toList());
            assertThat(epochs).allSatisfy(e -> {
                assertThat(e.stage()).isEqualTo(Stage.TRAINING);
                assertThat(e.epochs()).isEqualTo(15);
                assertThat(e.timeLeft().isNegative()).isFalse();
                assertThat(e.validationScore()).isEmpty(); // nothing is held out
            });
            TrainingProgress last = epochs.get(14);
            assertThat(last.loss()).isLessThan(epochs.get(0).loss() / 2).isEqualTo(report.finalLoss());
            assertThat(last.timeLeft()).isEqualTo(Duration.ZERO);
            assertThat(epochs.get(0).timeLeft()).isEqualTo(Duration.ZERO); // the first starts the engine: no measure
            assertThat(epochs.get(1).timeLeft()).isPositive();
        }
    }

    @Test
    void onProgress_tellsTheValidationScore() {
        List<TrainingProgress> events = Collections.synchronizedList(new ArrayList<>());
        try (MultiheadClassifier classifier =
                Samples.quick().onProgress(events::add).build()) {
            classifier.train(Samples.threeTasks());

            double meanMacroF1 = classifier.analyze(Split.VALIDATION).tasks().values().stream()
                    .mapToDouble(TaskAnalysis::macroF1)
                    .average()
                    .orElseThrow();
            List<TrainingProgress> scored =
                    events.stream().filter(e -> e.stage() == Stage.TRAINING).toList();
            assertThat(scored).hasSize(15);
            assertThat(scored.get(14).validationScore()).hasValue(meanMacroF1);
            assertThat(scored)
                    .allSatisfy(
                            e -> assertThat(e.validationScore().orElseThrow()).isBetween(0.0, 1.0));
        }
    }

    @Test
    void onProgress_countsTheEpochsOfBothTrainings() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(3).onProgress(events::add).build()) {
            TrainingReport report = classifier.train(Samples.threeTasks());

            List<TrainingProgress> epochs = events.subList(1, events.size());
            assertThat(epochs)
                    .extracting(e -> e.stage() + " " + e.epoch() + "/" + e.epochs())
                    .containsExactly(
                            "TRAINING 1/6", "TRAINING 2/6", "TRAINING 3/6", "REFIT 4/6", "REFIT 5/6", "REFIT 6/6");
            assertThat(epochs.subList(3, 6))
                    .allSatisfy(e -> assertThat(e.validationScore()).isEmpty());
            assertThat(epochs.get(4).timeLeft()).isPositive();
            assertThat(epochs.get(5).timeLeft()).isEqualTo(Duration.ZERO);
            assertThat(report.epochs()).isEqualTo(6);
            assertThat(report.finalLoss()).isEqualTo(epochs.get(5).loss());
        }
    }

    @Test
    void onProgress_isCalledOnTheTrainingThread() {
        List<Thread> threads = new ArrayList<>();
        try (MultiheadClassifier classifier = Samples.quick()
                .epochs(2)
                .onProgress(e -> threads.add(Thread.currentThread()))
                .build()) {
            classifier.train(Samples.fruitOrCar());
        }

        assertThat(threads).hasSize(5).containsOnly(Thread.currentThread());
    }

    @Test
    void train_refusesAMinCountThatLeavesNoNGram() {
        try (MultiheadClassifier classifier = Samples.quick()
                .encoder(Encoders.ngrams().withMinCount(1000))
                .splitter(Samples.NO_SPLIT)
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .withMessage("no n-gram is in 1000 texts or more: lower the encoder's minCount");
        }
    }

    @Test
    void train_learnsFromNoTextThatIsToBeMeasuredOn() {
        Dataset tested = Dataset.of(List.of(Sample.of("thing", "A  shiny zeppelin", "car")))
                .withSplit(Split.TEST);
        Sample copy = Sample.of("thing", "a shiny Zeppelin", "fruit").withOrigin(Origin.synthetic("LLMAugmenter"));
        Dataset dataset = Samples.fruitOrCar().plus(tested).plus(List.of(copy));
        try (MultiheadClassifier classifier =
                        Samples.quick().splitter(Samples.NO_SPLIT).build();
                MultiheadClassifier without =
                        Samples.quick().splitter(Samples.NO_SPLIT).build()) {
            TrainingReport report = classifier.train(dataset);
            without.train(Samples.fruitOrCar());

            assertThat(report.warnings())
                    .containsExactly("1 training samples were left out: their texts are in validation or test as well");
            assertThat(report.samples()).isEqualTo(Samples.fruitOrCar().size());
            assertThat(classifier.predict("a shiny zeppelin", "thing"))
                    .isEqualTo(without.predict("a shiny zeppelin", "thing"));
        }
    }

    @Test
    void train_keepsDjlOfflineQuietAndOnOneThread() {
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            classifier.train(Samples.fruitOrCar());
        }

        assertThat(System.getProperty("ai.djl.offline")).isEqualTo("true");
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
        assertThat(System.getProperty("ai.djl.pytorch.num_threads")).isEqualTo("1");
        assertThat(System.getProperty("ai.djl.pytorch.num_interop_threads")).isEqualTo("1");
    }

    @Test
    void train_takesHardOptions() {
        try (MultiheadClassifier classifier = Samples.quick()
                .epochs(2)
                .batchSize(65_536)
                .dropout(0.99)
                .labelSmoothing(0.99)
                .learningRate(1e-9)
                .encoder(new NGramEncoder(1, 5, 1, 8, 1))
                .build()) {
            classifier.train(Samples.fruitOrCar());

            // label smoothing of 0.99 and a tiny rate: close to guessing
            assertThat(classifier.predict("a ripe apple", "thing").confidence()).isBetween(0.5, 0.9);
        }
    }

    @Test
    void builder_refusesBadOptions() {
        MultiheadClassifier.Builder builder = MultiheadClassifier.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.epochs(0))
                .withMessage("epochs must be in [1, 100000] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.batchSize(0))
                .withMessage("batchSize must be in [1, 65536] but was 0");
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.learningRate(rate))
                    .withMessage("learningRate must be positive and finite but was " + rate);
        }
        for (double share : new double[] {-0.1, 1, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.dropout(share))
                    .withMessage("dropout must be at least 0 and less than 1 but was " + share);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.labelSmoothing(share))
                    .withMessage("labelSmoothing must be at least 0 and less than 1 but was " + share);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.encoder(null))
                .withMessage("encoder must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.splitter(null))
                .withMessage("splitter must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.onProgress(null))
                .withMessage("onProgress must not be null");
    }

    @Test
    void builder_canBuildSeveralTimesWithoutTouchingTheFirst() {
        MultiheadClassifier.Builder builder = Samples.quick().epochs(1).splitter(Samples.NO_SPLIT);
        try (MultiheadClassifier first = builder.build();
                MultiheadClassifier second = builder.epochs(2).build()) {
            assertThat(first.train(Samples.fruitOrCar()).epochs()).isEqualTo(1);
            assertThat(second.train(Samples.fruitOrCar()).epochs()).isEqualTo(2);
        }
    }
}
