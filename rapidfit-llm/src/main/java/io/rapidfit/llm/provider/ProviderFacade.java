package io.rapidfit.llm.provider;

import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;

/** What the public models are: a name for a provider's model under its policy. */
abstract class ProviderFacade implements ChatModel {

    private final ChatModel model;

    ProviderFacade(ChatModel model) {
        this.model = model;
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return model.chat(request);
    }

    @Override
    public String modelId() {
        return model.modelId();
    }

    @Override
    public int maxConcurrency() {
        return model.maxConcurrency();
    }

    /** Model and host, no key. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + model + "]";
    }
}
