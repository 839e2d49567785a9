package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.TrainingProgress.Stage;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.RiskCoverage;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TrainingReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What {@link EvaluationConfig} changes. */
class EvaluationOptionsTest {

    private static final EvaluationConfig DEFAULTS = EvaluationConfig.defaults();

    /** Words that say a or b, truly in two of three texts: 120 to learn, 40 to validate, 40 to test. */
    private static Dataset noisy() {
        Random random = new Random(11);
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String label = i % 2 == 0 ? "a" : "b";
            String said = random.nextInt(3) > 0 ? label : i % 2 == 0 ? "b" : "a";
            String text = said.repeat(3) + " n" + i + " m" + random.nextInt(1000);
            samples.add(Sample.of("t", text, label)
                    .withSplit(i < 120 ? Split.TRAIN : i < 160 ? Split.VALIDATION : Split.TEST));
        }
        return Dataset.of(samples);
    }

    private static MultiheadClassifier.Builder quick(EvaluationConfig evaluation) {
        return Samples.quick().epochs(6).evaluation(evaluation);
    }

    @Test
    void refit_learnsTheValidationSamplesInTheEnd() {
        List<String> stages = new ArrayList<>();
        try (MultiheadClassifier with = quick(DEFAULTS)
                        .onProgress(e -> stages.add(e.stage().name()))
                        .build();
                MultiheadClassifier without = quick(DEFAULTS.withRefit(false)).build()) {
            TrainingReport report = with.train(noisy());
            TrainingReport once = without.train(noisy());

            assertThat(report.samples()).isEqualTo(160);
            assertThat(once.samples()).isEqualTo(120);
            assertThat(report.epochs()).isEqualTo(12);
            assertThat(once.epochs()).isEqualTo(6);
            assertThat(stages).containsOnlyOnce("FEATURES").contains("TRAINING", "REFIT");
            assertThat(with.analyze(Split.VALIDATION).tasks().get("t").outcomes())
                    .isEqualTo(
                            without.analyze(Split.VALIDATION).tasks().get("t").outcomes());
            assertThat(with.predict("aaa", "t")).isNotEqualTo(without.predict("aaa", "t"));
        }
    }

    @Test
    void refit_learnsNoTextThatIsTested() {
        Sample tested = Sample.of("t", "A shiny zeppelin", "a").withSplit(Split.TEST);
        Sample validated = Sample.of("t", "a shiny  zeppelin", "b").withSplit(Split.VALIDATION);
        try (MultiheadClassifier with = quick(DEFAULTS).build();
                MultiheadClassifier without = quick(DEFAULTS).build()) {
            TrainingReport report = with.train(noisy().plus(List.of(tested, validated)));
            without.train(noisy().plus(List.of(tested)));

            assertThat(report.samples()).isEqualTo(160);
            // the zeppelin stays as unknown as it is without the validation sample
            assertThat(with.predict("zeppelin", "t").distribution().labels()).containsExactly("a", "b");
            assertThat(with.predict("zeppelin", "t").confidence())
                    .isCloseTo(without.predict("zeppelin", "t").confidence(), within(0.05));
        }
    }

    @Test
    void refit_doesNotMindTasksThatAreOnlyLearnableWithValidationTexts() {
        // the first training has no sample of mood, for its only text is validated in another task
        Sample mood = Sample.of("mood", "aaa same text", "good").withSplit(Split.TRAIN);
        Sample same = Sample.of("t", "aaa same text", "a").withSplit(Split.VALIDATION);
        Sample chair = Sample.of("t", "aaa another text", "c").withSplit(Split.TRAIN);
        Sample another = Sample.of("t", "aaa another text", "a").withSplit(Split.VALIDATION);
        try (MultiheadClassifier classifier = quick(DEFAULTS).build()) {
            TrainingReport report = classifier.train(noisy().plus(List.of(mood, same, chair, another)));

            assertThat(classifier.tasks()).containsExactly("t");
            assertThat(classifier.labels("t")).containsExactly("a", "b");
            assertThat(report.warnings())
                    .containsExactly(
                            "2 training samples were left out: their texts are in validation or test as well",
                            "label 'c' of task 't' has no training sample and will never be predicted",
                            "label 'good' of task 'mood' has no training sample and will never be predicted");
            assertThat(report.samples()).isEqualTo(162);
        }
    }

    @Test
    void validation_judgesSamplesOfLabelsThatAreNotLearnt() {
        Sample unknown = Sample.of("t", "aaa unheard of", "c").withSplit(Split.VALIDATION);
        for (boolean refit : new boolean[] {true, false}) {
            try (MultiheadClassifier classifier =
                    quick(DEFAULTS.withRefit(refit)).build()) {
                classifier.train(noisy().plus(List.of(unknown)));

                TaskAnalysis analysis =
                        classifier.analyze(Split.VALIDATION).tasks().get("t");
                assertThat(analysis.outcomes()).hasSize(41);
                assertThat(analysis.labels()).containsExactly("a", "b", "c");
                assertThat(analysis.errors()).extracting(e -> e.trueLabel()).contains("c");
                assertThat(classifier.labels("t")).containsExactly("a", "b");
            }
        }
    }

    @Test
    void calibrate_makesConfidencesFitTheValidationSamples() {
        try (MultiheadClassifier with =
                        quick(DEFAULTS.withRefit(false)).epochs(40).build();
                MultiheadClassifier without = quick(DEFAULTS.withRefit(false).withCalibrate(false))
                        .epochs(40)
                        .build()) {
            with.train(noisy());
            without.train(noisy());
            TaskAnalysis fit = with.analyze(Split.VALIDATION).tasks().get("t");
            TaskAnalysis raw = without.analyze(Split.VALIDATION).tasks().get("t");

            assertThat(fit.accuracy()).isEqualTo(raw.accuracy()); // only confidences change
            List<Calibrator.Judged> judged = new ArrayList<>();
            for (Outcome outcome : raw.outcomes()) {
                double a = outcome.distribution().probability("a");
                judged.add(new Calibrator.Judged(
                        new double[] {a, 1 - a}, outcome.sample().label().equals("a") ? 0 : 1));
            }
            double temperature = Calibrator.temperature(judged);
            for (int i = 0; i < raw.outcomes().size(); i++) {
                double a = Math.pow(raw.outcomes().get(i).distribution().probability("a"), 1 / temperature);
                double b = Math.pow(raw.outcomes().get(i).distribution().probability("b"), 1 / temperature);
                assertThat(fit.outcomes().get(i).distribution().probability("a"))
                        .isCloseTo(a / (a + b), within(1e-6));
            }
            assertThat(confidence(raw)).isGreaterThan(raw.accuracy() + 0.05); // 40 epochs on noise are too sure
            assertThat(confidence(fit)).isLessThan(confidence(raw));
            assertThat(loss(fit)).isLessThan(loss(raw));
            // unseen texts profit too
            assertThat(loss(with.analyze(Split.TEST).tasks().get("t")))
                    .isLessThan(loss(without.analyze(Split.TEST).tasks().get("t")));
        }
    }

    private static double confidence(TaskAnalysis analysis) {
        return analysis.outcomes().stream()
                .mapToDouble(Outcome::confidence)
                .average()
                .orElseThrow();
    }

    private static double loss(TaskAnalysis analysis) {
        return analysis.outcomes().stream()
                .mapToDouble(
                        o -> -Math.log(o.distribution().probability(o.sample().label())))
                .sum();
    }

    @Test
    void patience_endsATrainingAndGoesBackToTheBest() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier patient = quick(DEFAULTS.withPatience(3))
                .epochs(60)
                .onProgress(events::add)
                .build()) {
            TrainingReport report = patient.train(noisy());

            List<TrainingProgress> first =
                    events.stream().filter(e -> e.stage() == Stage.TRAINING).toList();
            int best = 0;
            for (int i = 0; i < first.size(); i++) {
                best = score(first, i) > score(first, best) ? i : best;
            }
            assertThat(first).hasSize(best + 1 + 3).hasSizeLessThan(60); // three in a row that were no better
            TaskAnalysis validated = patient.analyze(Split.VALIDATION).tasks().get("t");
            assertThat(validated.macroF1()).isEqualTo(score(first, best));

            // as many epochs again as the best took
            List<TrainingProgress> again =
                    events.stream().filter(e -> e.stage() == Stage.REFIT).toList();
            assertThat(again).hasSize(best + 1);
            TrainingProgress last = events.get(events.size() - 1);
            assertThat(last.epoch()).isEqualTo(last.epochs()).isEqualTo(report.epochs());
            assertThat(report.epochs()).isEqualTo(first.size() + best + 1);
            assertThat(events.subList(1, events.size()))
                    .extracting(TrainingProgress::epoch)
                    .doesNotHaveDuplicates()
                    .isSorted();
        }
    }

    @Test
    void patience_withoutRefitServesTheBestEpoch() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier patient = quick(DEFAULTS.withPatience(3).withRefit(false))
                .epochs(60)
                .onProgress(events::add)
                .build()) {
            patient.train(noisy());
            double best = events.stream()
                    .skip(1)
                    .mapToDouble(e -> e.validationScore().orElseThrow())
                    .max()
                    .orElseThrow();

            for (Outcome outcome :
                    patient.analyze(Split.VALIDATION).tasks().get("t").outcomes()) {
                assertThat(patient.predict(outcome.sample().text(), "t").distribution())
                        .isEqualTo(outcome.distribution());
            }
            assertThat(patient.analyze(noisy().withSplit(Split.TEST)
                                    .filter(s -> validationTexts().contains(s.text())))
                            .tasks()
                            .get("t")
                            .macroF1())
                    .isEqualTo(best);
        }
    }

    private static List<String> validationTexts() {
        return noisy().samples(Split.VALIDATION).stream().map(Sample::text).toList();
    }

    @Test
    void patience_withoutValidationSamplesTakesAllEpochs() {
        try (MultiheadClassifier patient =
                quick(DEFAULTS.withPatience(1)).splitter(Samples.NO_SPLIT).build()) {
            assertThat(patient.train(Samples.fruitOrCar()).epochs()).isEqualTo(6);
        }
    }

    private static double score(List<TrainingProgress> epochs, int index) {
        return epochs.get(index).validationScore().orElseThrow();
    }

    @Test
    void folds_areThoseOfAnAnalysisOutOfFold() {
        try (MultiheadClassifier three =
                quick(DEFAULTS.withFolds(3)).splitter(Samples.NO_SPLIT).build()) {
            three.train(Samples.fruitOrCar());

            assertThat(three.analyze().tasks().get("thing").outcomes())
                    .isEqualTo(three.crossValidate(Samples.fruitOrCar(), 3)
                            .tasks()
                            .get("thing")
                            .outcomes())
                    .isNotEqualTo(three.crossValidate(Samples.fruitOrCar(), 5)
                            .tasks()
                            .get("thing")
                            .outcomes());
        }
    }

    @Test
    void abstention_forCoverageAnswersTheSurest() {
        try (MultiheadClassifier careful = quick(
                        DEFAULTS.withAbstention(Abstention.minCoverage(0.6)).withRefit(false))
                .build()) {
            careful.train(noisy());
            TaskAnalysis analysis = careful.analyze(Split.VALIDATION).tasks().get("t");

            assertThat(analysis.coverage()).isBetween(0.6, 0.7);
            double surestUnanswered = analysis.outcomes().stream()
                    .filter(Outcome::abstained)
                    .mapToDouble(Outcome::confidence)
                    .max()
                    .orElseThrow();
            assertThat(analysis.outcomes())
                    .filteredOn(o -> !o.abstained())
                    .allMatch(o -> o.confidence() > surestUnanswered);
            // what predicts is marked alike
            for (Outcome outcome : analysis.outcomes()) {
                Prediction prediction = careful.predict(outcome.sample().text(), "t");
                assertThat(prediction.abstained()).isEqualTo(outcome.abstained());
                assertThat(prediction.label()).isEqualTo(outcome.predicted());
            }
        }
    }

    @Test
    void abstention_forAnErrorRateKeepsItWithAsManyAnswersAsCanBe() {
        try (MultiheadClassifier careful =
                quick(DEFAULTS.withAbstention(Abstention.maxErrorRate(0.2))).build()) {
            TrainingReport report = careful.train(noisy());
            TaskAnalysis analysis = careful.analyze(Split.VALIDATION).tasks().get("t");

            assertThat(report.warnings()).isEmpty();
            assertThat(analysis.answeredErrorRate().orElseThrow()).isLessThanOrEqualTo(0.2);
            RiskCoverage.Point most = analysis.riskCoverage().points().stream()
                    .filter(p -> p.risk() <= 0.2)
                    .reduce((a, b) -> b)
                    .orElseThrow();
            assertThat(analysis.coverage()).isEqualTo(most.coverage()).isBetween(0.01, 0.99);
            assertThat(careful.analyze(Split.TEST).tasks().get("t").outcomes()).anyMatch(Outcome::abstained);
        }
    }

    @Test
    void abstention_thatCannotBeMetWarnsAndNeverAnswers() {
        // every validation sample has the other label: nothing is right, however sure
        Dataset wrong = Dataset.of(noisy().samples().stream()
                .map(s -> s.split() == Split.VALIDATION ? s.withLabel(s.text().startsWith("a") ? "b" : "a") : s)
                .toList());
        try (MultiheadClassifier careful = quick(DEFAULTS.withAbstention(Abstention.maxErrorRate(0)))
                .epochs(15)
                .build()) {
            TrainingReport report = careful.train(wrong);

            assertThat(report.warnings())
                    .containsExactly("no confidence keeps the error rate of task 't' at 0.0 or below on its validation"
                            + " samples: it will never answer");
            assertThat(careful.analyze(Split.VALIDATION).tasks().get("t").coverage())
                    .isZero();
            assertThat(careful.predict("aaa aaa aaa", "t").abstained()).isTrue();
        }
    }

    @Test
    void abstention_withoutValidationSamplesIsRefusedBeforeAnyWork() {
        List<TrainingProgress> events = new ArrayList<>();
        try (MultiheadClassifier careful = quick(DEFAULTS.withAbstention(Abstention.minCoverage(0.9)))
                .splitter(Samples.NO_SPLIT)
                .onProgress(events::add)
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> careful.train(Samples.fruitOrCar()))
                    .withMessage("abstention needs validation samples to choose a threshold on, and task 'thing' has"
                            + " none: train with a splitter whose validationFraction is above 0");
            assertThat(events).isEmpty();
        }
    }

    @Test
    void abstention_leavesAnalysesOutOfFoldAlone() {
        Splitter little = Splitter.builder()
                .testFraction(0)
                .validationFraction(0.2)
                .seed(3)
                .build();
        try (MultiheadClassifier careful = quick(DEFAULTS.withAbstention(Abstention.minCoverage(0.5)))
                .splitter(little)
                .build()) {
            careful.train(Samples.fruitOrCar());
            assertThat(careful.crossValidate(Samples.fruitOrCar(), 2).basis()).isEqualTo(Basis.OUT_OF_FOLD);
            assertThat(careful.crossValidate(Samples.fruitOrCar(), 2)
                            .tasks()
                            .get("thing")
                            .outcomes())
                    .noneMatch(Outcome::abstained);
        }
    }

    @Test
    void abstention_neverAnswersAlways() {
        try (MultiheadClassifier sure = quick(DEFAULTS).build()) {
            sure.train(noisy());

            assertThat(sure.analyze(Split.TEST).tasks().get("t").outcomes()).noneMatch(Outcome::abstained);
        }
    }

    @Test
    void outOfScope_needsTwentyValidationSamples() {
        try (MultiheadClassifier classifier = quick(DEFAULTS).build()) {
            classifier.train(noisy());
            double known = classifier.predict("aaa", "t").outOfScope().orElseThrow();
            double strange = classifier.predict("zeppelin", "t").outOfScope().orElseThrow();
            assertThat(strange).isGreaterThan(known);
            assertThat(classifier.predictAll("aaa").get("t")).isEqualTo(classifier.predict("aaa", "t"));

            int[] left = {19};
            classifier.train(noisy().filter(s -> s.split() != Split.VALIDATION || left[0]-- > 0));
            assertThat(classifier.predict("aaa", "t").outOfScope()).isEmpty();
        }
    }
}
