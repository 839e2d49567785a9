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
import java.util.stream.Collectors;
import okhttp3.HttpUrl;

/** Anthropic's messages. */
final class AnthropicProtocol implements Protocol {

    private static final String VERSION = "2023-06-01";

    @Override
    public HttpUrl url(HttpUrl base, String modelId) {
        return base.newBuilder().addPathSegments("v1/messages").build();
    }

    @Override
    public Map<String, String> headers(String apiKey) {
        return Map.of("x-api-key", apiKey, "anthropic-version", VERSION);
    }

    @Override
    public ObjectNode body(ChatRequest request, String modelId, boolean structured) {
        ObjectNode body = HttpTransport.MAPPER.createObjectNode();
        body.put("model", modelId);
        body.put("max_tokens", request.maxTokens());
        String system = request.messages().stream()
                .filter(m -> m.role() == Role.SYSTEM)
                .map(ChatMessage::content)
                .collect(Collectors.joining("\n\n"));
        if (!system.isEmpty()) {
            body.put("system", system);
        }
        ArrayNode messages = body.putArray("messages");
        for (ChatMessage message : request.messages()) {
            if (message.role() != Role.SYSTEM) {
                messages.addObject()
                        .put("role", message.role() == Role.USER ? "user" : "assistant")
                        .put("content", message.content());
            }
        }
        if (request.temperature() != null) {
            body.put("temperature", Math.min(1, request.temperature())); // its scale ends at 1
        }
        if (structured) {
            body.putObject("output_config")
                    .putObject("format")
                    .put("type", "json_schema")
                    .set("schema", Json.parse(request.jsonSchema()));
        }
        return body;
    }

    @Override
    public ChatResponse read(HttpTransport.Answer answer, String modelId) {
        JsonNode json = answer.json();
        if (!json.path("content").isArray()) {
            throw HttpTransport.notUnderstood("there is no content in it", answer.requestId());
        }
        FinishReason reason = switch (json.path("stop_reason").asText("")) {
            case "end_turn", "stop_sequence" -> FinishReason.STOP;
            case "max_tokens", "model_context_window_exceeded" -> FinishReason.LENGTH;
            case "refusal" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
        String text = Json.text(json.path("content"));
        if (text.isEmpty() && reason == FinishReason.CONTENT_FILTER) {
            throw Json.filtered("", answer);
        }
        JsonNode usage = json.path("usage");
        long read = Json.count(usage, "cache_read_input_tokens");
        long written = Json.count(usage, "cache_creation_input_tokens");
        return Json.response(
                answer,
                text,
                reason,
                new Usage(
                        Json.count(usage, "input_tokens") + read + written, // which it counts apart
                        Json.count(usage, "output_tokens"),
                        read),
                json.path("model").asText(modelId));
    }
}
