package io.rapidfit.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.Message.ToolCall;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages as OpenAI's chat format writes them, and back. What the format knows and RapidFit does not is passed over. */
final class MessageCodec {

    static final String MESSAGES = "messages";
    static final String CONTENT = "content";
    static final String TEXT = "text";

    private static final String ROLE = "role";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String TOOL_CALL_ID = "tool_call_id";
    private static final String FUNCTION = "function";
    private static final String ARGUMENTS = "arguments";
    private static final String NAME = "name";

    private MessageCodec() {}

    static List<Message> read(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            throw new RowCodec.BadRow("field \"messages\": expected a list of at least one message");
        }
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : list) {
            messages.add(read(message, "messages." + messages.size()));
        }
        return List.copyOf(messages);
    }

    private static Message read(JsonNode message, String path) {
        JsonNode role = message.path(ROLE);
        if (!role.isTextual() || role.asText().isBlank()) {
            throw new RowCodec.BadRow("field \"%s.role\": expected a text such as \"user\"".formatted(path));
        }
        return new Message(
                TextNormalizer.wellFormed(role.asText()),
                content(message.path(CONTENT), path),
                toolCalls(message, path),
                text(message.path(TOOL_CALL_ID)),
                text(message.path(NAME)));
    }

    private static String content(JsonNode content, String path) {
        if (content.isMissingNode() || content.isNull()) {
            return "";
        }
        if (content.isTextual()) {
            return TextNormalizer.wellFormed(content.asText());
        }
        if (!content.isArray()) {
            throw new RowCodec.BadRow("field \"%s.content\": expected a text, a list of parts or null".formatted(path));
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode part : content) {
            if (isText(part)) { // images and the like are none
                texts.add(TextNormalizer.wellFormed((part.isTextual() ? part : part.path(TEXT)).asText()));
            }
        }
        return String.join("\n", texts);
    }

    /** Whether a part of a content is a text, by itself or with its type. */
    static boolean isText(JsonNode part) {
        return part.isTextual() || part.path(TEXT).isTextual();
    }

    /** With the one call of the format before tools. */
    private static List<ToolCall> toolCalls(JsonNode message, String path) {
        JsonNode listed = message.path(TOOL_CALLS);
        if (!listed.isArray() && !listed.isMissingNode() && !listed.isNull()) {
            throw new RowCodec.BadRow("field \"%s.tool_calls\": expected a list or null".formatted(path));
        }
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : listed) {
            calls.add(toolCall(call.path("id"), call.path(FUNCTION)));
        }
        JsonNode only = message.path("function_call");
        if (only.isObject()) {
            calls.add(toolCall(only.path("id"), only));
        }
        return calls;
    }

    private static ToolCall toolCall(JsonNode id, JsonNode function) {
        return new ToolCall(
                JsonRow.value(id).orElse(""),
                JsonRow.value(function.path(NAME)).orElse(""),
                JsonRow.value(function.path(ARGUMENTS)).orElse(""));
    }

    private static @Nullable String text(JsonNode node) {
        return JsonRow.value(node).orElse(null);
    }

    static ArrayNode write(List<Message> messages) {
        ArrayNode list = RowCodec.NODES.arrayNode();
        for (Message message : messages) {
            ObjectNode node = list.addObject();
            node.put(ROLE, TextNormalizer.wellFormed(message.role()));
            if (message.text().isEmpty() && !message.toolCalls().isEmpty()) {
                node.putNull(CONTENT); // what the format wants beside calls
            } else {
                node.put(CONTENT, TextNormalizer.wellFormed(message.text()));
            }
            if (message.name() != null) {
                node.put(NAME, TextNormalizer.wellFormed(message.name()));
            }
            if (!message.toolCalls().isEmpty()) {
                ArrayNode calls = node.putArray(TOOL_CALLS);
                message.toolCalls().forEach(call -> write(call, calls.addObject()));
            }
            if (message.toolCallId() != null) {
                node.put(TOOL_CALL_ID, TextNormalizer.wellFormed(message.toolCallId()));
            }
        }
        return list;
    }

    private static void write(ToolCall call, ObjectNode node) {
        node.put("id", TextNormalizer.wellFormed(call.id()));
        node.put("type", FUNCTION);
        node.putObject(FUNCTION)
                .put(NAME, TextNormalizer.wellFormed(call.name()))
                .put(ARGUMENTS, TextNormalizer.wellFormed(call.arguments()));
    }
}
