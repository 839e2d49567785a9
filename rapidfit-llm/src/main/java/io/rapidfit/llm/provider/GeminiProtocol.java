package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatMessage.Role;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.Usage;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/** Gemini's generateContent. */
final class GeminiProtocol implements Protocol {

    /** Gemini's own lists name a model with its collection: {@code models/gemini-2.5-flash}, {@code tunedModels/mine}. */
    private static final Pattern LISTED = Pattern.compile("(models|tunedModels)/(.+)");

    @Override
    public HttpUrl url(HttpUrl base, String modelId) {
        Matcher listed = LISTED.matcher(modelId);
        boolean known = listed.matches();
        return base.newBuilder()
                .addPathSegment("v1beta")
                .addPathSegment(known ? listed.group(1) : "models")
                .addPathSegment((known ? listed.group(2) : modelId) + ":generateContent")
                .build();
    }

    @Override
    public Map<String, String> headers(String apiKey) {
        return Map.of("x-goog-api-key", apiKey); // not in the address, where proxies would log it
    }

    @Override
    public ObjectNode body(ChatRequest request, String modelId, boolean structured) {
        ObjectNode body = HttpTransport.MAPPER.createObjectNode();
        ArrayNode contents = body.putArray("contents");
        for (ChatMessage message : request.messages()) {
            if (message.role() == Role.SYSTEM) {
                body.withObject("/systemInstruction")
                        .withArray("parts")
                        .addObject()
                        .put("text", message.content());
            } else {
                contents.addObject()
                        .put("role", message.role() == Role.USER ? "user" : "model")
                        .putArray("parts")
                        .addObject()
                        .put("text", message.content());
            }
        }
        ObjectNode config = body.putObject("generationConfig");
        if (request.temperature() != null) {
            config.put("temperature", request.temperature());
        }
        config.put("maxOutputTokens", request.maxTokens());
        if (structured) {
            config.put("responseMimeType", "application/json");
            config.set("responseJsonSchema", Json.parse(request.jsonSchema()));
        }
        return body;
    }

    @Override
    public ChatResponse read(HttpTransport.Answer answer, String modelId) {
        JsonNode json = answer.json();
        JsonNode candidate = json.path("candidates").path(0);
        String blocked = json.path("promptFeedback").path("blockReason").asText("");
        if (!candidate.isObject()) {
            if (!blocked.isEmpty()) {
                throw Json.filtered(blocked, answer);
            }
            throw HttpTransport.notUnderstood("there is no candidate in it", answer.requestId());
        }
        FinishReason reason = switch (candidate.path("finishReason").asText("")) {
            case "STOP" -> FinishReason.STOP;
            case "MAX_TOKENS" -> FinishReason.LENGTH;
            case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
        String text = Json.text(candidate.path("content").path("parts"));
        if (text.isEmpty() && reason == FinishReason.CONTENT_FILTER) {
            throw Json.filtered(candidate.path("finishReason").asText(""), answer);
        }
        JsonNode usage = json.path("usageMetadata");
        return Json.response(
                answer,
                text,
                reason,
                new Usage(
                        Json.count(usage, "promptTokenCount"),
                        Json.count(usage, "candidatesTokenCount") + Json.count(usage, "thoughtsTokenCount"),
                        Json.count(usage, "cachedContentTokenCount")),
                json.path("modelVersion").asText(modelId));
    }
}
