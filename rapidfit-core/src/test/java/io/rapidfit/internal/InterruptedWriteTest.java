package io.rapidfit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever ends a run by an interrupt wants what was made until then on disk. */
class InterruptedWriteTest {

    @TempDir
    Path dir;

    private Path file;

    @BeforeEach
    void interrupt() {
        file = dir.resolve("file.jsonl");
        Thread.currentThread().interrupt();
    }

    @AfterEach
    void theStatusStays() {
        assertThat(Thread.interrupted()).as("interrupt").isTrue();
    }

    @Test
    void replace_writesOnAnInterruptedThread() throws IOException {
        AtomicFile.replace(file, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));

        assertThat(Files.readString(file)).isEqualTo("new");
    }

    @Test
    void replace_startsAgainWhereAnInterruptComesInTheMiddle() throws IOException {
        AtomicInteger tries = new AtomicInteger();

        AtomicFile.replace(file, out -> {
            out.write("new".getBytes(StandardCharsets.UTF_8));
            if (tries.incrementAndGet() == 1) {
                Thread.currentThread().interrupt(); // the flush closes the channel
            }
        });

        assertThat(tries).hasValue(2);
        assertThat(Files.readString(file)).isEqualTo("new");
        try (var left = Files.list(dir)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void append_writesOnAnInterruptedThread() throws IOException {
        LineFile.empty().append(file, List.of("{\"a\":1}"));
        LineFile.empty().append(file, List.of("{\"a\":2}"));

        assertThat(Files.readString(file)).isEqualTo("{\"a\":1}\n{\"a\":2}\n");
    }

    @Test
    void append_setsATornTailAsideOnAnInterruptedThread() throws IOException {
        Files.write(file, "{\"a\":1}\n{\"a\":".getBytes(StandardCharsets.UTF_8));
        LineFile<String> before = LineFile.read(file, (line, number) -> {
            if (line == null || !line.endsWith("}")) {
                throw new IllegalArgumentException("no record");
            }
            return line;
        });

        before.append(file, List.of("{\"a\":2}"));

        assertThat(Files.readString(file)).isEqualTo("{\"a\":1}\n{\"a\":2}\n");
        assertThat(Files.readString(dir.resolve("file.jsonl.torn"))).isEqualTo("{\"a\":\n");
    }

    @Test
    void run_writesAgainAfterAnInterruptAndKeepsTheStatus() throws IOException {
        AtomicInteger tries = new AtomicInteger();

        Uninterrupted.run(() -> {
            assertThat(Thread.currentThread().isInterrupted())
                    .as("while writing")
                    .isFalse();
            if (tries.incrementAndGet() < 3) {
                Thread.currentThread().interrupt();
                throw new ClosedByInterruptException();
            }
        });

        assertThat(tries).hasValue(3);
    }
}
