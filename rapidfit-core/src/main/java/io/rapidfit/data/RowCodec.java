package io.rapidfit.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sample as a JSON object and back: {@code text}, {@code label} and, where known, {@code id}, {@code split}, {@code origin}, {@code tags}. */
final class RowCodec {

    static final String TEXT = "text";
    static final String LABEL = "label";
    static final String ID = "id";
    static final String SPLIT = "split";
    static final String ORIGIN = "origin";
    static final String TAGS = "tags";

    /** What can be written can be read: no limit on the length of a string. Numbers stay as they are written. */
    static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
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

    /** What is wrong with a row; the reader of the file adds where it stands. */
    static final class BadRow extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        BadRow(@Nullable String message) {
            super(message);
        }
    }

    private RowCodec() {}

    static ObjectNode write(Sample sample) {
        ObjectNode row = MAPPER.createObjectNode();
        row.put(TEXT, sample.text());
        row.put(LABEL, sample.label());
        if (!sample.hasDerivedId()) {
            row.put(ID, sample.id());
        }
        Split split = sample.split();
        if (split != null) {
            row.put(SPLIT, split.written());
        }
        if (!sample.origin().equals(Origin.HUMAN)) {
            row.set(ORIGIN, write(sample.origin()));
        }
        if (!sample.tags().isEmpty()) {
            row.set(TAGS, write(sample.tags()));
        }
        return row;
    }

    static ObjectNode write(Map<String, String> values) {
        ObjectNode node = MAPPER.createObjectNode();
        values.forEach((name, value) -> node.put(
                TextNormalizer.wellFormed(Require.notBlank("name", name)),
                TextNormalizer.wellFormed(Require.nonNull(name, value))));
        return node;
    }

    static ObjectNode write(Origin origin) {
        ObjectNode node = MAPPER.createObjectNode();
        putIfKnown(node, "generator", origin.generator());
        putIfKnown(node, "model", origin.model());
        putIfKnown(node, "promptHash", origin.promptHash());
        putIfKnown(node, "runId", origin.runId());
        if (!origin.parents().isEmpty()) {
            ArrayNode parents = node.putArray("parents");
            origin.parents().forEach(parents::add);
        }
        return node;
    }

    private static void putIfKnown(ObjectNode node, String field, @Nullable String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    static String quote(String text) {
        return toJson(NODES.textNode(text));
    }

    static String toJson(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings can be written", e);
        }
    }

    static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new BadRow("not valid JSON: " + e.getOriginalMessage());
        }
    }

    static Sample read(String task, JsonNode row) {
        if (!row.isObject()) {
            throw new BadRow("expected a JSON object with \"text\" and \"label\"");
        }
        String text = required(row, TEXT);
        String label = required(row, LABEL);
        try {
            Sample sample = Sample.of(task, text, label);
            String id = optional(row, ID, ID);
            String split = optional(row, SPLIT, SPLIT);
            return (id == null ? sample : sample.withId(id))
                    .withSplit(split == null ? null : readSplit(split))
                    .withOrigin(readOrigin(row.path(ORIGIN)))
                    .withTags(readTags(row.path(TAGS)));
        } catch (IllegalArgumentException e) {
            throw new BadRow(e.getMessage());
        }
    }

    static Split readSplit(String written) {
        try {
            return Split.parse(written);
        } catch (IllegalArgumentException e) {
            throw new BadRow("field \"split\": expected %s but was \"%s\"".formatted(e.getMessage(), written));
        }
    }

    static Origin readOrigin(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Origin.HUMAN;
        }
        if (!node.isObject()) {
            throw new BadRow("field \"origin\": expected an object with \"generator\", or nothing for a human's");
        }
        List<String> parents = new ArrayList<>();
        JsonNode listed = node.path("parents");
        if (!listed.isMissingNode() && !listed.isArray()) {
            throw new BadRow("field \"origin.parents\": expected an array of ids");
        }
        listed.forEach(parent -> parents.add(scalar(parent, "origin.parents")));
        return new Origin(
                optional(node, "generator", "origin.generator"),
                optional(node, "model", "origin.model"),
                optional(node, "promptHash", "origin.promptHash"),
                optional(node, "runId", "origin.runId"),
                parents);
    }

    private static Map<String, String> readTags(JsonNode node) {
        Map<String, String> tags = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return tags;
        }
        if (!node.isObject()) {
            throw new BadRow("field \"tags\": expected an object of strings");
        }
        node.properties().forEach(tag -> tags.put(tag.getKey(), scalar(tag.getValue(), "tags." + tag.getKey())));
        return tags;
    }

    private static String required(JsonNode row, String field) {
        JsonNode value = row.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new BadRow("field \"%s\" is missing".formatted(field));
        }
        return scalar(value, field);
    }

    private static @Nullable String optional(JsonNode row, String field, String path) {
        JsonNode value = row.path(field);
        return value.isMissingNode() || value.isNull() ? null : scalar(value, path);
    }

    /** Numbers and booleans are taken as they are written: many datasets label with 0 and 1. */
    private static String scalar(JsonNode value, String path) {
        if (!value.isValueNode() || value.isNull()) {
            throw new BadRow("field \"%s\": expected a string but was %s".formatted(path, kind(value)));
        }
        return value.asText();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            default -> "null";
        };
    }
}
