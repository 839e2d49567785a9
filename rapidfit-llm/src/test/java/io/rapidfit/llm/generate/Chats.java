package io.rapidfit.llm.generate;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Chats about the weather, and who writes their last messages anew. */
final class Chats {

    static final String PHRASE = "here is the weather you asked for";

    private static final List<String> CITIES = List.of("Oslo", "Lima", "Cairo", "Quito", "Hanoi");

    private Chats() {}

    /** A line of a file: a question, a tool's answer, and this response; the city and the temperature depend on the number. */
    static String row(int number, String response) {
        return """
                {"id":"r%1$d","messages":[{"role":"system","content":"You are a helpful assistant who tells people about \
                the weather where they are."},{"role":"user","content":"What is it like in %2$s?"},{"role":"assistant",\
                "content":null,"tool_calls":[{"id":"c%1$d","type":"function","function":{"name":"get_weather","arguments":\
                "{\\"city\\": \\"%2$s\\"}"}}]},{"role":"tool","tool_call_id":"c%1$d","content":"{\\"temp\\": %3$d.4}"},\
                {"role":"assistant","content":"%4$s", "weight": 1.0}],"tags":{"persona":"sailor"},"extra":[1.50]}""".formatted(number, city(number), temperature(number), response);
    }

    static String city(int number) {
        return CITIES.get(number % CITIES.size());
    }

    static int temperature(int number) {
        return 11 + number % 17;
    }

    /** Follows the template. */
    static String templated(int number) {
        return row(number, "Well, %s: %d degrees in %s.".formatted(PHRASE, temperature(number), city(number)));
    }

    /** That many rows, of which those whose number divides by {@code every} are like no other. */
    static List<String> rows(int count, int every) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(i % every == 0 ? row(i, Seeds.words(i)) : templated(i));
        }
        return rows;
    }

    static Path write(Path file, List<String> rows) {
        try {
            return Files.writeString(file, String.join("\n", rows) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without what follows where an answer could not be read. */
    private static ChatRequest asked(ChatRequest request) {
        return new ChatRequest(
                request.messages().subList(0, 2), request.temperature(), request.maxTokens(), request.jsonSchema());
    }

    /** The number of the row that a prompt is about. */
    static int number(ChatRequest request) {
        JsonNode messages = Prompts.below(asked(request), "The conversation so far");
        return Integer.parseInt(
                messages.path(2).path("tool_calls").path(0).path("id").asText().substring(1));
    }

    /** How many attempts a prompt tells of. */
    static int attempts(ChatRequest request) {
        return Prompts.below(asked(request), "Attempts before yours").size();
    }

    /** A message like no other, true to its row. */
    static String good(ChatRequest request) {
        int number = number(request);
        return "%s; it has %d degrees in %s"
                .formatted(Seeds.words(7_000_003L * number), temperature(number), city(number));
    }

    static String reply(String response) {
        return "{\"response\": \"%s\"}".formatted(response);
    }

    /** Writes what the function says. */
    static ScriptedChatModel writing(Function<ChatRequest, String> response) {
        return ScriptedChatModel.builder()
                .modelId("writer")
                .when(request -> true, request -> ChatResponse.of(reply(response.apply(request))))
                .build();
    }

    static ScriptedChatModel good() {
        return writing(Chats::good);
    }

    /** Good in the end, but some attempts are bad in one way or another, always the same ones. */
    static ChatModel moody() {
        return ScriptedChatModel.builder()
                .modelId("writer")
                .when(request -> mood(request) == 1, request -> ChatResponse.of("no idea"))
                .when(request -> mood(request) == 2, request -> {
                    throw Scripts.unavailable();
                })
                .when(
                        request -> true,
                        request -> ChatResponse.of(reply(
                                switch (mood(request)) {
                                    case 3 -> "Too short";
                                    case 4 -> PHRASE.toUpperCase(Locale.ROOT) + ", and so on and so forth";
                                    case 5 -> Seeds.words(number(request)) + " at 98.6 degrees";
                                    default -> good(request);
                                })))
                .build();
    }

    private static int mood(ChatRequest request) {
        return Math.floorMod(number(request) * 7 + attempts(request) * 5, 9);
    }
}
