package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;

/**
 * OpenAI's chat completions, and every server that speaks them: Azure, vLLM, Ollama, llama.cpp and others, by {@link
 * Builder#baseUrl}. The model is {@code gpt-4.1-mini} unless another is named.
 *
 * <pre>{@code
 * ChatModel model = OpenAIChatModel.builder().fromEnvironment().build(); // the key from OPENAI_API_KEY
 * }</pre>
 *
 * <p>Thread-safe; one for a whole program is enough. Holds idle connections for up to 4 s and nothing that needs closing.
 */
public final class OpenAIChatModel extends ProviderFacade {

    private OpenAIChatModel(ChatModel model) {
        super(model);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Not thread-safe. */
    public static final class Builder extends ProviderBuilder<Builder> {

        private Builder() {
            super("OpenAIChatModel", "OPENAI_API_KEY", "https://api.openai.com/v1", "gpt-4.1-mini");
        }

        @Override
        Builder self() {
            return this;
        }

        /** @throws IllegalStateException if the key is missing */
        public OpenAIChatModel build() {
            boolean openAI = isProvidersOwnHost("api.openai.com");
            return new OpenAIChatModel(model(OpenAIProtocol.at(parseBaseUrl()), openAI)); // servers at home need no key
        }
    }
}
