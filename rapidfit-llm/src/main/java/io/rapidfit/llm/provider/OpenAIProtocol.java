package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.Usage;
import java.util.Locale;
import java.util.Map;
import okhttp3.HttpUrl;

/** OpenAI's chat completions. */
final class OpenAIProtocol implements Protocol {

    /** OpenAI's newer models refuse the old name of the longest answer, many other servers do not know the new one. */
    private final String maxTokensField;

    OpenAIProtocol(boolean openAI) {
        this.maxTokensField = openAI ? "max_completion_tokens" : "max_tokens";
    }

    /** For the server at this address. Azure takes the new name wherever it takes the plain addresses that we build. */
    static OpenAIProtocol at(HttpUrl base) {
        String host = base.host();
        return new OpenAIProtocol(host.equals("api.openai.com")
                || host.endsWith(".api.openai.com")
                || host.endsWith(".openai.azure.com"));
    }

    @Override
    public HttpUrl url(HttpUrl base, String modelId) {
        return base.newBuilder().addPathSegments("chat/completions").build();
    }

    @Override
    public Map<String, String> headers(String apiKey) {
        return apiKey.isEmpty() ? Map.of() : Map.of("Authorization", "Bearer " + apiKey);
    }

    @Override
    public ObjectNode body(ChatRequest request, String modelId, boolean structured) {
        ObjectNode body = HttpTransport.MAPPER.createObjectNode();
        body.put("model", modelId);
        ArrayNode messages = body.putArray("messages");
        for (ChatMessage message : request.messages()) {
            messages.addObject()
                    .put("role", message.role().name().toLowerCase(Locale.ROOT))
                    .put("content", message.content());
        }
        if (request.temperature() != null) {
            body.put("temperature", request.temperature());
        }
        body.put(maxTokensField, request.maxTokens());
        if (structured) {
            body.putObject("response_format")
                    .put("type", "json_schema")
                    .putObject("json_schema")
                    .put("name", "reply")
                    .put("strict", true)
                    .set("schema", Json.parse(request.jsonSchema()));
        }
        return body;
    }

    @Override
    public ChatResponse read(HttpTransport.Answer answer, String modelId) {
        JsonNode json = answer.json();
        JsonNode choice = json.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            throw HttpTransport.notUnderstood("there is no choice in it", answer.requestId());
        }
        FinishReason reason = switch (choice.path("finish_reason").asText("")) {
            case "stop" -> FinishReason.STOP;
            case "length" -> FinishReason.LENGTH;
            case "content_filter" -> FinishReason.CONTENT_FILTER;
            default -> FinishReason.OTHER;
        };
        String text = Json.text(message.path("content"));
        String refusal = message.path("refusal").asText("");
        if (text.isEmpty() && (!refusal.isEmpty() || reason == FinishReason.CONTENT_FILTER)) {
            throw Json.filtered(refusal, answer);
        }
        JsonNode usage = json.path("usage");
        return Json.response(
                answer,
                text,
                reason,
                new Usage(
                        Json.count(usage, "prompt_tokens"),
                        Json.count(usage, "completion_tokens"),
                        Json.count(usage.path("prompt_tokens_details"), "cached_tokens")),
                json.path("model").asText(modelId));
    }
}
