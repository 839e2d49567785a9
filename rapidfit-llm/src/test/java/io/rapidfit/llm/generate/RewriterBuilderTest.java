package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The options that {@link LLMRefinement} and {@link DataRefinementPipeline} share; tried on the pipeline. */
class RewriterBuilderTest {

    private static final Item ITEM = Item.parse("{\"id\": \"one\", \"query\": \"why?\", \"response\": \"clear1\","
            + " \"context\": \"because\", \"reference\": \"therefore\", \"meta\": {\"source\": \"forum\"}}");

    private static DataRefinementPipeline.Builder pipeline(ScriptedChatModel model) {
        return DataRefinementPipeline.builder()
                .chatModel(model)
                .grader(Rewriters.grader("clear", model))
                .maxRounds(1);
    }

    private static ChatRequest asked(Consumer<DataRefinementPipeline.Builder> options, Example example) {
        ScriptedChatModel model = Rewriters.model("clear1", "clear5", "why?", "who?");
        DataRefinementPipeline.Builder builder = pipeline(model);
        options.accept(builder);
        builder.build().refine(List.of(example));
        return Rewriters.rewritings(model).get(0);
    }

    @Test
    void defaults() {
        ChatRequest request = asked(b -> {}, ITEM);

        assertThat(request.temperature()).isEqualTo(0.7);
        assertThat(request.maxTokens()).isEqualTo(4096);
        assertThat(Rewriters.example(request).toString()).isEqualTo("{\"query\":\"why?\",\"context\":\"because\"}");
        assertThat(Rewriters.text(request)).isEqualTo("clear1");
        assertThat(Prompts.text(request)).contains("may be empty: \"\"");
        assertThat(LLMRefinement.PROMPT).isSameAs(DataRefinementPipeline.PROMPT);
        assertThat(LLMRefinement.PROMPT.placeholders())
                .containsExactlyInAnyOrder("example", "field", "text", "criticism", "attempts", "instruction");
    }

    @Test
    void options_reachThePrompt() {
        ChatRequest request = asked(
                b -> b.temperature(0.1)
                        .maxAnswerTokens(99)
                        .instruction("For beginners.")
                        .shown("reference", "response", "meta.source"),
                ITEM);

        assertThat(request.temperature()).isEqualTo(0.1);
        assertThat(request.maxTokens()).isEqualTo(99);
        assertThat(Prompts.text(request)).contains("may be empty: \"For beginners.\"");
        // the response stands in a place of its own
        assertThat(Rewriters.example(request).toString())
                .isEqualTo("{\"reference\":\"therefore\",\"meta.source\":\"forum\"}");
        assertThat(Rewriters.example(asked(b -> b.shown(), ITEM)).toString()).isEqualTo("{}");
    }

    @Test
    void prompt_isReplaced() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(r -> Prompts.text(r).startsWith("Better than"), Rewriters.reply("clear5"))
                .when(r -> true, Rewriters.model()::chat)
                .build();

        DataRefinementResult result = pipeline(model)
                .prompt(PromptTemplate.of("Better than {text}, of which they say {criticism}."))
                .build()
                .refine(List.of(ITEM));

        assertThat(Prompts.text(model.requests().get(1)))
                .isEqualTo("Better than \"clear1\", of which they say [{\"from\":\"clear\",\"reason\":\"worth 1\"}].");
        assertThat(result.refined().get(0).field("response")).hasValue("clear5");
    }

    @Test
    void field_isWhatIsRewritten() {
        ScriptedChatModel model = Rewriters.model("clear1 why?", "clear1 who?");
        Item item = ITEM.with("query", "clear1 why?");

        DataRefinementResult result = pipeline(model)
                .field("query")
                .check(
                        "short",
                        examples -> examples.stream()
                                .map(e -> Finding.fail(
                                        "short", e.id(), e.text().contains("who?") ? 0.5 : 0.1, "says why"))
                                .toList())
                .build()
                .refine(List.of(item));

        assertThat(result.refined().get(0).field("query")).hasValue("clear1 who?");
        assertThat(result.refined().get(0).field("response")).hasValue("clear1");
        assertThat(Prompts.text(Rewriters.rewritings(model).get(0))).contains("which is the field \"query\":");
    }

    @Test
    void field_ofASampleIsItsTextWhateverTheOptionSays() {
        ScriptedChatModel model =
                ScriptedChatModel.builder().otherwise(Rewriters.reply("anew")).build();

        DataRefinementResult result = DataRefinementPipeline.builder()
                .chatModel(model)
                .field("label")
                .check(
                        "long",
                        examples -> examples.stream()
                                .map(e -> e.text().length() < 4
                                        ? Finding.fail("long", e.id(), 0, "too short")
                                        : Finding.pass("long", e.id()))
                                .toList())
                .build()
                .refine(List.of(Seeds.train("topic", "old", "billing")));

        assertThat(((Sample) result.refined().get(0)).text()).isEqualTo("anew");
        assertThat(((Sample) result.refined().get(0)).label()).isEqualTo("billing");
    }

    private static Arguments refusal(String message, Consumer<DataRefinementPipeline.Builder> call) {
        return Arguments.of(message, call);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal("chatModel must not be null", b -> b.chatModel(null)),
                refusal("prompt must not be null", b -> b.prompt(null)),
                refusal("instruction must not be blank", b -> b.instruction(" ")),
                refusal("field must not be blank", b -> b.field("")),
                refusal(
                        "field must be a member of the item itself, without dots, but was 'answers.0'",
                        b -> b.field("answers.0")),
                refusal("fields must not be null", b -> b.shown((String[]) null)),
                refusal("field must not be blank", b -> b.shown("query", " ")),
                refusal("temperature must be in [0.0, 2.0] but was 2.1", b -> b.temperature(2.1)),
                refusal("maxAnswerTokens must be in [1, 2147483647] but was 0", b -> b.maxAnswerTokens(0)),
                refusal("splitter must not be null", b -> b.splitter(null)),
                refusal("journal must not be null", b -> b.journal(null)),
                refusal("budget must not be null", b -> b.budget(null)),
                refusal("cancellation must not be null", b -> b.cancellation(null)),
                refusal("onProgress must not be null", b -> b.onProgress(null)),
                refusal("the prompt must have {criticism}", b -> b.prompt(PromptTemplate.of("Write {text} anew."))),
                refusal("the prompt must have {text}", b -> b.prompt(PromptTemplate.of("Mind {criticism}."))),
                refusal(
                        "the prompt asks for {query}, which it cannot be given",
                        b -> b.prompt(PromptTemplate.of("Write {text} for {query}, mind {criticism}."))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusals(String message, Consumer<DataRefinementPipeline.Builder> call) {
        assertThatThrownBy(() -> call.accept(DataRefinementPipeline.builder()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void build_refusesABudgetInMoneyForAModelWithoutAPrice() {
        assertThatThrownBy(() -> pipeline(Rewriters.model())
                        .budget(Budget.builder().maxCost(1).build())
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'rule'");
    }
}
