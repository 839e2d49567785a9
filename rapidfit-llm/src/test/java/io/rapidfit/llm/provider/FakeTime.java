package io.rapidfit.llm.provider;

import io.rapidfit.llm.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock that only sleeping moves, and the waits that it was asked for. */
final class FakeTime implements InstantSource, Sleeper {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Duration> waits = new ArrayList<>();
    private Instant now = START;

    @Override
    public synchronized Instant instant() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        waits.add(duration);
        now = now.plus(duration);
    }

    synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }
}
