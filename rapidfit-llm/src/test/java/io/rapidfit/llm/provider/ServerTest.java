package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.LLMException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ServerSocketFactory;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server on loopback, a clock that does not move by itself, and models that use both. */
abstract class ServerTest {

    static final String KEY = "sk-canary-7f3a9b2c5d1e";

    static final ChatRequest HELLO = ChatRequest.of("Hello");

    private static final Logger SERVER_LOG = Logger.getLogger(MockWebServer.class.getName());

    final MockWebServer server = new MockWebServer();
    final FakeTime time = new FakeTime();

    @BeforeEach
    final void startServer() throws IOException {
        SERVER_LOG.setLevel(Level.OFF);
        server.setServerSocketFactory(new PromptSockets());
        server.start(InetAddress.getByName("127.0.0.1"), 0);
    }

    @AfterEach
    final void stopServer() {
        server.close();
    }

    final String baseUrl() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** Three attempts, waits by the fake clock. */
    final CallPolicy.Builder policy() {
        return CallPolicy.builder().seed(42).maxAttempts(3).clock(time).sleeper(time);
    }

    final ChatModel model(Provider provider) {
        return model(provider, options -> {});
    }

    final ChatModel model(Provider provider, Consumer<ProviderBuilder<?>> options) {
        ProviderBuilder<?> builder = provider.builder();
        builder.apiKey(KEY).baseUrl(baseUrl()).policy(policy().build()).timeout(Duration.ofSeconds(20));
        options.accept(builder);
        return provider.build(builder);
    }

    static MockResponse.Builder ok(String body) {
        return response(200, body);
    }

    static MockResponse.Builder response(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .addHeader("Content-Type", "application/json")
                .body(body);
    }

    /** Sends what it has at once: the server's body does not wait for its headers to be acknowledged. */
    private static final class PromptSockets extends ServerSocketFactory {

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new ServerSocket() {
                @Override
                public Socket accept() throws IOException {
                    Socket socket = super.accept();
                    socket.setTcpNoDelay(true);
                    return socket;
                }
            };
        }

        @Override
        public ServerSocket createServerSocket(int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
            throw new UnsupportedOperationException();
        }
    }

    /** The same response to every request. */
    final void always(MockResponse response) {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return response;
            }
        });
    }

    final JsonNode sentBody() throws InterruptedException {
        return json(server.takeRequest().getBody().utf8());
    }

    static JsonNode json(String json) {
        try {
            return HttpTransport.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    static LLMException failure(ChatModel model) {
        return failure(model, LLMException.class);
    }

    static <T extends LLMException> T failure(ChatModel model, Class<T> type) {
        T failure = catchThrowableOfType(type, () -> model.chat(HELLO));
        assertThat(failure).isNotNull();
        return failure;
    }

    /** For what another thread does in its own time. */
    static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
