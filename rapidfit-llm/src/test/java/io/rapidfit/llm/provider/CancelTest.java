package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.LLMCancelledException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls under way end within a second. */
class CancelTest extends ServerTest {

    private final AtomicBoolean interruptedAfterwards = new AtomicBoolean();

    /** Runs the call on a thread of its own; the result is what it threw. */
    private CompletableFuture<Throwable> start(Runnable call, CompletableFuture<Thread> on) {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            Throwable thrown = null;
            try {
                call.run();
            } catch (Throwable e) {
                thrown = e;
            }
            interruptedAfterwards.set(Thread.currentThread().isInterrupted());
            ended.complete(thrown);
        });
        thread.setDaemon(true);
        on.complete(thread);
        thread.start();
        return ended;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Len",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":[",
                "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{\"error\":"
            })
    void interrupt_endsAStalledCallAndItsConnection(String sofar) throws Exception {
        try (RawServer stalled = RawServer.stallingAfter(sofar)) {
            ChatModel model = model(Provider.OPENAI, o -> o.baseUrl(stalled.baseUrl()));
            CompletableFuture<Thread> on = new CompletableFuture<>();
            CompletableFuture<Throwable> ended = start(() -> model.chat(HELLO), on);
            assertThat(stalled.asked.await(10, TimeUnit.SECONDS)).isTrue();

            long start = System.nanoTime();
            on.join().interrupt();
            Throwable thrown = ended.get(10, TimeUnit.SECONDS);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(thrown).isInstanceOf(LLMCancelledException.class);
            assertThat(interruptedAfterwards).isTrue();
            assertThat(stalled.clientHungUp.await(1, TimeUnit.SECONDS)).isTrue();
            assertThat(stalled.requests).hasValue(1);
            assertThat(time.waits()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Provider.class)
    void cancellation_endsAStalledCallFromAnotherThread(Provider provider) throws Exception {
        try (RawServer stalled = RawServer.stallingAfter("HTTP/1.1 200 OK\r\n")) {
            ChatModel model = model(provider, o -> o.baseUrl(stalled.baseUrl()));
            Cancellation cancellation = new Cancellation();
            CompletableFuture<Throwable> ended =
                    start(() -> cancellation.guard(() -> model.chat(HELLO)), new CompletableFuture<>());
            assertThat(stalled.asked.await(10, TimeUnit.SECONDS)).isTrue();

            long start = System.nanoTime();
            cancellation.cancel();
            Throwable thrown = ended.get(10, TimeUnit.SECONDS);

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
            assertThat(thrown).isInstanceOf(LLMCancelledException.class);
            assertThat(interruptedAfterwards).isFalse(); // whoever lent the thread did not ask for it
            assertThat(stalled.clientHungUp.await(1, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void cancelledCall_isCountedAsPerhapsBilled() throws Exception {
        try (RawServer stalled = RawServer.stallingAfter("")) {
            ChatModel model = model(Provider.OPENAI, o -> o.baseUrl(stalled.baseUrl()));
            CompletableFuture<Thread> on = new CompletableFuture<>();
            CompletableFuture<Throwable> ended = start(() -> model.chat(HELLO), on);
            assertThat(stalled.asked.await(10, TimeUnit.SECONDS)).isTrue();

            on.join().interrupt();

            assertThat(ended.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            LLMCancelledException.class,
                            e -> assertThat(e.mayHaveBeenBilled()).isTrue());
        }
    }

    @Test
    void interruptedThread_sendsNothing() {
        Thread.currentThread().interrupt();
        try {
            LLMCancelledException e = failure(model(Provider.OPENAI), LLMCancelledException.class);

            assertThat(e.mayHaveBeenBilled()).isFalse();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(server.getRequestCount()).isZero();
    }

    @Test
    void interruptWhileWaitingForARetry_endsTheCall() {
        always(response(503, "").addHeader("Retry-After", "30").build());
        ChatModel model = model(
                Provider.OPENAI,
                o -> o.policy(policy().sleeper(wait -> {
                            throw new InterruptedException();
                        })
                        .build()));

        failure(model, LLMCancelledException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void nextCall_worksAfterACancelledOne() throws Exception {
        server.enqueue(ok("").onResponseStart(mockwebserver3.SocketEffect.Stall.INSTANCE)
                .build());
        server.enqueue(ok(Provider.OPENAI.answer("a")).build());
        ChatModel model =
                model(Provider.OPENAI, o -> o.policy(policy().maxConcurrency(1).build()));
        CompletableFuture<Thread> on = new CompletableFuture<>();
        CompletableFuture<Throwable> ended = start(() -> model.chat(HELLO), on);
        server.takeRequest();
        on.join().interrupt();
        ended.get(10, TimeUnit.SECONDS);

        assertThat(model.chat(HELLO).text()).isEqualTo("a");
    }

    @Test
    void interruptAtAnyMoment_neitherHangsNorKeepsAPlace() throws Exception {
        always(ok(Provider.OPENAI.answer("a")).build());
        ChatModel model =
                model(Provider.OPENAI, o -> o.policy(policy().maxConcurrency(1).build()));
        Random random = new Random(7);
        int cancelled = 0;
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Thread> on = new CompletableFuture<>();
            CompletableFuture<Throwable> ended = start(() -> model.chat(HELLO), on);
            long end = System.nanoTime() + random.nextInt(2_000_000);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            on.join().interrupt();

            Throwable thrown = ended.get(10, TimeUnit.SECONDS);

            if (thrown != null) {
                assertThat(thrown).isInstanceOf(LLMCancelledException.class);
                assertThat(interruptedAfterwards).isTrue();
                cancelled++;
            }
        }
        assertThat(cancelled).isPositive();
        assertThat(model.chat(HELLO).text()).isEqualTo("a");
    }
}
