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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossValidationTest {

    @Test
    void crossValidate_judgesEveryTrainingSampleOnceByAModelThatLearns() {
        try (MultiheadClassifier classifier =
                Samples.quick().splitter(Samples.NO_SPLIT).build()) {
            AnalysisResult analysis = classifier.crossValidate(Samples.threeTasks(), 3);

            assertThat(analysis.basis()).isEqualTo(Basis.OUT_OF_FOLD);
            assertThat(analysis.tasks().keySet()).containsExactly("topic", "urgency", "sentiment");
            for (TaskAnalysis task : analysis.tasks().values()) {
                assertThat(task.outcomes())
                        .extracting(Outcome::sample)
                        .containsExactlyElementsOf(
                                Samples.threeTasks().withSplit(Split.TRAIN).samples(task.task()));
                assertThat(task.accuracy()).isGreaterThan(0.8); // every phrase also stands in other texts
            }
        }
    }

    @Test
    void crossValidate_leavesTestAndValidationAlone() {
        Dataset divided = Samples.threeTasks().split(Splitter.builder().build());
        try (MultiheadClassifier classifier = Samples.quick().epochs(1).build()) {
            AnalysisResult analysis = classifier.crossValidate(Samples.threeTasks(), 2);

            assertThat(analysis.tasks().get("topic").outcomes())
                    .extracting(Outcome::sample)
                    .containsExactlyElementsOf(divided.only("topic").samples(Split.TRAIN));
        }
    }

    @Test
    void crossValidate_leavesTheClassifierAsItWas() {
        try (MultiheadClassifier untrained = Samples.quick().epochs(1).build();
                MultiheadClassifier trained = Samples.fruitClassifier()) {
            untrained.crossValidate(Samples.fruitOrCar(), 2);
            assertThat(untrained.tasks()).isEmpty();

            Prediction before = trained.predict("a ripe apple", "thing");
            trained.crossValidate(Samples.threeTasks(), 2);
            assertThat(trained.tasks()).containsExactly("thing");
            assertThat(trained.predict("a ripe apple", "thing")).isEqualTo(before);
            assertThat(trained.analyze(Split.TRAIN).tasks().get("thing").outcomes())
                    .hasSize(24);
        }
    }

    @Test
    void crossValidate_isTheSameEachTime() {
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(2).splitter(Samples.NO_SPLIT).build()) {
            List<Outcome> once = outcomes(classifier.crossValidate(Samples.fruitOrCar(), 3));

            assertThat(outcomes(classifier.crossValidate(Samples.fruitOrCar(), 3)))
                    .isEqualTo(once);
        }
    }

    @Test
    void crossValidate_doesNotLearnFromWhatWasMadeOfAHeldOutText() {
        // Only a synthetic text has the same made-up word. Without it nothing is known of a held-out text, and all
        // texts
        // of a fold get the same label: of 16 texts in 4 folds half are right, for each fold has 2 of each label.
        try (MultiheadClassifier classifier = wordClassifier()) {
            assertThat(accuracy(classifier.crossValidate(madeUpWords(Kinship.NONE), 4)))
                    .isGreaterThan(0.9); // no parents are known: the words are learnt
            assertThat(accuracy(classifier.crossValidate(madeUpWords(Kinship.CHILDREN), 4)))
                    .isEqualTo(0.5);
        }
    }

    @Test
    void crossValidate_doesNotLearnFromWhatWasMadeOfWhatWasMadeOfAHeldOutText() {
        try (MultiheadClassifier classifier = wordClassifier()) {
            assertThat(accuracy(classifier.crossValidate(madeUpWords(Kinship.GRANDCHILDREN), 4)))
                    .isEqualTo(0.5);
        }
    }

    private static MultiheadClassifier wordClassifier() {
        return Samples.quick()
                .encoder(new NGramEncoder(8, 1, 1, 0, 1))
                .epochs(20)
                .splitter(Samples.NO_SPLIT)
                .build();
    }

    private enum Kinship {
        NONE,
        CHILDREN,
        GRANDCHILDREN
    }

    private static Dataset madeUpWords(Kinship kinship) {
        String[] words = {
            "bazok", "cidul", "fepam", "gonir", "hutev", "jaxop", "kiwus", "ledab", "mofig", "nurec", "pyhat", "qoziv",
            "rebuk", "sadom", "tuglin", "vosep"
        };
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            String label = i % 2 == 0 ? "a" : "b";
            Sample human = Sample.of("t", words[i], label);
            samples.add(human);
            for (int copy = 0; copy < 2; copy++) {
                String text = words[i] + " " + words[i] + " " + copy;
                Sample child = Samples.synthetic("t", text, label, human);
                samples.add(
                        switch (kinship) {
                            case NONE -> Samples.synthetic("t", text, label);
                            case CHILDREN -> child;
                            case GRANDCHILDREN -> Samples.synthetic("t", text + "!", label, child);
                        });
                if (kinship == Kinship.GRANDCHILDREN) {
                    samples.add(child);
                }
            }
        }
        return Dataset.of(samples);
    }

    @Test
    void crossValidate_ofALabelWithOneHumanTextAndItsChildrenDoesNotJudgeIt() {
        Sample parent = Sample.of("t", "a blue sofa", "chair");
        List<Sample> samples = new ArrayList<>();
        Samples.fruitOrCar().samples().stream()
                .filter(s -> s.label().equals("car"))
                .forEach(s -> samples.add(Sample.of("t", s.text(), "car")));
        samples.add(parent);
        samples.add(Samples.synthetic("t", "a red sofa", "chair", parent));
        samples.add(Samples.synthetic("t", "a green sofa", "chair", parent));
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            classifier.train(Dataset.of(samples));

            assertThat(outcomes(classifier.analyze()))
                    .hasSize(12)
                    .noneMatch(o -> o.sample().label().equals("chair"));
        }
    }

    @Test
    void crossValidate_keepsTheOnlyTextOfALabelInTraining() {
        Dataset dataset = Samples.fruitOrCar().plus(List.of(Sample.of("thing", "a blue sofa", "chair")));
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            AnalysisResult analysis = classifier.crossValidate(dataset, 2);

            assertThat(outcomes(analysis)).hasSize(24);
            assertThat(analysis.tasks().get("thing").labels()).containsExactly("car", "chair", "fruit");
        }
    }

    @Test
    void crossValidate_takesMoreFoldsThanTexts() {
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            assertThat(outcomes(classifier.crossValidate(Samples.fruitOrCar(), 1000)))
                    .hasSize(24);
        }
    }

    @Test
    void crossValidate_judgesEqualSamplesOneByOne() {
        Dataset twice = Samples.fruitOrCar().plus(Samples.fruitOrCar());
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            assertThat(outcomes(classifier.crossValidate(twice, 2))).hasSize(48);
        }
    }

    @Test
    void crossValidate_refusesWhatItCannotDo() {
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.crossValidate(Samples.fruitOrCar(), 1))
                    .withMessage("folds must be in [2, 1000] but was 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.crossValidate(Samples.fruitOrCar(), 1001))
                    .withMessage("folds must be in [2, 1000] but was 1001");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.crossValidate(Dataset.of(List.of()), 2))
                    .withMessageStartingWith("no training samples");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.crossValidate(
                            Dataset.builder().add("t", "x", "a").build(), 2))
                    .withMessageStartingWith("task 't' has training samples of one label only, 'a'");
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.crossValidate(
                            Dataset.builder()
                                    .add("t", "x", "a")
                                    .add("t", "y", "b")
                                    .build(),
                            2))
                    .withMessage("task 't' has too few training samples to be judged: a label needs two different"
                            + " texts, one to learn from and one to judge. Add some, or use analyze(dataset)");
        }
    }

    private static List<Outcome> outcomes(AnalysisResult analysis) {
        return analysis.tasks().values().iterator().next().outcomes();
    }

    private static double accuracy(AnalysisResult analysis) {
        return analysis.tasks().get("t").accuracy();
    }
}
