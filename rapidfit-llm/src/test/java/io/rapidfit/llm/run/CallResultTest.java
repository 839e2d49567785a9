package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMCancelledException;
import org.junit.jupiter.api.Test;

class CallResultTest {

    private static final ChatRequest REQUEST = ChatRequest.of("x");
    private static final LLMCancelledException FAILURE = new LLMCancelledException("over");

    @Test
    void isAnswered_ifThereIsAResponse() {
        assertThat(new CallResult(REQUEST, ChatResponse.of("y"), null).isAnswered())
                .isTrue();
        assertThat(new CallResult(REQUEST, null, FAILURE).isAnswered()).isFalse();
    }

    @Test
    void constructor_wantsEitherAnAnswerOrAFailure() {
        assertThatThrownBy(() -> new CallResult(REQUEST, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a result is an answer or a failure");
        assertThatThrownBy(() -> new CallResult(REQUEST, ChatResponse.of("y"), FAILURE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
