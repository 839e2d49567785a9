package io.rapidfit.data;

import io.rapidfit.internal.Require;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a {@link Conversation}.
 *
 * @param role such as {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param text what it says: its content, or the texts of its parts, a line each; empty if it has none
 * @param toolCalls what the assistant wants called; empty for most messages
 * @param toolCallId which call a tool's message answers
 * @param name of who speaks, or of the tool
 */
public record Message(
        String role,
        String text,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name) {

    public static final String SYSTEM = "system";
    public static final String DEVELOPER = "developer";
    public static final String USER = "user";
    public static final String ASSISTANT = "assistant";
    public static final String TOOL = "tool";

    /**
     * A call that an assistant asks for; what a file does not say is empty.
     *
     * @param id what the tool's answer refers to
     * @param arguments JSON, as the model wrote it: it need not be valid
     */
    public record ToolCall(String id, String name, String arguments) {

        public ToolCall {
            Require.nonNull("id", id);
            Require.nonNull("name", name);
            Require.nonNull("arguments", arguments);
        }
    }

    public Message {
        Require.notBlank("role", role);
        Require.nonNull("text", text);
        toolCalls = List.copyOf(toolCalls);
    }

    /** A message of text alone. */
    public static Message of(String role, String text) {
        return new Message(role, text, List.of(), null, null);
    }

    public static Message system(String text) {
        return of(SYSTEM, text);
    }

    public static Message user(String text) {
        return of(USER, text);
    }

    public static Message assistant(String text) {
        return of(ASSISTANT, text);
    }
}
