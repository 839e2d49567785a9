package io.rapidfit.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.LineFile.Place;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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
 * changed since is not used. In memory is where it stands in the file, some 100 bytes for each. Thread-safe. Two processes must not write one journal at the same time.
 */
public final class Journal {

    /** The first bits of a hash of the call's name and its request: there may be many, and a name is long. */
    private record Entry(long high, long low) {

        static Entry of(String call, String requestHash) {
            ByteBuffer hash = ByteBuffer.wrap(Sha256.hash(requestHash + call));
            return new Entry(hash.getLong(), hash.getLong());
        }
    }

    /** Lines that are written together. */
    private static final class Batch {

        final List<String> lines = new ArrayList<>();

        /** Empty until they are written. */
        List<Place> places = List.of();
    }

    private final Path file;
    private final InstantSource clock;
    private final Map<Entry, Place> answers = new HashMap<>();
    private final Set<Entry> givenUp = new HashSet<>();
    private final Map<String, String> settings = new HashMap<>();
    private final Object disk = new Object();
    private LineFile<Boolean> before;
    private Batch waiting = new Batch();
    private boolean finished;

    private Journal(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        try {
            this.before = Files.exists(file) ? LineFile.forEachPlace(file, this::parse, line -> {}) : LineFile.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + file, e);
        }
    }

    /**
     * Opens a journal; the file is created by the first record.
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

    /**
     * The answer to a call that was made before; null if there is none.
     *
     * @throws UncheckedIOException if the file was changed or taken away since it was opened
     */
    public @Nullable ChatResponse find(String call, ChatRequest request) {
        Place place;
        synchronized (this) {
            place = answers.get(Entry.of(call, request.hash()));
        }
        if (place == null) {
            return null;
        }
        try {
            return RecordedResponse.read(RecordedResponse.MAPPER
                    .readTree(LineFile.readAt(file, place))
                    .path("response"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal " + file, e);
        }
    }

    /** Keeps an answer; when this returns, it is on disk. */
    public void add(String call, ChatRequest request, ChatResponse response) {
        ObjectNode line = line(call, request);
        line.set("response", RecordedResponse.write(response));
        Place place = append(line);
        synchronized (this) {
            answers.put(Entry.of(call, request.hash()), place);
        }
    }

    /**
     * Keeps that a call failed and the run went on without its answer. A later try of the run must go on without it too:
     * everything asked afterwards depends on it.
     */
    public void giveUp(String call, ChatRequest request) {
        append(line(call, request).put("givenUp", true));
        synchronized (this) {
            givenUp.add(Entry.of(call, request.hash()));
        }
    }

    private static ObjectNode line(String call, ChatRequest request) {
        return RecordedResponse.MAPPER
                .createObjectNode()
                .put("call", Require.notBlank("call", call))
                .put("request", request.hash());
    }

    /**
     * What a run decides once: the value that the journal has under this name, from an earlier try of the run, or else the given
     * one, which it keeps from now on.
     */
    public String setting(String name, String value) {
        Require.notBlank("name", name);
        synchronized (this) {
            String known = settings.get(name);
            if (known != null) {
                return known;
            }
        }
        append(RecordedResponse.MAPPER
                .createObjectNode()
                .put("setting", name)
                .put("value", Require.nonNull("value", value)));
        synchronized (this) {
            settings.put(name, value);
        }
        return value;
    }

    /** Whether {@link #giveUp} was said of this call. */
    public synchronized boolean isGivenUp(String call, ChatRequest request) {
        return givenUp.contains(Entry.of(call, request.hash()));
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
    private Place append(ObjectNode line) {
        line.put("time", clock.instant().toString());
        String text = text(line);
        Batch mine;
        int number;
        synchronized (this) {
            mine = waiting;
            number = mine.lines.size();
            mine.lines.add(text);
        }
        synchronized (disk) {
            if (mine.places.isEmpty()) { // else it was written by another who waited
                synchronized (this) {
                    waiting = new Batch();
                }
                try {
                    mine.places = before.append(file, mine.lines);
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot add to the journal " + file, e);
                }
                before = LineFile.empty(); // whole again: nothing to mend before the next line
            }
            return mine.places.get(number);
        }
    }

    private static String text(ObjectNode line) {
        try {
            return RecordedResponse.MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings and numbers can be written", e);
        }
    }

    private Boolean parse(@Nullable String line, int number, Place place) {
        try {
            JsonNode json = RecordedResponse.MAPPER.readTree(Require.nonNull("line", line));
            if (json.path("finished").asBoolean()) {
                finished = true;
                return true;
            }
            if (json.has("setting")) {
                settings.put(RecordedResponse.required(json, "setting"), RecordedResponse.required(json, "value"));
                return true;
            }
            Entry entry = Entry.of(RecordedResponse.required(json, "call"), RecordedResponse.required(json, "request"));
            if (json.path("givenUp").asBoolean()) {
                givenUp.add(entry);
            } else {
                RecordedResponse.read(json.path("response")); // what cannot be read is said now, not amid the run
                answers.put(entry, place);
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
