package io.rapidfit.llm.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads back what stands in the prompts of augmenter and refiner. */
final class Prompts {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Prompts() {}

    /** All messages, as one text. */
    static String text(ChatRequest request) {
        return request.messages().stream().map(ChatMessage::content).collect(Collectors.joining("\n"));
    }

    /** Every string in the JSON of the prompts, on whatever line it stands. */
    static List<String> strings(ChatRequest request) {
        List<String> strings = new ArrayList<>();
        text(request).lines().forEach(line -> {
            if (line.startsWith("[") || line.startsWith("{")) {
                collect(json(line), strings);
            }
        });
        return strings;
    }

    private static void collect(JsonNode node, List<String> strings) {
        if (node.isTextual()) {
            strings.add(node.asText());
        }
        node.forEach(child -> collect(child, strings));
    }

    /** The first phase's classes. */
    static JsonNode classes(ChatRequest request) {
        String user = ScriptedChatModel.lastUserMessage(request);
        return json(user.lines()
                .filter(line -> line.startsWith("[{\"id\""))
                .findFirst()
                .orElseThrow());
    }

    /** The value on the line below the one that starts like this. */
    static JsonNode below(ChatRequest request, String start) {
        List<String> lines = ScriptedChatModel.lastUserMessage(request).lines().toList();
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).startsWith(start)) {
                return json(lines.get(i + 1));
            }
        }
        throw new AssertionError("no line starts with " + start);
    }

    static List<String> examples(ChatRequest request) {
        return texts(below(request, "Texts of this label that there are"));
    }

    static List<String> known(ChatRequest request) {
        return texts(below(request, "Texts that we have already"));
    }

    /** The label that samples are asked for. */
    static String label(ChatRequest request) {
        String user = ScriptedChatModel.lastUserMessage(request);
        int start = user.indexOf("whose label is ") + "whose label is ".length();
        try { // reads one value and leaves the rest of the sentence
            return JSON.readerFor(String.class).readValue(user.substring(start));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(node -> texts.add(node.asText()));
        return texts;
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + line, e);
        }
    }
}
