package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChatResponseTest {

    private static ChatResponse of(int attempts, int lost) {
        return new ChatResponse(
                "x",
                FinishReason.STOP,
                Usage.NONE,
                "m",
                "r1",
                Duration.ofMillis(5),
                RateLimitStatus.UNKNOWN,
                attempts,
                lost);
    }

    @Test
    void of_isAFinishedAnswerOfWhichNothingElseIsKnown() {
        ChatResponse response = ChatResponse.of("x");

        assertThat(response.text()).isEqualTo("x");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.usage()).isEqualTo(Usage.NONE);
        assertThat(response.model()).isEqualTo("custom");
        assertThat(response.requestId()).isNull();
        assertThat(response.latency()).isZero();
        assertThat(response.rateLimit()).isEqualTo(RateLimitStatus.UNKNOWN);
        assertThat(response.attempts()).isEqualTo(1);
        assertThat(response.lostAttempts()).isZero();
        assertThat(response.isTruncated()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(FinishReason.class)
    void isTruncated_onlyIfTheAnswerReachedItsGreatestLength(FinishReason reason) {
        assertThat(ChatResponse.of("x").withFinishReason(reason).isTruncated())
                .isEqualTo(reason == FinishReason.LENGTH);
    }

    @Test
    void with_changesOnlyWhatItNames() {
        ChatResponse response = of(3, 1);

        assertThat(response.withModel("n").withModel("m")).isEqualTo(response);
        assertThat(response.withModel("n").model()).isEqualTo("n");
        assertThat(response.withUsage(new Usage(1, 2, 0)).usage()).isEqualTo(new Usage(1, 2, 0));
        assertThat(response.withUsage(new Usage(1, 2, 0)).withUsage(Usage.NONE)).isEqualTo(response);
        assertThat(response.withFinishReason(FinishReason.OTHER).withFinishReason(FinishReason.STOP))
                .isEqualTo(response);
        assertThat(response.after(4, 2)).isEqualTo(of(4, 2));
    }

    @Test
    void constructor_refusesImpossibleCounts() {
        assertThatThrownBy(() -> of(0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attempts must be in [1, 2147483647] but was 0");
        assertThatThrownBy(() -> of(3, 3)) // the last one brought the answer
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lostAttempts must be in [0, 2] but was 3");
        assertThatThrownBy(() -> of(1, -1)).hasMessageStartingWith("lostAttempts must be in [0, 0]");
    }

    @Test
    void of_refusesNull() {
        assertThatThrownBy(() -> ChatResponse.of(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("text must not be null");
    }

    /** Found late, inside the policy or the account, a null of an adapter once cost the paid answer. */
    @Test
    void constructor_refusesNulls() {
        ChatResponse response = ChatResponse.of("x");

        assertThatThrownBy(() -> response.withUsage(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("usage must not be null");
        assertThatThrownBy(() -> response.withModel(null)).hasMessage("model must not be null");
        assertThatThrownBy(() -> response.withFinishReason(null)).hasMessage("finishReason must not be null");
        assertThatThrownBy(() -> new ChatResponse(
                        "x", FinishReason.STOP, Usage.NONE, "m", null, null, RateLimitStatus.UNKNOWN, 1, 0))
                .hasMessage("latency must not be null");
        assertThatThrownBy(() ->
                        new ChatResponse("x", FinishReason.STOP, Usage.NONE, "m", null, Duration.ZERO, null, 1, 0))
                .hasMessage("rateLimit must not be null");
    }

    /** It cannot be recorded or journalled otherwise. */
    @Test
    void text_losesUnpairedSurrogates() {
        assertThat(ChatResponse.of("a\uD83Db\uD83D\uDE00").text()).isEqualTo("a\uFFFDb\uD83D\uDE00");
    }

    @Test
    void toString_showsEverythingButTheText() {
        assertThat(of(3, 1))
                .hasToString("ChatResponse[1 characters, STOP, Usage[promptTokens=0, completionTokens=0,"
                        + " cachedTokens=0], model m, request r1, PT0.005S, attempts 3]");
        assertThat(ChatResponse.of("secret").toString()).doesNotContain("secret");
    }
}
