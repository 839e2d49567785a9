package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CancellationTest {

    private final Cancellation cancellation = new Cancellation();

    @AfterEach
    void noTestLeavesAnInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static String untilInterrupted() {
        try {
            new CountDownLatch(1).await();
            throw new AssertionError("nobody counts down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    @Test
    void guard_returnsWhatTheCallDoes() {
        assertThat(cancellation.guard(() -> "x")).isEqualTo("x");
        assertThat(cancellation.isCancelled()).isFalse();
    }

    @Test
    void guard_afterCancelRefusesAndDoesNotCall() {
        List<String> calls = new ArrayList<>();
        cancellation.cancel();

        assertThat(cancellation.isCancelled()).isTrue();
        assertThatThrownBy(() -> cancellation.guard(() -> calls.add("x")))
                .isInstanceOf(LLMCancelledException.class)
                .hasMessage("the run was cancelled");
        assertThat(calls).isEmpty();
    }

    @Test
    void cancel_staysAndMayBeRepeated() {
        cancellation.cancel();
        cancellation.cancel();

        assertThat(cancellation.isCancelled()).isTrue();
    }

    @Test
    void cancel_interruptsEveryCallUnderWayAndLeavesNoInterruptBehind() throws Exception {
        List<FutureTask<String>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FutureTask<String> task = new FutureTask<>(() -> cancellation.guard(CancellationTest::untilInterrupted)
                    + (Thread.currentThread().isInterrupted() ? ", and still is" : ""));
            tasks.add(task);
            threads.add(Threads.startThread(task));
        }
        Threads.awaitWaiting(threads);

        cancellation.cancel();

        for (FutureTask<String> task : tasks) {
            assertThat(task.get()).isEqualTo("interrupted");
        }
    }

    @Test
    void cancel_doesNotTouchAThreadWhoseCallIsOver() {
        cancellation.guard(() -> "x");

        cancellation.cancel();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void cancel_justAfterTheAnswerCameLosesNothing() {
        String answer = cancellation.guard(() -> {
            cancellation.cancel(); // of this very thread: as late as can be
            return "paid for";
        });

        assertThat(answer).isEqualTo("paid for");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void guard_leavesNoInterruptBehindAFailure() {
        assertThatThrownBy(() -> cancellation.guard(() -> {
                    cancellation.cancel();
                    throw new IllegalStateException("bug");
                }))
                .hasMessage("bug");

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void guard_keepsAnInterruptThatIsNotItsOwn() {
        cancellation.guard(() -> {
            Thread.currentThread().interrupt();
            return "x";
        });

        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void guard_forgetsTheThreadAfterAFailure() {
        assertThatThrownBy(() -> cancellation.guard(() -> {
                    throw new IllegalStateException("bug");
                }))
                .hasMessage("bug");

        cancellation.cancel();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void guard_ofTwoCancellationsEndsWithEither() {
        Cancellation other = new Cancellation();

        String answer = other.guard(() -> cancellation.guard(() -> {
            other.cancel();
            return untilInterrupted();
        }));

        assertThat(answer).isEqualTo("interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(cancellation.isCancelled()).isFalse();
    }

    /** A whole pipeline under the token that its runs have too: the inner guard once took the thread off the list. */
    @Test
    void guard_withinAnotherOfTheSameStillEndsTheOuterCall() throws Exception {
        FutureTask<String> task = new FutureTask<>(() -> cancellation.guard(() -> {
            cancellation.guard(() -> "inner");
            return untilInterrupted();
        }));
        Thread thread = Threads.startThread(task);
        Threads.awaitWaiting(thread);

        cancellation.cancel();

        assertThat(task.get()).isEqualTo("interrupted");
    }

    @Test
    void guard_withinAnotherDoesNotHoldTheLock() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        FutureTask<String> task = new FutureTask<>(() -> cancellation.guard(() -> cancellation.guard(() -> {
            inside.countDown();
            return untilInterrupted();
        })));
        Threads.startThread(task);
        inside.await();

        cancellation.cancel();

        assertThat(task.get()).isEqualTo("interrupted");
    }
}
