package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;

/**
 * Anthropic's messages. The model is {@code claude-sonnet-4-6} unless another is named.
 *
 * <pre>{@code
 * ChatModel model = AnthropicChatModel.builder().fromEnvironment().build(); // the key from ANTHROPIC_API_KEY
 * }</pre>
 *
 * <p>Thread-safe; one for a whole program is enough. Holds idle connections for up to 4 s and nothing that needs closing.
 */
public final class AnthropicChatModel extends ProviderFacade {

    private AnthropicChatModel(ChatModel model) {
        super(model);
    }

    public static Builder builder() {
        return new Builder();
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
