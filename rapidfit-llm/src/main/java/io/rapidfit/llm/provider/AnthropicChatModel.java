package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;

/**
 * Anthropic's messages. The model is {@code claude-sonnet-4-6} unless another is named.
 *
 * <pre>{@code
 * ChatModel model = AnthropicChatModel.builder().fromEnvironment().build(); // the key from ANTHROPIC_API_KEY
 * }</pre>
 *
 * <p>Thread-safe; one for a whole program is enough. Holds idle connections for up to 4 s and nothing that needs closing.
 */
public final class AnthropicChatModel implements ChatModel {

    private final ChatModel model;

    private AnthropicChatModel(ChatModel model) {
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
        return "AnthropicChatModel[" + model + "]";
    }

    /** Not thread-safe. */
    public static final class Builder extends ProviderBuilder<Builder> {

        private Builder() {
            super("AnthropicChatModel", "ANTHROPIC_API_KEY", "https://api.anthropic.com", "claude-sonnet-4-6");
        }

        @Override
        Builder self() {
            return this;
        }

        /** @throws IllegalStateException if the key is missing */
        public AnthropicChatModel build() {
            return new AnthropicChatModel(model(new AnthropicProtocol(), true));
        }
    }
}
