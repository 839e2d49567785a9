package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMRateLimitException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.RateLimitStatus;
import io.rapidfit.llm.Usage;
import java.time.Duration;
import java.util.stream.Stream;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes back with 200. */
class AnswerTest extends ServerTest {

    @ParameterizedTest
    @CsvSource({
        "OPENAI, gpt-4.1-mini-2025-04-14, x-request-id",
        "ANTHROPIC, claude-sonnet-4-6, request-id",
        "GEMINI, gemini-2.5-flash, x-goog-request-id"
    })
    void answer_carriesTextReasonUsageModelAndRequestId(Provider provider, String modelId, String idHeader) {
        server.enqueue(ok(provider.answer("Hi \uD83D\uDE00 \"there\"\n"))
                .addHeader(idHeader, "req_123")
                .build());

        ChatResponse response = model(provider).chat(HELLO);

        assertThat(response.text()).isEqualTo("Hi \uD83D\uDE00 \"there\"\n");
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        // Anthropic: 5 + 3 read + 3 written = 11; Gemini: 5 + 2 thought = 7
        assertThat(response.usage()).isEqualTo(new Usage(11, 7, 3));
        assertThat(response.model()).isEqualTo(modelId);
        assertThat(response.requestId()).isEqualTo("req_123");
        assertThat(response.latency()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(10));
        assertThat(response.rateLimit()).isEqualTo(RateLimitStatus.UNKNOWN);
        assertThat(response.attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource
    void text_isReadFromEveryForm(Provider provider, String body, String expected) {
        server.enqueue(ok(body).build());

        assertThat(model(provider).chat(HELLO).text()).isEqualTo(expected);
    }

    static Stream<Arguments> text_isReadFromEveryForm() {
        return Stream.of(
                openAIContent("\"plain\"", "plain"),
                openAIContent("\"\"", ""),
                openAIContent("null", ""),
                openAIContent("[]", ""),
                openAIContent("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]", "ab"),
                openAIContent("[{\"type\":\"output_text\",\"text\":\"a\"}]", "a"),
                openAIContent(
                        "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"a\"}]",
                        "a"),
                openAIContent("[{\"type\":\"text\"},{\"type\":\"text\",\"text\":null},null,7]", ""),
                anthropicContent("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]", "ab"),
                anthropicContent(
                        "[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"x\"},{\"type\":\"text\",\"text\":\"a\"}]",
                        "a"),
                anthropicContent(
                        "[{\"type\":\"redacted_thinking\",\"data\":\"x\"},{\"type\":\"text\",\"text\":\"a\"}]", "a"),
                anthropicContent("[]", ""),
                geminiParts("[{\"text\":\"a\"},{\"text\":\"b\"}]", "ab"),
                geminiParts("[{\"text\":\"hm\",\"thought\":true},{\"text\":\"a\",\"thought\":false}]", "a"),
                geminiParts("[{\"inlineData\":{}},{\"text\":\"a\"}]", "a"),
                geminiParts("[]", ""));
    }

    private static Arguments openAIContent(String content, String expected) {
        return Arguments.of(
                Provider.OPENAI,
                "{\"choices\":[{\"message\":{\"reasoning_content\":\"hm\",\"content\":" + content + "}}]}",
                expected);
    }

    private static Arguments anthropicContent(String content, String expected) {
        return Arguments.of(Provider.ANTHROPIC, "{\"content\":" + content + ",\"stop_reason\":\"end_turn\"}", expected);
    }

    private static Arguments geminiParts(String parts, String expected) {
        return Arguments.of(
                Provider.GEMINI,
                "{\"candidates\":[{\"content\":{\"parts\":" + parts + "},\"finishReason\":\"STOP\"}]}",
                expected);
    }

    @ParameterizedTest
    @CsvSource({
        "OPENAI, stop, STOP",
        "OPENAI, length, LENGTH",
        "OPENAI, content_filter, CONTENT_FILTER",
        "OPENAI, tool_calls, OTHER",
        "OPENAI, STOP, OTHER",
        "ANTHROPIC, end_turn, STOP",
        "ANTHROPIC, stop_sequence, STOP",
        "ANTHROPIC, max_tokens, LENGTH",
        "ANTHROPIC, model_context_window_exceeded, LENGTH",
        "ANTHROPIC, refusal, CONTENT_FILTER",
        "ANTHROPIC, pause_turn, OTHER",
        "GEMINI, STOP, STOP",
        "GEMINI, MAX_TOKENS, LENGTH",
        "GEMINI, SAFETY, CONTENT_FILTER",
        "GEMINI, RECITATION, CONTENT_FILTER",
        "GEMINI, PROHIBITED_CONTENT, CONTENT_FILTER",
        "GEMINI, BLOCKLIST, CONTENT_FILTER",
        "GEMINI, SPII, CONTENT_FILTER",
        "GEMINI, MALFORMED_FUNCTION_CALL, OTHER"
    })
    void finishReason_isTranslated(Provider provider, String said, FinishReason expected) {
        server.enqueue(ok(reason(provider, "\"" + said + "\"", "\"some text\"")).build());

        ChatResponse response = model(provider).chat(HELLO);

        assertThat(response.finishReason()).isEqualTo(expected);
        assertThat(response.text()).isEqualTo("some text"); // what was kept back after some text is paid for
        assertThat(response.isTruncated()).isEqualTo(expected == FinishReason.LENGTH);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void finishReason_thatIsMissingIsOther(Provider provider) {
        server.enqueue(ok(reason(provider, "null", "\"a\"")).build());

        assertThat(model(provider).chat(HELLO).finishReason()).isEqualTo(FinishReason.OTHER);
    }

    @ParameterizedTest
    @CsvSource({"OPENAI, length", "ANTHROPIC, max_tokens", "GEMINI, MAX_TOKENS"})
    void emptyText_cutOffByThinkingIsAnAnswer(Provider provider, String reason) {
        server.enqueue(ok(reason(provider, "\"" + reason + "\"", "\"\"")).build());

        ChatResponse response = model(provider).chat(HELLO);

        assertThat(response.text()).isEmpty();
        assertThat(response.isTruncated()).isTrue();
    }

    private static String reason(Provider provider, String reason, String text) {
        return switch (provider) {
            case OPENAI ->
                "{\"choices\":[{\"message\":{\"content\":%s},\"finish_reason\":%s}]}".formatted(text, reason);
            case ANTHROPIC ->
                "{\"content\":[{\"type\":\"text\",\"text\":%s}],\"stop_reason\":%s}".formatted(text, reason);
            case GEMINI ->
                "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":%s}]},\"finishReason\":%s}]}"
                        .formatted(text, reason);
        };
    }

    @ParameterizedTest
    @MethodSource
    void refusal_isContentFilteredAndWasPaidFor(Provider provider, String body, String said) {
        always(ok(body).addHeader("x-request-id", "req_9").build());

        LLMContentFilteredException e = failure(model(provider), LLMContentFilteredException.class);

        assertThat(e.status()).isEqualTo(200);
        assertThat(e.providerMessage()).isEqualTo(said);
        assertThat(e.requestId()).isEqualTo("req_9");
        assertThat(e.mayHaveBeenBilled()).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    static Stream<Arguments> refusal_isContentFilteredAndWasPaidFor() {
        return Stream.of(
                Arguments.of(
                        Provider.OPENAI,
                        "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I can't help\"},\"finish_reason\":\"stop\"}]}",
                        "I can't help"),
                Arguments.of(
                        Provider.OPENAI,
                        "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"content_filter\"}]}",
                        ""),
                Arguments.of(Provider.ANTHROPIC, "{\"content\":[],\"stop_reason\":\"refusal\"}", ""),
                Arguments.of(
                        Provider.GEMINI,
                        "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":{\"promptTokenCount\":9}}",
                        "PROHIBITED_CONTENT"),
                Arguments.of(Provider.GEMINI, "{\"candidates\":[{\"finishReason\":\"SAFETY\"}]}", "SAFETY"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{}",
                "7",
                "\"text\"",
                "{\"choices\":[],\"content\":null,\"candidates\":[]}",
                "{\"choices\":[null],\"content\":\"x\",\"candidates\":[null]}",
                "{\"choices\":\"x\",\"content\":{},\"candidates\":7}",
                "{\"choices\":[{\"message\":null}],\"candidates\":[7]}",
                "{\"choices\":[{\"mess",
                "<!DOCTYPE html><html><body>Sign in</body></html>",
                "data: {\"choices\":[]}\n\n",
                "\u0000\u0001"
            })
    void answerWithoutAnAnswer_isNotRetriedSinceItMayHaveBeenBilled(String body) {
        for (Provider provider : Provider.values()) {
            int before = server.getRequestCount();
            server.enqueue(ok(body).addHeader("x-request-id", "req_1").build());

            LLMUnavailableException e = failure(model(provider), LLMUnavailableException.class);

            assertThat(e.status()).isEqualTo(200);
            assertThat(e).hasMessageContaining("Is the base URL right?").hasMessageContaining("req_1");
            assertThat(e.mayHaveBeenBilled()).isTrue();
            assertThat(e.attempts()).isEqualTo(1);
            assertThat(server.getRequestCount()).isEqualTo(before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void answerNestedTooDeep_isRefusedNotStackOverflow(Provider provider) {
        server.enqueue(ok("{\"a\":".repeat(100_000)).build());

        assertThat(failure(model(provider))).isInstanceOf(LLMUnavailableException.class);
    }

    @ParameterizedTest
    @MethodSource
    void errorUnder200_isReadAsTheErrorThatItIs(String body, Class<? extends LLMException> type, int status) {
        always(ok(body).build());

        LLMException e = failure(model(Provider.OPENAI));

        assertThat(e).isInstanceOf(type);
        assertThat(e.status()).isEqualTo(status);
        assertThat(e.providerMessage()).isEqualTo("no");
    }

    static Stream<Arguments> errorUnder200_isReadAsTheErrorThatItIs() {
        return Stream.of(
                Arguments.of("{\"error\":{\"message\":\"no\",\"code\":429}}", LLMRateLimitException.class, 429),
                Arguments.of("{\"error\":{\"message\":\"no\",\"code\":\"502\"}}", LLMUnavailableException.class, 502),
                Arguments.of("{\"error\":{\"message\":\"no\",\"code\":401}}", LLMAuthenticationException.class, 401),
                Arguments.of("{\"error\":{\"message\":\"no\",\"code\":402}}", LLMQuotaException.class, 402),
                Arguments.of(
                        "{\"error\":{\"message\":\"no\",\"code\":\"insufficient_quota\"}}",
                        LLMQuotaException.class,
                        400),
                Arguments.of("{\"error\":{\"message\":\"no\"}}", LLMInvalidRequestException.class, 400),
                Arguments.of("{\"error\":\"no\"}", LLMInvalidRequestException.class, 400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1301", "0", "200", "-5", "99999999999"})
    void errorUnder200_withACodeThatIsNoStatusIsAnInvalidRequest(String code) {
        server.enqueue(
                ok("{\"error\":{\"message\":\"no\",\"code\":" + code + "}}").build());

        assertThat(failure(model(Provider.OPENAI), LLMInvalidRequestException.class)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "false", "\"\"", "{}", "[]", "0"})
    void errorFieldThatSaysThereIsNone_doesNotLoseThePaidAnswer(String none) {
        server.enqueue(ok("{\"error\":" + none + ",\"choices\":[{\"message\":{\"content\":\"a\"}}]}")
                .build());

        assertThat(model(Provider.OPENAI).chat(HELLO).text()).isEqualTo("a");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void usage_thatIsMissingIsNone(Provider provider) {
        server.enqueue(ok(reason(provider, "null", "\"a\"")).build());

        ChatResponse response = model(provider, o -> o.modelId("my-model")).chat(HELLO);

        assertThat(response.usage()).isEqualTo(Usage.NONE);
        assertThat(response.model()).isEqualTo("my-model");
        assertThat(response.requestId()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"x\"", "-7", "{}", "[]"})
    void usage_thatMakesNoSenseIsNone(String count) {
        server.enqueue(ok("""
                {"choices":[{"message":{"content":"a"}}],
                 "usage":{"prompt_tokens":%1$s,"completion_tokens":%1$s,"prompt_tokens_details":%1$s}}""".formatted(count)).build());

        assertThat(model(Provider.OPENAI).chat(HELLO).usage()).isEqualTo(Usage.NONE);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void usage_thatIsHugeDoesNotOverflow(Provider provider) {
        String huge = Long.toString(Long.MAX_VALUE);
        server.enqueue(ok(provider.answer("a").replaceAll("(_tokens|Count)\":\\d+", "$1\":" + huge))
                .build());

        Usage usage = model(provider).chat(HELLO).usage();

        assertThat(usage.promptTokens()).isPositive();
        assertThat(usage.totalTokens()).isPositive();
        assertThat(usage.plus(usage).totalTokens()).isPositive();
    }

    @Test
    void rateLimit_isReadAsOpenAIWritesIt() {
        server.enqueue(ok(Provider.OPENAI.answer("a"))
                .addHeader("x-ratelimit-limit-requests", "500")
                .addHeader("x-ratelimit-remaining-requests", "499")
                .addHeader("x-ratelimit-reset-requests", "120ms")
                .addHeader("x-ratelimit-remaining-tokens", "199982")
                .addHeader("x-ratelimit-reset-tokens", "6m0s")
                .build());

        assertThat(model(Provider.OPENAI).chat(HELLO).rateLimit())
                .isEqualTo(new RateLimitStatus(499L, Duration.ofMillis(120), 199_982L, Duration.ofMinutes(6)));
    }

    @Test
    void rateLimit_isReadAsAnthropicWritesIt() {
        server.enqueue(ok(Provider.ANTHROPIC.answer("a"))
                .addHeader("anthropic-ratelimit-requests-remaining", "49")
                .addHeader("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:07Z")
                .addHeader("anthropic-ratelimit-tokens-remaining", "0")
                .addHeader("anthropic-ratelimit-tokens-reset", "2025-12-31T23:59:59Z")
                .build());

        assertThat(model(Provider.ANTHROPIC).chat(HELLO).rateLimit())
                .isEqualTo(new RateLimitStatus(49L, Duration.ofSeconds(7), 0L, Duration.ZERO));
    }

    @Test
    void rateLimit_isReadAsAzureWritesIt() {
        server.enqueue(ok(Provider.OPENAI.answer("a"))
                .addHeader("x-ratelimit-remaining-requests", "-1")
                .addHeader("x-ratelimit-reset-requests", "0")
                .addHeader("x-ratelimit-remaining-tokens", "9000")
                .addHeader("x-ratelimit-reset-tokens", "12")
                .build());

        assertThat(model(Provider.OPENAI).chat(HELLO).rateLimit())
                .isEqualTo(new RateLimitStatus(null, Duration.ZERO, 9000L, Duration.ofSeconds(12)));
    }

    @Test
    void compressedAnswer_isRead() throws Exception {
        Buffer zipped = new Buffer();
        try (BufferedSink sink = Okio.buffer(new GzipSink(zipped))) {
            sink.writeUtf8(Provider.OPENAI.answer("zipped"));
        }
        server.enqueue(ok("").body(zipped).setHeader("Content-Encoding", "gzip").build());

        assertThat(model(Provider.OPENAI).chat(HELLO).text()).isEqualTo("zipped");
    }

    @Test
    void answerInPieces_isPutTogether() {
        server.enqueue(ok("").chunkedBody(Provider.OPENAI.answer("\uD83D\uDE00".repeat(500)), 3)
                .build());

        assertThat(model(Provider.OPENAI).chat(HELLO).text()).isEqualTo("\uD83D\uDE00".repeat(500));
    }

    @Test
    void longAnswer_isReadWhole() {
        String text = "0123456789".repeat(2_100_000); // past the 20 million characters at which Jackson gives up
        server.enqueue(ok(Provider.OPENAI.answer(text)).build());

        assertThat(model(Provider.OPENAI).chat(HELLO).text()).isEqualTo(text);
    }

    @Test
    void attempts_countsWhatWasSent() {
        server.enqueue(response(503, "").build());
        server.enqueue(response(503, "").build());
        server.enqueue(ok(Provider.OPENAI.answer("a")).build());

        assertThat(model(Provider.OPENAI).chat(HELLO).attempts()).isEqualTo(3);
    }

    @Test
    void requestId_isBoundedAndTheFirstThatSaysSomething() {
        server.enqueue(ok(Provider.OPENAI.answer("a"))
                .addHeader("x-request-id", "i".repeat(10_000))
                .build());
        server.enqueue(ok(Provider.OPENAI.answer("a"))
                .addHeader("x-request-id", "")
                .addHeader("request-id", "b")
                .build());

        assertThat(model(Provider.OPENAI).chat(HELLO).requestId()).hasSize(200);
        assertThat(model(Provider.OPENAI).chat(HELLO).requestId()).isEqualTo("b");
    }
}
