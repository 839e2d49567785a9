package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.CallProgress;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks of several calls each. */
@Timeout(20)
class CallRunDoAllTest {

    private static final ChatModel ECHO =
            request -> ChatResponse.of("re " + ScriptedChatModel.lastUserMessage(request));

    private static CallRun run(int concurrency) {
        return CallRun.builder().chatModel(ECHO).concurrency(concurrency).build();
    }

    /** A chain of two calls: the second says what the first was answered. */
    private static String twice(CallRun run, String text) {
        return run.chat(ChatRequest.of(run.chat(ChatRequest.of(text)).text())).text();
    }

    private static String failed(String task, Exception failure) {
        return task + " failed: " + failure.getMessage();
    }

    @Test
    void doAll_returnsResultsInTheOrderOfTheTasksAndCountsTheirCalls() {
        CallRun run = run(3);
        CallRun part = run.part(ECHO, progress -> {});

        List<String> results =
                run.doAll(List.of("a", "b", "c", "d"), task -> twice(part, task), CallRunDoAllTest::failed);

        assertThat(results).containsExactly("re re a", "re re b", "re re c", "re re d");
        assertThat(run.usage().calls()).isEqualTo(8);
    }

    @Test
    void doAll_doesAsManyAtOnceAsCallsAreMade() {
        CountDownLatch three = new CountDownLatch(3);

        List<String> results = run(3).doAll(
                        List.of("a", "b", "c"),
                        task -> {
                            three.countDown();
                            try {
                                three.await(); // would wait for ever with fewer than three at once
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return task;
                        },
                        CallRunDoAllTest::failed);

        assertThat(results).containsExactly("a", "b", "c");
    }

    @Test
    void doAll_tellsOfTasksNotOfTheirCalls() {
        List<CallProgress> told = new ArrayList<>();
        CallRun run = CallRun.builder()
                .chatModel(ECHO)
                .concurrency(1)
                .onProgress(told::add)
                .build();
        CallRun part = run.part(ECHO, progress -> {});

        run.doAll(List.of("a", "b"), task -> twice(part, task), CallRunDoAllTest::failed);

        assertThat(told).extracting(CallProgress::done).containsExactly(1, 2);
        assertThat(told).extracting(CallProgress::total).containsExactly(2, 2);
        assertThat(told.get(1).usage().calls()).isEqualTo(4);
    }

    @Test
    void doAll_makesAResultOfAFailureAndGoesOn() {
        List<String> results = run(1).doAll(
                        List.of("a", "b"),
                        task -> {
                            if (task.equals("a")) {
                                throw new LLMUnavailableException("down", Failure.UNKNOWN, null);
                            }
                            return task;
                        },
                        CallRunDoAllTest::failed);

        assertThat(results).containsExactly("a failed: down", "b");
    }

    @Test
    void doAll_endsWithWhatATaskThrowsElse() {
        IllegalStateException bug = new IllegalStateException("a bug");

        assertThatThrownBy(() -> run(1).doAll(
                                List.of("a", "b"),
                                task -> {
                                    throw bug;
                                },
                                CallRunDoAllTest::failed))
                .isSameAs(bug);
    }

    @Test
    void doAll_onAnInterruptedThreadBeginsNoTask() {
        List<String> begun = new ArrayList<>();
        Thread.currentThread().interrupt();

        List<String> results;
        try {
            results = run(1).doAll(
                            List.of("a", "b"),
                            task -> {
                                begun.add(task);
                                return task;
                            },
                            CallRunDoAllTest::failed);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(begun).isEmpty();
        assertThat(results).containsExactly("a failed: the run was cancelled", "b failed: the run was cancelled");
    }
}
