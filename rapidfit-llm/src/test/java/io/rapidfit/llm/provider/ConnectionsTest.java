package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.LLMException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is left behind. */
class ConnectionsTest extends ServerTest {

    private static long clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t ->
                        t.getName().startsWith("rapidfit-llm") || t.getName().startsWith("OkHttp"))
                .count();
    }

    private static List<MockResponse> every() {
        String answer = Provider.OPENAI.answer("a".repeat(1000));
        List<MockResponse> every = new ArrayList<>();
        every.add(ok(answer).build());
        for (int status : List.of(301, 400, 401, 429, 500, 503)) {
            every.add(response(status, Provider.OPENAI.error(status, "no")).build());
        }
        every.add(ok("not JSON").build());
        every.add(ok("").build());
        every.add(ok(answer).chunkedBody(answer, 10).build());
        every.add(ok(answer).onResponseStart(new SocketEffect.CloseSocket()).build());
        every.add(ok(answer).onResponseBody(new SocketEffect.CloseSocket()).build());
        every.add(response(500, "torn".repeat(1000))
                .onResponseBody(new SocketEffect.CloseSocket())
                .build());
        return every;
    }

    @Test
    void threads_stayFlatOver500CallsOfEveryKind() {
        List<MockResponse> every = every();
        server.setDispatcher(new Dispatcher() {
            private int next;

            @Override
            public synchronized MockResponse dispatch(RecordedRequest request) {
                return every.get(next++ % every.size());
            }
        });
        ChatModel model =
                model(Provider.OPENAI, o -> o.policy(policy().maxAttempts(1).build()));
        callQuietly(model, 30);
        long before = clientThreads();

        int answers = callQuietly(model, 500);

        assertThat(answers).isBetween(500 / 13 * 2, 500 / 13 * 2 + 2); // 2 of 13 kinds
        assertThat(server.getRequestCount()).isEqualTo(530);
        assertThat(clientThreads()).isLessThanOrEqualTo(before + 2);
    }

    private static int callQuietly(ChatModel model, int times) {
        int answers = 0;
        for (int i = 0; i < times; i++) {
            try {
                model.chat(HELLO);
                answers++;
            } catch (LLMException e) {
                // one of the kinds
            }
        }
        return answers;
    }

    @Test
    void threads_areAsManyAsCallsAtOnce() throws Exception {
        always(ok(Provider.OPENAI.answer("a")).build());
        ChatModel model =
                model(Provider.OPENAI, o -> o.policy(policy().maxConcurrency(4).build()));
        long before = clientThreads();
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                calls.add(callers.submit(() -> model.chat(HELLO)));
            }
            for (Future<?> call : calls) {
                call.get(20, TimeUnit.SECONDS);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(clientThreads() - before).isLessThan(12);
    }

    @Test
    void threads_doNotKeepTheProgramAlive() {
        always(ok(Provider.OPENAI.answer("a")).build());
        model(Provider.OPENAI).chat(HELLO);

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(t -> t.getName().startsWith("rapidfit-llm")
                        || t.getName().startsWith("OkHttp")
                        || t.getName().startsWith("Okio"))
                .isNotEmpty()
                .allMatch(Thread::isDaemon);
    }

    private HttpTransport transport(Duration timeout, InstantSource clock) {
        return new HttpTransport(Map.of(), new Secrets(List.of()), timeout, 2, clock);
    }

    private ChatModel model(HttpTransport transport) {
        return policy().maxAttempts(1)
                .build()
                .wrap(new ProviderModel(
                        new OpenAIProtocol(false), transport, HttpUrl.get(baseUrl()), Provider.OPENAI.builder()));
    }

    @Test
    void connections_areClosedOrIdleAfterEveryKindOfCall() {
        HttpTransport transport = transport(Duration.ofMillis(300), time);
        ChatModel model = model(transport);
        List<MockResponse> every = every();
        every.add(ok("{}").onResponseStart(SocketEffect.Stall.INSTANCE).build());
        every.add(
                ok("{}".repeat(100)).onResponseBody(SocketEffect.Stall.INSTANCE).build());
        for (MockResponse response : every) {
            always(response);
            callQuietly(model, 1);

            eventually(
                    "no connection in use after " + response.getStatus(),
                    () -> transport.connections().connectionCount()
                            == transport.connections().idleConnectionCount());
        }
        assertThat(transport.connections().connectionCount()).isLessThanOrEqualTo(2);
    }

    @Test
    @Timeout(20)
    void errorWhileReading_endsTheCallInsteadOfHangingForEver() {
        always(ok(Provider.OPENAI.answer("a")).build());
        HttpTransport transport = transport(Duration.ofSeconds(5), () -> {
            throw new OutOfMemoryError("a test's"); // as an answer may cause that does not fit into the heap
        });

        assertThatThrownBy(() -> model(transport).chat(HELLO)).hasStackTraceContaining("a test's");

        eventually(
                "no connection in use",
                () -> transport.connections().connectionCount()
                        == transport.connections().idleConnectionCount());
    }

    @Test
    void connection_isToldNotToHoldBackTheEndOfARequest() { // else 40 ms for each of more than 8 KiB
        AtomicBoolean noDelay = new AtomicBoolean();
        Socket socket = new Socket() {
            @Override
            public void setTcpNoDelay(boolean on) {
                noDelay.set(on);
            }
        };
        Connection connection = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> socket);

        new HttpTransport.CallListener()
                .connectionAcquired(
                        new OkHttpClient()
                                .newCall(new Request.Builder().url(baseUrl()).build()),
                        connection);

        assertThat(noDelay).isTrue();
    }
}
