package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.llm.ChatMessage;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMInvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls one provider's model over HTTP, each request once; the policy around it decides about a second time. */
final class ProviderModel implements ChatModel {

    private static final Logger log = LoggerFactory.getLogger(ProviderModel.class);

    /** In the error of a server that does not know structured output. */
    private static final List<String> SCHEMA_WORDS =
            List.of("response_format", "json_schema", "output_config", "responsejsonschema", "response_json_schema");

    private final Protocol protocol;
    private final HttpTransport transport;
    private final HttpUrl url;
    private final String modelId;
    private final @Nullable Double temperature;
    private final int maxTokens;
    private final Map<String, JsonNode> bodyFields;
    private volatile boolean structured;

    ProviderModel(Protocol protocol, HttpTransport transport, HttpUrl base, ProviderBuilder<?> options) {
        this.protocol = protocol;
        this.transport = transport;
        this.url = protocol.url(base, options.modelId);
        this.modelId = options.modelId;
        this.temperature = options.temperature;
        this.maxTokens = options.maxTokens;
        this.bodyFields = Map.copyOf(options.bodyFields);
        this.structured = options.structuredOutput;
    }

    @Override
    public String modelId() {
        return modelId;
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        ChatRequest complete = new ChatRequest(
                request.messages(),
                request.temperature() != null ? request.temperature() : temperature,
                request.maxTokens() != null ? request.maxTokens() : Integer.valueOf(maxTokens),
                request.jsonSchema());
        if (request.jsonSchema() == null) {
            return send(complete, false);
        }
        if (structured) {
            try {
                return send(complete, true);
            } catch (LLMInvalidRequestException e) {
                if (!refusesSchema(e)) {
                    throw e;
                }
                structured = false; // and so for all later requests
                log.info("Model {} does not offer structured output: asking in words instead", modelId);
            }
        }
        return send(inWords(complete, request.jsonSchema()), false);
    }

    private ChatResponse send(ChatRequest request, boolean withSchema) {
        ObjectNode body = protocol.body(request, modelId, withSchema);
        bodyFields.forEach(body::set);
        return protocol.read(transport.post(url, body), modelId);
    }

    private static boolean refusesSchema(LLMInvalidRequestException failure) {
        String said = failure.providerMessage().toLowerCase(Locale.ROOT);
        return (failure.status() == 400 || failure.status() == 422)
                && SCHEMA_WORDS.stream().anyMatch(said::contains);
    }

    /** The schema as a part of the prompt. */
    private static ChatRequest inWords(ChatRequest request, String schema) {
        ChatMessage instruction =
                ChatMessage.system("Answer with JSON only, no other text, that matches this JSON Schema:\n" + schema);
        List<ChatMessage> messages = new ArrayList<>(Stream.concat(Stream.of(instruction), request.messages().stream())
                .toList());
        return new ChatRequest(messages, request.temperature(), request.maxTokens(), null);
    }

    /** Model and host, no key. */
    @Override
    public String toString() {
        return modelId + " at " + url.host();
    }
}
