package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.reply.ReplyShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class CallRunAskTest {

    private static final ReplyShape LABELS = ReplyShape.list("items")
            .ids(List.of("1", "2"))
            .choice("label", List.of("billing", "delivery"))
            .build();

    private static final ChatRequest QUESTION = ChatRequest.of("Label these.");

    private final Queue<Object> answers = new ArrayDeque<>();
    private final List<ChatRequest> requests = new ArrayList<>();
    private final ChatModel model = request -> {
        requests.add(request);
        Object answer = answers.remove();
        if (answer instanceof RuntimeException e) {
            throw e;
        }
        return answer instanceof ChatResponse response ? response : ChatResponse.of((String) answer);
    };

    private AskResult ask(ReplyShape shape) {
        return CallRun.builder().chatModel(model).build().ask(QUESTION, shape);
    }

    @Test
    void ask_sendsTheSchemaAndReadsTheAnswer() {
        answers.add("{\"items\":[{\"id\":\"1\",\"label\":\"billing\"},{\"id\":\"2\",\"label\":\" Delivery\"}]}");

        AskResult result = ask(LABELS);

        assertThat(requests)
                .singleElement()
                .satisfies(r -> assertThat(r.jsonSchema()).isEqualTo(LABELS.jsonSchema()));
        assertThat(result.reply().isComplete()).isTrue();
        assertThat(result.reply().rows())
                .containsExactly(Map.of("id", "1", "label", "billing"), Map.of("id", "2", "label", "delivery"));
    }

    @Test
    void ask_asksOnceMoreForWhatIsMissingAndSaysWhatWasWrong() {
        answers.add("{\"items\":[{\"id\":\"1\",\"label\":\"billing\"},{\"id\":\"2\",\"label\":\"refund\"}]}");
        answers.add("{\"items\":[{\"id\":\"1\",\"label\":\"delivery\"},{\"id\":\"2\",\"label\":\"delivery\"}]}");

        AskResult result = ask(LABELS);

        assertThat(requests).hasSize(2);
        List<ChatMessage> again = requests.get(1).messages();
        assertThat(again).hasSize(3);
        assertThat(again.get(1).role()).isEqualTo(ChatMessage.Role.ASSISTANT);
        assertThat(again.get(2).content()).contains("refund").contains("for these ids: 2.");
        // the first answer's good record stays; only what was missing comes from the second
        assertThat(result.reply().rows())
                .containsExactly(Map.of("id", "1", "label", "billing"), Map.of("id", "2", "label", "delivery"));
        assertThat(result.reply().isComplete()).isTrue();
        assertThat(result.responses()).hasSize(2);
    }

    @Test
    void ask_neverAsksAThirdTime() {
        answers.add("I would rather not.");
        answers.add("Still not.");

        AskResult result = ask(LABELS);

        assertThat(requests).hasSize(2);
        assertThat(result.reply().isComplete()).isFalse();
        assertThat(result.reply().missingIds()).containsExactly("1", "2");
        assertThat(result.reply().problems()).isNotEmpty();
    }

    @Test
    void ask_doesNotTakeTheLastRecordOfATruncatedAnswer() {
        ReplyShape texts = ReplyShape.list("items").string("text").build();
        answers.add(
                ChatResponse.of("{\"items\":[{\"text\":\"one\"},{\"text\":\"tw").withFinishReason(FinishReason.LENGTH));
        answers.add(new LLMUnavailableException("down", Failure.answered(503, "", null), null));

        AskResult result = ask(texts);

        // the second call failed: what the first gave is paid for
        assertThat(result.reply().rows()).containsExactly(Map.of("text", "one"));
        assertThat(result.reply().isComplete()).isFalse();
        assertThat(result.responses()).hasSize(1);
    }

    @Test
    void ask_takesTheAnswerThatGivesMoreWhereRecordsHaveNoIds() {
        ReplyShape texts = ReplyShape.list("items").string("text").build();
        answers.add("{\"items\":[{\"text\":\"one\"},{\"text\":\"two\"},{\"text\":");
        answers.add("{\"items\":[{\"text\":\"three\"}");

        assertThat(ask(texts).reply().rows()).containsExactly(Map.of("text", "one"), Map.of("text", "two"));
    }

    @Test
    void ask_throwsWhatTheFirstCallThrows() {
        answers.add(new LLMUnavailableException("down", Failure.answered(503, "", null), null));

        assertThatThrownBy(() -> ask(LABELS)).isInstanceOf(LLMUnavailableException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void ask_quotesNoMoreThanAPartOfALongAnswer() {
        answers.add("x".repeat(100_000));
        answers.add("{\"items\":[{\"id\":\"1\",\"label\":\"billing\"},{\"id\":\"2\",\"label\":\"billing\"}]}");

        assertThat(ask(LABELS).reply().isComplete()).isTrue();
        assertThat(requests.get(1).messages().get(1).content()).hasSizeLessThan(9_000);
    }
}
