package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class LLMRefinerTest {

    @TempDir
    Path dir;

    private final ScriptedChatModel model = Writers.inventive();

    private static final Dataset DATASET = Seeds.plenty("topic", "billing", "delivery", "refund")
            .plus(Seeds.plenty("mood", "happy"))
            .plus(List.of(
                    Sample.of("topic", "the money never came back to me", "refund")
                            .withSplit(Split.TEST),
                    Sample.of("topic", "an item on the bill is unknown", "billing")
                            .withSplit(Split.VALIDATION)));

    /** billing is taken for delivery three times and for refund once, refund for billing once; delivery is not in it. */
    private static Analyses confused() {
        return Analyses.of("topic")
                .outcomes(3, "billing", "delivery")
                .outcomes(1, "billing", "refund")
                .outcomes(1, "refund", "billing")
                .outcomes(6, "refund", "refund");
    }

    private LLMRefiner.Builder refiner() {
        return LLMRefiner.builder().chatModel(model).maxRefinedPerClass(4).concurrency(1);
    }

    @Test
    void refine_keepsTheDatasetAndAddsForEachWeakClass() {
        GenerationResult result = refiner().build().refine(confused().validation(), DATASET);

        // billing has no hit at all; refund has 6, 1 error and 1 false alarm: 2*6 / (2*6 + 2) = 0.857 < 0.9
        // delivery is predicted, but no analysed sample has it
        assertThat(result.dataset().samples().subList(0, DATASET.size())).isEqualTo(DATASET.samples());
        assertThat(result.samples())
                .extracting(Sample::label)
                .containsExactly("billing", "billing", "billing", "billing", "refund", "refund", "refund", "refund");
        assertThat(result.samples()).allSatisfy(s -> {
            assertThat(s.task()).isEqualTo("topic");
            assertThat(s.split()).isEqualTo(Split.TRAIN);
            assertThat(s.origin().generator()).isEqualTo("LLMRefiner");
            assertThat(s.origin().model()).isEqualTo("custom");
            assertThat(s.origin().promptHash()).matches("[0-9a-f]{16}");
            assertThat(s.origin().runId()).isEqualTo(result.runId());
        });
    }

    @Test
    void refine_namesExamplesAndErrorsAsParents() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcome("the error of billing", "billing", "delivery")
                .validation();

        GenerationResult result = refiner().maxRefinedPerClass(1).build().refine(analysis, DATASET);

        String error = Sample.of("topic", "the error of billing", "billing").id();
        String shown =
                Prompts.examples(Scripts.forSamples(model.requests()).get(0)).get(0);
        assertThat(result.samples().get(0).origin().parents())
                .containsExactly(Sample.of("topic", shown, "billing").id(), error);
    }

    @Test
    void refine_tellsTheModelWhatIsConfused() {
        refiner().build().refine(confused().validation(), DATASET);

        JsonNode classes = Prompts.classes(model.requests().get(0));
        assertThat(classes).hasSize(2);
        JsonNode billing = classes.path(0);
        assertThat(billing.path("label").asText()).isEqualTo("billing");
        assertThat(billing.path("f1").asDouble()).isZero();
        assertThat(billing.path("support").asInt()).isEqualTo(4);
        assertThat(billing.path("taken_for"))
                .hasToString("[{\"label\":\"delivery\",\"times\":3},{\"label\":\"refund\",\"times\":1}]");
        assertThat(billing.path("wrongly_given_to")).hasToString("[{\"label\":\"refund\",\"times\":1}]");
        assertThat(billing.path("errors"))
                .hasSize(4)
                .allSatisfy(e -> assertThat(e.path("text").asText())
                        .startsWith("billing taken for " + e.path("given").asText()));
        assertThat(billing.path("examples")).hasSize(5);
        assertThat(classes.path(1).path("f1").asDouble()).isCloseTo(0.86, within(1e-9));
    }

    @Test
    void refine_showsContrastsOfTheLabelsThatItIsConfusedWithMost() {
        refiner().build().refine(confused().validation(), DATASET);

        ChatRequest forBilling = Scripts.forSamples(model.requests()).get(0);
        assertThat(Prompts.label(forBilling)).isEqualTo("billing");
        // delivery three times, refund twice in both directions together: two texts of each
        assertThat(Prompts.below(forBilling, "Texts of the labels that it is confused with"))
                .extracting(c -> c.path("label").asText())
                .containsExactly("delivery", "delivery", "refund", "refund");
        assertThat(Prompts.below(forBilling, "Texts of this label that the classifier gave another"))
                .hasSize(1);
        assertThat(Prompts.examples(forBilling)).hasSize(1);
    }

    @Test
    void refine_restrictedToATaskLeavesTheOthersAsTheyAre() {
        TaskAnalysis topic = confused().task();
        TaskAnalysis mood = Analyses.of("mood").outcomes(2, "happy", "sad").task();
        AnalysisResult both = AnalysisResult.of(Basis.VALIDATION, List.of(topic, mood));

        GenerationResult all = refiner().build().refine(both, DATASET);
        GenerationResult one = refiner().build().refine(both.only("topic"), DATASET);

        assertThat(all.samples()).extracting(Sample::task).contains("topic", "mood");
        assertThat(one.samples()).extracting(Sample::task).containsOnly("topic");
        assertThat(one.dataset().samples("mood")).isEqualTo(DATASET.samples("mood"));
    }

    @Test
    void refine_withNothingWeakAsksNobody() {
        DataSaver saver = DataSaver.builder().path(dir).build();

        GenerationResult result = refiner()
                .saver(saver)
                .build()
                .refine(Analyses.of("topic").outcomes(3, "billing", "billing").validation("refund"), DATASET);

        assertThat(model.requests()).isEmpty();
        assertThat(result.dataset()).isEqualTo(DATASET);
        assertThat(result.samples()).isEmpty();
        assertThat(result.shortfalls()).isEmpty();
        assertThat(result.usage().calls()).isZero();
        assertThat(saver.loadAll().samples("topic")).isEqualTo(DATASET.samples("topic"));
    }

    @Test
    void minF1Threshold_isNotReachedByLess() {
        // one hit of two, and one false alarm of the other: F1 of billing is 2*1 / (2*1 + 1) = 2/3
        AnalysisResult analysis = Analyses.of("topic")
                .outcomes(1, "billing", "billing")
                .outcomes(1, "billing", "delivery")
                .validation();

        assertThat(refiner().minF1Threshold(2.0 / 3).build().weakClasses(analysis))
                .isEmpty();
        assertThat(refiner().minF1Threshold(0.67).build().weakClasses(analysis))
                .isEqualTo(Map.of("topic", List.of("billing")));
    }

    @Test
    void includeZeroSupport_writesForClassesThatNoAnalysedSampleHas() {
        AnalysisResult analysis =
                Analyses.of("topic").outcomes(3, "billing", "billing").validation("billing", "refund");

        assertThat(refiner().build().weakClasses(analysis)).isEmpty();
        GenerationResult result = refiner().includeZeroSupport(true).build().refine(analysis, DATASET);

        assertThat(result.samples()).hasSize(4).allMatch(s -> s.label().equals("refund"));
        assertThat(Prompts.classes(model.requests().get(0)).path(0).path("errors"))
                .isEmpty();
    }

    @Test
    void refine_refusesATaskThatIsNotInTheDataset() {
        AnalysisResult analysis =
                Analyses.of("weather").outcomes(1, "rain", "sun").validation();

        assertThatThrownBy(() -> refiner().build().refine(analysis, DATASET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no task 'weather' in this dataset; it has [topic, mood]");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void refine_refusesTestErrorsUnlessTheyAreAllowed() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcome("the money never came back to me", "refund", "billing")
                .basis(Basis.TEST);

        assertThatThrownBy(() -> refiner().build().refine(analysis, DATASET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("test split")
                .hasMessageContaining("classifier.analyze()")
                .hasMessageContaining("allowTestErrors(true)");
        assertThat(model.requests()).isEmpty();

        GenerationResult result = refiner().allowTestErrors(true).build().refine(analysis, DATASET);

        assertThat(result.samples()).hasSize(4);
        assertThat(Prompts.text(model.requests().get(0))).contains("the money never came back to me");
    }

    @ParameterizedTest
    @EnumSource(
            value = Basis.class,
            names = {"TEST"},
            mode = EnumSource.Mode.EXCLUDE)
    void refine_neverShowsATextOfTheTestSplit(Basis basis) {
        // a caller may analyse what it likes
        AnalysisResult analysis = Analyses.of("topic")
                .outcome("The MONEY never came back to me", "refund", "billing")
                .outcome("another error that may be shown", "refund", "billing")
                .basis(basis);

        refiner().build().refine(analysis, DATASET);

        assertThat(model.requests()).hasSize(2).allSatisfy(r -> {
            assertThat(Prompts.text(r).toLowerCase(Locale.ROOT)).doesNotContain("the money never came back to me");
            assertThat(Prompts.text(r)).contains("another error that may be shown");
        });
        // what is counted says nothing of a text
        assertThat(Prompts.classes(model.requests().get(0))
                        .path(0)
                        .path("support")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void refine_doesNotKeepTheAnalysedTextsOfACaller() {
        // the classifier would be judged on what it learnt
        AnalysisResult given = Analyses.of("topic")
                .outcome("a sample that only the caller has", "billing", "refund")
                .outcome("another one of those of the caller", "refund", "refund")
                .basis(Basis.GIVEN);
        ScriptedChatModel parrot = Scripts.writing(
                "a sample that only the caller has", "Another one of those of the caller!", "a text of its own making");

        GenerationResult result = LLMRefiner.builder()
                .chatModel(parrot)
                .maxRefinedPerClass(3)
                .maxCallsPerClass(1)
                .build()
                .refine(given, DATASET);

        assertThat(result.samples()).extracting(Sample::text).containsExactly("a text of its own making");
        // both classes are weak and get the same three texts
        assertThat(result.rejections()).isEqualTo(Map.of(Rejection.HELD_OUT, 4, Rejection.DUPLICATE, 1));
    }

    @Test
    void refine_doesNotKeepValidationErrorsThatItSaw() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcome("an item on the bill is unknown", "billing", "delivery")
                .validation();
        ScriptedChatModel parrot = Scripts.writing("an item on the bill is unknown", "An item on the bill is unknown?");

        GenerationResult result = LLMRefiner.builder()
                .chatModel(parrot)
                .maxRefinedPerClass(2)
                .maxCallsPerClass(1)
                .build()
                .refine(analysis, DATASET);

        assertThat(Prompts.text(parrot.requests().get(0))).contains("an item on the bill is unknown");
        assertThat(result.samples()).isEmpty();
        assertThat(result.rejections()).isEqualTo(Map.of(Rejection.HELD_OUT, 2));
    }

    @Test
    void refine_splitsWhatHasNoSplitAndSavesIt() {
        DataSaver saver = DataSaver.builder().path(dir).build();
        Dataset unsplit = Seeds.unsplit();

        GenerationResult result = refiner()
                .saver(saver)
                .build()
                .refine(Analyses.of("topic").outcomes(2, "billing", "delivery").validation(), unsplit);

        assertThat(result.dataset().samples().subList(0, 20))
                .isEqualTo(unsplit.split(Splitter.builder().build()).samples());
        assertThat(saver.loadAll()).isEqualTo(result.dataset());
        List<String> test =
                result.dataset().samples(Split.TEST).stream().map(Sample::text).toList();
        assertThat(test).isNotEmpty();
        assertThat(model.requests())
                .allSatisfy(r -> assertThat(test).noneMatch(t -> Prompts.text(r).contains(t)));
    }

    @Test
    void withdraw_removesWhatARefinerMade() {
        GenerationResult result = refiner().build().refine(confused().validation(), DATASET);

        assertThat(result.dataset().withdraw("LLMRefiner")).isEqualTo(DATASET);
        assertThat(result.dataset().withdraw(result.runId())).isEqualTo(DATASET);
    }

    @Test
    void runId_changesWithTheAnalysisAndTheOptions() {
        String id = refiner().build().refine(confused().validation(), DATASET).runId();
        String repeated = refiner()
                .concurrency(4)
                .build()
                .refine(confused().validation(), DATASET)
                .runId();
        Set<String> others = new HashSet<>();
        others.add(id);
        others.add(refiner()
                .build()
                .refine(confused().outcomes(1, "refund", "delivery").validation(), DATASET)
                .runId());
        others.add(refiner()
                .minF1Threshold(0.8)
                .build()
                .refine(confused().validation(), DATASET)
                .runId());
        others.add(refiner()
                .maxRefinedPerClass(5)
                .build()
                .refine(confused().validation(), DATASET)
                .runId());
        others.add(refiner()
                .includeZeroSupport(true)
                .build()
                .refine(confused().validation(), DATASET)
                .runId());
        others.add(refiner()
                .allowTestErrors(true)
                .build()
                .refine(confused().validation(), DATASET)
                .runId());
        others.add(refiner()
                .build()
                .refine(confused().validation(), DATASET.only("topic"))
                .runId());

        assertThat(repeated).isEqualTo(id);
        assertThat(others).hasSize(7);
    }

    @Test
    void refine_writesForTheLabelsThatAreNamedWhateverTheirF1() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcomes(3, "billing", "refund")
                .outcomes(5, "delivery", "delivery")
                .outcomes(5, "refund", "refund")
                .validation();

        GenerationResult result = refiner().labels("delivery", "refund").build().refine(analysis, DATASET);

        assertThat(result.samples().stream().map(Sample::label).distinct())
                .containsExactlyInAnyOrder("delivery", "refund");
    }

    @Test
    void refine_refusesALabelThatNoAnalysedTaskHas() {
        LLMRefiner refiner = refiner().labels("billing", "bills").build();

        assertThatThrownBy(() -> refiner.refine(confused().validation(), DATASET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no analysed task has the label 'bills' that labels(...) names");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void weakClasses_areThoseWithFewSamplesTooWhereAskedFor() {
        AnalysisResult analysis = Analyses.of("topic")
                .outcomes(2, "billing", "billing")
                .outcomes(3, "delivery", "delivery")
                .validation();

        assertThat(refiner().build().weakClasses(analysis)).isEmpty();
        assertThat(refiner().minSupport(3).build().weakClasses(analysis))
                .isEqualTo(Map.of("topic", List.of("billing")));
        assertThatThrownBy(() -> refiner().minSupport(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refine_refusesTestSamplesThatWereAnalysedAsGivenData() {
        Sample tested =
                Sample.of("topic", "the money never came back to me", "refund").withSplit(Split.TEST);
        AnalysisResult analysis = AnalysisResult.of(
                AnalysisResult.Basis.GIVEN,
                List.of(TaskAnalysis.of(
                        "topic", List.of("billing", "refund"), List.of(new Outcome(tested, "billing", 0.9)))));

        assertThatThrownBy(() -> refiner().build().refine(analysis, Seeds.plenty("topic", "billing", "refund")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowTestErrors(true)");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void refine_refusesAnAnalysisOfDataThatWasDividedOtherwise() {
        Sample learnt = Seeds.plenty("topic", "billing").samples().get(0);
        AnalysisResult analysis = AnalysisResult.of(
                AnalysisResult.Basis.VALIDATION,
                List.of(TaskAnalysis.of(
                        "topic",
                        List.of("billing", "delivery"),
                        List.of(new Outcome(learnt.withSplit(Split.VALIDATION), "delivery", 0.9)))));

        assertThatThrownBy(() -> refiner().build().refine(analysis, DATASET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is in VALIDATION where it was analysed and in TRAIN here");
        assertThat(model.requests()).isEmpty();
    }
}
