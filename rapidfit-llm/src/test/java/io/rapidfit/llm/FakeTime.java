package io.rapidfit.llm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock that only sleeping moves. Thread-safe. */
final class FakeTime implements InstantSource, Sleeper {

    private final List<Duration> waits = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        waits.add(duration);
        now = now.plus(duration);
    }

    synchronized void advance(Duration duration) {
        now = now.plus(duration);
    }

    /** What was slept so far, in order. */
    synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }

    CallPolicy.Builder policy() {
        return CallPolicy.builder().clock(this).sleeper(this);
    }
}
