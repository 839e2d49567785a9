package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model is asked.
 *
 * <pre>{@code
 * ChatRequest request = ChatRequest.builder()
 *         .system("You label customer messages.")
 *         .user("Where is my parcel?")
 *         .temperature(0.2)
 *         .build();
 * }</pre>
 *
 * @param temperature 0 to 2; null leaves it to the model
 * @param maxTokens most tokens of the answer; null leaves it to the model
 * @param jsonSchema a JSON Schema that the answer must match, where the model can promise that; null for free text
 */
public record ChatRequest(
        List<ChatMessage> messages,
        @Nullable Double temperature,
        @Nullable Integer maxTokens,
        @Nullable String jsonSchema) {

    /** What a provider adds around each message: roles and separators. */
    private static final int TOKENS_AROUND_A_MESSAGE = 16;

    /** What a provider adds to say that the answer must match a schema. */
    private static final int TOKENS_AROUND_A_SCHEMA = 100;

    public ChatRequest {
        messages = List.copyOf(messages);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException("a request needs a message");
        }
        if (temperature != null) {
            Require.inRange("temperature", temperature, 0, 2);
        }
        if (maxTokens != null) {
            Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
        }
        if (jsonSchema != null) {
            Require.notBlank("jsonSchema", jsonSchema);
        }
    }

    /** One user's message, everything else left to the model. */
    public static ChatRequest of(String userMessage) {
        return builder().user(userMessage).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public ChatRequest withMaxTokens(int newMaxTokens) {
        return new ChatRequest(messages, temperature, newMaxTokens, jsonSchema);
    }

    /** Asks for an answer that matches this JSON Schema. */
    public ChatRequest withJsonSchema(String newJsonSchema) {
        return new ChatRequest(messages, temperature, maxTokens, newJsonSchema);
    }

    /** The conversation goes on with these messages. */
    public ChatRequest withMessages(ChatMessage... more) {
        List<ChatMessage> all = new ArrayList<>(messages);
        all.addAll(List.of(more));
        return new ChatRequest(all, temperature, maxTokens, jsonSchema);
    }

    /** SHA-256 of everything that the request says, in hexadecimal: equal for equal requests, in every process. */
    public String hash() {
        MessageDigest digest = Sha256.newDigest();
        for (ChatMessage message : messages) {
            add(digest, message.role().name());
            add(digest, message.content());
        }
        add(digest, "temperature " + temperature);
        add(digest, "maxTokens " + maxTokens);
        add(digest, jsonSchema == null ? "no jsonSchema" : "jsonSchema " + jsonSchema);
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * A number of tokens that the prompt cannot exceed: a token of today's models is at least one byte of UTF-8. English
     * has about a quarter of it.
     */
    public int maxPromptTokens() {
        long tokens = jsonSchema == null ? 0 : TOKENS_AROUND_A_SCHEMA + bytes(jsonSchema);
        for (ChatMessage message : messages) {
            tokens += TOKENS_AROUND_A_MESSAGE + bytes(message.content());
        }
        return (int) Math.min(tokens, Integer.MAX_VALUE);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void add(MessageDigest digest, String part) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update(
                (bytes.length + ":").getBytes(StandardCharsets.UTF_8)); // so that no two lists give the same bytes
        digest.update(bytes);
    }

    /** Counts, no texts. */
    @Override
    public String toString() {
        return "ChatRequest[" + messages.size() + " messages, at most " + maxPromptTokens() + " tokens]";
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final List<ChatMessage> messages = new ArrayList<>();
        private @Nullable Double temperature;
        private @Nullable Integer maxTokens;
        private @Nullable String jsonSchema;

        private Builder() {}

        public Builder system(String content) {
            return message(ChatMessage.system(content));
        }

        public Builder user(String content) {
            return message(ChatMessage.user(content));
        }

        public Builder assistant(String content) {
            return message(ChatMessage.assistant(content));
        }

        public Builder message(ChatMessage message) {
            messages.add(Require.nonNull("message", message));
            return this;
        }

        /** 0 to 2. By default left to the model. */
        public Builder temperature(double temperature) {
            this.temperature = Require.inRange("temperature", temperature, 0, 2);
            return this;
        }

        /** Most tokens of the answer, at least 1. By default left to the model. */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = Require.inRange("maxTokens", maxTokens, 1, Integer.MAX_VALUE);
            return this;
        }

        /** A JSON Schema for the answer. By default the answer is free text. */
        public Builder jsonSchema(String jsonSchema) {
            this.jsonSchema = Require.notBlank("jsonSchema", jsonSchema);
            return this;
        }

        public ChatRequest build() {
            return new ChatRequest(messages, temperature, maxTokens, jsonSchema);
        }
    }
}
