package io.rapidfit.llm;

import java.time.Duration;

/** How to wait: {@code Thread::sleep} outside tests. */
@FunctionalInterface
public interface Sleeper {

    /** Waits at least this long; returns at once for zero. */
    void sleep(Duration duration) throws InterruptedException;

    /** Really waits. */
    static Sleeper real() {
        return duration -> Thread.sleep(duration.toMillis(), duration.toNanosPart() % 1_000_000);
    }
}
