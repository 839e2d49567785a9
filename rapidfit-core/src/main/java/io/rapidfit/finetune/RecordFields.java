package io.rapidfit.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.data.Conversation;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.text.TextNormalizer;
import java.util.Optional;

/** The fields of an example with the types that they have where it is JSON; those of a sample are strings. */
final class RecordFields {

    private final Example example;
    private final JsonNode json;

    RecordFields(Example example) {
        this.example = example;
        if (example instanceof Item item) {
            this.json = Json.parse(TextNormalizer.wellFormed(item.toJson()));
        } else if (example instanceof Conversation conversation) {
            this.json = Json.parse(TextNormalizer.wellFormed(conversation.toJson()));
        } else {
            this.json = MissingNode.getInstance();
        }
    }

    /** As {@link Example#field}, but for strings that are blank: they say nothing. */
    Optional<JsonNode> value(String path) {
        return example.field(path).filter(text -> !TextNormalizer.isBlank(text)).map(text -> {
            JsonNode node = json.has(path) ? json.path(path) : json.at(pointer(path));
            return node.isMissingNode() || node.isNull() || node.isTextual() ? Json.NODES.textNode(text) : node;
        });
    }

    /** The path as RFC 6901 writes it. */
    private static String pointer(String path) {
        return "/" + path.replace("~", "~0").replace("/", "~1").replace('.', '/');
    }

    /** The text of a field whose text is needed. */
    String required(String path) {
        return value(path)
                .map(node -> node.isValueNode() ? node.asText() : Json.write(node))
                .orElseThrow(() -> new IllegalArgumentException(
                        "record %s has no field '%s', or a blank one: a template or the label asks for it"
                                .formatted(example.id(), path)));
    }

    /** Adds a member unless the record does not have it: no null stands for what nobody knows. */
    void copyTo(ObjectNode answer, AnswerMember member) {
        value(member.path())
                .ifPresent(value -> answer.set(member.name(), member.isNumber() ? number(member, value) : value));
    }

    private JsonNode number(AnswerMember member, JsonNode value) {
        if (value.isNumber()) {
            return value;
        }
        return Optional.of(value)
                .filter(JsonNode::isTextual)
                .flatMap(text -> parse(text.textValue()))
                .orElseThrow(() -> new IllegalArgumentException("record %s: field '%s' must be a number for \"%s\""
                        .formatted(example.id(), member.path(), member.name())));
    }

    private static Optional<JsonNode> parse(String text) {
        try {
            return Optional.of(Json.parse(text)).filter(JsonNode::isNumber);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
