package io.rapidfit.llm.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.Usage;
import org.jspecify.annotations.Nullable;

/** What the protocols' readers and writers have in common. */
final class Json {

    private static final long MOST_TOKENS = 1L << 40;

    private Json() {}

    /** A caller's JSON Schema. */
    static JsonNode parse(@Nullable String schema) {
        try {
            return HttpTransport.MAPPER.readTree(Require.nonNull("jsonSchema", schema));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("jsonSchema is not valid JSON: " + e.getOriginalMessage());
        }
    }

    /** A text, or the texts of a list of parts; what a model thought before it answered is left out. */
    static String text(JsonNode content) {
        if (!content.isArray()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            String type = part.path("type").asText("text");
            if ((type.equals("text") || type.equals("output_text"))
                    && !part.path("thought").asBoolean()) {
                text.append(part.path("text").asText(""));
            }
        }
        return text.toString();
    }

    /** Not negative, and small enough that sums do not overflow; 0 if it is missing. */
    static long count(JsonNode usage, String field) {
        return Math.min(MOST_TOKENS, Math.max(0, usage.path(field).asLong(0)));
    }

    static LLMContentFilteredException filtered(String why, HttpTransport.Answer answer) {
        return new LLMContentFilteredException(
                "The model refuses to answer.", new Failure(200, why, answer.requestId(), true, null));
    }

    static ChatResponse response(
            HttpTransport.Answer answer, String text, FinishReason reason, Usage usage, String model) {
        return new ChatResponse(
                text, reason, usage, model, answer.requestId(), answer.latency(), answer.rateLimit(), 1, 0);
    }
}
