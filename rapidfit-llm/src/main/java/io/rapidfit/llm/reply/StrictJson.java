package io.rapidfit.llm.reply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.rapidfit.llm.reply.Json.Arr;
import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import io.rapidfit.llm.reply.Json.Odd;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Reads what is valid JSON from its first character to its last, and nothing else. */
final class StrictJson {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES) // keys of a stranger's choosing fill no shared table
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .maxNumberLength(Json.MAX_NUMBER_LENGTH)
                    .maxStringLength(Integer.MAX_VALUE) // no longer than the reply, which is in memory already
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final RepairCount NONE = new RepairCount(); // duplicates are refused, so nothing is ever added

    private StrictJson() {}

    /** Null if the text is anything but one JSON value. */
    static @Nullable Object parse(String text) {
        if (!startsLikeJson(text)) {
            return null; // saves an exception for every reply that opens with prose or a fence
        }
        try (JsonParser parser = FACTORY.createParser(text)) {
            return parse(parser);
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean startsLikeJson(String text) {
        int i = 0;
        while (i < text.length() && text.charAt(i) <= ' ') {
            i++;
        }
        return i < text.length() && "{[\"-0123456789tfn".indexOf(text.charAt(i)) >= 0;
    }

    private static @Nullable Object parse(JsonParser parser) throws IOException {
        Deque<Container> open = new ArrayDeque<>();
        Object root = null;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token.isStructEnd()) {
                open.pop().close();
            } else if (token != JsonToken.FIELD_NAME) {
                if (root != null && open.isEmpty()) {
                    return null; // a second value
                }
                Object value = value(parser, token);
                if (open.isEmpty()) {
                    root = value;
                } else {
                    open.element().put(parser.currentName(), value, NONE);
                }
                if (value instanceof Container container) {
                    open.push(container);
                }
            }
        }
        return root;
    }

    private static Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> new Obj();
            case START_ARRAY -> new Arr();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> Odd.NULL;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Json.number(parser.getText());
            default -> parser.getText();
        };
    }
}
