package io.rapidfit.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.Dataset;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands in for a language model that labels texts: gives those that people gave, and SKIP where nobody did. */
final class ScriptedLabels {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TASK = Pattern.compile("The classification task is called (\"(?:[^\"\\\\]|\\\\.)*\")");
    private static final Pattern TEXTS = Pattern.compile("(?m)^\\[\\{\"id\":.*$");

    private ScriptedLabels() {}

    static ScriptedChatModel model(Dataset labelled) {
        Map<List<String>, String> labels = new HashMap<>();
        labelled.samples().forEach(s -> labels.put(List.of(s.task(), s.text()), s.label()));
        return ScriptedChatModel.builder()
                .modelId("script")
                .when(
                        request -> true,
                        request -> ChatResponse.of(answer(ScriptedChatModel.lastUserMessage(request), labels)))
                .build();
    }

    private static String answer(String prompt, Map<List<String>, String> labels) {
        String task = json(TASK, 1, prompt).textValue();
        ObjectNode reply = JSON.createObjectNode();
        ArrayNode items = reply.putArray("items");
        for (JsonNode asked : json(TEXTS, 0, prompt)) {
            String label = labels.getOrDefault(List.of(task, asked.path("text").textValue()), "SKIP");
            items.addObject().put("id", asked.path("id").textValue()).put("label", label);
        }
        return reply.toString();
    }

    private static JsonNode json(Pattern pattern, int group, String prompt) {
        Matcher found = pattern.matcher(prompt);
        if (!found.find()) {
            throw new IllegalArgumentException("the script knows the annotator's prompt only");
        }
        try {
            return JSON.readTree(found.group(group));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the prompt has no JSON where the script expects it", e);
        }
    }
}
