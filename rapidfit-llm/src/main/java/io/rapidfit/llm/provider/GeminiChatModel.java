package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;

/**
 * Google's Gemini, by {@code generateContent}. The model is {@code gemini-2.5-flash} unless another is named.
 *
 * <pre>{@code
 * ChatModel model = GeminiChatModel.builder().fromEnvironment().build(); // the key from GOOGLE_API_KEY
 * }</pre>
 *
 * <p>Thread-safe; one for a whole program is enough. Holds idle connections for up to 4 s and nothing that needs closing.
 */
public final class GeminiChatModel extends ProviderFacade {

    private GeminiChatModel(ChatModel model) {
        super(model);
    }

    public static Builder builder() {
        return new Builder();
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
