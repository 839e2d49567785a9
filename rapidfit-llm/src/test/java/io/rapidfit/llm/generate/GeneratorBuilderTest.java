package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.WriteMode;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the builders refuse, and options other than the defaults. */
class GeneratorBuilderTest {

    private static Arguments refusal(String message, Consumer<LLMAugmenter.Builder> call) {
        return Arguments.of(message, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("chatModel must not be null", b -> b.chatModel(null)),
                refusal("saver must not be null", b -> b.saver(null)),
                refusal("journal must not be null", b -> b.journal(null)),
                refusal("budget must not be null", b -> b.budget(null)),
                refusal("cancellation must not be null", b -> b.cancellation(null)),
                refusal("onProgress must not be null", b -> b.onProgress(null)),
                refusal("splitter must not be null", b -> b.splitter(null)),
                refusal("check must not be null", b -> b.check(null)),
                refusal("classifier must not be null", b -> b.classifier(null)),
                refusal("writeMode must not be null", b -> b.writeMode(null)),
                refusal("instructionPrompt must not be null", b -> b.instructionPrompt(null)),
                refusal("samplePrompt must not be null", b -> b.samplePrompt(null)),
                refusal("concurrency must be in [1, 10000] but was 0", b -> b.concurrency(0)),
                refusal("callsPerWave must be in [1, 10000] but was 0", b -> b.callsPerWave(0)),
                refusal("maxTextLength must be in [20, 1000000] but was 19", b -> b.maxTextLength(19)),
                refusal("maxAnswerTokens must be in [1, 2147483647] but was 0", b -> b.maxAnswerTokens(0)),
                refusal("batchSize must be in [1, 1000] but was 0", b -> b.batchSize(0)),
                refusal("maxTemperature must be in [0.0, 2.0] but was 2.1", b -> b.maxTemperature(2.1)),
                refusal("maxTemperature must be in [0.0, 2.0] but was NaN", b -> b.maxTemperature(Double.NaN)),
                refusal("maxCallsPerClass must be in [1, 2147483647] but was 0", b -> b.maxCallsPerClass(0)),
                refusal("min must be in [1, 10] but was 0", b -> b.lengthRange(0, 10)),
                refusal("min must be in [1, 4] but was 5", b -> b.lengthRange(5, 4)),
                refusal("maxSimilarity must be positive", b -> b.maxSimilarity(0)),
                refusal("maxSimilarity must be in", b -> b.maxSimilarity(1.01)),
                refusal(
                        "contradictionConfidence must be in [0.0, 1.0] but was 1.5",
                        b -> b.contradictionConfidence(1.5)),
                refusal("maxKnownConfidence must be in [0.0, 1.0] but was -0.1", b -> b.maxKnownConfidence(-0.1)),
                refusal("maxSamplesPerTask must be in [1, 10000000] but was 0", b -> b.maxSamplesPerTask(0)),
                refusal(
                        "the prompt must have {classes}",
                        b -> b.instructionPrompt(PromptTemplate.of("Describe {labels}."))),
                refusal(
                        "asks for {label}, which it cannot be given; there are [classes, labels, task]",
                        b -> b.instructionPrompt(PromptTemplate.of("Describe {classes} of {label}."))),
                refusal("the prompt must have {count}", b -> b.samplePrompt(PromptTemplate.of("Write {label}."))),
                refusal("the prompt must have {label}", b -> b.samplePrompt(PromptTemplate.of("Write {count}."))),
                refusal(
                        "asks for {contrast}, which it cannot be given",
                        b -> b.samplePrompt(PromptTemplate.of("Write {count} of {label} unlike {contrast}."))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusals(String message, Consumer<LLMAugmenter.Builder> call) {
        assertThatThrownBy(() -> call.accept(LLMAugmenter.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static Arguments refinerRefusal(String message, Consumer<LLMRefiner.Builder> call) {
        return Arguments.of(message, call);
    }

    static Stream<Arguments> refinerRefusals() {
        return Stream.of(
                refinerRefusal("minF1Threshold must be in [0.0, 1.0] but was 1.1", b -> b.minF1Threshold(1.1)),
                refinerRefusal("minF1Threshold must be in [0.0, 1.0] but was NaN", b -> b.minF1Threshold(Double.NaN)),
                refinerRefusal("maxRefinedPerClass must be in [1, 10000000] but was 0", b -> b.maxRefinedPerClass(0)),
                refinerRefusal("instructionPrompt must not be null", b -> b.instructionPrompt(null)),
                refinerRefusal("samplePrompt must not be null", b -> b.samplePrompt(null)),
                refinerRefusal(
                        "the prompt must have {classes}", b -> b.instructionPrompt(PromptTemplate.of("Describe."))),
                refinerRefusal(
                        "the prompt must have {label}", b -> b.samplePrompt(PromptTemplate.of("Write {count}."))),
                refinerRefusal(
                        "asks for {parents}, which it cannot be given",
                        b -> b.samplePrompt(PromptTemplate.of("Write {count} of {label} like {parents}."))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refinerRefusals(String message, Consumer<LLMRefiner.Builder> call) {
        assertThatThrownBy(() -> call.accept(LLMRefiner.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void build_namesTheMissingModel() {
        assertThatThrownBy(() -> LLMAugmenter.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: LLMAugmenter.builder().chatModel(model)");
        assertThatThrownBy(() -> LLMRefiner.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: LLMRefiner.builder().chatModel(model)");
    }

    @Test
    void build_refusesToAppendToNothing() {
        LLMAugmenter.Builder builder =
                LLMAugmenter.builder().chatModel(Writers.inventive()).writeMode(WriteMode.APPEND);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("LLMAugmenter.builder().saver(...)");
        builder.saver(DataSaver.builder().path(Path.of("saved")).build()).build(); // in whatever order
    }

    @Test
    void build_refusesABudgetInMoneyForAModelWithoutAPrice() {
        Budget dollar = Budget.builder().maxCost(1).build();

        assertThatThrownBy(() -> LLMAugmenter.builder()
                        .chatModel(Writers.inventive())
                        .budget(dollar)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'inventive'");
        assertThatThrownBy(() -> LLMRefiner.builder()
                        .chatModel(Writers.inventive())
                        .budget(dollar)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'inventive'");
    }

    @Test
    void build_refusesJournalsAmongTheData() {
        DataSaver saver = DataSaver.builder().path(Path.of("saved")).build();

        assertThatThrownBy(() -> LLMAugmenter.builder()
                        .journal(Path.of("elsewhere/../saved"))
                        .saver(saver)
                        .chatModel(Writers.inventive())
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a directory of their own");
    }

    @Test
    void builder_canBeUsedAgainWithoutChangingWhatItBuilt() {
        LLMAugmenter.Builder builder =
                LLMAugmenter.builder().chatModel(Writers.inventive()).maxSamplesPerTask(3);
        LLMAugmenter three = builder.build();
        builder.maxSamplesPerTask(5).check(examples -> List.of()).build();

        assertThat(three.augment(Seeds.oneClass()).samples()).hasSize(3);
    }

    @Test
    void maxTemperature_belowAHalfHoldsForAllCalls() {
        for (double max : List.of(0.0, 0.456, 0.5)) {
            ScriptedChatModel model = Writers.inventive();

            LLMAugmenter.builder()
                    .chatModel(model)
                    .maxTemperature(max)
                    .maxSamplesPerTask(40)
                    .build()
                    .augment(Seeds.oneClass());

            assertThat(Scripts.forSamples(model.requests()))
                    .isNotEmpty()
                    .allSatisfy(r -> assertThat(r.temperature()).isEqualTo(max));
        }
    }

    @Test
    void temperature_isNeverAboveTheHighest() {
        // rounded to the nearest, a draw of 0.5555 or more would be 0.56
        for (int i = 0; i < 200; i++) {
            assertThat(new Draw(i, "call").temperature(0.557)).isBetween(0.5, 0.557);
        }
    }

    @Test
    void options_reachThePrompts() {
        ScriptedChatModel model = Writers.inventive();

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .batchSize(3)
                .callsPerWave(1)
                .maxTextLength(20)
                .maxAnswerTokens(77)
                .maxSamplesPerTask(7)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(7);
        List<ChatRequest> requests = Scripts.forSamples(model.requests());
        assertThat(requests).extracting(Writers::count).containsExactly(3, 3, 1);
        assertThat(requests).allSatisfy(r -> assertThat(r.maxTokens()).isEqualTo(77));
        assertThat(Prompts.examples(requests.get(0))).containsExactly("why was I charged tw\u2026");
        // what was written is cut too
        assertThat(Prompts.known(requests.get(1)))
                .hasSize(3)
                .allSatisfy(t -> assertThat(t).hasSize(21).endsWith("\u2026"));
        assertThat(Prompts.known(requests.get(2))).hasSize(6);
    }

    @Test
    void prompts_canBeReplaced() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(
                        r -> ScriptedChatModel.lastUserMessage(r).startsWith("Look at"),
                        r -> ChatResponse.of(Writers.instructions(r)))
                .otherwise(Scripts.reply(List.of(Seeds.words(1), Seeds.words(2))))
                .build();

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .instructionPrompt(PromptTemplate.of("Look at {classes}"))
                .samplePrompt(PromptTemplate.of("{count} {label}, as {{\"samples\": []}}"))
                .maxSamplesPerTask(2)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(2);
        assertThat(ScriptedChatModel.lastUserMessage(model.requests().get(1)))
                .isEqualTo("2 \"billing\", as {\"samples\": []}");
    }
}
