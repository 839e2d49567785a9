package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class PolicyChatModelTest {

    private static final ChatRequest REQUEST = ChatRequest.of("hello");

    private final FakeTime time = new FakeTime();

    @AfterEach
    void noTestLeavesAnInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    /** Answers or throws one after the other, then answers "ok" for ever. */
    private static final class Steps implements ChatModel {

        private final Queue<Object> steps = new ArrayDeque<>();
        private final AtomicInteger calls = new AtomicInteger();

        Steps(Object... steps) {
            this.steps.addAll(Arrays.asList(steps));
        }

        @Override
        public synchronized ChatResponse chat(ChatRequest request) {
            calls.incrementAndGet();
            Object step = steps.poll();
            if (step instanceof RuntimeException e) {
                throw e;
            }
            if (step instanceof Error e) {
                throw e;
            }
            return step == null ? ChatResponse.of("ok") : (ChatResponse) step;
        }

        int calls() {
            return calls.get();
        }
    }

    private static LLMException rateLimited(Duration retryAfter) {
        return new LLMRateLimitException("too fast.", Failure.answered(429, "slow down", "r1"), retryAfter);
    }

    private static LLMException overloaded() {
        return new LLMUnavailableException("overloaded.", Failure.answered(529, "", null), null);
    }

    private static LLMException lost() {
        return new LLMTimeoutException("no answer.", Failure.lost(new SocketTimeoutException(), true));
    }

    private static LLMException failureOf(ChatModel model) {
        return catchThrowableOfType(LLMException.class, () -> model.chat(REQUEST));
    }

    // ---------------------------------------------------------------- what is retried

    static Stream<Named<Supplier<LLMException>>> passing() {
        return Stream.of(
                Named.of("429", () -> rateLimited(null)),
                Named.of("408", () -> new LLMTimeoutException("late", Failure.answered(408, "", null))),
                Named.of("500", () -> new LLMUnavailableException("broken", Failure.answered(500, "", null), null)),
                Named.of("529", PolicyChatModelTest::overloaded),
                Named.of(
                        "connect",
                        () -> new LLMUnavailableException(
                                "unreachable", Failure.lost(new ConnectException(), false), null)));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void chat_retriesWhatMayPass(Supplier<LLMException> failure) {
        Steps steps = new Steps(failure.get(), failure.get());

        ChatResponse response = time.policy().build().wrap(steps).chat(REQUEST);

        assertThat(response.text()).isEqualTo("ok");
        assertThat(response.attempts()).isEqualTo(3);
        assertThat(response.lostAttempts()).isZero();
        assertThat(time.waits()).hasSize(2);
    }

    static Stream<LLMException> lasting() {
        Failure failure = Failure.answered(400, "no", "r1");
        return Stream.of(
                new LLMAuthenticationException("key", failure),
                new LLMQuotaException("credit", failure),
                new LLMInvalidRequestException("wrong", failure),
                new LLMContentFilteredException("filtered", failure),
                new LLMCancelledException("cancelled"),
                new LLMBudgetExceededException("spent"));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void chat_neverRetriesWhatWillNotPass(LLMException failure) {
        Steps steps = new Steps(failure);
        ChatModel model = time.policy().retryMaybeBilled(true).build().wrap(steps);

        assertThatThrownBy(() -> model.chat(REQUEST)).isSameAs(failure);
        assertThat(steps.calls()).isEqualTo(1);
        assertThat(time.waits()).isEmpty();
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(failure.getMessage()).doesNotContain("Gave up");
    }

    static Stream<Throwable> bugs() {
        return Stream.of(new IllegalStateException("bug"), new NullPointerException(), new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void chat_doesNotRetryABugAndGivesItsPlaceBack(Throwable bug) {
        Steps steps = new Steps(bug);
        ChatModel model = time.policy().maxConcurrency(1).build().wrap(steps);

        assertThatThrownBy(() -> model.chat(REQUEST)).isSameAs(bug);
        assertThat(steps.calls()).isEqualTo(1);
        assertThat(model.chat(REQUEST).text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void chat_sendsAsOftenAsMaxAttempts(int attempts) {
        Steps steps =
                new Steps(IntStream.range(0, 9).mapToObj(i -> overloaded()).toArray());

        LLMException failure =
                failureOf(time.policy().maxAttempts(attempts).build().wrap(steps));

        assertThat(steps.calls()).isEqualTo(attempts);
        assertThat(failure.attempts()).isEqualTo(attempts);
        assertThat(failure.status()).isEqualTo(529);
        assertThat(time.waits()).hasSize(attempts - 1);
    }

    @Test
    void chat_saysAfterHowManyAttemptsItGaveUp() {
        Steps steps = new Steps(overloaded(), overloaded(), rateLimited(null));

        LLMException failure = failureOf(time.policy().maxAttempts(3).build().wrap(steps));

        assertThat(failure)
                .isInstanceOf(LLMRateLimitException.class)
                .hasMessage("Gave up after 3 attempts. too fast. The provider says: slow down (request r1)");
        assertThat(failure.providerMessage()).isEqualTo("slow down");
        assertThat(failure.requestId()).isEqualTo("r1");
    }

    @Test
    void chat_doesNotSayGaveUpAfterOneAttempt() {
        LLMException failure = failureOf(time.policy().maxAttempts(1).build().wrap(new Steps(overloaded())));

        assertThat(failure).hasMessage("overloaded.");
    }

    @Test
    void chat_passesRequestAndResponseThrough() {
        List<ChatRequest> seen = new ArrayList<>();
        ChatResponse answer = ChatResponse.of("x")
                .withModel("m")
                .withUsage(new Usage(3, 2, 1))
                .withFinishReason(FinishReason.LENGTH);
        ChatModel model = time.policy().build().wrap(request -> {
            seen.add(request);
            return answer;
        });

        assertThat(model.chat(REQUEST)).isEqualTo(answer);
        assertThat(seen).containsExactly(REQUEST);
    }

    // ---------------------------------------------------------------- waits

    private List<Duration> waitsOf(CallPolicy.Builder policy, FakeTime fake) {
        Steps steps =
                new Steps(IntStream.range(0, 100).mapToObj(i -> overloaded()).toArray());
        failureOf(policy.clock(fake).sleeper(fake).build().wrap(steps));
        return fake.waits();
    }

    /**
     * {@code new Random(42)} draws 0.72756.., 0.68322.., 0.30871.., 0.27707.. (the algorithm is part of Java's
     * specification); times 0.5, 1, 2 and 4 seconds.
     */
    @Test
    void waits_areFullJitterOfADoublingCeiling() {
        assertThat(waitsOf(CallPolicy.builder().seed(42), time))
                .containsExactly(
                        Duration.ofNanos(363_781_840), // 0.7275636800328681 * 5e8
                        Duration.ofNanos(683_223_471), // 0.6832234717598454 * 1e9
                        Duration.ofNanos(617_438_910), // 0.30871945533265976 * 2e9
                        Duration.ofNanos(1_108_313_960)); // 0.27707849007413665 * 4e9
    }

    @Test
    void waits_stayWithinTheirCeilingAndUseAllOfIt() {
        // base 100 ms, doubled each time, cut at 1 s
        long[] ceilings = {100, 200, 400, 800, 1000, 1000, 1000};
        double[] largest = new double[ceilings.length];
        double[] smallest = new double[ceilings.length];
        Arrays.fill(smallest, 1);
        Random seeds = new Random(1); // the first draws of neighbouring seeds are much alike
        for (int round = 0; round < 200; round++) {
            List<Duration> waits = waitsOf(
                    CallPolicy.builder()
                            .maxAttempts(8)
                            .baseDelay(Duration.ofMillis(100))
                            .maxDelay(Duration.ofSeconds(1))
                            .seed(seeds.nextLong()),
                    new FakeTime());
            assertThat(waits).hasSize(7);
            for (int i = 0; i < ceilings.length; i++) {
                double share = waits.get(i).toNanos() / (ceilings[i] * 1e6);
                largest[i] = Math.max(largest[i], share);
                smallest[i] = Math.min(smallest[i], share);
            }
        }

        for (int i = 0; i < ceilings.length; i++) {
            // of 200 even draws, none in a tenth of the range: 0.9^200 = 7e-10
            assertThat(largest[i]).as("wait %s", i).isBetween(0.9, 1.0);
            assertThat(smallest[i]).as("wait %s", i).isBetween(0.0, 0.1);
        }
    }

    @Test
    void waits_areTheSameForTheSameSeed() {
        List<Duration> seven = waitsOf(CallPolicy.builder().seed(7), new FakeTime());

        assertThat(waitsOf(CallPolicy.builder().seed(7), new FakeTime())).isEqualTo(seven);
        assertThat(waitsOf(CallPolicy.builder().seed(8), new FakeTime())).isNotEqualTo(seven);
    }

    @Test
    void waits_doNotOverflowAfterManyAttempts() {
        assertThat(waitsOf(CallPolicy.builder().maxAttempts(100), time))
                .hasSize(99)
                .allMatch(wait -> !wait.isNegative() && wait.compareTo(Duration.ofSeconds(60)) <= 0);
    }

    // ---------------------------------------------------------------- Retry-After

    @Test
    void chat_waitsExactlyAsLongAsTheServerAsks() {
        Steps steps = new Steps(
                rateLimited(Duration.ofSeconds(7)),
                new LLMUnavailableException("busy", Failure.answered(503, "", null), Duration.ofMillis(1500)),
                rateLimited(Duration.ofSeconds(60))); // the longest there is by default

        ChatResponse response = time.policy().build().wrap(steps).chat(REQUEST);

        assertThat(response.attempts()).isEqualTo(4);
        assertThat(time.waits())
                .containsExactly(Duration.ofSeconds(7), Duration.ofMillis(1500), Duration.ofSeconds(60));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5})
    void chat_doesNotWaitWhereTheServerAsksForNothing(long seconds) {
        Steps steps = new Steps(rateLimited(Duration.ofSeconds(seconds)));

        assertThat(time.policy().build().wrap(steps).chat(REQUEST).attempts()).isEqualTo(2);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void chat_isNotUpsetByTheMostNegativeRetryAfter() {
        Steps steps = new Steps(rateLimited(Duration.ofSeconds(Long.MIN_VALUE)));

        assertThat(time.policy().build().wrap(steps).chat(REQUEST).attempts()).isEqualTo(2);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void chat_raisesAtOnceWhereTheServerAsksForMoreThanTheLongestWait() {
        Duration asked = Duration.ofSeconds(60).plusNanos(1);
        Steps steps = new Steps(rateLimited(asked));

        LLMException failure = failureOf(time.policy().build().wrap(steps));

        assertThat(failure)
                .isInstanceOfSatisfying(
                        LLMRateLimitException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(asked));
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(steps.calls()).isEqualTo(1);
        assertThat(time.waits()).isEmpty();
    }

    @Test
    void chat_raisesWithTheWaitAndTheAttemptsAfterAnEarlierRetry() {
        Steps steps = new Steps(
                overloaded(),
                new LLMUnavailableException("down", Failure.answered(503, "", null), Duration.ofHours(1)));

        LLMException failure = failureOf(time.policy().build().wrap(steps));

        assertThat(failure).hasMessage("Gave up after 2 attempts. down");
        assertThat(((LLMUnavailableException) failure).retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(time.waits()).hasSize(1);
    }

    // ---------------------------------------------------------------- perhaps billed

    static Stream<Supplier<LLMException>> perhapsBilled() {
        return Stream.of(
                PolicyChatModelTest::lost,
                () -> new LLMUnavailableException("torn", Failure.lost(new IOException("reset"), true), null),
                () -> new LLMUnavailableException("odd", new Failure(200, "", null, true, null), null));
    }

    @ParameterizedTest
    @MethodSource("perhapsBilled")
    void chat_doesNotRepeatWhatMayHaveBeenBilled(Supplier<LLMException> loss) {
        Steps steps = new Steps(loss.get());

        LLMException failure = failureOf(time.policy().build().wrap(steps));

        assertThat(steps.calls()).isEqualTo(1);
        assertThat(failure.mayHaveBeenBilled()).isTrue();
        assertThat(failure.attempts()).isEqualTo(1);
        assertThat(failure.lostAttempts()).isEqualTo(1);
    }

    @Test
    void chat_repeatsWhatMayHaveBeenBilledIfToldToAndCountsIt() {
        Steps steps = new Steps(lost(), overloaded(), lost());

        ChatResponse response =
                time.policy().retryMaybeBilled(true).build().wrap(steps).chat(REQUEST);

        assertThat(response.attempts()).isEqualTo(4);
        assertThat(response.lostAttempts()).isEqualTo(2);
    }

    @Test
    void chat_countsLossesInItsFailure() {
        Steps steps = new Steps(lost(), lost(), lost(), overloaded());
        CallPolicy.Builder policy = time.policy().retryMaybeBilled(true);

        LLMException lostToo = failureOf(policy.maxAttempts(2).build().wrap(steps));
        assertThat(lostToo.attempts()).isEqualTo(2);
        assertThat(lostToo.lostAttempts()).isEqualTo(2);

        LLMException notLost = failureOf(policy.build().wrap(steps));
        assertThat(notLost.mayHaveBeenBilled()).isFalse();
        assertThat(notLost.attempts()).isEqualTo(2);
        assertThat(notLost.lostAttempts()).isEqualTo(1);
    }

    /** The attempts of a model that has a policy of its own once fell out of the account, the lost ones among them. */
    @Test
    void chat_addsToTheAttemptsThatTheModelReports() {
        Steps steps = new Steps(lost(), overloaded());
        ChatModel inner = time.policy().retryMaybeBilled(true).build().wrap(steps);

        ChatResponse response = time.policy().build().wrap(inner).chat(REQUEST);

        assertThat(response.attempts()).isEqualTo(3);
        assertThat(response.lostAttempts()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- concurrency

    @Test
    void chat_neverMakesMoreCallsAtOnceThanAllowed() throws Exception {
        CountDownLatch entered = new CountDownLatch(3);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ChatModel model = time.policy().maxConcurrency(3).build().wrap(request -> {
            most.accumulateAndGet(active.incrementAndGet(), Math::max);
            entered.countDown();
            await(release);
            active.decrementAndGet();
            return ChatResponse.of("ok");
        });
        List<FutureTask<ChatResponse>> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            FutureTask<ChatResponse> answer = new FutureTask<>(() -> model.chat(REQUEST));
            answers.add(answer);
            threads.add(Threads.startThread(answer));
        }

        entered.await();
        Threads.awaitWaiting(threads); // three in the model, all others for a place
        assertThat(active).hasValue(3);
        release.countDown();

        for (FutureTask<ChatResponse> answer : answers) {
            assertThat(answer.get().text()).isEqualTo("ok");
        }
        assertThat(most).hasValue(3);
        assertThat(active).hasValue(0);
    }

    @Test
    void chat_givesItsPlaceBackAfterAFailure() {
        Steps steps = new Steps(new LLMQuotaException("empty", Failure.UNKNOWN), lost());
        ChatModel model = time.policy().maxConcurrency(1).build().wrap(steps);

        assertThat(failureOf(model)).isInstanceOf(LLMQuotaException.class);
        assertThat(failureOf(model)).isInstanceOf(LLMTimeoutException.class);
        assertThat(model.chat(REQUEST).text()).isEqualTo("ok");
    }

    @Test
    void chat_interruptedWhileItWaitsForAPlaceIsCancelled() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ChatModel model = time.policy().maxConcurrency(1).build().wrap(request -> {
            calls.incrementAndGet();
            entered.countDown();
            await(release);
            return ChatResponse.of("ok");
        });
        FutureTask<ChatResponse> first = Threads.start(() -> model.chat(REQUEST));
        entered.await();
        FutureTask<Boolean> second = new FutureTask<>(() -> {
            assertThatThrownBy(() -> model.chat(REQUEST))
                    .isInstanceOf(LLMCancelledException.class)
                    .hasMessage("interrupted while waiting to call the model");
            return Thread.currentThread().isInterrupted();
        });
        Thread waiting = Threads.startThread(second);
        Threads.awaitWaiting(waiting);

        waiting.interrupt();

        assertThat(second.get()).as("interrupt status").isTrue();
        assertThat(calls).hasValue(1);
        release.countDown();
        assertThat(first.get().text()).isEqualTo("ok");
        assertThat(model.chat(REQUEST).text()).as("the place is free again").isEqualTo("ok");
    }

    @Test
    void chat_onAnInterruptedThreadDoesNotCallTheModel() {
        Steps steps = new Steps();
        ChatModel model = time.policy().build().wrap(steps);

        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> model.chat(REQUEST)).isInstanceOf(LLMCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(steps.calls()).isZero();
    }

    @Test
    void chat_interruptedBeforeARetryIsCancelled() {
        Steps steps = new Steps(overloaded());
        ChatModel model = CallPolicy.builder()
                .maxConcurrency(1)
                .clock(time)
                .sleeper(duration -> {
                    throw new InterruptedException();
                })
                .build()
                .wrap(steps);

        assertThat(failureOf(model)).isInstanceOf(LLMCancelledException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(steps.calls()).isEqualTo(1);
        assertThat(model.chat(REQUEST).text()).as("the place is free again").isEqualTo("ok");
    }

    /** The lost answers once fell out of the account, so that a budget did not see what they may have cost. */
    @Test
    void chat_cancelledBeforeARetryStillCountsWhatWasSentAndLost() {
        Steps steps = new Steps(lost(), lost(), lost());
        AtomicInteger sleeps = new AtomicInteger();
        ChatModel model = CallPolicy.builder()
                .retryMaybeBilled(true)
                .clock(time)
                .sleeper(duration -> {
                    if (sleeps.incrementAndGet() == 2) {
                        throw new InterruptedException();
                    }
                })
                .build()
                .wrap(steps);

        LLMException failure = failureOf(model);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isInstanceOf(LLMCancelledException.class);
        assertThat(failure.attempts()).isEqualTo(2);
        assertThat(failure.lostAttempts()).isEqualTo(2);
    }

    @Test
    void chat_cancelledBetweenSendingAndAnswerCountsAsPerhapsBilled() {
        LLMException cancelled =
                new LLMCancelledException("interrupted", Failure.lost(new InterruptedException(), true));
        Steps steps = new Steps(cancelled);

        LLMException failure =
                failureOf(time.policy().retryMaybeBilled(true).build().wrap(steps));

        assertThat(failure).isSameAs(cancelled);
        assertThat(failure.lostAttempts()).isEqualTo(1);
        assertThat(steps.calls()).isEqualTo(1);
    }

    @Test
    void wrap_startsLimitsOfItsOwnEachTime() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ChatModel model = request -> {
            if (calls.getAndIncrement() == 0) {
                entered.countDown();
                await(release);
            }
            return ChatResponse.of("ok");
        };
        CallPolicy policy = time.policy().maxConcurrency(1).requestsPerMinute(1).build();
        ChatModel one = policy.wrap(model);
        ChatModel other = policy.wrap(model);
        FutureTask<ChatResponse> first = Threads.start(() -> one.chat(REQUEST));
        entered.await();

        assertThat(other.chat(REQUEST).text()).isEqualTo("ok"); // has the place and the rate to itself
        assertThat(time.waits()).isEmpty();

        release.countDown();
        first.get();
        one.chat(REQUEST); // shares the rate with the first
        assertThat(time.waits()).containsExactly(Duration.ofSeconds(60));
    }

    @Test
    void chat_needsNoRealClockOrSleeper() {
        ChatModel model =
                CallPolicy.builder().clock(InstantSource.system()).build().wrap(new Steps());

        assertThat(model.chat(REQUEST).text()).isEqualTo("ok");
    }

    @Test
    void toString_namesTheModel() {
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                return ChatResponse.of("");
            }

            @Override
            public String toString() {
                return "gpt at host";
            }
        };

        assertThat(CallPolicy.defaults().wrap(model)).hasToString("gpt at host under a policy");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void maxConcurrency_isThePolicys() {
        ChatModel bare = request -> ChatResponse.of("ok");

        assertThat(bare.maxConcurrency()).isEqualTo(8);
        assertThat(CallPolicy.defaults().wrap(bare).maxConcurrency()).isEqualTo(16);
        assertThat(CallPolicy.builder().maxConcurrency(3).build().wrap(bare).maxConcurrency())
                .isEqualTo(3);
    }
}
