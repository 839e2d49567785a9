package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;

/** One message of a conversation. Unpaired surrogates in its content become U+FFFD: providers refuse them. */
public record ChatMessage(Role role, String content) {

    /** Who speaks. */
    public enum Role {
        /** What the model is told to be and do. */
        SYSTEM,
        /** What it is asked. */
        USER,
        /** What it answered. */
        ASSISTANT
    }

    public ChatMessage {
        Require.nonNull("role", role);
        content = TextNormalizer.wellFormed(Require.nonNull("content", content));
    }

    public static ChatMessage system(String content) {
        return new ChatMessage(Role.SYSTEM, content);
    }

    public static ChatMessage user(String content) {
        return new ChatMessage(Role.USER, content);
    }

    public static ChatMessage assistant(String content) {
        return new ChatMessage(Role.ASSISTANT, content);
    }
}
