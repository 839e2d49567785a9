package io.rapidfit.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An example as one JSON object, which is kept as it is written: {@link #with} changes one value of it. Beside the content it
 * may have {@code id}, {@code split}, {@code origin} and {@code tags}.
 */
final class JsonRow {

    private final String json;
    private final ObjectNode node;

    private JsonRow(String json, ObjectNode node) {
        this.json = json;
        this.node = node;
    }

    /** @throws IllegalArgumentException if it is not one JSON object */
    static JsonRow parse(String json) {
        String written = TextNormalizer.wellFormed(json.strip()); // a file could not hold it otherwise
        if (!(RowCodec.parse(written) instanceof ObjectNode node)) {
            throw new RowCodec.BadRow("expected a JSON object");
        }
        return new JsonRow(written, node);
    }

    String json() {
        return json;
    }

    JsonNode node() {
        return node;
    }

    /** The row without what it says as every example may. */
    ObjectNode others() {
        ObjectNode others = node.deepCopy();
        if (hasId()) {
            others.remove(RowCodec.ID);
        }
        if (node.path(RowCodec.SPLIT).isTextual()) {
            others.remove(RowCodec.SPLIT);
        }
        if (hasOrigin()) {
            others.remove(RowCodec.ORIGIN);
        }
        if (node.path(RowCodec.TAGS).isObject()) {
            others.remove(RowCodec.TAGS);
        }
        return others;
    }

    private boolean hasId() {
        JsonNode id = node.path(RowCodec.ID);
        return id.isValueNode() && !id.isNull() && !id.asText().isBlank();
    }

    private boolean hasOrigin() {
        return node.path(RowCodec.ORIGIN).path("generator").isTextual();
    }

    /** @param content the part of the row that its id is derived from if it has none */
    String id(JsonNode content) {
        if (hasId()) {
            return TextNormalizer.wellFormed(node.path(RowCodec.ID).asText());
        }
        byte[] hash = Sha256.hash(TextNormalizer.wellFormed(RowCodec.toJson(content)));
        return HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
    }

    @Nullable Split split() {
        JsonNode split = node.path(RowCodec.SPLIT);
        return split.isTextual() ? RowCodec.readSplit(split.asText()) : null;
    }

    /** An {@code origin} that is no object of RapidFit's is the caller's own and says nothing of who wrote it. */
    Origin origin() {
        return hasOrigin() ? RowCodec.readOrigin(node.path(RowCodec.ORIGIN)) : Origin.HUMAN;
    }

    /** Values that are no text, such as numbers, as they are written; none if {@code tags} is no object. */
    Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        node.path(RowCodec.TAGS)
                .properties()
                .forEach(tag -> value(tag.getValue())
                        .ifPresent(value -> tags.put(TextNormalizer.wellFormed(tag.getKey()), value)));
        return Collections.unmodifiableMap(tags);
    }

    /** See {@link Example#field}. A member whose name has dots is found before members of members. */
    Optional<String> field(String path) {
        return value(find(node, path));
    }

    private static JsonNode find(JsonNode node, String path) {
        if (node.has(path)) {
            return node.path(path);
        }
        int dot = path.indexOf('.');
        String step = dot < 0 ? path : path.substring(0, dot);
        JsonNode child = node.isArray() ? element(node, step) : node.path(step);
        return dot < 0 || child.isMissingNode() ? child : find(child, path.substring(dot + 1));
    }

    private static JsonNode element(JsonNode list, String step) {
        boolean isIndex = !step.isEmpty() && step.length() < 10 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return list.path(isIndex ? Integer.parseInt(step) : -1);
    }

    static Optional<String> value(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        return Optional.of(TextNormalizer.wellFormed(node.isValueNode() ? node.asText() : RowCodec.toJson(node)));
    }

    /** All strings in a part of the row, in their order, each on lines of its own. */
    static String strings(JsonNode content) {
        List<String> strings = new ArrayList<>();
        forEachString(content, strings::add);
        return TextNormalizer.wellFormed(String.join("\n", strings));
    }

    private static void forEachString(JsonNode node, Consumer<String> action) {
        if (node.isTextual()) {
            action.accept(node.asText());
        }
        node.forEach(child -> forEachString(child, action));
    }

    /** With one value in the place of another, or added; every other character stays. */
    JsonRow with(List<String> path, JsonNode value) {
        return parse(JsonText.set(json, path, RowCodec.toJson(value)));
    }

    JsonRow withId(String id) {
        return with(List.of(RowCodec.ID), text(id));
    }

    JsonRow withSplit(@Nullable Split split) {
        return split == null ? without(RowCodec.SPLIT) : with(List.of(RowCodec.SPLIT), text(split.written()));
    }

    JsonRow withOrigin(Origin origin) {
        return origin.isSynthetic() ? with(List.of(RowCodec.ORIGIN), RowCodec.write(origin)) : without(RowCodec.ORIGIN);
    }

    /** Null says the same as nothing, and leaves everything else where it is. */
    private JsonRow without(String member) {
        return node.has(member) ? with(List.of(member), RowCodec.NODES.nullNode()) : this;
    }

    JsonRow withTags(Map<String, String> tags) {
        return tags.isEmpty() && !node.has(RowCodec.TAGS) ? this : with(List.of(RowCodec.TAGS), RowCodec.write(tags));
    }

    static JsonNode text(String value) {
        return RowCodec.NODES.textNode(TextNormalizer.wellFormed(value));
    }
}
