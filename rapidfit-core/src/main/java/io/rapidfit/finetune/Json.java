package io.rapidfit.finetune;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.text.TextNormalizer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes JSON. Numbers stay as they are written; no message quotes what was read, for it may be personal. */
final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static final JsonNodeFactory NODES = MAPPER.getNodeFactory();

    private Json() {}

    /** @throws IllegalArgumentException if it is not one JSON document; the message says where, and quotes nothing */
    static JsonNode parse(String json) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation(); // unknown where a limit of Jackson's is exceeded
            throw new IllegalArgumentException(
                    "not valid JSON" + at(where)); // without its cause, which quotes the document
        }
        if (node.isMissingNode()) {
            throw new IllegalArgumentException("not valid JSON: it is empty");
        }
        return node;
    }

    private static String at(@Nullable JsonLocation where) {
        if (where == null) {
            return "";
        }
        return where.getLineNr() == 1
                ? " at column %d".formatted(where.getColumnNr())
                : " at line %d, column %d".formatted(where.getLineNr(), where.getColumnNr());
    }

    /** The object or the list that a text is, if it is one: what a model is to write often is. */
    static Optional<JsonNode> container(String text) {
        String stripped = text.strip();
        if (!stripped.startsWith("{") && !stripped.startsWith("[")) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(stripped));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static ObjectNode object() {
        return NODES.objectNode();
    }

    /** On one line, and such that it can be written in UTF-8. */
    static String write(JsonNode node) {
        try {
            return TextNormalizer.wellFormed(MAPPER.writeValueAsString(node));
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree can be written", e);
        }
    }

    /** As strings, numbers, booleans, lists and maps of Java; null for null. */
    static @Nullable Object plain(JsonNode node) {
        return MAPPER.convertValue(node, Object.class);
    }
}
