package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.Cassette;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** A key, and another in a header, are driven through every path by a server that repeats them: nothing shows them. */
class CanaryTest extends ServerTest {

    private static final String OTHER = "hdr-canary-0123456789";

    private static final String BOTH = KEY + " and " + OTHER;

    private static final ChatRequest SCHEMA =
            ChatRequest.builder().user("a").jsonSchema("{}").build();

    @TempDir
    private Path directory;

    private final StringBuilder seen = new StringBuilder();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream errBefore = System.err;
    private final Logger root = Logger.getLogger("");
    private final List<Handler> handlersBefore = List.of(root.getHandlers());
    private final Map<Logger, Level> levelsBefore = Map.of(root, root.getLevel());
    private final List<AutoCloseable> toClose = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            synchronized (seen) {
                seen.append(logged.getMessage()).append(logged.getThrown()).append('\n');
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void captureEverything() throws Exception {
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        handlersBefore.forEach(root::removeHandler);
        root.addHandler(handler);
        root.setLevel(Level.ALL);
        slf4jLevel(0); // trace
    }

    @AfterEach
    void restore() throws Exception {
        slf4jLevel(30); // warn
        root.removeHandler(handler);
        handlersBefore.forEach(root::addHandler);
        levelsBefore.forEach(Logger::setLevel);
        System.setErr(errBefore);
        for (AutoCloseable closeable : toClose) {
            closeable.close();
        }
    }

    private static void slf4jLevel(int level) throws ReflectiveOperationException {
        for (Class<?> type : List.of(CallPolicy.class, ProviderModel.class)) {
            Object logger = LoggerFactory.getLogger(type);
            Field field = logger.getClass().getDeclaredField("currentLogLevel");
            field.setAccessible(true);
            field.setInt(logger, level);
        }
    }

    private ProviderBuilder<?> builder(Provider provider) {
        ProviderBuilder<?> builder = provider.builder();
        builder.apiKey(KEY)
                .header("X-Secret", OTHER)
                .baseUrl(baseUrl())
                .policy(policy().maxAttempts(2).retryMaybeBilled(true).build());
        return builder;
    }

    /** Calls, and notes everything that a program could print about it. */
    private void call(ChatModel model, ChatRequest request) {
        try {
            ChatResponse response =
                    Cassette.record(directory.resolve("recording.jsonl"), model).chat(request);
            note(response);
            note(response.text());
            note(response.model());
            note(response.requestId());
        } catch (LLMException e) {
            note(e.providerMessage());
            note(e.requestId());
            noteAll(e);
        } catch (RuntimeException e) {
            noteAll(e);
        }
        note(model);
    }

    private void noteAll(Throwable e) {
        StringWriter stack = new StringWriter();
        e.printStackTrace(new PrintWriter(stack));
        note(stack);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            note(cause.toString());
            note(cause.getMessage());
            note(cause.getLocalizedMessage());
            for (Throwable suppressed : cause.getSuppressed()) {
                note(suppressed.toString());
            }
        }
    }

    private void note(Object what) {
        synchronized (seen) {
            seen.append(what).append('\n');
        }
    }

    private String everythingSeen() throws IOException {
        Path recording = directory.resolve("recording.jsonl");
        synchronized (seen) {
            return seen
                    + err.toString(StandardCharsets.UTF_8)
                    + (Files.exists(recording) ? Files.readString(recording) : "");
        }
    }

    private void assertNoCanary() throws IOException {
        assertThat(everythingSeen())
                .doesNotContain("sk-canary", "7f3a9b2c5d1e", "hdr-canary", "0123456789")
                .doesNotContainIgnoringCase("canary-");
    }

    private static List<MockResponse> failures(Provider provider) {
        List<MockResponse> failures = new ArrayList<>();
        for (int status : List.of(400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 504, 520, 529)) {
            failures.add(echo(status, provider.error(status, "wrong: " + BOTH)).build());
        }
        failures.add(echo(401, "not JSON: " + BOTH).build());
        failures.add(echo(401, "{\"error\":\"" + BOTH + "\"}").build());
        failures.add(echo(401, "{\"message\":\"" + BOTH + "\"}").build());
        failures.add(echo(400, "{\"detail\":[{\"msg\":\"" + BOTH + "\"}]}").build());
        failures.add(echo(400, "{\"" + KEY + "\":{\"" + OTHER + "\":1}}").build());
        failures.add(echo(429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"" + BOTH + "\"}}")
                .build());
        failures.add(echo(400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"" + BOTH + "\"}}")
                .build());
        failures.add(echo(400, provider.error(400, "response_format " + BOTH)).build());
        failures.add(echo(400, provider.error(400, "x".repeat(490) + KEY)).build()); // cut in the middle
        failures.add(echo(400, "x".repeat(490) + KEY).build());
        failures.add(echo(429, "{}").setHeader("Retry-After", KEY).build());
        failures.add(echo(429, "{}").setHeader("retry-after-ms", KEY).build());
        failures.add(echo(302, BOTH)
                .setHeader("Location", "https://" + KEY + ".example/")
                .build());
        failures.add(echo(307, BOTH)
                .setHeader("Location", "https://user:" + KEY + "@evil.example/" + OTHER + "?k=" + KEY)
                .build());
        failures.add(echo(308, BOTH).setHeader("Location", KEY).build());
        failures.add(echo(200, "not JSON: " + BOTH).build());
        failures.add(echo(200, "").build());
        failures.add(echo(200, "{\"" + KEY + "\":1}").build());
        failures.add(echo(200, "{\"error\":{\"message\":\"" + BOTH + "\",\"code\":\"" + KEY + "\"}}")
                .build());
        failures.add(echo(200, provider.answer(BOTH))
                .onResponseStart(new SocketEffect.CloseSocket())
                .build());
        failures.add(echo(200, provider.answer(BOTH))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        failures.add(echo(200, provider.answer(BOTH))
                .onResponseBody(SocketEffect.Stall.INSTANCE)
                .build());
        failures.add(echo(200, "{\"choices\":[{\"message\":{\"refusal\":\"" + BOTH + "\"}}]}")
                .build());
        failures.add(echo(200, "{\"promptFeedback\":{\"blockReason\":\"" + BOTH + "\"}}")
                .build());
        return failures;
    }

    private static MockResponse.Builder echo(int status, String body) {
        return response(status, body)
                .addHeader("x-request-id", "req-" + KEY + "-" + OTHER)
                .addHeader("x-ratelimit-remaining-requests", KEY)
                .addHeader("x-ratelimit-reset-requests", KEY)
                .addHeader("Set-Cookie", "session=" + KEY);
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isNowhereAfterEveryFailure(Provider provider) throws Exception {
        List<MockResponse> failures = failures(provider);
        for (MockResponse failure : failures) {
            always(failure);
            ProviderBuilder<?> builder = builder(provider);
            if (failure.getOnResponseBody() == SocketEffect.Stall.INSTANCE) {
                builder.timeout(Duration.ofMillis(150));
            }
            note(builder);
            call(provider.build(builder), HELLO);
        }
        always(echo(400, provider.error(400, "response_format " + BOTH)).build());
        call(provider.build(builder(provider)), SCHEMA);

        assertThat(server.getRequestCount()).isGreaterThan(failures.size());
        assertNoCanary();
        assertThat(everythingSeen()).contains("***", "Attempt 1 failed with"); // it was there to be hidden
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isNotInAnswersThatRepeatIt(Provider provider) throws Exception {
        String answer = provider.answer("Your key is " + BOTH).replaceAll("gpt-4.1-mini-2025-04-14", KEY);
        always(echo(200, answer).build());

        call(provider.build(builder(provider)), HELLO);

        assertNoCanary();
        assertThat(everythingSeen()).contains("Your key is *** and ***");
    }

    @Test
    void key_isNowhereWhenNobodyListensOrTheCallIsInterrupted() throws Exception {
        for (Provider provider : Provider.values()) {
            ProviderBuilder<?> refused = builder(provider);
            refused.baseUrl(RawServer.refusingBaseUrl());
            call(provider.build(refused), HELLO);
            ProviderBuilder<?> tls = builder(provider);
            RawServer noTls = RawServer.hangingUp();
            toClose.add(noTls);
            tls.baseUrl(noTls.baseUrl().replace("http:", "https:"));
            call(provider.build(tls), HELLO);
            Thread.currentThread().interrupt();
            call(provider.build(builder(provider)), HELLO);
            assertThat(Thread.interrupted()).isTrue();
        }

        assertNoCanary();
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isNotInWhatIsNoHttp(Provider provider) throws Exception {
        for (String garbage : List.of(
                BOTH + "\r\n\r\n",
                "HTTP/1.1 " + KEY + " OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + KEY + "\r\n{}\r\n0\r\n\r\n")) {
            RawServer raw = RawServer.saying(garbage);
            toClose.add(raw);
            ProviderBuilder<?> builder = builder(provider);
            builder.baseUrl(raw.baseUrl());
            call(provider.build(builder), HELLO);
        }

        assertNoCanary();
        assertThat(everythingSeen()).contains("***");
    }

    @Test
    void key_isNotInAnErrorThatIsTornInTheMiddleOfIt() throws Exception {
        for (int length = 5; length <= KEY.length(); length++) {
            RawServer raw = RawServer.saying(
                    "HTTP/1.1 401 No\r\nContent-Length: 1000\r\n\r\nYour key: " + KEY.substring(0, length));
            toClose.add(raw);
            ProviderBuilder<?> builder = builder(Provider.OPENAI);
            builder.baseUrl(raw.baseUrl());
            call(Provider.OPENAI.build(builder), HELLO);
        }

        assertThat(everythingSeen()).contains("Your key: ***").doesNotContain("sk-ca");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isNotInAnInvalidRetryAfter(Provider provider) throws Exception {
        always(echo(429, "{}").addHeaderLenient("Retry-After", KEY + "\u00E9").build());
        call(provider.build(builder(provider)), HELLO);

        assertNoCanary();
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("Exception in thread");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isFoundHoweverJsonWritesIt(Provider provider) throws Exception {
        String key = "sk-canary-7f3a9b2c5d1e+/=&'";
        for (String written : List.of(
                "sk-canary-7f3a9b2c5d1e+\\/=&'", // as PHP writes it
                "sk-canary-7f3a9b2c5d1e\\u002B/=\\u0026\\u0027", // as .NET writes it
                "\\u0073k-canary-7f3a9b2c5d1e+/=&'")) {
            String marker = "MARKER";
            for (MockResponse response : List.of(
                    ok(provider.answer(marker).replace(marker, written)).build(),
                    response(400, provider.error(400, marker).replace(marker, written))
                            .build(),
                    response(400, "{\"detail\":\"" + written + "\"}").build(),
                    ok("{\"error\":{\"message\":\"" + written + "\"}}").build())) {
                always(response);
                ProviderBuilder<?> builder = builder(provider);
                builder.apiKey(key);
                call(provider.build(builder), HELLO);
            }
        }

        assertNoCanary();
        assertThat(everythingSeen()).contains("***");
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void key_isNotInARequestIdThatIsCutInTheMiddleOfIt(Provider provider) throws Exception {
        for (int filler : List.of(180, 190, 199)) {
            always(response(500, "{}")
                    .addHeader("x-request-id", "i".repeat(filler) + KEY)
                    .build());
            call(provider.build(builder(provider)), HELLO);
        }

        assertThat(everythingSeen()).contains("iii***").doesNotContain("sk-");
    }

    @Test
    void answer_isNotHarmedByASecretThatIsAlsoAFieldName() {
        always(ok(Provider.OPENAI.answer("a")).build());

        assertThat(model(
                                Provider.OPENAI,
                                o -> o.header("X-Odd", "finish_reason").header("X-Other", "\":{\"role\""))
                        .chat(HELLO)
                        .text())
                .isEqualTo("a");
    }

    @Test
    void redirect_toALongNameDoesNotFillTheMessage() {
        always(response(302, "")
                .addHeader("Location", "https://" + "a".repeat(100_000) + "/")
                .build());

        assertThat(failure(model(Provider.OPENAI)).getMessage()).hasSizeLessThan(300);
    }

    @Test
    void key_isNotSentToWhereARedirectPoints() throws Exception {
        List<RecordedRequest> elsewhere = new ArrayList<>();
        try (mockwebserver3.MockWebServer other = new mockwebserver3.MockWebServer()) {
            other.start();
            other.setDispatcher(new Dispatcher() {
                @Override
                public MockResponse dispatch(RecordedRequest request) {
                    elsewhere.add(request);
                    return new MockResponse.Builder().build();
                }
            });
            for (int status : List.of(300, 301, 302, 303, 307, 308)) {
                String target = "http://127.0.0.1:" + other.getPort() + "/steal?a=b";
                always(echo(status, "").addHeader("Location", target).build());
                call(Provider.OPENAI.build(builder(Provider.OPENAI)), HELLO);
            }
        }
        assertThat(elsewhere).isEmpty();
        assertThat(server.getRequestCount()).isEqualTo(6);
        assertNoCanary();
        assertThat(everythingSeen())
                .contains("The server redirects to 127.0.0.1.")
                .doesNotContain("steal");
    }
}
