package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;

/**
 * Google's Gemini, by {@code generateContent}. The model is {@code gemini-2.5-flash} unless another is named.
 *
 * <pre>{@code
 * ChatModel model = GeminiChatModel.builder().fromEnvironment().build(); // the key from GOOGLE_API_KEY
 * }</pre>
 *
 * <p>Thread-safe; one for a whole program is enough. Holds idle connections for up to 4 s and nothing that needs closing.
 */
public final class GeminiChatModel implements ChatModel {

    private final ChatModel model;

    private GeminiChatModel(ChatModel model) {
        this.model = model;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return model.chat(request);
    }

    @Override
    public String modelId() {
        return model.modelId();
    }

    /** Model and host, no key. */
    @Override
    public String toString() {
        return "GeminiChatModel[" + model + "]";
    }

    /** Not thread-safe. */
    public static final class Builder extends ProviderBuilder<Builder> {

        private Builder() {
            super("GeminiChatModel", "GOOGLE_API_KEY", "https://generativelanguage.googleapis.com", "gemini-2.5-flash");
        }

        @Override
        Builder self() {
            return this;
        }

        /** @throws IllegalStateException if the key is missing */
        public GeminiChatModel build() {
            return new GeminiChatModel(model(new GeminiProtocol(), true));
        }
    }
}
