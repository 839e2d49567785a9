package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.rapidfit.internal.Require;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values that must not be seen: takes them out of every text that came from outside. Never prints them itself. */
final class Secrets {

    private static final String HIDDEN = "***";

    /** Shorter ones hide nothing and would take words out of texts. */
    private static final int SHORTEST = 8;

    /** Of a value: the beginning of many keys, such as {@code sk-}, is no secret. */
    private static final int SHORTEST_PIECE = 4;

    private final List<String> values;

    Secrets(List<String> values) {
        this.values = values.stream()
                .filter(v -> v.length() >= SHORTEST)
                .sorted(Comparator.comparingInt(String::length).reversed()) // one may be a part of another
                .toList();
    }

    /** The text without any of the values. */
    String redact(String text) {
        String redacted = text;
        for (String value : values) {
            redacted = redacted.replace(value, HIDDEN);
        }
        return redacted;
    }

    /** As {@link #redact(String)}, of a text whose end may be lost in the middle of a value. */
    String redactTorn(String text) {
        String redacted = redact(text);
        for (String value : values) {
            for (int length = value.length() - 1; length >= SHORTEST_PIECE; length--) {
                if (redacted.endsWith(value.substring(0, length))) {
                    return redacted.substring(0, redacted.length() - length) + HIDDEN;
                }
            }
        }
        return redacted;
    }

    /** Takes the values out of every text below, however it was escaped; names of fields stay as they are. */
    JsonNode redact(JsonNode json) {
        if (json.isTextual()) {
            return TextNode.valueOf(redact(json.textValue()));
        }
        if (json instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(redact(field.getValue())));
        } else if (json instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, redact(array.get(i)));
            }
        }
        return json;
    }

    /** Refuses what cannot travel in a header, without showing it. */
    static String requireHeaderValue(String name, @Nullable String value) {
        String stripped = Require.nonNull(name, value).strip(); // keys from files end in a line break
        if (stripped.isEmpty()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
        if (!stripped.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            throw new IllegalArgumentException(
                    name + " has a character that cannot travel in a header: was more than the value copied?");
        }
        return stripped;
    }

    @Override
    public String toString() {
        return "Secrets[" + values.size() + "]";
    }
}
