package io.rapidfit.llm;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** Threads of a test, and waiting until they wait. */
final class Threads {

    private Threads() {}

    static <T> FutureTask<T> start(Callable<T> code) {
        FutureTask<T> task = new FutureTask<>(code);
        startThread(task);
        return task;
    }

    static Thread startThread(Runnable code) {
        Thread thread = new Thread(code);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void awaitWaiting(List<Thread> threads) {
        threads.forEach(Threads::awaitWaiting);
    }

    static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            if (thread.getState() == Thread.State.TERMINATED) {
                throw new AssertionError(thread + " ended instead of waiting");
            }
            Thread.onSpinWait();
        }
    }
}
