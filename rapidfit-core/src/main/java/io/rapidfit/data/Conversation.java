package io.rapidfit.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A chat to learn from, in OpenAI's format: {@code {"messages": [{"role": "user", "content": "Hi"}, ...], "tags": {...}}}.
 *
 * <pre>{@code
 * Conversation chat = Conversation.of(Message.user("Is it raining?"), Message.assistant("Not in Oslo."));
 * Conversation read = Conversation.parse(line);
 * String answer = read.response().orElseThrow();
 * String line = read.withResponse("Take an umbrella.").toJson();
 * }</pre>
 *
 * <p>It keeps its JSON as it is written: fields that RapidFit does not know stay, and tool calls stay the same character by
 * character, whatever else is changed. Immutable; equal if the JSON is.
 */
public final class Conversation implements Example {

    private final JsonRow row;
    private final List<Message> messages;
    private final int target;
    private final String id;
    private final @Nullable Split split;
    private final Origin origin;
    private final Map<String, String> tags;

    private Conversation(JsonRow row) {
        this.row = row;
        this.messages = MessageCodec.read(content(row));
        this.target = target(messages);
        this.id = row.id(content(row));
        this.split = row.split();
        this.origin = row.origin();
        this.tags = row.tags();
        Item.requireTrainIfSynthetic(this);
    }

    private static JsonNode content(JsonRow row) {
        return row.node().path(MessageCodec.MESSAGES);
    }

    private static int target(List<Message> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            Message message = messages.get(i);
            if (message.role().equals(Message.ASSISTANT) && message.toolCalls().isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    /** @throws IllegalArgumentException if there are no messages */
    public static Conversation of(Message... messages) {
        return of(List.of(messages));
    }

    /** @throws IllegalArgumentException if there are no messages */
    public static Conversation of(List<Message> messages) {
        ObjectNode node = RowCodec.NODES.objectNode();
        node.set(MessageCodec.MESSAGES, MessageCodec.write(messages));
        return new Conversation(JsonRow.parse(RowCodec.toJson(node)));
    }

    /** @throws IllegalArgumentException if it is not one JSON object with messages; the message names the field */
    public static Conversation parse(String json) {
        return new Conversation(JsonRow.parse(Require.nonNull("json", json)));
    }

    /** At least one. */
    public List<Message> messages() {
        return messages;
    }

    /**
     * What a model would learn to write: the text of the last message of the assistant that calls no tool. Empty if there is no
     * such message.
     */
    public Optional<String> response() {
        return target < 0 ? Optional.empty() : Optional.of(messages.get(target).text());
    }

    /** The messages before the {@link #response}, or all if there is none. */
    public List<Message> context() {
        return target < 0 ? messages : messages.subList(0, target);
    }

    /**
     * With another {@link #response}, and otherwise the same, character by character. Where the content is a list of parts of
     * which not exactly one is a text, the list is written anew: parts that are no text stay, and there is one text.
     *
     * @throws IllegalStateException if there is no message to change
     */
    public Conversation withResponse(String text) {
        if (target < 0) {
            throw new IllegalStateException("no message of the assistant without tool calls in conversation " + id);
        }
        JsonNode content = content(row).path(target).path(MessageCodec.CONTENT);
        JsonNode written = JsonRow.text(Require.nonNull("text", text));
        List<String> path =
                new ArrayList<>(List.of(MessageCodec.MESSAGES, String.valueOf(target), MessageCodec.CONTENT));
        List<Integer> texts = textParts(content);
        if (texts.size() == 1) {
            path.add(String.valueOf(texts.get(0)));
            if (content.path(texts.get(0)).isObject()) {
                path.add(MessageCodec.TEXT);
            }
        }
        boolean isNewList = content.isArray() && texts.size() != 1;
        return new Conversation(row.with(path, isNewList ? withText(content, written) : written));
    }

    /** Which parts of a list of parts are texts; none if it is no list. */
    private static List<Integer> textParts(JsonNode content) {
        List<Integer> texts = new ArrayList<>();
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            if (MessageCodec.isText(content.path(i))) {
                texts.add(i);
            }
        }
        return texts;
    }

    /** One text in the place of the first of several, or at the end where there is none. */
    private static ArrayNode withText(JsonNode parts, JsonNode written) {
        ObjectNode text = RowCodec.NODES.objectNode().put("type", "text").set(MessageCodec.TEXT, written);
        ArrayNode changed = RowCodec.NODES.arrayNode();
        boolean done = false;
        for (JsonNode part : parts) {
            if (!MessageCodec.isText(part)) {
                changed.add(part);
            } else if (!done) {
                changed.add(text);
                done = true;
            }
        }
        return done ? changed : changed.add(text);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public @Nullable Split split() {
        return split;
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public Map<String, String> tags() {
        return tags;
    }

    /** What each message says, and the arguments of the tools that it calls. */
    @Override
    public String text() {
        List<String> texts = new ArrayList<>();
        for (Message message : messages) {
            texts.add(message.text());
            message.toolCalls().forEach(call -> texts.add(call.arguments()));
        }
        texts.removeIf(TextNormalizer::isBlank);
        return String.join("\n", texts);
    }

    /**
     * Has every member of the JSON, and besides, unless the JSON has values of these names, {@code response} and
     * {@code query}, the last message of the user before it.
     */
    @Override
    public Optional<String> field(String path) {
        Optional<String> member = row.field(Require.nonNull("path", path));
        if (member.isPresent()) {
            return member;
        }
        return switch (path) {
            case "response" -> response();
            case "query" -> query();
            default -> Optional.empty();
        };
    }

    private Optional<String> query() {
        return context().stream()
                .filter(message -> message.role().equals(Message.USER))
                .reduce((earlier, later) -> later)
                .map(Message::text);
    }

    public Conversation withId(String newId) {
        return new Conversation(row.withId(Require.notBlank("id", newId)));
    }

    public Conversation withSplit(@Nullable Split newSplit) {
        return new Conversation(row.withSplit(newSplit));
    }

    public Conversation withOrigin(Origin newOrigin) {
        return new Conversation(row.withOrigin(newOrigin));
    }

    public Conversation withTags(Map<String, String> newTags) {
        return new Conversation(row.withTags(newTags));
    }

    /** One line of JSON, if what was parsed was one; every character that no {@code with} has changed is as it was. */
    public String toJson() {
        return row.json();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Conversation conversation
                && conversation.toJson().equals(toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    /** The id, without what is said. */
    @Override
    public String toString() {
        return "Conversation[" + id + ", " + messages.size() + " messages]";
    }
}
