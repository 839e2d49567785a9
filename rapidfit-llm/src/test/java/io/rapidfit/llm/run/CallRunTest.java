package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.CallProgress;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMBudgetExceededException;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMRateLimitException;
import io.rapidfit.llm.LLMTimeoutException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import java.lang.ref.WeakReference;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CallRunTest {

    private static final ChatModel ECHO = request -> ChatResponse.of("re: " + text(request));

    /** 34 bytes and 16 around them are at most 50 tokens, and 50 for the answer: 100 in all. */
    private static final ChatRequest HUNDRED =
            ChatRequest.builder().user("x".repeat(34)).maxTokens(50).build();

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(Thread.interrupted()).as("interrupt").isFalse();
        assertThat(callThreads()).isEmpty();
    }

    private static List<String> callThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("rapidfit-call-"))
                .toList();
    }

    private static String text(ChatRequest request) {
        return ScriptedChatModel.lastUserMessage(request);
    }

    private static List<ChatRequest> requests(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ChatRequest.of(String.valueOf(i)))
                .toList();
    }

    private static int number(ChatRequest request) {
        return Integer.parseInt(text(request));
    }

    private static List<String> answers(List<CallResult> results) {
        return results.stream()
                .filter(CallResult::isAnswered)
                .map(result -> result.response().text())
                .toList();
    }

    private static List<LLMException> failures(List<CallResult> results) {
        return results.stream()
                .filter(result -> !result.isAnswered())
                .map(CallResult::failure)
                .toList();
    }

    /** As a well-behaved model waits for its answer. */
    private static ChatResponse untilInterrupted() {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LLMCancelledException("interrupted");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread start(Runnable code) {
        Thread thread = new Thread(code);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    // ---------------------------------------------------------------- options

    @Test
    void builder_defaults() {
        AtomicInteger active = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch eight = new CountDownLatch(8);
        CallRun run = CallRun.builder()
                .chatModel(request -> {
                    most.accumulateAndGet(active.incrementAndGet(), Math::max);
                    eight.countDown();
                    await(eight); // would wait for ever with fewer than eight at once
                    active.decrementAndGet();
                    return ChatResponse.of("ok");
                })
                .build();

        assertThat(run.chatAll(requests(40))).hasSize(40).allMatch(CallResult::isAnswered);
        assertThat(most).hasValue(8);
    }

    @Test
    void build_withoutAModelIsRefused() {
        assertThatThrownBy(() -> CallRun.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: CallRun.builder().chatModel(model)");
    }

    @Test
    void builder_refusesNulls() {
        assertThatThrownBy(() -> CallRun.builder().chatModel(null)).hasMessage("chatModel must not be null");
        assertThatThrownBy(() -> CallRun.builder().budget(null)).hasMessage("budget must not be null");
        assertThatThrownBy(() -> CallRun.builder().cancellation(null)).hasMessage("cancellation must not be null");
        assertThatThrownBy(() -> CallRun.builder().onProgress(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("onProgress must not be null");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void concurrency_outsideOneToTenThousandIsRefused(int concurrency) {
        assertThatThrownBy(() -> CallRun.builder().concurrency(concurrency))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency must be in [1, 10000] but was " + concurrency);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void maxTokens_belowOneIsRefused(int maxTokens) {
        assertThatThrownBy(() -> CallRun.builder().maxTokens(maxTokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxTokens must be in [1, 2147483647] but was " + maxTokens);
    }

    @Test
    void build_withMoneyButNoPriceSaysWhatToDo() {
        CallRun.Builder builder =
                CallRun.builder().budget(Budget.builder().maxCost(1).build()).chatModel(ECHO);

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs the price of model 'custom'")
                .hasMessageContaining("Pricing.builtIn().with(\"custom\", prompt, cached, completion)");
    }

    private static Integer maxTokensSent(CallRun.Builder builder, ChatRequest request) {
        ScriptedChatModel model =
                ScriptedChatModel.builder().otherwise("ok").modelId("gpt-4.1").build();
        builder.chatModel(model).build().chat(request);
        return model.requests().get(0).maxTokens();
    }

    @Test
    void maxTokens_isSetOnlyWhereTheBudgetNeedsIt() {
        ChatRequest open = ChatRequest.of("x");
        Budget tokens = Budget.builder().maxTokens(100_000).build();

        assertThat(maxTokensSent(CallRun.builder(), open)).isNull();
        assertThat(maxTokensSent(CallRun.builder().maxTokens(7), open)).isNull();
        assertThat(maxTokensSent(
                        CallRun.builder().budget(Budget.builder().maxCalls(9).build()), open))
                .isNull();
        assertThat(maxTokensSent(CallRun.builder().budget(tokens), open)).isEqualTo(4096);
        assertThat(maxTokensSent(CallRun.builder().budget(tokens).maxTokens(7), open))
                .isEqualTo(7);
        assertThat(maxTokensSent(
                        CallRun.builder().budget(Budget.builder().maxCost(9).build()), open))
                .isEqualTo(4096);
        assertThat(maxTokensSent(CallRun.builder().budget(tokens).maxTokens(7), open.withMaxTokens(99)))
                .isEqualTo(99);
    }

    // ---------------------------------------------------------------- one call

    @Test
    void chat_answersAndCounts() {
        CallRun run = CallRun.builder().chatModel(ECHO).build();

        assertThat(run.chat(ChatRequest.of("a")).text()).isEqualTo("re: a");
        assertThat(run.usage().calls()).isEqualTo(1);
        assertThat(run.usage().failed()).isZero();
    }

    @Test
    void chat_failsWithTheModelsFailure() {
        LLMException failure = new LLMQuotaException("empty", Failure.UNKNOWN);
        CallRun run = CallRun.builder()
                .chatModel(request -> {
                    throw failure;
                })
                .build();

        assertThatThrownBy(() -> run.chat(HUNDRED)).isSameAs(failure);
        assertThat(run.usage().failed()).isEqualTo(1);
    }

    @Test
    void chat_afterCancelIsRefusedWithoutACall() {
        Cancellation cancellation = new Cancellation();
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("ok").build();
        CallRun run =
                CallRun.builder().chatModel(model).cancellation(cancellation).build();
        cancellation.cancel();

        assertThatThrownBy(() -> run.chat(HUNDRED)).isInstanceOf(LLMCancelledException.class);
        assertThat(model.requests()).isEmpty();
        assertThat(run.usage().calls()).isZero();
    }

    @Test
    void chat_underWayIsEndedByACancelAndLeavesNoInterrupt() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch entered = new CountDownLatch(1);
        CallRun run = CallRun.builder()
                .chatModel(request -> {
                    entered.countDown();
                    return untilInterrupted();
                })
                .cancellation(cancellation)
                .build();
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            assertThatThrownBy(() -> run.chat(HUNDRED)).isInstanceOf(LLMCancelledException.class);
            return Thread.currentThread().isInterrupted();
        });
        start(task);
        entered.await();

        cancellation.cancel();

        assertThat(task.get()).as("interrupt status").isFalse();
    }

    @Test
    void chat_interruptedKeepsTheStatus() {
        CallRun run = CallRun.builder()
                .chatModel(request -> untilInterrupted())
                .budget(Budget.builder().maxTokens(1000).build())
                .build();

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> run.chat(HUNDRED)).isInstanceOf(LLMCancelledException.class);

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void chat_interruptedWhileItWaitsForTheBudgetIsCancelled() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CallRun run = CallRun.builder()
                .budget(Budget.builder().maxTokens(150).build())
                .chatModel(request -> {
                    entered.countDown();
                    await(release);
                    return ChatResponse.of("ok");
                })
                .build();
        Thread first = start(() -> run.chat(HUNDRED));
        entered.await();
        FutureTask<Boolean> second = new FutureTask<>(() -> {
            assertThatThrownBy(() -> run.chat(HUNDRED))
                    .isInstanceOf(LLMCancelledException.class)
                    .hasMessage("interrupted while waiting for the budget");
            return Thread.currentThread().isInterrupted();
        });
        Thread waiting = start(second);
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        waiting.interrupt();

        assertThat(second.get()).isTrue();
        release.countDown();
        first.join();
        assertThat(run.usage().calls()).isEqualTo(1);
    }

    // ---------------------------------------------------------------- many calls

    @Test
    void chatAll_ofNothingIsNothing() {
        List<CallProgress> events = Collections.synchronizedList(new ArrayList<>());
        CallRun run = CallRun.builder().chatModel(ECHO).onProgress(events::add).build();

        assertThat(run.chatAll(List.of())).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void chatAll_answersInTheOrderOfTheRequestsWhateverComesFirst() {
        CountDownLatch othersDone = new CountDownLatch(20);
        CallRun run = CallRun.builder()
                .concurrency(3)
                .chatModel(request -> {
                    if (number(request) == 0) {
                        await(othersDone); // the first ends last
                    } else {
                        othersDone.countDown();
                    }
                    return ECHO.chat(request);
                })
                .build();

        List<CallResult> results = run.chatAll(requests(21));

        assertThat(answers(results))
                .isEqualTo(IntStream.range(0, 21).mapToObj(i -> "re: " + i).toList());
        assertThat(results).extracting(CallResult::request).isEqualTo(requests(21));
    }

    @Test
    void chatAll_answersTheSameRequestAsOftenAsItIsAsked() {
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("ok").build();

        assertThat(CallRun.builder().chatModel(model).build().chatAll(Collections.nCopies(5, HUNDRED)))
                .hasSize(5);
        assertThat(model.requests()).hasSize(5);
    }

    static Stream<LLMException> ofOneCall() {
        Failure failure = Failure.answered(400, "no", "r1");
        return Stream.of(
                new LLMInvalidRequestException("wrong", failure),
                new LLMContentFilteredException("filtered", failure),
                new LLMRateLimitException("fast", failure, null),
                new LLMTimeoutException("late", Failure.lost(new RuntimeException(), true)),
                new LLMUnavailableException("down", failure, null));
    }

    @ParameterizedTest
    @MethodSource("ofOneCall")
    void chatAll_goesOnAfterAFailureOfOneCall(LLMException failure) {
        CallRun run = CallRun.builder()
                .concurrency(2)
                .chatModel(request -> {
                    if (number(request) % 5 == 3) {
                        throw failure;
                    }
                    return ECHO.chat(request);
                })
                .build();

        List<CallResult> results = run.chatAll(requests(20));

        assertThat(failures(results)).hasSize(4).allMatch(e -> e == failure); // 3, 8, 13, 18
        assertThat(answers(results)).hasSize(16);
        assertThat(results.get(3).failure()).isSameAs(failure);
        assertThat(run.usage().failed()).isEqualTo(4);
        assertThat(run.usage().calls()).isEqualTo(20);
    }

    static Stream<LLMException> ofAllCalls() {
        return Stream.of(
                new LLMAuthenticationException("key", Failure.answered(401, "", null)),
                new LLMQuotaException("credit", Failure.answered(429, "", null)));
    }

    @ParameterizedTest
    @MethodSource("ofAllCalls")
    void chatAll_endsAfterAFailureThatConcernsAllAndKeepsTheAnswers(LLMException failure) {
        AtomicInteger calls = new AtomicInteger();
        CallRun run = CallRun.builder()
                .concurrency(1)
                .chatModel(request -> {
                    calls.incrementAndGet();
                    if (number(request) == 3) {
                        throw failure;
                    }
                    return ECHO.chat(request);
                })
                .build();

        List<CallResult> results = run.chatAll(requests(1000));

        assertThat(calls).hasValue(4);
        assertThat(answers(results)).containsExactly("re: 0", "re: 1", "re: 2");
        assertThat(failures(results)).hasSize(997).allMatch(e -> e == failure);
        assertThat(run.usage().calls()).isEqualTo(4);
        assertThat(run.usage().failed()).isEqualTo(1); // the others were never made
    }

    @Test
    void chatAll_letsCallsUnderWayEndWhereTheKeyIsRefused() {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        CallRun run = CallRun.builder()
                .concurrency(2)
                .chatModel(request -> {
                    if (number(request) == 0) {
                        entered.countDown();
                        await(refused);
                        return ECHO.chat(request); // paid for
                    }
                    await(entered);
                    refused.countDown();
                    throw new LLMAuthenticationException("key", Failure.UNKNOWN);
                })
                .build();

        List<CallResult> results = run.chatAll(requests(10));

        assertThat(results.get(0).isAnswered()).isTrue();
        assertThat(failures(results)).hasSize(9);
    }

    // ---------------------------------------------------------------- progress

    @Test
    void onProgress_countsUpToTheTotal() {
        List<CallProgress> events = new ArrayList<>(); // no lock: events come one at a time
        CallRun run = CallRun.builder()
                .concurrency(8)
                .chatModel(request -> ECHO.chat(request).withUsage(new Usage(3, 2, 0)))
                .onProgress(events::add)
                .build();

        run.chatAll(requests(200));

        assertThat(events)
                .extracting(CallProgress::done)
                .isEqualTo(IntStream.rangeClosed(1, 200).boxed().toList());
        assertThat(events).allMatch(event -> event.total() == 200);
        assertThat(events).allMatch(event -> event.usage().calls() >= event.done());
        assertThat(events)
                .extracting(event -> event.usage().tokens().totalTokens())
                .isSorted();
        assertThat(events.get(199).usage().tokens()).isEqualTo(new Usage(600, 400, 0));
    }

    @Test
    void onProgress_countsCallsThatFailedOrWereNeverMadeToo() {
        List<Integer> done = new ArrayList<>();
        CallRun run = CallRun.builder()
                .chatModel(ECHO)
                .budget(Budget.builder().maxCalls(3).build())
                .onProgress(event -> done.add(event.done()))
                .build();

        run.chatAll(requests(50));

        assertThat(done).isEqualTo(IntStream.rangeClosed(1, 50).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onProgress_thatThrowsEndsTheRunAndIsRethrown(boolean error) {
        Throwable thrown = error ? new AssertionError("window closed") : new IllegalStateException("window closed");
        CountDownLatch othersEntered = new CountDownLatch(3);
        CallRun run = CallRun.builder()
                .concurrency(4)
                .chatModel(request -> {
                    if (number(request) == 0) {
                        await(othersEntered);
                        return ECHO.chat(request);
                    }
                    othersEntered.countDown();
                    return untilInterrupted();
                })
                .onProgress(event -> sneak(thrown))
                .build();

        assertThatThrownBy(() -> run.chatAll(requests(100))).isSameAs(thrown);
        assertThat(run.usage().calls()).isEqualTo(4);
    }

    @Test
    void onProgress_isNotCalledAgainAfterItThrew() {
        AtomicInteger events = new AtomicInteger();
        CallRun run = CallRun.builder()
                .chatModel(ECHO)
                .onProgress(event -> {
                    events.incrementAndGet();
                    throw new IllegalStateException("window closed");
                })
                .build();

        assertThatThrownBy(() -> run.chatAll(requests(100))).hasMessage("window closed");
        assertThat(events).hasValue(1);
    }

    @Test
    void onProgress_mayCancelTheRun() {
        Cancellation cancellation = new Cancellation();
        CallRun run = CallRun.builder()
                .concurrency(1)
                .chatModel(ECHO)
                .cancellation(cancellation)
                .onProgress(event -> {
                    if (event.done() == 5) {
                        cancellation.cancel();
                    }
                })
                .build();

        List<CallResult> results = run.chatAll(requests(20));

        assertThat(answers(results)).containsExactly("re: 0", "re: 1", "re: 2", "re: 3", "re: 4");
        assertThat(failures(results)).hasSize(15).allMatch(LLMCancelledException.class::isInstance);
    }

    // ---------------------------------------------------------------- bugs

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    static Stream<Throwable> bugs() {
        return Stream.of(new IllegalStateException("bug"), new NullPointerException(), new StackOverflowError());
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void chatAll_endsWithABugOfTheModelAndRethrowsIt(Throwable bug) {
        CountDownLatch othersEntered = new CountDownLatch(3);
        CallRun run = CallRun.builder()
                .concurrency(4)
                .chatModel(request -> {
                    if (number(request) == 0) {
                        await(othersEntered);
                        sneak(bug);
                    }
                    othersEntered.countDown();
                    return untilInterrupted();
                })
                .build();

        assertThatThrownBy(() -> run.chatAll(requests(100))).isSameAs(bug);
        assertThat(run.usage().failed()).isEqualTo(4);
    }

    @Test
    void chatAll_withABugDoesNotLeaveOthersWaitingForTheBudget() {
        IllegalStateException bug = new IllegalStateException("bug");
        CallRun run = CallRun.builder()
                .concurrency(8)
                .budget(Budget.builder().maxTokens(150).build()) // one at a time: the others wait
                .chatModel(request -> {
                    throw bug;
                })
                .build();

        assertThatThrownBy(() -> run.chatAll(Collections.nCopies(100, HUNDRED))).isSameAs(bug);
    }

    @Test
    void chatAll_reportsAModelThatAnswersNothing() {
        CallRun run = CallRun.builder().chatModel(request -> null).build();

        assertThatThrownBy(() -> run.chatAll(requests(5))).isInstanceOf(NullPointerException.class);
    }

    /** Kotlin and Scala do not know checked exceptions. A worker once died of it, and others waited for it for ever. */
    @Test
    void chatAll_endsWithACheckedExceptionOfTheModelToo() {
        java.io.IOException checked = new java.io.IOException("from Kotlin");
        CallRun run = CallRun.builder()
                .concurrency(8)
                .budget(Budget.builder().maxTokens(150).build())
                .chatModel(request -> {
                    CallRunTest.<RuntimeException>sneak(checked);
                    return ChatResponse.of("never");
                })
                .build();

        assertThatThrownBy(() -> run.chatAll(Collections.nCopies(100, HUNDRED)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the model threw a checked exception: java.io.IOException: from Kotlin")
                .hasCause(checked);
    }

    // ---------------------------------------------------------------- cancellation

    /** Answers the first requests at once, and hangs in the others until it is interrupted. */
    private static ChatModel hangingFrom(int first, CountDownLatch hanging) {
        return request -> {
            if (number(request) < first) {
                return ECHO.chat(request);
            }
            hanging.countDown();
            return untilInterrupted();
        };
    }

    private static void assertKeptThree(List<CallResult> results) {
        assertThat(results).hasSize(50);
        assertThat(answers(results)).containsExactly("re: 0", "re: 1", "re: 2");
        assertThat(failures(results)).hasSize(47).allMatch(LLMCancelledException.class::isInstance);
    }

    @Test
    void cancel_fromAnotherThreadEndsTheRunWithinASecondAndKeepsTheAnswers() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch hanging = new CountDownLatch(4);
        CallRun run = CallRun.builder()
                .concurrency(4)
                .chatModel(hangingFrom(3, hanging))
                .cancellation(cancellation)
                .build();
        AtomicBoolean interrupted = new AtomicBoolean();
        FutureTask<List<CallResult>> task = new FutureTask<>(() -> {
            List<CallResult> results = run.chatAll(requests(50));
            interrupted.set(Thread.currentThread().isInterrupted());
            return results;
        });
        Thread caller = start(task);
        hanging.await();

        cancellation.cancel();
        caller.join(1000);

        assertThat(caller.isAlive()).isFalse();
        assertKeptThree(task.get());
        assertThat(interrupted).as("interrupt status of the caller").isFalse();
        assertThat(callThreads()).isEmpty();
        assertThat(run.usage().calls()).isEqualTo(7);
        assertThatThrownBy(() -> run.chat(HUNDRED)).isInstanceOf(LLMCancelledException.class);
    }

    @Test
    void interrupt_ofTheCallerEndsTheRunWithinASecondAndKeepsTheAnswers() throws Exception {
        CountDownLatch hanging = new CountDownLatch(4);
        CallRun run = CallRun.builder()
                .concurrency(4)
                .chatModel(hangingFrom(3, hanging))
                .build();
        AtomicBoolean interrupted = new AtomicBoolean();
        FutureTask<List<CallResult>> task = new FutureTask<>(() -> {
            List<CallResult> results = run.chatAll(requests(50));
            interrupted.set(Thread.currentThread().isInterrupted());
            return results;
        });
        Thread caller = start(task);
        hanging.await();

        caller.interrupt();
        caller.join(1000);

        assertThat(caller.isAlive()).isFalse();
        assertKeptThree(task.get());
        assertThat(interrupted).as("interrupt status of the caller").isTrue();
        assertThat(callThreads()).isEmpty();
        assertThat(run.chatAll(List.of())).as("the run itself is not cancelled").isEmpty();
    }

    @Test
    void interrupt_beforeTheRunEndsItAtOnce() {
        CallRun run = CallRun.builder().chatModel(request -> untilInterrupted()).build();

        Thread.currentThread().interrupt();
        List<CallResult> results = run.chatAll(requests(50));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failures(results)).hasSize(50).allMatch(LLMCancelledException.class::isInstance);
    }

    @Test
    void cancel_beforeTheRunMakesNoCall() {
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("ok").build();
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        CallRun run =
                CallRun.builder().chatModel(model).cancellation(cancellation).build();

        List<CallResult> results = run.chatAll(requests(50));

        assertThat(failures(results)).hasSize(50).allMatch(LLMCancelledException.class::isInstance);
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void cancel_endsThoseWhoWaitForTheBudget() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch hanging = new CountDownLatch(1);
        CallRun run = CallRun.builder()
                .concurrency(8)
                .budget(Budget.builder().maxTokens(150).build())
                .chatModel(request -> {
                    hanging.countDown();
                    return untilInterrupted();
                })
                .cancellation(cancellation)
                .build();
        FutureTask<List<CallResult>> task = new FutureTask<>(() -> run.chatAll(Collections.nCopies(50, HUNDRED)));
        Thread caller = start(task);
        hanging.await();

        cancellation.cancel();
        caller.join(1000);

        assertThat(caller.isAlive()).isFalse();
        assertThat(failures(task.get())).hasSize(50).allMatch(LLMCancelledException.class::isInstance);
    }

    @Test
    void cancel_keepsAnAnswerThatIsThere() {
        Cancellation cancellation = new Cancellation();
        CallRun run = CallRun.builder()
                .concurrency(1)
                .chatModel(request -> {
                    cancellation.cancel(); // just as the answer arrives
                    return ECHO.chat(request);
                })
                .cancellation(cancellation)
                .build();

        List<CallResult> results = run.chatAll(requests(3));

        assertThat(answers(results)).containsExactly("re: 0");
        assertThat(failures(results)).hasSize(2);
        assertThat(run.usage().failed()).isZero();
    }

    @Test
    void cancel_ofOneTokenEndsEveryRunThatHasIt() throws Exception {
        Cancellation cancellation = new Cancellation();
        CountDownLatch hanging = new CountDownLatch(8);
        List<FutureTask<List<CallResult>>> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CallRun run = CallRun.builder()
                    .concurrency(4)
                    .chatModel(hangingFrom(3, hanging))
                    .cancellation(cancellation)
                    .build();
            FutureTask<List<CallResult>> task = new FutureTask<>(() -> run.chatAll(requests(50)));
            tasks.add(task);
            start(task);
        }
        hanging.await();

        cancellation.cancel();

        for (FutureTask<List<CallResult>> task : tasks) {
            assertKeptThree(task.get());
        }
    }

    /** Cancels at every moment there is: nothing hangs, nothing is lost or counted twice. */
    @Test
    void cancel_atAnyMomentLosesNothing() throws Exception {
        for (int round = 0; round < 100; round++) {
            Cancellation cancellation = new Cancellation();
            AtomicInteger answered = new AtomicInteger();
            CountDownLatch some = new CountDownLatch(1 + round % 20);
            CallRun run = CallRun.builder()
                    .concurrency(4)
                    .chatModel(request -> {
                        answered.incrementAndGet();
                        some.countDown();
                        return ECHO.chat(request);
                    })
                    .cancellation(cancellation)
                    .build();
            FutureTask<List<CallResult>> task = new FutureTask<>(() -> run.chatAll(requests(40)));
            Thread caller = start(task);
            some.await();
            cancellation.cancel();
            List<CallResult> results = task.get();
            caller.join();

            assertThat(answers(results)).hasSize(answered.get()); // each that the model gave is kept
            assertThat(run.usage().calls()).isEqualTo(answered.get());
        }
    }

    // ---------------------------------------------------------------- budget

    @Test
    void budget_ofCallsEndsTheRunAndKeepsTheAnswers() {
        ScriptedChatModel model = ScriptedChatModel.builder().otherwise("ok").build();
        CallRun run = CallRun.builder()
                .chatModel(model)
                .budget(Budget.builder().maxCalls(3).build())
                .build();

        List<CallResult> results = run.chatAll(requests(100));

        assertThat(answers(results)).hasSize(3);
        assertThat(failures(results)).hasSize(97).allMatch(LLMBudgetExceededException.class::isInstance);
        assertThat(model.requests()).hasSize(3);
        assertThat(run.usage().calls()).isEqualTo(3);
        assertThat(run.usage().failed()).isZero();
    }

    @Test
    void budget_isOneForTheWholeRun() {
        CallRun run = CallRun.builder()
                .chatModel(ECHO)
                .budget(Budget.builder().maxCalls(5).build())
                .build();

        assertThat(answers(run.chatAll(requests(3)))).hasSize(3);
        run.chat(HUNDRED);
        assertThat(answers(run.chatAll(requests(3)))).hasSize(1);
        assertThatThrownBy(() -> run.chat(HUNDRED))
                .isInstanceOf(LLMBudgetExceededException.class)
                .hasMessageContaining("spent 5 calls");
    }

    /** Sees from the server's side that what is spent and what may yet be spent never exceed a cap. */
    private static final class Till implements ChatModel {

        private final long cap;
        private final long useOfHundred;
        private final Random random = new Random(1);
        private long spent;
        private long atRisk;
        private long most;
        private long calls;
        private long mostAtOnce;
        private long underWay;

        Till(long cap, long useOfHundred) {
            this.cap = cap;
            this.useOfHundred = useOfHundred;
        }

        @Override
        public String modelId() {
            return "m";
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            long mayCost = request.maxPromptTokens() + request.maxTokens();
            boolean yield;
            synchronized (this) {
                calls++;
                underWay++;
                mostAtOnce = Math.max(mostAtOnce, underWay);
                atRisk += mayCost;
                most = Math.max(most, spent + atRisk);
                yield = random.nextBoolean();
            }
            if (yield) {
                Thread.yield();
            }
            long used = mayCost * useOfHundred / 100;
            synchronized (this) {
                underWay--;
                atRisk -= mayCost;
                spent += used;
                assertThat(spent).isLessThanOrEqualTo(cap);
            }
            return ChatResponse.of("ok").withModel("m").withUsage(new Usage(used / 2, used - used / 2, 0));
        }
    }

    private static RunUsage spend(Till till, Budget budget, List<ChatRequest> requests) {
        CallRun run =
                CallRun.builder().chatModel(till).budget(budget).concurrency(32).build();
        List<CallResult> results = run.chatAll(requests);
        assertThat(failures(results)).allMatch(LLMBudgetExceededException.class::isInstance);
        assertThat(answers(results)).hasSize((int) till.calls);
        assertThat(run.usage().tokens().totalTokens()).isEqualTo(till.spent);
        return run.usage();
    }

    @Test
    void budget_ofTokensIsNeverExceededWhereCallsCostTheMost() {
        Till till = new Till(2050, 100);

        spend(till, Budget.builder().maxTokens(2050).build(), Collections.nCopies(500, HUNDRED));

        assertThat(till.calls).isEqualTo(20); // of 100 each; 50 are left
        assertThat(till.most).isEqualTo(2000);
    }

    @Test
    void budget_ofTokensRunsEveryCallThatFitsAfterRefunds() {
        Till till = new Till(1000, 10);

        spend(till, Budget.builder().maxTokens(1000).build(), Collections.nCopies(500, HUNDRED));

        // after n calls 10 n are spent, and the next needs 100 more: 10 n + 100 <= 1000 for n up to 90
        assertThat(till.calls).isEqualTo(91);
        assertThat(till.most).isLessThanOrEqualTo(1000);
        assertThat(till.mostAtOnce).isLessThanOrEqualTo(10);
    }

    @Test
    void budget_ofTokensLetsAllCallsRunThatDoNotNeedIt() {
        Till till = new Till(1000, 1);

        spend(till, Budget.builder().maxTokens(1000).build(), Collections.nCopies(500, HUNDRED));

        assertThat(till.calls).isEqualTo(500); // 500 of the 1000 are spent
        assertThat(till.most).isLessThanOrEqualTo(1000);
    }

    @Test
    void budget_ofMoneyIsNeverExceeded() {
        // a token for a cent: 100 tokens are a dollar
        Budget budget = Budget.builder()
                .maxCost(10)
                .pricing(Pricing.empty(LocalDate.EPOCH).with("m", 10_000, 10_000, 10_000))
                .build();
        Till dear = new Till(1000, 100);
        Till cheap = new Till(1000, 10);

        RunUsage all = spend(dear, budget, Collections.nCopies(500, HUNDRED));
        RunUsage little = spend(cheap, budget, Collections.nCopies(500, HUNDRED));

        assertThat(dear.calls).isEqualTo(10);
        assertThat(all.cost()).hasValue(10);
        assertThat(cheap.calls).isBetween(90L, 91L); // the sum of 90 dimes may come out a trifle above 9 dollars
        assertThat(cheap.most).isLessThanOrEqualTo(1000);
        assertThat(little.cost().orElseThrow()).isLessThanOrEqualTo(10);
    }

    @Test
    void budget_ofMoneyCountsTheAnswersLengthThatTheRunSets() {
        Budget budget = Budget.builder()
                .maxCost(1)
                .pricing(Pricing.empty(LocalDate.EPOCH).with("m", 0, 0, 1000)) // $0.001 a token of the answer
                .build();
        Till till = new Till(Long.MAX_VALUE, 100);
        CallRun run =
                CallRun.builder().chatModel(till).budget(budget).maxTokens(400).build();

        // at most $0.40 each by the length of their answers
        List<CallResult> results = run.chatAll(requests(10));

        assertThat(results).hasSize(10);
        assertThat(till.calls).isGreaterThanOrEqualTo(2);
        assertThat(run.usage().cost().orElseThrow()).isLessThanOrEqualTo(1);
    }

    @Test
    void budget_ofCallsIsNeverExceededByManyThreads() {
        Till till = new Till(Long.MAX_VALUE, 50);

        spend(till, Budget.builder().maxCalls(77).build(), Collections.nCopies(1000, HUNDRED));

        assertThat(till.calls).isEqualTo(77);
    }

    @Test
    void budget_isNeverExceededByRequestsOfDifferentSizes() {
        Random random = new Random(3);
        List<ChatRequest> mixed = Stream.generate(() -> HUNDRED.withMaxTokens(1 + random.nextInt(400)))
                .limit(400)
                .toList();
        for (long use : new long[] {1, 30, 100}) {
            Till till = new Till(5000, use);

            spend(till, Budget.builder().maxTokens(5000).maxCalls(300).build(), mixed);

            assertThat(till.most).isLessThanOrEqualTo(5000);
            assertThat(till.calls).isBetween(10L, 300L); // 5000 / 450
        }
    }

    // ---------------------------------------------------------------- size

    @Test
    void chatAll_ofTenThousandLeavesNeitherThreadsNorMemoryBehind() {
        AtomicInteger calls = new AtomicInteger();
        CallRun run = CallRun.builder()
                .concurrency(64)
                .chatModel(request -> {
                    calls.incrementAndGet();
                    return ChatResponse.of(new StringBuilder("answer").toString());
                })
                .build();
        int before = Thread.activeCount();

        List<CallResult> results = run.chatAll(requests(10_000));

        assertThat(calls).hasValue(10_000);
        assertThat(results).hasSize(10_000).allMatch(CallResult::isAnswered);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(before);
        assertThat(callThreads()).isEmpty();
        assertThat(run.usage().calls()).isEqualTo(10_000);

        List<WeakReference<Object>> kept = new ArrayList<>();
        for (CallResult result : results) {
            kept.add(new WeakReference<>(result.response()));
            kept.add(new WeakReference<>(result.request()));
        }
        results = null;
        for (int i = 0; i < 20 && kept.stream().anyMatch(reference -> reference.get() != null); i++) {
            System.gc();
        }
        assertThat(kept).as("what the run still holds").allMatch(reference -> reference.get() == null);
        assertThat(run.usage().calls()).isEqualTo(10_000); // the run itself is still in use
    }

    @Test
    void chatAll_startsNoMoreThreadsThanThereAreRequests() {
        AtomicInteger most = new AtomicInteger();
        CallRun run = CallRun.builder()
                .concurrency(10_000)
                .chatModel(request -> {
                    most.accumulateAndGet(callThreads().size(), Math::max);
                    return ECHO.chat(request);
                })
                .build();

        run.chatAll(requests(3));

        assertThat(most.get()).isBetween(1, 3);
    }

    // ---------------------------------------------------------------- as many as the model takes

    /** Answers when so many are under way at once; never with fewer. */
    private static ChatModel whenTogether(int calls) {
        CountDownLatch together = new CountDownLatch(calls);
        return CallPolicy.builder().maxConcurrency(calls).build().wrap(request -> {
            together.countDown();
            await(together);
            return ChatResponse.of("ok");
        });
    }

    @Test
    void concurrency_isTheModelsUnlessSaidOtherwise() {
        CallRun run = CallRun.builder().chatModel(whenTogether(20)).build();
        assertThat(run.chatAll(requests(20))).allMatch(CallResult::isAnswered);

        CallRun part = run.part(whenTogether(12), progress -> {});
        assertThat(part.chatAll(requests(12))).allMatch(CallResult::isAnswered);
    }

    @Test
    void build_refusesAModelThatTakesNoCall() {
        ChatModel none = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                return ChatResponse.of("ok");
            }

            @Override
            public int maxConcurrency() {
                return 0;
            }
        };

        assertThatThrownBy(() -> CallRun.builder().chatModel(none).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrency of model custom must be in [1, 10000] but was 0");
    }

    @Test
    void chatAll_onAnInterruptedThreadMakesNoCall() {
        List<ChatRequest> asked = Collections.synchronizedList(new ArrayList<>());
        CallRun run = CallRun.builder()
                .chatModel(request -> {
                    asked.add(request);
                    return ChatResponse.of("ok");
                })
                .build();
        Thread.currentThread().interrupt();

        List<CallResult> results = run.chatAll(requests(20));

        assertThat(Thread.interrupted()).isTrue(); // and clears it
        assertThat(results).hasSize(20).noneMatch(CallResult::isAnswered);
        assertThat(asked).isEmpty();
    }
}
