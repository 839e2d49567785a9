package io.rapidfit.examples.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.provider.OpenAIChatModel;
import io.rapidfit.llm.run.CallResult;
import io.rapidfit.llm.run.CallRun;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * What the LLM client itself costs, against a server on this machine that answers after a fixed time: the wall time of
 * many calls beside the ideal, the median of a call that is answered at once, and threads and heap over many calls.
 *
 * <p>Client and server share the machine's cores: the figures are upper bounds.
 */
public final class LLMThroughput {

    private static final byte[] ANSWER = """
            {"id":"x","model":"stub","choices":[{"index":0,"message":{"role":"assistant","content":"{\\"label\\":\\"billing\\"}"},\
            "finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":8,"total_tokens":28}}""".getBytes(StandardCharsets.UTF_8);

    private LLMThroughput() {}

    /** See the class. */
    public static void main(String[] args) throws IOException, InterruptedException {
        // Read when the server's class loads: without it, answers wait for the peer's delayed acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (Stub slow = new Stub(50);
                Stub instant = new Stub(0)) {
            wallTime(slow, out);
            ownCost(instant, out);
            growth(instant, out);
        }
    }

    private static void wallTime(Stub stub, PrintStream out) {
        ChatModel model = stub.model(16);
        chat(model, 16, 64); // connections and code are warm, as in a run's second minute
        int calls = 800;
        long start = System.nanoTime();
        chat(model, 16, calls);
        double seconds = (System.nanoTime() - start) / 1e9;
        double ideal = calls * 0.050 / 16;
        out.printf(
                Locale.ROOT,
                "%d calls of 50 ms, 16 at once: %.2f s, ideal %.2f s, ratio %.2f%n",
                calls,
                seconds,
                ideal,
                seconds / ideal);
    }

    private static void ownCost(Stub stub, PrintStream out) {
        ChatModel model = stub.model(1);
        ChatRequest request = ChatRequest.of("Where is my parcel?");
        long[] nanos = new long[5000];
        for (int round = 0; round < 2; round++) { // the first warms up
            for (int i = 0; i < nanos.length; i++) {
                long start = System.nanoTime();
                model.chat(request);
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        out.printf(
                Locale.ROOT,
                "one call answered at once: median %.3f ms, p99 %.3f ms (client, loopback and server together)%n",
                nanos[nanos.length / 2] / 1e6,
                nanos[nanos.length * 99 / 100] / 1e6);
    }

    private static void growth(Stub stub, PrintStream out) throws InterruptedException {
        ChatModel model = stub.model(64);
        chat(model, 64, 2000);
        for (int round = 0; round < 4; round++) {
            chat(model, 64, 2500);
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            out.printf(
                    Locale.ROOT,
                    "%6d calls, 64 at once: %d threads, %.1f MB of heap%n",
                    2500 * (round + 1),
                    ManagementFactory.getThreadMXBean().getThreadCount(),
                    heap / 1e6);
        }
    }

    private static void chat(ChatModel model, int concurrency, int calls) {
        CallRun run =
                CallRun.builder().chatModel(model).concurrency(concurrency).build();
        List<ChatRequest> requests = IntStream.range(0, calls)
                .mapToObj(i -> ChatRequest.of("Where is parcel " + i + "?"))
                .toList();
        List<CallResult> results = run.chatAll(requests);
        if (!results.stream().allMatch(CallResult::isAnswered)) {
            throw new IllegalStateException("not all calls were answered: " + results);
        }
    }

    /** A server that answers every request after the same time. */
    private static final class Stub implements AutoCloseable {

        private final HttpServer server;
        private final ExecutorService threads = Executors.newFixedThreadPool(64);
        private final long delayMillis;

        Stub(long delayMillis) throws IOException {
            this.delayMillis = delayMillis;
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                Thread.sleep(delayMillis);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, ANSWER.length);
                exchange.getResponseBody().write(ANSWER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        ChatModel model(int concurrency) {
            return OpenAIChatModel.builder()
                    .baseUrl("http://localhost:" + server.getAddress().getPort() + "/v1")
                    .policy(CallPolicy.builder().maxConcurrency(concurrency).build())
                    .build();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
