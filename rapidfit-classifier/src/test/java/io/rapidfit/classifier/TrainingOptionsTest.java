package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.HeadConfig.Activation;
import io.rapidfit.classifier.LossConfig.ClassWeights;
import io.rapidfit.classifier.MultiheadConfig.TaskSampling;
import io.rapidfit.classifier.TrainingConfig.Schedule;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.model.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** That each option reaches the training; what it does there is tested where it is done. */
class TrainingOptionsTest {

    private static final MultiheadConfig QUICK = MultiheadConfig.defaults()
            .withEncoder(Encoders.ngrams().withDimension(8))
            .withTraining(TrainingConfig.defaults()
                    .withEpochs(4)
                    .withBatchSize(8)
                    .withLearningRate(0.02)
                    .withLabelNames(false));

    /** 18 texts of one label, 6 of the other; a second task for some. */
    private static Dataset uneven() {
        return Samples.fruitOrCar()
                .filter(s -> s.label().equals("fruit") || s.text().contains("broken"))
                .plus(Dataset.builder()
                        .add("colour", "a ripe apple", "red")
                        .add("colour", "a ripe lemon", "yellow")
                        .add("colour", "a ripe plum", "blue")
                        .build());
    }

    @Test
    void everyOption_changesWhatIsLearnt() {
        Map<String, UnaryOperator<MultiheadConfig>> options = new LinkedHashMap<>();
        options.put("dimension", c -> c.withEncoder(Encoders.ngrams().withDimension(9)));
        options.put("maxWords", c -> c.withEncoder(new NGramEncoder(8, 1, 2, 4, null)));
        options.put("chars", c -> c.withEncoder(new NGramEncoder(8, 2, 3, 4, null)));
        options.put("minCount", c -> c.withEncoder(new NGramEncoder(8, 2, 2, 4, 2)));
        options.put("epochs", training(t -> t.withEpochs(5)));
        options.put("learningRate", training(t -> t.withLearningRate(0.021)));
        options.put("batchSize", training(t -> t.withBatchSize(9)));
        options.put("warmUp", training(t -> t.withWarmUp(0.5)));
        options.put("schedule", training(t -> t.withSchedule(Schedule.COSINE)));
        options.put("weightDecay", training(t -> t.withWeightDecay(0.1)));
        options.put("maxGradientNorm", training(t -> t.withMaxGradientNorm(1e-3)));
        options.put("featureDropout", training(t -> t.withFeatureDropout(0.1)));
        options.put("labelNames", training(t -> t.withLabelNames(true)));
        options.put("seed", training(t -> t.withSeed(43)));
        options.put("hiddenLayers", head(h -> h.withHiddenLayers(1)));
        options.put("multiplier", head(h -> h.withHiddenLayers(1).withMultiplier(2)));
        options.put("activation", head(h -> h.withHiddenLayers(1).withActivation(Activation.TANH)));
        options.put("dropout", head(h -> h.withDropout(0.4)));
        options.put("labelSmoothing", loss(l -> l.withLabelSmoothing(0.2)));
        options.put("classWeights none", loss(l -> l.withClassWeights(ClassWeights.NONE)));
        options.put("classWeights balanced", loss(l -> l.withClassWeights(ClassWeights.BALANCED)));
        options.put("focalGamma", loss(l -> l.withFocalGamma(2)));
        options.put("taskWeights", loss(l -> l.withTaskWeight("colour", 3)));
        options.put("taskSampling equal", c -> c.withTaskSampling(TaskSampling.EQUAL));
        options.put("taskSampling sqrt", c -> c.withTaskSampling(TaskSampling.SQRT));

        Map<List<Prediction>, String> seen = new LinkedHashMap<>();
        seen.put(predictions(QUICK), "defaults");
        options.forEach((name, option) -> {
            String earlier = seen.put(predictions(option.apply(QUICK)), name);
            assertThat(earlier).as("%s predicts the same as", name).isNull();
        });
        assertThat(seen).containsKey(predictions(QUICK)); // chance is not why they differ
    }

    private static UnaryOperator<MultiheadConfig> training(UnaryOperator<TrainingConfig> change) {
        return c -> c.withTraining(change.apply(c.training()));
    }

    private static UnaryOperator<MultiheadConfig> head(UnaryOperator<HeadConfig> change) {
        return c -> c.withHead(change.apply(c.head()));
    }

    private static UnaryOperator<MultiheadConfig> loss(UnaryOperator<LossConfig> change) {
        return c -> c.withLoss(change.apply(c.loss()));
    }

    private static List<Prediction> predictions(MultiheadConfig config) {
        try (MultiheadClassifier classifier = trained(config, uneven())) {
            return classifier.predict(Samples.texts(uneven()), "thing");
        }
    }

    private static MultiheadClassifier trained(MultiheadConfig config, Dataset dataset) {
        MultiheadClassifier classifier = MultiheadClassifier.builder()
                .config(config)
                .splitter(Samples.NO_SPLIT)
                .build();
        classifier.train(dataset);
        return classifier;
    }

    @Test
    void builder_shortcutsAreTheConfigurationsOptions() {
        MultiheadConfig config = QUICK.withTraining(QUICK.training().withSeed(7))
                .withHead(HeadConfig.defaults().withDropout(0.2))
                .withLoss(LossConfig.defaults().withLabelSmoothing(0.1))
                .withTaskSampling(TaskSampling.EQUAL);
        try (MultiheadClassifier one = trained(config, uneven());
                MultiheadClassifier other = MultiheadClassifier.builder()
                        .encoder(QUICK.encoder())
                        .training(TrainingConfig.defaults().withLabelNames(false))
                        .epochs(4)
                        .batchSize(8)
                        .learningRate(0.02)
                        .seed(7)
                        .head(HeadConfig.defaults().withHiddenLayers(0))
                        .dropout(0.2)
                        .loss(LossConfig.defaults().withFocalGamma(0))
                        .labelSmoothing(0.1)
                        .evaluation(EvaluationConfig.defaults().withPatience(0))
                        .abstention(Abstention.never())
                        .taskSampling(TaskSampling.EQUAL)
                        .splitter(Samples.NO_SPLIT)
                        .build()) {
            other.train(uneven());

            assertThat(other.predict(Samples.texts(uneven()), "thing"))
                    .isEqualTo(one.predict(Samples.texts(uneven()), "thing"));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.builder().config(null))
                .withMessage("config must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.builder().training(null))
                .withMessage("training must not be null");
    }

    @Test
    void taskWeights_ofATaskThatThereIsNotAreRefusedBeforeAnyWork() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .loss(LossConfig.defaults().withTaskWeight("thing", 2).withTaskWeight("mood", 2))
                .onProgress(events::add)
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .withMessage("taskWeights names task 'mood'; the training samples have [thing]");
            assertThat(events).isEmpty();
        }
    }

    @Test
    void labelNames_teachTextsThatNoSampleHas() {
        Dataset dataset = Dataset.builder()
                .add("t", "17", "lost_card")
                .add("t", "23", "lost_card")
                .add("t", "64", "topUp")
                .add("t", "58", "topUp")
                .build();
        MultiheadConfig config =
                training(t -> t.withEpochs(30).withFeatureDropout(0)).apply(QUICK);
        try (MultiheadClassifier with =
                        trained(training(t -> t.withLabelNames(true)).apply(config), dataset);
                MultiheadClassifier without = trained(config, dataset)) {
            assertThat(with.predict("my card is lost", "t").label()).isEqualTo("lost_card");
            assertThat(with.predict("top up", "t").label()).isEqualTo("topUp");
            assertThat(with.predict("top up", "t").confidence()).isGreaterThan(0.8);
            // without them nothing is known of either text
            assertThat(without.predict("my card is lost", "t"))
                    .isEqualTo(without.predict("zzz", "t"))
                    .isEqualTo(without.predict("top up", "t"));
        }
    }

    /** Intents in two scenarios; some words say the scenario only. */
    private static Dataset scenarios() {
        String[][] intents = {{"alarm", "alarm_set"}, {"alarm", "alarm_stop"}, {"music", "music_play"}};
        String[] words = {"wake ring", "silence ring", "song tune"};
        Dataset.Builder samples = Dataset.builder();
        for (int i = 0; i < 90; i++) {
            String text = words[i % 3] + " number " + i;
            samples.add("scenario", text, intents[i % 3][0]).add("intent", text, intents[i % 3][1]);
        }
        return samples.build();
    }

    @Test
    void nested_scenariosHaveTheSumOfTheirIntents() {
        try (MultiheadClassifier classifier = trained(QUICK, scenarios())) {
            assertThat(classifier.tasks()).containsExactly("scenario", "intent");
            assertThat(classifier.labels("scenario")).containsExactly("alarm", "music");
            for (String text : List.of("wake ring", "silence", "song tune", "ring", "zzz", "wake song")) {
                Map<String, Prediction> all = classifier.predictAll(text);
                Prediction intent = prediction(all, "intent");
                Prediction scenario = prediction(all, "scenario");
                assertThat(scenario.distribution().probability("alarm"))
                        .isCloseTo(
                                intent.distribution().probability("alarm_set")
                                        + intent.distribution().probability("alarm_stop"),
                                within(1e-12));
                assertThat(scenario.distribution().probability("music"))
                        .isCloseTo(intent.distribution().probability("music_play"), within(1e-12));
                assertThat(classifier.predict(text, "scenario")).isEqualTo(scenario);
                assertThat(classifier.predict(text, "intent")).isEqualTo(intent);
                if (intent.confidence() > 0.5) { // then no other scenario can have more
                    assertThat(intent.label()).startsWith(scenario.label());
                }
            }
            assertThat(classifier.analyze(Split.TRAIN).tasks().get("scenario").accuracy())
                    .isEqualTo(1);
        }
    }

    private static Prediction prediction(Map<String, Prediction> all, String task) {
        Prediction prediction = all.get(task);
        assertThat(prediction).isNotNull();
        return prediction;
    }

    @Test
    void nested_turnedOffGivesEachTaskItsOwnHead() {
        try (MultiheadClassifier classifier =
                trained(head(h -> h.withNested(false)).apply(QUICK), scenarios())) {
            Map<String, Prediction> all = classifier.predictAll("wake song");

            assertThat(prediction(all, "scenario").distribution().probability("music"))
                    .isNotCloseTo(prediction(all, "intent").distribution().probability("music_play"), within(1e-6));
        }
    }

    @Test
    void nested_isCalibratedAndJudgedOnItsOwn() {
        try (MultiheadClassifier classifier =
                MultiheadClassifier.builder().config(QUICK).build()) {
            classifier.train(scenarios());

            for (Outcome outcome :
                    classifier.analyze(Split.VALIDATION).tasks().get("scenario").outcomes()) {
                assertThat(outcome.distribution().labels()).containsExactly("alarm", "music");
                assertThat(outcome.isCorrect()).isTrue();
            }
            Map<String, Prediction> all = classifier.predictAll("silence ring number 5");
            assertThat(prediction(all, "scenario").label()).isEqualTo("alarm");
            assertThat(prediction(all, "intent").label()).isEqualTo("alarm_stop");
        }
    }

    @Test
    void seed_decidesEverything() {
        try (MultiheadClassifier one = trained(QUICK, Samples.threeTasks());
                MultiheadClassifier same = trained(QUICK, Samples.threeTasks());
                MultiheadClassifier other = trained(training(t -> t.withSeed(1)).apply(QUICK), Samples.threeTasks())) {
            Sample sample = Samples.threeTasks().samples().get(0);

            assertThat(same.predictAll(sample.text())).isEqualTo(one.predictAll(sample.text()));
            assertThat(other.predictAll(sample.text())).isNotEqualTo(one.predictAll(sample.text()));
        }
    }
}
