package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ScriptedChatModelTest {

    private static boolean asks(ChatRequest request, String what) {
        return ScriptedChatModel.lastUserMessage(request).contains(what);
    }

    @Test
    void chat_answersByTheFirstRuleThatFits() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(request -> asks(request, "refund"), "billing")
                .when(request -> asks(request, "re"), "later")
                .otherwise("other")
                .when(request -> true, "never")
                .build();

        assertThat(model.chat(ChatRequest.of("a refund")).text()).isEqualTo("billing");
        assertThat(model.chat(ChatRequest.of("return")).text()).isEqualTo("later");
        assertThat(model.chat(ChatRequest.of("hello"))).isEqualTo(ChatResponse.of("other"));
    }

    @Test
    void chat_answersByAFunctionOfTheRequest() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(
                        request -> true,
                        request -> ChatResponse.of(ScriptedChatModel.lastUserMessage(request) + "!")
                                .withUsage(new Usage(1, 2, 0)))
                .build();

        ChatResponse response = model.chat(ChatRequest.of("hello"));

        assertThat(response.text()).isEqualTo("hello!");
        assertThat(response.usage()).isEqualTo(new Usage(1, 2, 0));
    }

    @Test
    void chat_failsWhereTheFunctionDoes() {
        LLMException failure = new LLMQuotaException("empty", Failure.UNKNOWN);
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(request -> asks(request, "pay"), request -> {
                    throw failure;
                })
                .otherwise("ok")
                .build();

        assertThatThrownBy(() -> model.chat(ChatRequest.of("pay"))).isSameAs(failure);
        assertThat(model.chat(ChatRequest.of("free")).text()).isEqualTo("ok");
        assertThat(model.requests()).as("failed ones too").hasSize(2);
    }

    @Test
    void chat_withoutAFittingRuleFailsWithoutTheText() {
        ScriptedChatModel model =
                ScriptedChatModel.builder().when(request -> false, "never").build();
        ChatRequest request =
                ChatRequest.builder().system("be brief").user("private").build();

        assertThatThrownBy(() -> model.chat(request))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no rule of the script fits a request of 2 messages: add one, or otherwise(...)");
        assertThatThrownBy(() -> ScriptedChatModel.builder().build().chat(request))
                .isInstanceOf(IllegalStateException.class);
        assertThat(model.requests()).containsExactly(request);
    }

    @Test
    void requests_areThoseAskedSoFarInOrder() {
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("x").build();
        assertThat(model.requests()).isEmpty();

        model.chat(ChatRequest.of("a"));
        List<ChatRequest> soFar = model.requests();
        model.chat(ChatRequest.of("b"));
        model.chat(ChatRequest.of("a"));

        assertThat(soFar).containsExactly(ChatRequest.of("a"));
        assertThat(model.requests()).containsExactly(ChatRequest.of("a"), ChatRequest.of("b"), ChatRequest.of("a"));
    }

    @Test
    void lastUserMessage_skipsTheOthers() {
        assertThat(ScriptedChatModel.lastUserMessage(ChatRequest.builder()
                        .user("first")
                        .user("second")
                        .assistant("answer")
                        .system("be brief")
                        .build()))
                .isEqualTo("second");
        assertThat(ScriptedChatModel.lastUserMessage(
                        ChatRequest.builder().system("x").build()))
                .isEmpty();
    }

    @Test
    void modelId_defaultsToScripted() {
        assertThat(ScriptedChatModel.builder().build().modelId()).isEqualTo("scripted");
        assertThat(ScriptedChatModel.builder().modelId("m").build().modelId()).isEqualTo("m");
        assertThat(((ChatModel) request -> ChatResponse.of("")).modelId()).isEqualTo("custom");
    }

    @Test
    void build_isNotChangedByTheBuilderAfterwards() {
        ScriptedChatModel.Builder builder = ScriptedChatModel.builder().when(request -> false, "x");
        ScriptedChatModel model = builder.build();

        builder.otherwise("late");

        assertThatThrownBy(() -> model.chat(ChatRequest.of("a"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void builder_refusesNullsAndABlankId() {
        ScriptedChatModel.Builder builder = ScriptedChatModel.builder();
        Function<ChatRequest, ChatResponse> none = null;

        assertThatThrownBy(() -> builder.when(null, "x")).hasMessage("fits must not be null");
        assertThatThrownBy(() -> builder.when(request -> true, none)).hasMessage("answer must not be null");
        assertThatThrownBy(() -> builder.otherwise(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must not be null");
        assertThatThrownBy(() -> builder.modelId(" ")).hasMessage("modelId must not be blank");
    }

    @Test
    void chat_fromManyThreadsForgetsNoRequest() throws Exception {
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("x").build();
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            int number = thread;
            tasks.add(Threads.start(() -> {
                for (int i = 0; i < 50; i++) {
                    model.chat(ChatRequest.of(number + " " + i));
                    assertThat(model.requests()).isNotEmpty();
                }
                return null;
            }));
        }
        for (FutureTask<Void> task : tasks) {
            task.get();
        }

        assertThat(model.requests()).hasSize(400).doesNotHaveDuplicates();
    }
}
