package io.rapidfit.llm;

/**
 * Any large language model: one of {@code io.rapidfit.llm.provider}, a recording, a test double, or an adapter of a few
 * lines to the library that you use already. Implementations are thread-safe.
 *
 * <pre>{@code
 * ChatModel model = request -> ChatResponse.of(myClient.complete(request.messages()));
 * }</pre>
 */
@FunctionalInterface
public interface ChatModel {

    /**
     * Answers one request. Blocks until the answer is complete; an interrupt ends it with {@link LLMCancelledException}.
     *
     * @throws LLMException whose type says what the caller can do about the failure
     */
    ChatResponse chat(ChatRequest request);

    /** For prices, and for the origin of what is generated; {@code "custom"} where nobody says. */
    default String modelId() {
        return "custom";
    }

    /** How many calls at once are worth making, at least 1: as many as its policy lets through; 8 where nobody says. */
    default int maxConcurrency() {
        return 8;
    }
}
