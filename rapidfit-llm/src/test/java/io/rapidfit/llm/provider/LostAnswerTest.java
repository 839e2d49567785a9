package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMTimeoutException;
import io.rapidfit.llm.LLMUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may have been billed is not sent again, neither by the policy nor by OkHttp. */
class LostAnswerTest extends ServerTest {

    private static final Duration SHORT = Duration.ofMillis(250);

    private static MockResponse.Builder answer() {
        return ok(Provider.OPENAI.answer("a".repeat(10_000)));
    }

    static Stream<Arguments> lost() {
        return Stream.of(
                lost("closed after the request", () -> answer().onResponseStart(new SocketEffect.CloseSocket())),
                lost(
                        "closed for writing only",
                        () -> answer().onResponseStart(new SocketEffect.CloseSocket(false, false, true))),
                lost("closed mid-body", () -> answer().onResponseBody(new SocketEffect.CloseSocket())),
                lost("shut down mid-body", () -> answer().onResponseBody(SocketEffect.ShutdownConnection.INSTANCE)),
                lost(
                        "closed mid-body, in chunks",
                        () -> answer().chunkedBody("{\"choices\":[".repeat(500), 100)
                                .onResponseBody(new SocketEffect.CloseSocket())));
    }

    private static Arguments lost(String how, Supplier<MockResponse.Builder> response) {
        return Arguments.of(how, response);
    }

    static Stream<Arguments> late() {
        return Stream.of(
                lost("no headers", () -> answer().onResponseStart(SocketEffect.Stall.INSTANCE)),
                lost("no more body", () -> answer().onResponseBody(SocketEffect.Stall.INSTANCE)),
                lost("slow headers", () -> answer().headersDelay(20, TimeUnit.SECONDS)),
                lost("slow body", () -> answer().bodyDelay(20, TimeUnit.SECONDS)),
                lost("dripping body", () -> answer().throttleBody(10, 20, TimeUnit.MILLISECONDS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lost")
    void lostAnswer_isNotAskedForAgain(String how, Supplier<MockResponse.Builder> response) {
        always(response.get().build());

        LLMUnavailableException e = failure(model(Provider.OPENAI), LLMUnavailableException.class);

        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(e.status()).isZero();
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(e).hasMessageContaining("The connection broke before the answer was complete");
        assertThat(time.waits()).isEmpty();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lost")
    void lostAnswer_isAskedForAgainIfTheCallerSaysSo(String how, Supplier<MockResponse.Builder> response) {
        always(response.get().build());

        LLMException e = failure(model(
                Provider.OPENAI, o -> o.policy(policy().retryMaybeBilled(true).build())));

        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(e.attempts()).isEqualTo(3);
        assertThat(server.getRequestCount()).isEqualTo(3);
        assertThat(time.waits()).hasSize(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("late")
    void lateAnswer_isATimeoutAndNotAskedForAgain(String how, Supplier<MockResponse.Builder> response) {
        always(response.get().build());

        long start = System.nanoTime();
        LLMTimeoutException e = failure(model(Provider.OPENAI, o -> o.timeout(SHORT)), LLMTimeoutException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(5));
        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(e.status()).isZero();
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(e).hasMessageContaining("No answer within PT0.25S");
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void lateAnswer_isAskedForAgainIfTheCallerSaysSo() {
        server.enqueue(answer().onResponseStart(SocketEffect.Stall.INSTANCE).build());
        server.enqueue(ok(Provider.OPENAI.answer("late but here")).build());

        ChatModel model = model(
                Provider.OPENAI,
                o -> o.timeout(SHORT).policy(policy().retryMaybeBilled(true).build()));

        assertThat(model.chat(HELLO).text()).isEqualTo("late but here");
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void refusedConnection_isTriedAgainAndNotBilled(Provider provider) throws Exception {
        String nobody = RawServer.refusingBaseUrl();

        LLMUnavailableException e = failure(model(provider, o -> o.baseUrl(nobody)), LLMUnavailableException.class);

        assertThat(e.mayHaveBeenBilled()).isFalse();
        assertThat(e.status()).isZero();
        assertThat(e.attempts()).isEqualTo(3);
        assertThat(time.waits()).hasSize(2);
        assertThat(e).hasMessageContaining("The server cannot be reached");
    }

    @Test
    void failedHandshake_isTriedAgainAndNotBilled() throws Exception {
        try (RawServer raw = RawServer.hangingUp()) {
            ChatModel model = model(Provider.OPENAI, o -> o.baseUrl(https(raw.baseUrl())));

            LLMUnavailableException e = failure(model, LLMUnavailableException.class);

            assertThat(e.mayHaveBeenBilled()).isFalse();
            assertThat(e.attempts()).isEqualTo(3);
            assertThat(raw.requests).hasValue(0);
        }
    }

    private static String https(String http) {
        return http.replace("http:", "https:");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void closedAtOnce_isSentOnce(Provider provider) throws Exception {
        try (RawServer silent = RawServer.saying("")) {
            LLMUnavailableException e =
                    failure(model(provider, o -> o.baseUrl(silent.baseUrl())), LLMUnavailableException.class);

            assertThat(e.mayHaveBeenBilled()).isTrue();
            assertThat(silent.requests).hasValue(1);
            assertThat(silent.connections).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"a\"}}]}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
                "HTTP/1.1 200 OK\r\nConte"
            })
    void answerShorterThanItSays_isNotAskedForAgain(String torn) throws Exception {
        try (RawServer raw = RawServer.saying(torn)) {
            LLMUnavailableException e =
                    failure(model(Provider.OPENAI, o -> o.baseUrl(raw.baseUrl())), LLMUnavailableException.class);

            assertThat(e.mayHaveBeenBilled()).isTrue();
            assertThat(e.attempts()).isEqualTo(1);
            assertThat(raw.requests).hasValue(1);
        }
    }

    @Test
    void garbageInsteadOfHttp_isNotAskedForAgain() throws Exception {
        for (String garbage : List.of(
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1\r\n\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\n\r\n{}",
                "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 200 OK\r\n" + "X-A: b\r\n".repeat(50_000) + "\r\n")) {
            try (RawServer raw = RawServer.saying(garbage)) {
                LLMException e = failure(model(Provider.OPENAI, o -> o.baseUrl(raw.baseUrl())));

                assertThat(e).isInstanceOf(LLMUnavailableException.class);
                assertThat(e.mayHaveBeenBilled()).isTrue();
                assertThat(raw.requests).hasValue(1);
            }
        }
    }

    @Test
    void connectionClosedWhileIdle_neverMakesARequestGoOutTwice() throws Exception {
        String body = Provider.OPENAI.answer("a");
        try (RawServer raw =
                RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)) {
            ChatModel model = model(Provider.OPENAI, o -> o.baseUrl(raw.baseUrl()));
            int answers = 0;
            for (int i = 0; i < 10; i++) {
                try {
                    model.chat(HELLO);
                    answers++;
                } catch (LLMUnavailableException e) {
                    // noticed only by sending: from then on nobody knows what was billed
                    assertThat(e.mayHaveBeenBilled()).isTrue();
                    assertThat(e.attempts()).isEqualTo(1);
                }
                int expected = answers;
                eventually("the server has hung up", () -> raw.hungUp.get() == expected);
            }
            assertThat(answers).isBetween(5, 10);
            assertThat(raw.requests).hasValue(answers);
            assertThat(raw.connections).hasValue(answers);
        }
    }

    @Test
    void connection_isUsedAgainAfterAnswersAndErrors() throws Exception {
        ChatModel model = model(Provider.OPENAI);
        server.enqueue(answer().build());
        server.enqueue(response(503, Provider.OPENAI.error(503, "busy")).build());
        server.enqueue(answer().build());
        server.enqueue(answer().build());

        model.chat(HELLO);
        model.chat(HELLO);
        model.chat(HELLO);

        for (int i = 0; i < 4; i++) {
            assertThat(server.takeRequest().getConnectionIndex()).isZero();
        }
    }

    @Test
    void usedConnectionThatBreaks_isNotSentOnAnother() throws Exception {
        ChatModel model = model(Provider.OPENAI);
        server.enqueue(answer().build());
        server.enqueue(answer().onResponseStart(new SocketEffect.CloseSocket()).build());
        server.enqueue(answer().build());
        model.chat(HELLO);

        LLMException e = failure(model); // where OkHttp would, by default, try a fresh connection

        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(2);
    }

    @Test
    void answerLargerThanTheLimit_isNotAskedForAgain() {
        HttpTransport transport =
                new HttpTransport(Map.of(), new Secrets(List.of()), Duration.ofSeconds(20), 1, time, 1_000);
        ChatModel model = policy().build()
                .wrap(new ProviderModel(
                        new OpenAIProtocol(false), transport, HttpUrl.get(baseUrl()), Provider.OPENAI.builder()));
        always(answer().build());

        LLMUnavailableException e = failure(model, LLMUnavailableException.class);

        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(e).hasMessageContaining("larger than 1000 bytes");
        assertThat(server.getRequestCount()).isEqualTo(1);

        always(ok(Provider.OPENAI.answer("short")).build());
        assertThat(model.chat(HELLO).text()).isEqualTo("short");
    }

    @Test
    void errorLargerThanTheLimit_isStillTheErrorOfItsStatus() {
        always(response(401, "x".repeat(3_000_000)).build());

        LLMException e = failure(model(Provider.OPENAI));

        assertThat(e.status()).isEqualTo(401);
        assertThat(e.mayHaveBeenBilled()).isFalse();
    }
}
