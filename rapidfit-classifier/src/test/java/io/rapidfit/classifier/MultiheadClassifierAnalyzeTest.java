package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiheadClassifierAnalyzeTest {

    private static MultiheadClassifier classifier;

    @BeforeAll
    static void train() {
        classifier = Samples.quick().build();
        classifier.train(Samples.threeTasks());
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void analyze_looksAtTheValidationSplitWhenItHasEveryLabel() {
        AnalysisResult analysis = classifier.analyze();

        assertThat(analysis.basis()).isEqualTo(Basis.VALIDATION);
        assertThat(analysis.tasks().keySet()).containsExactly("topic", "urgency", "sentiment");
        assertThat(outcomes(analysis, "topic")).allMatch(o -> o.sample().split() == Split.VALIDATION);
    }

    @Test
    void analyze_givesThePredictionsOfTheModel() {
        try (MultiheadClassifier onlyTraining = Samples.quick()
                .evaluation(EvaluationConfig.defaults().withRefit(false))
                .build()) {
            onlyTraining.train(Samples.threeTasks());
            for (Split split : Split.values()) {
                assertGivesThePredictions(onlyTraining, split);
            }
        }
        assertGivesThePredictions(classifier, Split.TRAIN);
        assertGivesThePredictions(classifier, Split.TEST);
    }

    private static void assertGivesThePredictions(MultiheadClassifier model, Split split) {
        AnalysisResult analysis = model.analyze(split);
        assertThat(analysis.basis()).isEqualTo(Basis.of(split));
        for (TaskAnalysis task : analysis.tasks().values()) {
            assertThat(task.labels()).isEqualTo(model.labels(task.task()));
            for (Outcome outcome : task.outcomes()) {
                assertThat(new Prediction(outcome.distribution(), outcome.abstained(), OptionalDouble.empty()))
                        .isEqualTo(model.predict(outcome.sample().text(), task.task()));
            }
        }
    }

    @Test
    void analyze_ofTheValidationSplitIsThatOfAModelWhichDidNotLearnIt() {
        AnalysisResult learnt = classifier.analyze(Split.VALIDATION);
        try (MultiheadClassifier onlyTraining = Samples.quick()
                .evaluation(EvaluationConfig.defaults().withRefit(false))
                .build()) {
            onlyTraining.train(Samples.threeTasks());

            AnalysisResult unseen = onlyTraining.analyze(Split.VALIDATION);
            for (String task : classifier.tasks()) {
                assertThat(outcomes(learnt, task)).isEqualTo(outcomes(unseen, task));
                assertThat(outcomes(learnt, task))
                        .anySatisfy(o -> assertThat(o.distribution())
                                .isNotEqualTo(classifier
                                        .predict(o.sample().text(), task)
                                        .distribution()));
            }
        }
    }

    @Test
    void analyze_canBeRestrictedToTasks() {
        assertThat(classifier.analyze("sentiment", "topic").tasks().keySet()).containsExactly("sentiment", "topic");
        assertThat(classifier.analyze(Split.TEST, "urgency").tasks().keySet()).containsExactly("urgency");
    }

    @Test
    void analyze_ofADatasetUsesAllOfIt() {
        Dataset dataset = Dataset.builder()
                .add(Sample.of("sentiment", "I am very angry", "negative").withSplit(Split.TEST))
                .add(Sample.of("sentiment", "thanks, you are great", "positive"))
                .add(Sample.of("sentiment", "whatever", "neutral")) // a label that the model does not have
                .build();

        AnalysisResult analysis = classifier.analyze(dataset);

        assertThat(analysis.basis()).isEqualTo(Basis.GIVEN);
        TaskAnalysis task = analysis.tasks().get("sentiment");
        // the first two are easy, the third cannot be right
        assertThat(task.accuracy()).isEqualTo(2.0 / 3);
        assertThat(task.labels()).containsExactly("negative", "positive", "neutral");
        assertThat(task.errors())
                .singleElement()
                .satisfies(e -> assertThat(e.trueLabel()).isEqualTo("neutral"));
    }

    @Test
    void analyze_ofADatasetRefusesWhatItCannotJudge() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze(
                        Dataset.builder().add("mood", "fine", "good").build()))
                .withMessage("no task 'mood'; this classifier has [topic, urgency, sentiment]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze(Dataset.of(List.of())))
                .withMessage("no data to analyse: the dataset has no samples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze(
                        Dataset.builder().add("topic", " ", "billing").build()))
                .withMessageStartingWith(
                        "1 samples have an empty text, the first in task 'topic' with label 'billing'");
    }

    @Test
    void analyze_refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze((Dataset) null))
                .withMessage("dataset must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze((Split) null))
                .withMessage("split must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.crossValidate(null, 2))
                .withMessage("dataset must not be null");
    }

    @Test
    void analyze_ofAnEmptySplitNamesWhatToAdd() {
        try (MultiheadClassifier all = Samples.fruitClassifier()) {
            for (Split split : List.of(Split.TEST, Split.VALIDATION)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> all.analyze(split))
                        .withMessage("task 'thing' has no " + split + " samples. Train with a splitter whose fraction"
                                + " for them is above 0 and at least 3 different texts a label, add samples with"
                                + " withSplit(Split." + split + "), or use analyze(dataset) with labelled data of your"
                                + " own");
            }
        }
    }

    @Test
    void analyze_afterLoadTellsToBringData(@TempDir Path directory) {
        classifier.save(directory);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            String message =
                    "a loaded model has no data to analyse: use analyze(dataset) with labelled data of your own";
            assertThatIllegalStateException().isThrownBy(loaded::analyze).withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loaded.analyze(Split.TEST))
                    .withMessage(message);
            assertThat(loaded.analyze(Samples.threeTasks()).tasks()).hasSize(3);
        }
    }

    @Test
    void analyze_withoutValidationSamplesJudgesTrainingSamplesOutOfFold() {
        try (MultiheadClassifier all =
                Samples.quick().epochs(3).splitter(Samples.NO_SPLIT).build()) {
            all.train(Samples.fruitOrCar());
            Prediction before = all.predict("a ripe apple", "thing");

            AnalysisResult analysis = all.analyze();

            assertThat(analysis.basis()).isEqualTo(Basis.OUT_OF_FOLD);
            assertThat(outcomes(analysis, "thing"))
                    .extracting(Outcome::sample)
                    .containsExactlyElementsOf(
                            Samples.fruitOrCar().withSplit(Split.TRAIN).samples());
            assertThat(all.predict("a ripe apple", "thing")).isEqualTo(before);
        }
    }

    @Test
    void analyze_whoseValidationLacksALabelIsOutOfFold() {
        Dataset dataset = Samples.fruitOrCar()
                .withSplit(Split.TRAIN)
                .plus(List.of(Sample.of("thing", "an orange", "fruit").withSplit(Split.VALIDATION)));
        try (MultiheadClassifier partly = Samples.quick().epochs(1).build()) {
            partly.train(dataset);

            AnalysisResult analysis = partly.analyze();

            assertThat(analysis.basis()).isEqualTo(Basis.OUT_OF_FOLD);
            assertThat(outcomes(analysis, "thing")).hasSize(24);
            assertThat(partly.analyze(Split.VALIDATION).basis()).isEqualTo(Basis.VALIDATION);
        }
    }

    @Test
    void analyze_outOfFoldCanBeRestrictedToTasks() {
        try (MultiheadClassifier all =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            all.train(Samples.threeTasks());

            assertThat(all.analyze("urgency").tasks().keySet()).containsExactly("urgency");
        }
    }

    @Test
    void analyze_ofATaskThatCanBeJudgedDoesNotMindOneThatCannot() {
        Dataset dataset = Samples.fruitOrCar()
                .plus(List.of(Sample.of("mood", "fine", "good"), Sample.of("mood", "awful", "bad")));
        try (MultiheadClassifier all =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            all.train(dataset);

            assertThat(all.analyze("thing").tasks().keySet()).containsExactly("thing");
        }
    }

    @Test
    void analyze_takesTheSplitterOfTheBuilder() {
        try (MultiheadClassifier half = Samples.quick()
                .epochs(1)
                .splitter(Splitter.builder()
                        .testFraction(0.5)
                        .validationFraction(0)
                        .seed(7)
                        .build())
                .build()) {
            half.train(Samples.fruitOrCar());

            Dataset expected = Samples.fruitOrCar()
                    .split(Splitter.builder()
                            .testFraction(0.5)
                            .validationFraction(0)
                            .seed(7)
                            .build());
            assertThat(outcomes(half.analyze(Split.TEST), "thing"))
                    .extracting(Outcome::sample)
                    .containsExactlyElementsOf(expected.samples(Split.TEST));
        }
    }

    private static List<Outcome> outcomes(AnalysisResult analysis, String task) {
        return analysis.tasks().get(task).outcomes();
    }

    @Test
    void analyze_takesWhatValidationThereIsWhereOutOfFoldIsImpossible() {
        // each label of three texts has one in validation and one left for training, which cannot be held out;
        // the label of one text has none in validation
        Dataset dataset = Dataset.builder()
                .add("thing", "red apple", "fruit")
                .add("thing", "green pear", "fruit")
                .add("thing", "yellow banana", "fruit")
                .add("thing", "fast engine", "car")
                .add("thing", "four wheels", "car")
                .add("thing", "steering wheel", "car")
                .add("thing", "wooden chair", "chair")
                .build();
        try (MultiheadClassifier classifier = Samples.quick().build()) {
            classifier.train(dataset);

            AnalysisResult result = classifier.analyze();

            assertThat(result.basis()).isEqualTo(Basis.VALIDATION);
            assertThat(result.tasks().get("thing").outcomes()).hasSize(2);
        }
    }
}
