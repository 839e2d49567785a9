package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Answers by rule, for unit tests and examples without a key.
 *
 * <pre>{@code
 * ScriptedChatModel model = ScriptedChatModel.builder()
 *         .when(request -> ScriptedChatModel.lastUserMessage(request).contains("refund"), "{\"label\":\"billing\"}")
 *         .otherwise("{\"label\":\"other\"}")
 *         .build();
 * ...
 * assertThat(model.requests()).hasSize(2);
 * }</pre>
 *
 * <p>The first rule that fits answers. Thread-safe, as far as the rules are.
 */
public final class ScriptedChatModel implements ChatModel {

    private record Rule(Predicate<ChatRequest> fits, Function<ChatRequest, ChatResponse> answer) {}

    private final List<Rule> rules;
    private final String modelId;
    private final List<ChatRequest> requests = new ArrayList<>();

    private ScriptedChatModel(Builder builder) {
        this.rules = List.copyOf(builder.rules);
        this.modelId = builder.modelId;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The text of the last message of the user; empty if there is none. */
    public static String lastUserMessage(ChatRequest request) {
        return request.messages().stream()
                .filter(m -> m.role() == ChatMessage.Role.USER)
                .reduce((first, second) -> second)
                .map(ChatMessage::content)
                .orElse("");
    }

    /** @throws IllegalStateException if no rule fits */
    @Override
    public ChatResponse chat(ChatRequest request) {
        synchronized (requests) {
            requests.add(request);
        }
        for (Rule rule : rules) {
            if (rule.fits().test(request)) {
                return rule.answer().apply(request);
            }
        }
        throw new IllegalStateException(
                "no rule of the script fits a request of %s messages: add one, or otherwise(...)"
                        .formatted(request.messages().size()));
    }

    @Override
    public String modelId() {
        return modelId;
    }

    /** What was asked so far, in the order in which it came. */
    public List<ChatRequest> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();
        private String modelId = "scripted";

        private Builder() {}

        /** Requests that fit are answered with this text. */
        public Builder when(Predicate<ChatRequest> fits, String text) {
            Require.nonNull("text", text);
            return when(fits, request -> ChatResponse.of(text));
        }

        /** Requests that fit are answered by a function; it may throw an {@link LLMException}. */
        public Builder when(Predicate<ChatRequest> fits, Function<ChatRequest, ChatResponse> answer) {
            rules.add(new Rule(Require.nonNull("fits", fits), Require.nonNull("answer", answer)));
            return this;
        }

        /** All other requests are answered with this text. */
        public Builder otherwise(String text) {
            return when(request -> true, text);
        }

        /** Defaults to {@code scripted}. */
        public Builder modelId(String modelId) {
            this.modelId = Require.notBlank("modelId", modelId);
            return this;
        }

        public ScriptedChatModel build() {
            return new ScriptedChatModel(this);
        }
    }
}
