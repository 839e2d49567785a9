package io.rapidfit.llm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How an answer stands in a recording or a journal. */
final class RecordedResponse {

    static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE) // as long as an answer may be
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS); // two records on one line

    private RecordedResponse() {}

    static ObjectNode write(ChatResponse response) {
        return MAPPER.createObjectNode()
                .put("text", response.text())
                .put("finishReason", response.finishReason().name())
                .put("promptTokens", response.usage().promptTokens())
                .put("completionTokens", response.usage().completionTokens())
                .put("cachedTokens", response.usage().cachedTokens())
                .put("model", response.model())
                .put("requestId", response.requestId())
                .put("latencyMillis", response.latency().toMillis());
    }

    /** As if it had been answered at the first attempt. */
    static ChatResponse read(JsonNode json) {
        return new ChatResponse(
                required(json, "text"),
                FinishReason.valueOf(json.path("finishReason").asText()),
                new Usage(
                        json.path("promptTokens").asLong(),
                        json.path("completionTokens").asLong(),
                        json.path("cachedTokens").asLong()),
                required(json, "model"),
                optional(json, "requestId"),
                Duration.ofMillis(json.path("latencyMillis").asLong()),
                RateLimitStatus.UNKNOWN,
                1,
                0);
    }

    /** @throws IllegalArgumentException if there is no such text */
    static String required(JsonNode json, String field) {
        String value = optional(json, field);
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    static @Nullable String optional(JsonNode json, String field) {
        return json.path(field).isTextual() ? json.path(field).asText() : null;
    }
}
