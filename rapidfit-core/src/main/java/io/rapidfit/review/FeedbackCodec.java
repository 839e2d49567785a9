package io.rapidfit.review;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.text.TextNormalizer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link Feedback} as JSON, with the job that it is on: a file says all by itself. */
final class FeedbackCodec {

    /** What can be written can be read: no limit on the length of a string. */
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private FeedbackCodec() {}

    static String write(Feedback feedback) {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("job", tree(feedback.job()));
        put(node, "reviewer", feedback.reviewer());
        ObjectNode decisions = node.putObject("decisions");
        feedback.decisions().forEach((id, decision) -> decisions.set(TextNormalizer.wellFormed(id), write(decision)));
        if (feedback.overallScore() != null) {
            node.put("overallScore", feedback.overallScore());
        }
        put(node, "notes", feedback.notes());
        node.put("updatedAt", feedback.updatedAt().toString());
        return toJson(node) + "\n";
    }

    static String write(ReviewJob job) {
        return toJson(tree(job));
    }

    private static String toJson(JsonNode node) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a tree of strings can be written", e);
        }
    }

    private static ObjectNode tree(ReviewJob job) {
        ObjectNode node = MAPPER.createObjectNode();
        put(node, "id", job.id());
        put(node, "input", job.input());
        ArrayNode items = node.putArray("items");
        job.items().forEach(item -> items.add(write(item)));
        return node;
    }

    private static ObjectNode write(ReviewItem item) {
        ObjectNode node = MAPPER.createObjectNode();
        put(node, "id", item.id());
        put(node, "text", item.text());
        putList(node, "evidence", item.evidence());
        put(node, "recommendation", item.recommendation());
        putList(node, "dependsOn", item.dependsOn());
        return node;
    }

    private static ObjectNode write(Decision decision) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("kind", decision.kind().name().toLowerCase(Locale.ROOT));
        if (decision.score() != null) {
            node.put("score", decision.score());
        }
        if (decision.edited() != null) {
            node.set("edited", write(decision.edited()));
        }
        put(node, "reason", decision.reason());
        put(node, "notes", decision.notes());
        return node;
    }

    /** Empty values are left out. */
    private static void put(ObjectNode node, String name, String value) {
        if (!value.isEmpty()) {
            node.put(name, TextNormalizer.wellFormed(value));
        }
    }

    private static void putList(ObjectNode node, String name, List<String> values) {
        if (!values.isEmpty()) {
            ArrayNode list = node.putArray(name);
            values.forEach(value -> list.add(TextNormalizer.wellFormed(value)));
        }
    }

    /** @throws IllegalArgumentException if it is no feedback; the message says where */
    static Feedback read(String json) {
        JsonNode node = parse(json);
        Map<String, Decision> decisions = new LinkedHashMap<>();
        object(node, "decisions")
                .properties()
                .forEach(entry ->
                        decisions.put(entry.getKey(), decision(entry.getValue(), "decisions." + entry.getKey())));
        return new Feedback(
                job(object(node, "job"), "job."),
                text(node, "reviewer", ""),
                decisions,
                number(node, "overallScore", ""),
                text(node, "notes", ""),
                instant(text(node, "updatedAt", "")));
    }

    static ReviewJob readJob(String json) {
        return job(parse(json), "");
    }

    private static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json.startsWith("\uFEFF") ? json.substring(1) : json); // a byte order mark
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not valid JSON: " + e.getOriginalMessage());
        }
    }

    private static ReviewJob job(JsonNode node, String path) {
        requireKnown(node, path, "id", "input", "items");
        if (!node.path("items").isArray()) {
            throw new IllegalArgumentException("field \"%sitems\": expected a list".formatted(path));
        }
        List<ReviewItem> items = new ArrayList<>();
        for (JsonNode item : node.path("items")) {
            items.add(item(item, path + "items." + items.size()));
        }
        return new ReviewJob(text(node, "id", path), text(node, "input", path), items);
    }

    private static ReviewItem item(JsonNode node, String path) {
        requireKnown(node, path + ".", "id", "text", "evidence", "recommendation", "dependsOn");
        return new ReviewItem(
                text(node, "id", path + "."),
                text(node, "text", path + "."),
                list(node, "evidence", path),
                text(node, "recommendation", path + "."),
                list(node, "dependsOn", path));
    }

    private static Decision decision(JsonNode node, String path) {
        String written = text(node, "kind", path + ".");
        for (Decision.Kind kind : Decision.Kind.values()) {
            if (kind.name().equalsIgnoreCase(written)) {
                return new Decision(
                        kind,
                        number(node, "score", path + "."),
                        node.has("edited") ? item(node.path("edited"), path + ".edited") : null,
                        text(node, "reason", path + "."),
                        text(node, "notes", path + "."));
            }
        }
        throw new IllegalArgumentException(
                "field \"%s.kind\": expected approve, edit, reject or skip but was \"%s\"".formatted(path, written));
    }

    /** A name that is misspelt would lose what a person wrote. */
    private static void requireKnown(JsonNode node, String path, String... names) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    path.isEmpty()
                            ? "expected a JSON object"
                            : "field \"%s\": expected an object".formatted(path.substring(0, path.length() - 1)));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!List.of(names).contains(name)) {
                throw new IllegalArgumentException(
                        "field \"%s%s\" is not known; there are %s".formatted(path, name, List.of(names)));
            }
        });
    }

    private static JsonNode object(JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isObject()) {
            throw new IllegalArgumentException("field \"%s\": expected an object".formatted(name));
        }
        return value;
    }

    private static String text(JsonNode node, String name, String path) {
        JsonNode value = node.path(name);
        if (value.isMissingNode()) {
            return "";
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("field \"%s%s\": expected a text".formatted(path, name));
        }
        return value.asText();
    }

    private static @Nullable Integer number(JsonNode node, String name, String path) {
        JsonNode value = node.path(name);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isInt()) {
            throw new IllegalArgumentException("field \"%s%s\": expected a whole number".formatted(path, name));
        }
        return value.asInt();
    }

    private static List<String> list(JsonNode node, String name, String path) {
        JsonNode value = node.path(name);
        List<String> texts = new ArrayList<>();
        boolean isList = value.isMissingNode() || value.isArray();
        for (JsonNode element : value) {
            isList &= element.isTextual();
            texts.add(element.asText());
        }
        if (!isList) {
            throw new IllegalArgumentException("field \"%s.%s\": expected a list of texts".formatted(path, name));
        }
        return texts;
    }

    private static Instant instant(String written) {
        try {
            return Instant.parse(written);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "field \"updatedAt\": expected a time such as 2026-01-31T12:00:00Z but was \"%s\""
                            .formatted(written));
        }
    }
}
