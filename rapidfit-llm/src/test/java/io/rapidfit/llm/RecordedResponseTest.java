package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordedResponseTest {

    private static ChatResponse response(FinishReason reason) {
        return new ChatResponse(
                "text \u0000 \uD83D\uDE00",
                reason,
                new Usage(1L << 40, 2, 1),
                "m",
                null,
                Duration.ofMillis(5),
                RateLimitStatus.UNKNOWN,
                1,
                0);
    }

    @ParameterizedTest
    @EnumSource
    void read_givesWhatWasWritten(FinishReason reason) {
        assertThat(RecordedResponse.read(RecordedResponse.write(response(reason))))
                .isEqualTo(response(reason));
    }

    @Test
    void read_isAsIfAnsweredAtTheFirstAttempt() {
        ChatResponse third = response(FinishReason.STOP).after(3, 1);

        assertThat(RecordedResponse.read(RecordedResponse.write(third))).isEqualTo(response(FinishReason.STOP));
    }

    @Test
    void read_takesAnAnswerLongerThanJacksonsOwnLimit() throws Exception {
        ChatResponse endless = ChatResponse.of("x".repeat(20_000_001));
        String line = RecordedResponse.MAPPER.writeValueAsString(RecordedResponse.write(endless));

        assertThat(RecordedResponse.read(RecordedResponse.MAPPER.readTree(line)).text())
                .hasSize(20_000_001);
    }

    @Test
    void read_refusesWhatLacksTextOrModel() throws Exception {
        String json = "{\"model\":\"m\",\"finishReason\":\"STOP\"}";
        assertThatThrownBy(() -> RecordedResponse.read(RecordedResponse.MAPPER.readTree(json)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text is missing");
        assertThatThrownBy(() -> RecordedResponse.read(RecordedResponse.MAPPER.readTree(json.replace("model", "text"))))
                .hasMessage("model is missing");
    }
}
