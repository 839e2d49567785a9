package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;

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
public final class OpenAIChatModel implements ChatModel {

    private final ChatModel model;

    private OpenAIChatModel(ChatModel model) {
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
        return "OpenAIChatModel[" + model + "]";
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
