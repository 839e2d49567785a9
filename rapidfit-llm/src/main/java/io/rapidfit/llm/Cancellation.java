package io.rapidfit.llm;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Ends a run from another thread: calls under way are broken off, no new one starts, and what was answered before is kept.
 *
 * <p>Thread-safe. Once cancelled it stays so.
 */
public final class Cancellation {

    private final Set<Thread> calling = new HashSet<>();
    private boolean cancelled;

    /** Ends every run that was given this. */
    public synchronized void cancel() {
        cancelled = true;
        calling.forEach(Thread::interrupt);
    }

    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /**
     * Runs something that ends when its thread is interrupted, and interrupts it on {@link #cancel()}.
     *
     * @throws LLMCancelledException if it was cancelled before
     */
    public <T> T guard(Supplier<T> call) {
        Thread current = Thread.currentThread();
        boolean outermost = enter(current); // one inside another leaves the clearing up to that
        try {
            return call.get();
        } finally {
            if (outermost) {
                leave(current);
            }
        }
    }

    private synchronized boolean enter(Thread current) {
        if (cancelled) {
            throw new LLMCancelledException("the run was cancelled");
        }
        return calling.add(current);
    }

    private synchronized void leave(Thread current) {
        calling.remove(current);
        if (cancelled) {
            Thread.interrupted(); // ours: whoever lent us the thread did not ask for it
        }
    }
}
