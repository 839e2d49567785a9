package io.rapidfit.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands in for a language model that writes the answers of {@link WeatherChats} anew. What it writes depends on the prompt alone,
 * so calls may come in any order. Of ninety first
 * attempts four are bad, each in its own way, as a model's are.
 */
public final class WeatherWriter implements ChatModel {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CONVERSATION = Pattern.compile("(?m)^The conversation so far.*\\R(\\[.*])$");
    private static final Pattern PERSONA = Pattern.compile("(?m)^Whose voice.*: (\".*\")$");
    private static final Pattern STYLE = Pattern.compile("(?m)^Passages that sound like it.*\\R(\\[.*])$");
    private static final Pattern TEMPLATES = Pattern.compile("(?m)^Phrases that have been written.*\\R(\\[.*])$");
    private static final Pattern ATTEMPTS = Pattern.compile("(?m)^Attempts before yours.*\\R(\\[.*])$");

    private final Map<String, WeatherVoice> voices = WeatherChats.voices();

    @Override
    public String modelId() {
        return "script";
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        // the second message, not the last: asked again, the script says the same again
        String answer = answer(request.messages().get(1).content());
        int asked = request.messages().stream()
                .mapToInt(message -> message.content().length())
                .sum();
        return ChatResponse.of(answer).withModel(modelId()).withUsage(new Usage(asked / 4, answer.length() / 4, 0));
    }

    /** What it answers to the message of the user in a prompt. */
    String answer(String prompt) {
        JsonNode conversation = found(CONVERSATION, prompt);
        int attempts = found(ATTEMPTS, prompt).size();
        int hash = conversation.toString().hashCode();
        String good = voice(prompt).answer(results(conversation), new SplittableRandom(31L * hash + attempts));
        String response = attempts > 0
                ? good
                : switch (Math.floorMod(hash, 90)) {
                    case 0 -> templated(found(TEMPLATES, prompt)) + ". " + good;
                    case 1 -> good + " I counted 7777 gulls.";
                    case 2 -> "As you'd think.";
                    case 3 -> found(STYLE, prompt).path(0).asText() + " " + good;
                    default -> good;
                };
        return JSON.createObjectNode().put("response", response).toString();
    }

    private static String templated(JsonNode templates) {
        return templates.path(0).asText().replace("\u2026", "it");
    }

    private WeatherVoice voice(String prompt) {
        WeatherVoice voice = voices.get(found(PERSONA, prompt).asText());
        if (voice == null) {
            throw unknown();
        }
        return voice;
    }

    /** Of the tools that were called since the last question. */
    private static List<JsonNode> results(JsonNode conversation) {
        List<JsonNode> results = new ArrayList<>();
        for (JsonNode message : conversation) {
            if (message.path("role").asText().equals("user")) {
                results.clear();
            } else if (message.path("role").asText().equals("tool")) {
                results.add(json(message.path("content").asText()));
            }
        }
        if (results.isEmpty()) {
            throw unknown();
        }
        return results;
    }

    private static JsonNode found(Pattern pattern, String prompt) {
        Matcher found = pattern.matcher(prompt);
        if (!found.find()) {
            throw unknown();
        }
        return json(found.group(1));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw unknown();
        }
    }

    private static IllegalArgumentException unknown() {
        return new IllegalArgumentException(
                "the script can rewrite the answers of the weather chats only: name a model for others");
    }
}
