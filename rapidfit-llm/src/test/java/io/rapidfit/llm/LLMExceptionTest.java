package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LLMExceptionTest {

    private static final Failure FAILURE = Failure.answered(418, "I am a teapot", "r1");

    @Test
    void message_isCutToFiveHundredCharacters() {
        assertThat(Failure.answered(400, "x".repeat(500), null).providerMessage())
                .isEqualTo("x".repeat(500));
        assertThat(Failure.answered(400, "x".repeat(501), null).providerMessage())
                .isEqualTo("x".repeat(500) + "...");
        assertThat(Failure.answered(400, "x".repeat(1 << 20), null).providerMessage())
                .hasSize(503);
    }

    @Test
    void message_isNotCutWithinACharacter() {
        String emoji = "\uD83D\uDE00";

        assertThat(Failure.answered(400, "x".repeat(499) + emoji, null).providerMessage())
                .isEqualTo("x".repeat(499) + "...");
        assertThat(Failure.answered(400, "x".repeat(498) + emoji + "y", null).providerMessage())
                .isEqualTo("x".repeat(498) + emoji + "...");
    }

    @Test
    void answered_wasNotLost() {
        Failure failure = Failure.answered(500, "oops", "r1");

        assertThat(failure.mayHaveBeenBilled()).isFalse();
        assertThat(failure.cause()).isNull();
    }

    @Test
    void lost_hasACauseAndNoStatus() {
        IOException cause = new IOException("reset");

        assertThat(Failure.lost(cause, true)).isEqualTo(new Failure(0, "", null, true, cause));
        assertThat(new LLMUnavailableException("gone", Failure.lost(cause, false), null))
                .hasCause(cause);
        assertThat(Failure.UNKNOWN).isEqualTo(new Failure(0, "", null, false, null));
    }

    @Test
    void exceptions_carryWhatIsKnownOfTheFailure() {
        List<LLMException> exceptions = List.of(
                new LLMAuthenticationException("no.", FAILURE),
                new LLMContentFilteredException("no.", FAILURE),
                new LLMInvalidRequestException("no.", FAILURE),
                new LLMQuotaException("no.", FAILURE),
                new LLMRateLimitException("no.", FAILURE, Duration.ofSeconds(3)),
                new LLMTimeoutException("no.", FAILURE),
                new LLMUnavailableException("no.", FAILURE, Duration.ofSeconds(3)));

        assertThat(exceptions).allSatisfy(e -> {
            assertThat(e).hasMessage("no. The provider says: I am a teapot (request r1)");
            assertThat(e.status()).isEqualTo(418);
            assertThat(e.providerMessage()).isEqualTo("I am a teapot");
            assertThat(e.requestId()).isEqualTo("r1");
            assertThat(e.mayHaveBeenBilled()).isFalse();
            assertThat(e.attempts()).isEqualTo(1);
            assertThat(e.lostAttempts()).isZero();
        });
        assertThat(((LLMRateLimitException) exceptions.get(4)).retryAfter()).isEqualTo(Duration.ofSeconds(3));
        assertThat(((LLMUnavailableException) exceptions.get(6)).retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void message_isJustOursWhereTheProviderSaysNothing() {
        assertThat(new LLMQuotaException("no.", Failure.answered(429, " ", null)))
                .hasMessage("no.");
        assertThat(new LLMQuotaException("no.", Failure.answered(429, "", "r2")))
                .hasMessage("no. (request r2)");
        assertThat(new LLMCancelledException("over").requestId()).isNull();
        assertThat(new LLMBudgetExceededException("spent").status()).isZero();
    }

    /** Remote calls and forked test runs send exceptions from one process to another. */
    @Test
    void exceptions_keepWhatIsKnownWhenTheyAreSerialized() throws Exception {
        LLMException sent = new LLMRateLimitException(
                        "fast.", new Failure(429, "slow", "r1", true, new IOException("cause")), Duration.ofSeconds(3))
                .after(4, 1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sent);
        }

        LLMRateLimitException received;
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            received = (LLMRateLimitException) in.readObject();
        }

        assertThat(received).hasMessage(sent.getMessage());
        assertThat(received.status()).isEqualTo(429);
        assertThat(received.requestId()).isEqualTo("r1");
        assertThat(received.attempts()).isEqualTo(4);
        assertThat(received.lostAttempts()).isEqualTo(2);
        assertThat(received.retryAfter()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void lostAttempts_countsThisOneAndThoseBefore() {
        LLMException lost = new LLMTimeoutException("late", Failure.lost(new IOException(), true));

        assertThat(lost.lostAttempts()).isEqualTo(1);
        assertThat(lost.after(4, 2).lostAttempts()).isEqualTo(3);
        assertThat(lost.attempts()).isEqualTo(4);
        assertThat(lost).hasMessage("Gave up after 4 attempts. late");
    }
}
