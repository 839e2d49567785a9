package io.rapidfit.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a model answered in one run, each answer durably before it is used: a run that broke off goes on from there,
 * and pays for no answer twice. A JSONL file of answers, without prompts and without keys.
 *
 * <p>An answer is known by the name of its call within the run and by the hash of the request; one to a request that has
 * changed since is not used. Thread-safe. Two processes must not write one journal at the same time.
 */
public final class Journal {

    private record Entry(String call, String requestHash) {}

    /** Lines that are written together. */
    private static final class Batch {

        final List<String> lines = new ArrayList<>();
        boolean written;
    }

    private final Path file;
    private final InstantSource clock;
    private final Map<Entry, ChatResponse> answers = new HashMap<>();
    private final Set<Entry> givenUp = new HashSet<>();
    private final Object disk = new Object();
    private LineFile<Boolean> before;
    private Batch waiting = new Batch();
    private boolean finished;

    private Journal(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        try {
            this.before = Files.exists(file) ? LineFile.read(file, this::parse) : LineFile.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + file, e);
        }
    }

    /**
     * Opens a journal; the file is created by the first answer.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if a line of it is no record; the message names the line. The torn end of a file
     *     that a crash left is no such line: it is set aside
     */
    public static Journal open(Path file) {
        return open(file, InstantSource.system());
    }

    /** With the clock that dates the records. */
    public static Journal open(Path file, InstantSource clock) {
        return new Journal(Require.nonNull("file", file), Require.nonNull("clock", clock));
    }

    public Path file() {
        return file;
    }

    /** The answer to a call that was made before; null if there is none. */
    public synchronized @Nullable ChatResponse find(String call, ChatRequest request) {
        return answers.get(new Entry(call, request.hash()));
    }

    /** Keeps an answer; when this returns, it is on disk. */
    public void add(String call, ChatRequest request, ChatResponse response) {
        Entry entry = new Entry(Require.notBlank("call", call), request.hash());
        ObjectNode line = line(entry);
        line.set("response", RecordedResponse.write(response));
        append(line);
        synchronized (this) {
            answers.put(entry, response);
        }
    }

    /**
     * Keeps that a call failed and the run went on without its answer. A later try of the run must go on without it too:
     * everything asked afterwards depends on it.
     */
    public void giveUp(String call, ChatRequest request) {
        Entry entry = new Entry(Require.notBlank("call", call), request.hash());
        append(line(entry).put("givenUp", true));
        synchronized (this) {
            givenUp.add(entry);
        }
    }

    private static ObjectNode line(Entry entry) {
        return RecordedResponse.MAPPER
                .createObjectNode()
                .put("call", entry.call())
                .put("request", entry.requestHash());
    }

    /** Whether {@link #giveUp} was said of this call. */
    public synchronized boolean isGivenUp(String call, ChatRequest request) {
        return givenUp.contains(new Entry(call, request.hash()));
    }

    /** Whether the run came to its end, see {@link #finish}. */
    public synchronized boolean isFinished() {
        return finished;
    }

    /** Says that the run came to its end. */
    public void finish() {
        if (!isFinished()) {
            append(RecordedResponse.MAPPER.createObjectNode().put("finished", true));
            synchronized (this) {
                finished = true;
            }
        }
    }

    /**
     * What comes while others are on their way to the disk waits, and then goes there together: that takes its time, however many
     * lines there are.
     */
    private void append(ObjectNode line) {
        line.put("time", clock.instant().toString());
        String text = text(line);
        Batch mine;
        synchronized (this) {
            mine = waiting;
            mine.lines.add(text);
        }
        synchronized (disk) {
            if (mine.written) {
                return; // by another who waited
            }
            synchronized (this) {
                waiting = new Batch();
            }
            try {
                before.append(file, mine.lines);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot add to the journal " + file, e);
            }
            before = LineFile.empty(); // whole again: nothing to mend before the next line
            mine.written = true;
        }
    }

    private static String text(ObjectNode line) {
        try {
            return RecordedResponse.MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings and numbers can be written", e);
        }
    }

    private Boolean parse(@Nullable String line, int number) {
        try {
            JsonNode json = RecordedResponse.MAPPER.readTree(Require.nonNull("line", line));
            if (json.path("finished").asBoolean()) {
                finished = true;
                return true;
            }
            Entry entry =
                    new Entry(RecordedResponse.required(json, "call"), RecordedResponse.required(json, "request"));
            if (json.path("givenUp").asBoolean()) {
                givenUp.add(entry);
            } else {
                answers.put(entry, RecordedResponse.read(json.path("response")));
            }
            return true;
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s:%s: not an answer of a journal; delete the line, and its call is made again"
                            .formatted(file, number),
                    e);
        }
    }
}
