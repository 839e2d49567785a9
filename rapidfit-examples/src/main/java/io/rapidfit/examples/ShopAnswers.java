package io.rapidfit.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Item;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** 24 answers to 12 questions that an online shop was asked, with what people gave each of them, from 1 to 5. */
final class ShopAnswers {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final Pattern RESPONSE = Pattern.compile("(?m)^Response: (\".*\")$");
    static final Pattern CANDIDATES = Pattern.compile("(?m)^Candidates: (\\[.*])$");

    private ShopAnswers() {}

    /** Each with {@code query}, {@code response}, {@code reference} and {@code people}; the two to one query follow each other. */
    static List<Item> load() {
        return lines("answers.jsonl").stream().map(Item::parse).toList();
    }

    /**
     * Stands in for a language model that judges: knows the answers of {@link #load} and two graders. Put in order, of two answers
     * that people find nearly as good it prefers the one that is shown first, as models do.
     */
    static ScriptedChatModel judge() {
        Map<List<String>, String> replies = new HashMap<>();
        for (String line : lines("judgements.jsonl")) {
            JsonNode row = json(line);
            replies.put(
                    List.of(row.path("grader").asText(), row.path("response").asText()),
                    row.path("reply").asText());
        }
        Map<String, Integer> people = new HashMap<>();
        load().forEach(item -> people.put(
                item.field("response").orElseThrow(),
                Integer.valueOf(item.field("people").orElseThrow())));
        return ScriptedChatModel.builder()
                .modelId("script")
                .when(request -> says(request, "You put responses"), request -> ChatResponse.of(order(request, people)))
                .when(request -> true, request -> ChatResponse.of(grade(request, replies)))
                .build();
    }

    private static String grade(ChatRequest request, Map<List<String>, String> replies) {
        String response = found(RESPONSE, request).textValue();
        return Objects.requireNonNull(replies.get(List.of(grader(request), response)), "not in the script");
    }

    /** Of the two that the script knows, the one that asks. */
    static String grader(ChatRequest request) {
        return says(request, "by comparing them with a reference") ? "correctness-by-reference" : "completeness";
    }

    private static String order(ChatRequest request, Map<String, Integer> people) {
        JsonNode candidates = found(CANDIDATES, request);
        int first = people.getOrDefault(candidates.path(0).path("response").textValue(), 0);
        int second = people.getOrDefault(candidates.path(1).path("response").textValue(), 0);
        return first >= second - 2
                ? "{\"reason\":\"the one says what is needed\",\"rank\":[1,2]}"
                : "{\"reason\":\"the other is wrong or says next to nothing\",\"rank\":[2,1]}";
    }

    static boolean says(ChatRequest request, String words) {
        return request.messages().get(0).content().contains(words);
    }

    static JsonNode found(Pattern pattern, ChatRequest request) {
        // the second message, not the last: asked again, the script says the same again
        Matcher found = pattern.matcher(request.messages().get(1).content());
        if (!found.find()) {
            throw new IllegalArgumentException("the script knows the prompts of the built-in graders only");
        }
        return json(found.group(1));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + text, e);
        }
    }

    static List<String> lines(String file) {
        try (InputStream in =
                        Objects.requireNonNull(ShopAnswers.class.getResourceAsStream("/shop-answers/" + file), file);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
