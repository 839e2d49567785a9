package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMRateLimitException;
import io.rapidfit.llm.LLMUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a status and its body mean, and which are tried again. */
class ErrorTest extends ServerTest {

    /** What the policy waits by itself: {@code random * 0.5 s}, then {@code random * 1 s}. */
    private static List<Duration> jitter() {
        Random random = new Random(42); // the policy's default seed
        return List.of(Duration.ofNanos((long) (random.nextDouble() * 500_000_000)), Duration.ofNanos((long)
                (random.nextDouble() * 1_000_000_000)));
    }

    @ParameterizedTest
    @CsvSource({
        "400, LLMInvalidRequestException, false",
        "401, LLMAuthenticationException, false",
        "402, LLMQuotaException, false",
        "403, LLMAuthenticationException, false",
        "404, LLMInvalidRequestException, false",
        "405, LLMInvalidRequestException, false",
        "408, LLMUnavailableException, true",
        "409, LLMInvalidRequestException, false",
        "413, LLMInvalidRequestException, false",
        "418, LLMInvalidRequestException, false",
        "422, LLMInvalidRequestException, false",
        "429, LLMRateLimitException, true",
        "500, LLMUnavailableException, true",
        "501, LLMUnavailableException, false",
        "502, LLMUnavailableException, true",
        "503, LLMUnavailableException, true",
        "504, LLMUnavailableException, true",
        "520, LLMUnavailableException, false",
        "529, LLMUnavailableException, true",
        "599, LLMUnavailableException, false"
    })
    void status_decidesTypeAndRetry(int status, String type, boolean retried) {
        for (Provider provider : Provider.values()) {
            int before = server.getRequestCount();
            int waited = time.waits().size();
            always(response(status, provider.error(status, "what is wrong"))
                    .addHeader("x-request-id", "req_" + status)
                    .build());

            LLMException e = failure(model(provider));

            assertThat(e.getClass().getSimpleName()).isEqualTo(type);
            assertThat(e.status()).isEqualTo(status);
            assertThat(e.providerMessage()).isEqualTo("what is wrong");
            assertThat(e.requestId()).isEqualTo("req_" + status);
            assertThat(e).hasMessageContaining("what is wrong").hasMessageContaining("req_" + status);
            assertThat(e.attempts()).isEqualTo(retried ? 3 : 1);
            assertThat(server.getRequestCount() - before).isEqualTo(retried ? 3 : 1);
            assertThat(time.waits().subList(waited, time.waits().size())).isEqualTo(retried ? jitter() : List.of());
            // what lies behind a gateway's odd 5xx may have worked on the request
            assertThat(e.mayHaveBeenBilled()).isEqualTo(List.of(501, 520, 599).contains(status));
        }
    }

    @ParameterizedTest
    @MethodSource
    void error_ofAProviderIsUnderstood(int status, String body, Class<? extends LLMException> type, String said) {
        always(response(status, body).build());

        LLMException e = failure(model(Provider.OPENAI));

        assertThat(e).isInstanceOf(type);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e.providerMessage()).startsWith(said);
        boolean retried = type == LLMRateLimitException.class || type == LLMUnavailableException.class;
        assertThat(server.getRequestCount()).isEqualTo(retried ? 3 : 1);
    }

    static Stream<Arguments> error_ofAProviderIsUnderstood() {
        return Stream.of(
                // OpenAI
                Arguments.of(429, """
                        {"error":{"message":"You exceeded your current quota, please check your plan and billing details.",
                         "type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", LLMQuotaException.class, "You exceeded your current quota"),
                Arguments.of(429, """
                        {"error":{"message":"Your account is not active","type":"billing_not_active","param":null,"code":"billing_not_active"}}""", LLMQuotaException.class, "Your account is not active"),
                Arguments.of(429, """
                        {"error":{"message":"Rate limit reached for gpt-4.1-mini on requests per min (RPM)","type":"requests","param":null,"code":"rate_limit_exceeded"}}""", LLMRateLimitException.class, "Rate limit reached"),
                Arguments.of(401, """
                        {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}""", LLMAuthenticationException.class, "Incorrect API key provided"),
                Arguments.of(404, """
                        {"error":{"message":"The model `x` does not exist","type":"invalid_request_error","param":null,"code":"model_not_found"}}""", LLMInvalidRequestException.class, "The model `x` does not exist"),
                // Azure
                Arguments.of(400, """
                        {"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,
                         "innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}""", LLMContentFilteredException.class, "The response was filtered"),
                Arguments.of(400, """
                        {"error":{"message":"filtered","code":"BadRequest","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", LLMContentFilteredException.class, "filtered"),
                Arguments.of(429, """
                        {"error":{"code":"429","message":"Requests have exceeded call rate limit. Please retry after 5 seconds."}}""", LLMRateLimitException.class, "Requests have exceeded"),
                // Anthropic
                Arguments.of(400, """
                        {"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}""", LLMQuotaException.class, "Your credit balance is too low"),
                Arguments.of(403, """
                        {"type":"error","error":{"type":"billing_error","message":"Pay first"}}""", LLMQuotaException.class, "Pay first"),
                Arguments.of(413, """
                        {"type":"error","error":{"type":"request_too_large","message":"Too large"}}""", LLMInvalidRequestException.class, "Too large"),
                Arguments.of(529, """
                        {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", LLMUnavailableException.class, "Overloaded"),
                // Gemini
                Arguments.of(
                        429,
                        gemini("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
                        LLMQuotaException.class,
                        "You exceeded"),
                Arguments.of(
                        429,
                        "[" + gemini("GenerateRequestsPerDayPerProjectPerModel-FreeTier") + "]",
                        LLMQuotaException.class,
                        "You exceeded"),
                Arguments.of(403, """
                        {"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}""", LLMAuthenticationException.class, "Permission denied"),
                Arguments.of(503, """
                        {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""", LLMUnavailableException.class, "The model is overloaded."),
                // Ollama, DeepSeek, Mistral, gateways
                Arguments.of(
                        404,
                        "{\"error\":\"model 'x' not found\"}",
                        LLMInvalidRequestException.class,
                        "model 'x' not found"),
                Arguments.of(402, """
                        {"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}""", LLMQuotaException.class, "Insufficient Balance"),
                Arguments.of(400, """
                        {"object":"error","message":"Invalid model","type":"invalid_model","code":"1500"}""", LLMInvalidRequestException.class, "Invalid model"),
                Arguments.of(
                        502,
                        "<html><body>Bad gateway</body></html>",
                        LLMUnavailableException.class,
                        "<html><body>Bad gateway"),
                Arguments.of(500, "", LLMUnavailableException.class, ""),
                Arguments.of(500, "null", LLMUnavailableException.class, ""));
    }

    @ParameterizedTest
    @MethodSource
    void error_ofAnotherShapeIsNotLost(int status, String body, Class<? extends LLMException> type, String said) {
        always(response(status, body).build());

        LLMException e = failure(model(Provider.OPENAI));

        assertThat(e).isInstanceOf(type);
        assertThat(e.providerMessage()).contains(said);
    }

    static Stream<Arguments> error_ofAnotherShapeIsNotLost() {
        return Stream.of(
                // FastAPI, and so many home-made servers
                Arguments.of(404, "{\"detail\":\"Not Found\"}", LLMInvalidRequestException.class, "Not Found"),
                Arguments.of(
                        422,
                        "{\"detail\":[{\"loc\":[\"body\",\"messages\"],\"msg\":\"field required\",\"type\":\"missing\"}]}",
                        LLMInvalidRequestException.class,
                        "field required"),
                Arguments.of(502, "502 Bad Gateway", LLMUnavailableException.class, "502 Bad Gateway"),
                Arguments.of(503, "\"overloaded\"", LLMUnavailableException.class, "overloaded"),
                Arguments.of(400, "{\"errors\":[\"bad\"]}", LLMInvalidRequestException.class, "bad"),
                Arguments.of(400, "{\"error\":{\"type\":\"odd\"}}", LLMInvalidRequestException.class, "odd"));
    }

    @Test
    void geminiKeyThatIsWrong_isAnAuthenticationError() { // Gemini says 400
        always(response(400, """
                {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",
                 "details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}""").build());

        assertThat(failure(model(Provider.GEMINI), LLMAuthenticationException.class)
                        .status())
                .isEqualTo(400);
    }

    private static String gemini(String quotaId) {
        return """
                {"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[
                 {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"m","quotaId":"%s","quotaValue":"15"}]},
                 {"@type":"type.googleapis.com/google.rpc.Help","links":[]},
                 {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}""".formatted(quotaId);
    }

    @Test
    void geminiLimitOfAMinute_isWaitedForAsTheBodyAsks() {
        always(response(429, gemini("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"))
                .build());

        LLMRateLimitException e = failure(model(Provider.GEMINI), LLMRateLimitException.class);

        assertThat(e.retryAfter()).isEqualTo(Duration.ofMillis(34_500));
        assertThat(time.waits()).containsExactly(Duration.ofMillis(34_500), Duration.ofMillis(34_500));
    }

    @Test
    void geminiLimitOfADay_isNotWaitedFor() {
        always(response(429, gemini("GenerateRequestsPerDayPerProjectPerModel-FreeTier"))
                .build());

        failure(model(Provider.GEMINI), LLMQuotaException.class);

        assertThat(time.waits()).isEmpty();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "Retry-After | 7 | PT7S",
                "Retry-After | 0.25 | PT0.25S",
                "Retry-After | 60 | PT1M",
                "retry-after-ms | 1500 | PT1.5S",
                "retry-after-ms | 0.5 | PT0.0005S",
                "Retry-After | Thu, 01 Jan 2026 00:00:07 GMT | PT7S"
            },
            delimiter = '|')
    void retryAfter_isWaitedForExactly(String header, String value, Duration wait) {
        for (int status : List.of(408, 429, 500, 503, 529)) {
            FakeTime clock = new FakeTime();
            int before = server.getRequestCount();
            server.enqueue(response(status, "").addHeader(header, value).build());
            server.enqueue(ok(Provider.OPENAI.answer("a")).build());

            assertThat(model(
                                    Provider.OPENAI,
                                    o -> o.policy(
                                            policy().clock(clock).sleeper(clock).build()))
                            .chat(HELLO)
                            .attempts())
                    .isEqualTo(2);

            assertThat(clock.waits()).containsExactly(wait);
            assertThat(server.getRequestCount() - before).isEqualTo(2);
        }
    }

    @Test
    void retryAfter_inMillisecondsGoesFirst() {
        server.enqueue(response(429, "")
                .addHeader("Retry-After", "30")
                .addHeader("retry-after-ms", "20")
                .build());
        server.enqueue(ok(Provider.OPENAI.answer("a")).build());

        model(Provider.OPENAI).chat(HELLO);

        assertThat(time.waits()).containsExactly(Duration.ofMillis(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "Wed, 01 Jan 2025 00:00:00 GMT", "Wed, 31 Dec 2025 23:59:59 GMT"})
    void retryAfter_zeroOrPastIsNotWaitedForAndStillCounted(String value) {
        for (int status : List.of(408, 429, 503)) {
            int before = server.getRequestCount();
            always(response(status, "").addHeader("Retry-After", value).build());

            assertThat(failure(model(Provider.OPENAI)).attempts()).isEqualTo(3);

            assertThat(time.waits()).isEmpty();
            assertThat(server.getRequestCount() - before).isEqualTo(3); // OkHttp would send one more by itself
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "soon",
                "",
                "NaN",
                "1e3",
                "7s",
                "01/01/2026",
                "Thu, 32 Jan 2026 00:00:07 GMT",
                "Xxx, 01 Jan 2026 00:00:07 GMT"
            })
    void retryAfter_thatMakesNoSenseIsIgnored(String value) {
        always(response(429, "").addHeader("Retry-After", value).build());

        LLMRateLimitException e = failure(model(Provider.OPENAI), LLMRateLimitException.class);

        assertThat(e.retryAfter()).isNull();
        assertThat(time.waits()).isEqualTo(jitter());
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "Retry-After | 61 | PT1M1S",
                "Retry-After | 60.001 | PT1M0.001S",
                "Retry-After | 86400 | PT24H",
                "Retry-After | 999999999999 | PT8760H",
                "retry-after-ms | 60001 | PT1M0.001S",
                "Retry-After | Thu, 01 Jan 2026 00:01:01 GMT | PT1M1S",
                "Retry-After | Fri, 31 Dec 9999 23:59:59 GMT | PT8760H"
            },
            delimiter = '|')
    void retryAfter_aboveTheLongestWaitFailsAtOnceAndSaysHowLong(String header, String value, Duration asked) {
        always(response(429, "").addHeader(header, value).build());

        LLMRateLimitException e = failure(model(Provider.OPENAI), LLMRateLimitException.class);

        assertThat(e.retryAfter()).isEqualTo(asked);
        assertThat(e.attempts()).isEqualTo(1);
        assertThat(time.waits()).isEmpty();
        assertThat(server.getRequestCount()).isEqualTo(1);

        always(response(503, "").addHeader(header, value).build());
        assertThat(failure(model(Provider.OPENAI), LLMUnavailableException.class)
                        .retryAfter())
                .isEqualTo(asked);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void retryAfter_ofMoreDigitsThanALongIsAboveTheLongestWait() {
        always(response(429, "").addHeader("Retry-After", "9".repeat(30)).build());

        assertThat(failure(model(Provider.OPENAI)).attempts()).isEqualTo(1);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void retryAfter_withBytesThatNoHeaderMayHaveIsIgnored() {
        always(response(429, Provider.OPENAI.error(429, "slow down"))
                .addHeaderLenient("Retry-After", "7\u0001\u00E9")
                .build());

        LLMRateLimitException e = failure(model(Provider.OPENAI), LLMRateLimitException.class);

        assertThat(e.retryAfter()).isNull();
        assertThat(e.mayHaveBeenBilled()).isFalse();
        assertThat(e.attempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void errorWithATornBody_isStillTheErrorOfItsStatus(Provider provider) throws Exception {
        String torn = "HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\n{\"error\":{\"message\":\"overl";
        try (RawServer raw = RawServer.saying(torn)) {
            LLMUnavailableException e =
                    failure(model(provider, o -> o.baseUrl(raw.baseUrl())), LLMUnavailableException.class);

            assertThat(e.status()).isEqualTo(503);
            assertThat(e.mayHaveBeenBilled()).isFalse();
            assertThat(e.attempts()).isEqualTo(3);
            assertThat(e.providerMessage()).contains("overl");
            assertThat(raw.requests).hasValue(3);
        }
    }

    @Test
    void errorWithAStalledBody_isStillTheErrorOfItsStatus() throws Exception {
        try (RawServer raw = RawServer.stallingAfter("HTTP/1.1 429 Slow\r\nContent-Length: 1000\r\n\r\n{")) {
            ChatModel model =
                    model(Provider.OPENAI, o -> o.baseUrl(raw.baseUrl()).timeout(Duration.ofMillis(150)));

            LLMRateLimitException e = failure(model, LLMRateLimitException.class);

            assertThat(e.mayHaveBeenBilled()).isFalse();
            assertThat(e.attempts()).isEqualTo(3);
        }
    }

    @Test
    void providerMessage_isShortened() {
        always(response(400, Provider.OPENAI.error(400, "m".repeat(100_000))).build());

        LLMException e = failure(model(Provider.OPENAI));

        assertThat(e.providerMessage()).isEqualTo("m".repeat(500) + "...");
        assertThat(e.getMessage()).hasSizeLessThan(800);
    }

    @Test
    void providerMessage_ofHtmlIsShortened() {
        always(response(404, "<html>" + "m".repeat(100_000)).build());

        assertThat(failure(model(Provider.OPENAI)).providerMessage()).hasSize(503);
    }

    @Test
    void message_saysHowManyAttemptsWereMade() {
        always(response(500, "").build());

        assertThat(failure(model(Provider.OPENAI))).hasMessageStartingWith("Gave up after 3 attempts. ");
    }
}
