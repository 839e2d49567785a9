package io.rapidfit.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Stands in for a language model where there is no key: reads in a prompt of the augmenter or the refiner what it asks for, and
 * serves texts that were written by hand for that task and label, without looking at the test texts.
 *
 * <p>No text is served twice, so what an answer holds depends on those before it: generators must run with {@code concurrency(1)}
 * to give the same every time. Thread-safe.
 */
final class ScriptedReplies {

    private static final List<String> TASKS = List.of("topic", "urgency", "sentiment");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String STRING = "(\"(?:[^\"\\\\]|\\\\.)*\")";
    private static final Pattern TASK = Pattern.compile("The classification task is called " + STRING);
    private static final Pattern ASKED = Pattern.compile("Write (\\d+) new texts whose label is " + STRING);
    private static final Pattern CLASSES = Pattern.compile("(?m)^\\[\\{\"id\":.*$");
    private static final Pattern CONTRAST = Pattern.compile("yours must not belong there:\\R(\\[.*)");

    /** @param confusedWith the label that the text is told apart from; empty if it was written for the augmenter */
    private record Written(String label, String confusedWith, String language, String text) {}

    private final Map<String, List<Written>> texts = new HashMap<>();
    private final JsonNode instructions;
    private final Set<Written> served = new HashSet<>();

    private ScriptedReplies() throws IOException {
        for (String task : TASKS) {
            texts.put(task, inTurns(read(task + ".jsonl")));
        }
        try (InputStream in = open("instructions.json")) {
            instructions = JSON.readTree(in);
        }
    }

    /** All of them, none served yet. */
    static ScriptedReplies load() {
        try {
            return new ScriptedReplies();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the scripted replies", e);
        }
    }

    /** A model that answers from {@link #load all of them}. */
    static ScriptedChatModel model() {
        ScriptedReplies replies = load();
        return ScriptedChatModel.builder()
                .modelId("script")
                .when(request -> true, request -> ChatResponse.of(replies.answer(request)))
                .build();
    }

    /** @throws IllegalArgumentException if the prompt asks for nothing that was written */
    String answer(ChatRequest request) {
        return answer(ScriptedChatModel.lastUserMessage(request));
    }

    String answer(String prompt) {
        String task = json(found(TASK, prompt).group(1)).textValue();
        if (!texts.containsKey(task)) {
            throw new IllegalArgumentException(
                    "the script has texts for %s only, not for task '%s'".formatted(TASKS, task));
        }
        Matcher asked = ASKED.matcher(prompt);
        return (asked.find()
                        ? samples(
                                task,
                                json(asked.group(2)).textValue(),
                                Integer.parseInt(asked.group(1)),
                                CONTRAST.matcher(prompt))
                        : instructions(task, json(found(CLASSES, prompt).group())))
                .toString();
    }

    /** Texts that tell the label from those it is confused with come first, then those that tell it from others, then the rest. */
    private synchronized ObjectNode samples(String task, String label, int count, Matcher contrast) {
        boolean refining = contrast.find();
        Set<String> confusedWith =
                refining ? new HashSet<>(json(contrast.group(1)).findValuesAsText("label")) : Set.of();
        ObjectNode reply = JSON.createObjectNode();
        ArrayNode rows = reply.putArray("samples");
        Objects.requireNonNull(texts.get(task)).stream()
                .filter(written -> written.label().equals(label) && !served.contains(written))
                .filter(written -> refining || written.confusedWith().isEmpty())
                .sorted(Comparator.comparingInt(written -> confusedWith.contains(written.confusedWith())
                        ? 0
                        : written.confusedWith().isEmpty() ? 2 : 1))
                .limit(count)
                .forEach(written -> {
                    served.add(written);
                    rows.addObject().put("text", written.text());
                });
        return reply;
    }

    private ObjectNode instructions(String task, JsonNode classes) {
        ObjectNode reply = JSON.createObjectNode();
        ArrayNode rows = reply.putArray("classes");
        for (JsonNode one : classes) {
            JsonNode written = instructions.path(task).path(one.path("label").textValue());
            ObjectNode row = rows.addObject();
            row.set("id", one.get("id"));
            row.putArray("languages").add("English 60%").add("Spanish 20%").add("Arabic 20%");
            row.put("min_words", 5).put("max_words", 45); // what "length" says of every label
            if (one.has("taken_for")) {
                ArrayNode labels = row.putArray("confused_with");
                Stream.of("taken_for", "wrongly_given_to")
                        .flatMap(name -> one.path(name).findValuesAsText("label").stream())
                        .distinct()
                        .forEach(labels::add);
                List.of("differentiators", "emphasize", "avoid").forEach(name -> row.set(name, written.path(name)));
            } else {
                List.of("style", "do").forEach(name -> row.set(name, written.path(name)));
            }
        }
        return reply;
    }

    private static Matcher found(Pattern pattern, String prompt) {
        Matcher matcher = pattern.matcher(prompt);
        if (!matcher.find()) {
            throw new IllegalArgumentException("the script knows the prompts of the augmenter and the refiner only");
        }
        return matcher;
    }

    private static JsonNode json(String value) {
        try {
            return JSON.readTree(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the prompt has no JSON where the script expects it", e);
        }
    }

    private static List<Written> read(String file) throws IOException {
        List<Written> all = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode row = JSON.readTree(line);
                all.add(new Written(
                        row.path("label").textValue(),
                        row.path("confusedWith").asText(""),
                        row.path("language").textValue(),
                        row.path("text").textValue()));
            }
        }
        return all;
    }

    /** The files hold one language after the other. A model would mix them, in the shares that the texts have as a whole. */
    private static List<Written> inTurns(List<Written> all) {
        Map<List<String>, List<Written>> blocks = new LinkedHashMap<>();
        all.forEach(
                w -> blocks.computeIfAbsent(List.of(w.label(), w.confusedWith(), w.language()), k -> new ArrayList<>())
                        .add(w));
        Map<Written, Double> place = new HashMap<>();
        blocks.values().forEach(block -> {
            for (int i = 0; i < block.size(); i++) {
                place.put(block.get(i), (i + 0.5) / block.size());
            }
        });
        return all.stream().sorted(Comparator.comparingDouble(place::get)).toList();
    }

    private static InputStream open(String file) {
        return Objects.requireNonNull(ScriptedReplies.class.getResourceAsStream("/scripted-replies/" + file), file);
    }
}
