package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.TaskAnalysis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class RefinementLoopTest {

    @TempDir
    Path dir;

    private final ScriptedChatModel model = Writers.inventive();
    private final List<RefinementRound> told = new ArrayList<>();

    private static final Dataset DATASET = Seeds.plenty("topic", "billing", "delivery")
            .plus(List.of(
                    Sample.of("topic", "the courier left it with a neighbour", "delivery")
                            .withSplit(Split.TEST),
                    Sample.of("topic", "an item on the bill is unknown", "billing")
                            .withSplit(Split.VALIDATION)));

    /**
     * Of ten texts of each class that many of billing are taken for delivery. With n errors billing has an F1 of
     * 2(10-n) / (2(10-n) + n), delivery one of 20 / (20 + n).
     */
    private static AnalysisResult errors(int n) {
        return Analyses.of("topic")
                .outcomes(10 - n, "billing", "billing")
                .outcomes(n, "billing", "delivery")
                .outcomes(10, "delivery", "delivery")
                .validation();
    }

    private static double score(int n) {
        return (2.0 * (10 - n) / (2 * (10 - n) + n) + 20.0 / (20 + n)) / 2;
    }

    private RefinementLoop.Builder loop(FakeClassifier classifier, ChatModel model) {
        return RefinementLoop.builder()
                .classifier(classifier)
                .refiner(LLMRefiner.builder()
                        .chatModel(model)
                        .maxRefinedPerClass(3)
                        .saver(DataSaver.builder().path(dir).build())
                        .build())
                .onRound(told::add);
    }

    private Dataset saved() {
        return DataSaver.builder().path(dir).build().loadAll();
    }

    @Test
    void run_endsWhenEveryClassIsGoodEnough() {
        // two errors: F1 16/18 = 0.89 < 0.9; one: 18/19 = 0.95, and 20/21
        FakeClassifier classifier = FakeClassifier.analysing(errors(4), errors(2), errors(1));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.GOOD_ENOUGH);
        assertThat(result.rounds()).extracting(RefinementRound::number).containsExactly(0, 1, 2);
        assertThat(result.best().number()).isEqualTo(2);
        assertThat(result.rounds()).extracting(RefinementRound::score).containsExactly(score(4), score(2), score(1));
        // four errors: 12/16 and 20/24 = 0.83 are both weak; two: 16/18 and 20/22 = 0.91
        assertThat(result.rounds().get(1).refined().samples()).hasSize(6);
        assertThat(result.rounds().get(2).refined().samples()).hasSize(3);
        assertThat(result.rounds().get(0).refined()).isNull();
        assertThat(result.dataset().size()).isEqualTo(DATASET.size() + 9);
        // each round is trained once; the last is the best and need not be trained again
        assertThat(classifier.trained)
                .containsExactlyElementsOf(
                        result.rounds().stream().map(RefinementRound::dataset).toList());
        assertThat(told).isEqualTo(result.rounds());
        assertThat(saved()).isEqualTo(result.dataset());
    }

    @Test
    void run_keepsTheBestRoundNotTheLast() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(3), errors(4));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NO_IMPROVEMENT);
        assertThat(result.rounds()).hasSize(3);
        assertThat(result.best()).isSameAs(result.rounds().get(1));
        assertThat(result.dataset()).isEqualTo(result.rounds().get(1).dataset());
        // the classifier is the best round's again, and so is what is saved
        assertThat(classifier.trained).hasSize(4);
        assertThat(classifier.trained.get(3)).isEqualTo(result.dataset());
        assertThat(saved()).isEqualTo(result.dataset());
    }

    @Test
    void run_goesOnAfterAWorseRoundWhileItHasPatience() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(6), errors(3), errors(4));

        RefinementResult result = loop(classifier, model).patience(2).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.MAX_ROUNDS);
        assertThat(result.rounds()).hasSize(4);
        assertThat(result.best().number()).isEqualTo(2);
        // a worse round is built on: the best has what it wrote too
        assertThat(result.dataset().samples())
                .containsAll(result.rounds().get(1).refined().samples());
    }

    @Test
    void run_endsWhenItsPatienceDoes() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(3), errors(4), errors(4));

        RefinementResult result = loop(classifier, model).patience(2).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NO_IMPROVEMENT);
        assertThat(result.rounds()).hasSize(3);
        assertThat(result.best().number()).isZero();
        assertThat(saved()).isEqualTo(DATASET);
    }

    @Test
    void run_takesTheSameScoreForNoImprovement() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(5));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NO_IMPROVEMENT);
        assertThat(result.best().number()).isZero();
        assertThat(result.dataset()).isEqualTo(DATASET);
        assertThat(saved()).isEqualTo(DATASET);
    }

    @Test
    void run_refinesThreeTimesAtMost() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(7), errors(6), errors(5), errors(4));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.MAX_ROUNDS);
        assertThat(result.rounds()).extracting(RefinementRound::number).containsExactly(0, 1, 2, 3);
        assertThat(result.best().number()).isEqualTo(3);
    }

    @Test
    void run_thatIsGoodEnoughInTheLastRoundSaysSo() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(0));

        RefinementResult result = loop(classifier, model).maxRounds(1).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.GOOD_ENOUGH);
        assertThat(result.rounds()).hasSize(2);
    }

    @Test
    void run_withNothingToRefineSavesTheDataset() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(0));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.GOOD_ENOUGH);
        assertThat(model.requests()).isEmpty();
        assertThat(classifier.trained).containsExactly(DATASET);
        assertThat(saved()).isEqualTo(DATASET);
    }

    @Test
    void run_endsWhenNothingIsWritten() {
        ChatModel parrot = Scripts.writing(DATASET.samples().get(0).text());
        FakeClassifier classifier = FakeClassifier.analysing(errors(5));

        RefinementResult result = loop(classifier, parrot).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NOTHING_WRITTEN);
        assertThat(result.rounds()).hasSize(1);
        assertThat(classifier.trained).hasSize(1);
    }

    @Test
    void run_throwsIfTheModelDoesNotAnswerInTheFirstRound() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5));

        assertThatThrownBy(() -> loop(classifier, request -> {
                            throw Scripts.unavailable();
                        })
                        .build()
                        .run(DATASET))
                .isInstanceOf(LLMUnavailableException.class);
    }

    @Test
    void run_endsIfTheModelAnswersNoMoreInALaterRound() {
        ScriptedChatModel inventive = Writers.inventive();
        AtomicInteger described = new AtomicInteger();
        ChatModel dying = request -> {
            if (!Writers.asksForSamples(request) && described.incrementAndGet() > 1) {
                throw Scripts.unavailable();
            }
            return inventive.chat(request);
        };
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(4));

        RefinementResult result = loop(classifier, dying).build().run(DATASET);

        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.NO_ANSWER);
        assertThat(result.best().number()).isEqualTo(1);
        assertThat(classifier.trained).hasSize(2);
        assertThat(saved()).isEqualTo(result.dataset());
    }

    @Test
    void run_dividesOnceAndNeverMovesOrShowsATest() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(4), errors(3), errors(2));
        Dataset unsplit = Seeds.unsplit();

        RefinementResult result = loop(classifier, model).build().run(unsplit);

        List<Sample> tests = result.rounds().get(0).dataset().samples(Split.TEST);
        assertThat(tests).isNotEmpty();
        assertThat(result.rounds())
                .hasSize(4)
                .allSatisfy(
                        round -> assertThat(round.dataset().samples(Split.TEST)).isEqualTo(tests));
        assertThat(classifier.trained).allSatisfy(d -> assertThat(d.samples()).allMatch(s -> s.split() != null));
        for (ChatRequest request : model.requests()) {
            assertThat(tests).noneMatch(test -> Prompts.text(request).contains(test.text()));
        }
    }

    @Test
    void run_eachRoundBuildsOnTheOneBefore() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(4), errors(0));

        RefinementResult result = loop(classifier, model).build().run(DATASET);

        List<Sample> first = result.rounds().get(1).dataset().samples();
        assertThat(result.rounds().get(2).dataset().samples().subList(0, first.size()))
                .isEqualTo(first);
        // a round is a run of its own, and can be withdrawn
        String last = result.rounds().get(2).refined().runId();
        assertThat(result.dataset().withdraw(last))
                .isEqualTo(result.rounds().get(1).dataset());
    }

    @Test
    void tasks_areJudgedAndRefinedAloneButAllAreTrained() {
        Dataset two = DATASET.plus(Seeds.plenty("mood", "happy"));
        TaskAnalysis mood = Analyses.of("mood").outcomes(2, "happy", "sad").task();
        FakeClassifier classifier = FakeClassifier.analysing(
                AnalysisResult.of(Basis.VALIDATION, List.of(errors(5).tasks().get("topic"), mood)),
                AnalysisResult.of(Basis.VALIDATION, List.of(errors(0).tasks().get("topic"), mood)));

        RefinementResult result = loop(classifier, model).tasks("topic").build().run(two);

        assertThat(classifier.analysed).containsExactly("analyze[topic]", "analyze[topic]");
        assertThat(result.stop()).isEqualTo(RefinementResult.Stop.GOOD_ENOUGH);
        assertThat(result.rounds().get(0).score()).isEqualTo(score(5));
        assertThat(result.dataset().samples("mood")).isEqualTo(two.samples("mood"));
        assertThat(classifier.trained).allSatisfy(d -> assertThat(d.tasks()).containsExactly("topic", "mood"));
    }

    @Test
    void score_isTheMeanOverTasks() {
        TaskAnalysis mood = Analyses.of("mood").outcomes(2, "happy", "happy").task();
        FakeClassifier classifier = FakeClassifier.analysing(
                AnalysisResult.of(Basis.VALIDATION, List.of(errors(0).tasks().get("topic"), mood)));

        RefinementResult result = loop(classifier, model).build().run(DATASET.plus(Seeds.plenty("mood", "happy")));

        assertThat(result.best().score()).isEqualTo(1); // (1 + 1) / 2
        assertThat(classifier.analysed).containsExactly("analyze[]");
    }

    @Test
    void folds_judgesByCrossValidation() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(0));

        loop(classifier, model).folds(4).tasks("topic").build().run(DATASET);

        assertThat(classifier.analysed).containsExactly("crossValidate 4", "crossValidate 4");
    }

    @Test
    void onRound_thatThrowsEndsTheLoop() {
        IllegalStateException bug = new IllegalStateException("no more screen");
        FakeClassifier classifier = FakeClassifier.analysing(errors(5));

        assertThatThrownBy(() -> loop(classifier, model)
                        .onRound(round -> {
                            throw bug;
                        })
                        .build()
                        .run(DATASET))
                .isSameAs(bug);
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void result_displaysTheRounds() {
        FakeClassifier classifier = FakeClassifier.analysing(errors(5), errors(3), errors(4));
        StringBuilder out = new StringBuilder();

        loop(classifier, model).build().run(DATASET).display(out);

        // 5: (10/15 + 20/25) / 2 = 0.733; 3: (14/17 + 20/23) / 2 = 0.847; 4: (12/16 + 20/24) / 2 = 0.792
        assertThat(out.toString())
                .containsPattern("0 +- +18 +0\\.733")
                .containsPattern("1 +6 +24 +0\\.847 +kept")
                .containsPattern("2 +6 +30 +0\\.792")
                .contains("ended: no better than the best round, judged on validation samples");
    }

    @Test
    void builder_refusesWhatCannotBe() {
        FakeClassifier classifier = FakeClassifier.analysing();
        RefinementLoop.Builder builder = RefinementLoop.builder();

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("classifier is required: RefinementLoop.builder().classifier(...)");
        assertThatThrownBy(() -> builder.classifier(classifier).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("refiner is required: RefinementLoop.builder().refiner(...)");
        assertThatThrownBy(() -> builder.maxRounds(0)).hasMessageContaining("maxRounds must be in [1, 1000] but was 0");
        assertThatThrownBy(() -> builder.folds(1)).hasMessageContaining("folds must be in [2, 1000] but was 1");
        assertThatThrownBy(() -> builder.classifier(null)).hasMessageContaining("classifier must not be null");
        assertThatThrownBy(() -> builder.refiner(null)).hasMessageContaining("refiner must not be null");
        assertThatThrownBy(() -> builder.onRound(null)).hasMessageContaining("onRound must not be null");
    }
}
