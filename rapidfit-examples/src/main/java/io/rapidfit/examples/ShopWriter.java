package io.rapidfit.examples;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Stands in for a language model that rewrites {@link ShopAnswers}, sometimes for the worse, and that judges what it wrote. */
final class ShopWriter {

    private static final Pattern TEXT = Pattern.compile("(?m)^The text:\\R(\".*\")$");
    private static final Pattern ATTEMPTS = Pattern.compile("(?m)^Attempts before yours.*\\R(\\[.*])$");

    private final List<JsonNode> rewrites =
            ShopAnswers.lines("rewrites.jsonl").stream().map(ShopAnswers::json).toList();

    /** What people give a response, from 1 to 5: also to those that are in no file of answers. */
    private final Map<String, Integer> people = new HashMap<>();

    private ShopWriter() {
        ShopAnswers.load()
                .forEach(item -> people.put(
                        item.field("response").orElseThrow(),
                        Integer.valueOf(item.field("people").orElseThrow())));
        rewrites.forEach(rewrite -> people.put(
                rewrite.path("text").textValue(), rewrite.path("people").intValue()));
    }

    /** Knows {@link ShopAnswers#load}, the prompt of rewriting, two graders, and puts candidates in the order that people would. */
    static ScriptedChatModel model() {
        ShopWriter writer = new ShopWriter();
        return ScriptedChatModel.builder()
                .modelId("script")
                .when(request -> ShopAnswers.says(request, "you write one text anew"), writer::rewrite)
                .when(request -> ShopAnswers.says(request, "You put responses"), writer::order)
                .when(writer::isOfItsOwn, writer::grade)
                .when(request -> true, ShopAnswers.judge()::chat)
                .build();
    }

    /** The first rewrite that was not tried before; where the script has none, the text as it is. */
    private ChatResponse rewrite(ChatRequest request) {
        JsonNode text = ShopAnswers.found(TEXT, request);
        List<String> tried = ShopAnswers.found(ATTEMPTS, request).findValuesAsText("text");
        for (JsonNode rewrite : rewrites) {
            if (rewrite.path("response").equals(text)
                    && !tried.contains(rewrite.path("text").textValue())) {
                return reply(rewrite.path("changes"), rewrite.path("text"));
            }
        }
        return reply(text, text);
    }

    private static ChatResponse reply(JsonNode changes, JsonNode text) {
        return ChatResponse.of("{\"changes\": %s, \"text\": %s}".formatted(changes, text));
    }

    private ChatResponse order(ChatRequest request) {
        List<Integer> scores = new ArrayList<>();
        List<Integer> rank = new ArrayList<>();
        for (JsonNode candidate : ShopAnswers.found(ShopAnswers.CANDIDATES, request)) {
            scores.add(people.getOrDefault(candidate.path("response").textValue(), 0));
            rank.add(scores.size());
        }
        rank.sort(
                Comparator.comparing((Integer number) -> scores.get(number - 1)).reversed());
        return ChatResponse.of("{\"reason\": \"the best says more of what is needed, and nothing wrong\", \"rank\": %s}"
                .formatted(rank));
    }

    private boolean isOfItsOwn(ChatRequest request) {
        return judged(request).findAny().isPresent();
    }

    private ChatResponse grade(ChatRequest request) {
        JsonNode rewrite = judged(request).findFirst().orElseThrow();
        return ChatResponse.of(rewrite.path(ShopAnswers.grader(request)).textValue());
    }

    private Stream<JsonNode> judged(ChatRequest request) {
        JsonNode response = ShopAnswers.found(ShopAnswers.RESPONSE, request);
        return rewrites.stream().filter(rewrite -> rewrite.path("text").equals(response));
    }
}
