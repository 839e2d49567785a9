package io.rapidfit.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.LineFile;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Records what a real model answers to a JSONL file, and plays it back: a whole pipeline is unit-tested in milliseconds,
 * without a key.
 *
 * <pre>{@code
 * ChatModel recorder = Cassette.record(Path.of("src/test/resources/refine.jsonl"), realModel); // once, by hand
 * ChatModel model = Cassette.replay(Path.of("src/test/resources/refine.jsonl"));               // in the test
 * }</pre>
 *
 * <p>A request is known by everything that it says. Asked several times, it gets the recorded answers in their order, and
 * fails when there is none left. Recordings hold prompts and answers, but no key: keys travel beside requests, never in
 * them. Both models are thread-safe.
 */
public final class Cassette {

    private static final ObjectMapper MAPPER = RecordedResponse.MAPPER;

    private Cassette() {}

    /** A model that passes everything on and adds each answered request to {@code file}, durably, before it returns. */
    public static ChatModel record(Path file, ChatModel model) {
        return new Recorder(Require.nonNull("file", file), Require.nonNull("model", model));
    }

    /**
     * A model that answers from a recording.
     *
     * @throws UncheckedIOException if the file cannot be read
     * @throws IllegalArgumentException if a line of it is no recorded exchange; the message names the line
     */
    public static ChatModel replay(Path file) {
        return new Player(file, read(Require.nonNull("file", file)).records());
    }

    /**
     * A model that answers from a recording where it can, and else asks {@code model} and adds the answer: for a recording
     * that grows with the tests, and for going on after a run that broke off.
     */
    public static ChatModel extend(Path file, ChatModel model) {
        LineFile<Exchange> known = Files.exists(file) ? read(file) : LineFile.empty();
        Player player = new Player(file, known.records());
        ChatModel recorder = record(file, model);
        return new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                ChatResponse answer = player.next(request);
                return answer != null ? answer : recorder.chat(request);
            }

            @Override
            public String modelId() {
                return model.modelId();
            }

            @Override
            public int maxConcurrency() {
                return model.maxConcurrency();
            }
        };
    }

    /** @param modelId of the recorded model, which its answers may name more exactly */
    private record Exchange(String modelId, ChatRequest request, ChatResponse response) {}

    private static final class Recorder implements ChatModel {

        private final Path file;
        private final ChatModel model;
        private LineFile<Exchange> before;

        Recorder(Path file, ChatModel model) {
            this.file = file;
            this.model = model;
            this.before = Files.exists(file) ? read(file) : LineFile.empty();
        }

        @Override
        public ChatResponse chat(ChatRequest request) {
            ChatResponse response = model.chat(request);
            append(write(new Exchange(modelId(), request, response)));
            return response;
        }

        private synchronized void append(String line) {
            try {
                before.append(file, List.of(line));
                before = LineFile.empty(); // whole again: nothing to mend before the next line
            } catch (IOException e) {
                throw new UncheckedIOException("cannot add to the recording " + file, e);
            }
        }

        @Override
        public String modelId() {
            return model.modelId();
        }

        @Override
        public int maxConcurrency() {
            return model.maxConcurrency();
        }
    }

    private static final class Player implements ChatModel {

        private final Path file;
        private final List<Exchange> exchanges;
        private final Map<String, Queue<ChatResponse>> answers = new HashMap<>();

        Player(Path file, List<Exchange> exchanges) {
            this.file = file;
            this.exchanges = exchanges;
            exchanges.forEach(e -> answers.computeIfAbsent(e.request().hash(), h -> new ArrayDeque<>())
                    .add(e.response()));
        }

        @Override
        public synchronized ChatResponse chat(ChatRequest request) {
            ChatResponse answer = next(request);
            if (answer != null) {
                return answer;
            }
            if (!answers.containsKey(request.hash())) {
                throw new CassetteMismatchException("%s has no answer to this request. %s Record it again."
                        .formatted(file, RequestDifference.toNearest(request, requests())));
            }
            throw new CassetteMismatchException(
                    "%s has no further answer to a request that it answered before: it was asked less often then."
                                    .formatted(file)
                            + " Record it again.");
        }

        /** The next recorded answer; null if there is none left. */
        synchronized @Nullable ChatResponse next(ChatRequest request) {
            Queue<ChatResponse> left = answers.get(request.hash());
            return left == null ? null : left.poll();
        }

        private List<ChatRequest> requests() {
            return exchanges.stream().map(Exchange::request).toList();
        }

        @Override
        public String modelId() {
            return exchanges.isEmpty() ? "recorded" : exchanges.get(0).modelId();
        }
    }

    private static String write(Exchange exchange) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("modelId", exchange.modelId());
        ObjectNode request = line.putObject("request");
        for (ChatMessage message : exchange.request().messages()) {
            request.withArray("messages")
                    .addObject()
                    .put("role", message.role().name())
                    .put("content", message.content());
        }
        request.put("temperature", exchange.request().temperature());
        request.put("maxTokens", exchange.request().maxTokens());
        request.put("jsonSchema", exchange.request().jsonSchema());
        line.set("response", RecordedResponse.write(exchange.response()));
        try {
            return MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings and numbers can be written", e);
        }
    }

    private static LineFile<Exchange> read(Path file) {
        try {
            return LineFile.read(file, (line, number) -> parse(file, number, line));
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException(file + " does not exist: record it with Cassette.record(file, model)", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the recording " + file, e);
        }
    }

    private static Exchange parse(Path file, int number, @Nullable String line) {
        try {
            JsonNode json = MAPPER.readTree(Require.nonNull("line", line));
            JsonNode request = json.path("request");
            List<ChatMessage> messages = new ArrayList<>();
            request.path("messages")
                    .forEach(m -> messages.add(new ChatMessage(
                            ChatMessage.Role.valueOf(m.path("role").asText()),
                            RecordedResponse.required(m, "content"))));
            return new Exchange(
                    RecordedResponse.required(json, "modelId"),
                    new ChatRequest(
                            messages,
                            request.path("temperature").isNumber()
                                    ? request.path("temperature").asDouble()
                                    : null,
                            request.path("maxTokens").isNumber()
                                    ? request.path("maxTokens").asInt()
                                    : null,
                            RecordedResponse.optional(request, "jsonSchema")),
                    RecordedResponse.read(json.path("response")));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s:%s: not a recorded exchange; delete the line or record again".formatted(file, number), e);
        }
    }
}
