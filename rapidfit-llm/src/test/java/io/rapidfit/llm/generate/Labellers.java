package io.rapidfit.llm.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Models that label what they are shown. */
final class Labellers {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final String BEFORE_TEXTS = "Give each of these texts the one label that fits it best:\n";

    private Labellers() {}

    /** @param label of a text; null leaves the text out of the answer */
    static ScriptedChatModel labelling(Function<String, @Nullable String> label) {
        return answering(request -> labels(request, label));
    }

    static ScriptedChatModel answering(Function<ChatRequest, String> answer) {
        return ScriptedChatModel.builder()
                .when(request -> true, request -> ChatResponse.of(answer.apply(request)))
                .build();
    }

    /** Labels what it is to label, and writes what it is to write. */
    static String labelsOrSamples(ChatRequest request, Function<String, @Nullable String> label) {
        return Writers.asksForSamples(request) ? Writers.samples(request) : labels(request, label);
    }

    static String labels(ChatRequest request, Function<String, @Nullable String> label) {
        ArrayNode items = JSON.createArrayNode();
        for (JsonNode text : textsJson(request)) {
            String given = label.apply(text.path("text").asText());
            if (given != null) {
                items.addObject().put("id", text.path("id").asText()).put("label", given);
            }
        }
        return JSON.createObjectNode().set("items", items).toString();
    }

    /** The texts of the prompt, in order. */
    static List<String> texts(ChatRequest request) {
        List<String> texts = new ArrayList<>();
        textsJson(request).forEach(text -> texts.add(text.path("text").asText()));
        return texts;
    }

    /** The texts as the prompt has them. */
    static JsonNode textsJson(ChatRequest request) {
        return jsonAfter(request, BEFORE_TEXTS);
    }

    /** The first value in JSON after these words of the prompt. */
    static JsonNode jsonAfter(ChatRequest request, String words) {
        String prompt = prompt(request);
        int at = prompt.indexOf(words);
        if (at < 0) {
            throw new IllegalStateException("no \"%s\" in the prompt".formatted(words));
        }
        try {
            return JSON.readTree(prompt.substring(at + words.length())); // reads one value, ignores what follows
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String prompt(ChatRequest request) {
        return request.messages().stream()
                .filter(m -> m.role() == ChatMessage.Role.USER)
                .findFirst()
                .map(ChatMessage::content)
                .orElseThrow();
    }

    /** Whether a model is asked a second time within one call. */
    static boolean isAgain(ChatRequest request) {
        return request.messages().size() > 2;
    }
}
