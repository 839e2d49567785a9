package io.rapidfit.llm.evaluate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidfit.llm.reply.ReplyJson;
import io.rapidfit.text.TextNormalizer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** JSON as answers are compared by it. */
final class JsonValues {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE) // the text is in memory already
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES) // 14.0 claims more than 14
            .build();

    /** Numbers are written out, unless an exponent makes them longer than any memory. */
    private static final int MOST_DIGITS = 100;

    private JsonValues() {}

    /** The object or array that an expected answer is; empty if it is a text. */
    static Optional<JsonNode> expected(String text) {
        try {
            return Optional.of(JSON.readTree(text)).filter(JsonNode::isContainerNode);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The object or array that a model's answer holds, repaired where need be. */
    static Optional<JsonNode> answered(String text) {
        return ReplyJson.find(text).flatMap(JsonValues::expected);
    }

    /** Every string, or other value as JSON, that the path leads to; of an array each element. Nulls are left out. */
    static List<String> at(JsonNode root, List<String> path) {
        List<JsonNode> nodes = elements(List.of(root));
        for (String step : path) {
            nodes = elements(nodes.stream().map(node -> node.path(step)).toList());
        }
        return nodes.stream()
                .filter(node -> !node.isMissingNode() && !node.isNull())
                .map(JsonValues::text)
                .toList();
    }

    private static String text(JsonNode node) {
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            return Math.abs(number.scale()) > MOST_DIGITS ? number.toString() : number.toPlainString();
        }
        return node.isTextual() ? node.textValue() : node.toString();
    }

    private static List<JsonNode> elements(List<JsonNode> nodes) {
        List<JsonNode> elements = new ArrayList<>();
        for (JsonNode node : nodes) {
            if (node.isArray()) {
                List<JsonNode> inner = new ArrayList<>();
                node.forEach(inner::add);
                elements.addAll(elements(inner));
            } else {
                elements.add(node);
            }
        }
        return elements;
    }

    static boolean equal(JsonNode a, JsonNode b) {
        return share(a, b) == 1;
    }

    /** See {@link ModelMetric#FIELD_ACCURACY}. */
    static double share(JsonNode a, JsonNode b) {
        Map<List<Object>, JsonNode> first = fields(a);
        Map<List<Object>, JsonNode> second = fields(b);
        Set<List<Object>> all = new HashSet<>(first.keySet());
        all.addAll(second.keySet());
        long same = first.entrySet().stream()
                .filter(field -> {
                    JsonNode other = second.get(field.getKey());
                    return other != null && isSame(field.getValue(), other);
                })
                .count();
        return (double) same / all.size();
    }

    /** By the names and positions that lead to them. */
    private static Map<List<Object>, JsonNode> fields(JsonNode root) {
        Map<List<Object>, JsonNode> fields = new LinkedHashMap<>();
        addFields(root, List.of(), fields);
        return fields;
    }

    private static void addFields(JsonNode node, List<Object> path, Map<List<Object>, JsonNode> fields) {
        if (node.isContainerNode() && !isEmpty(node)) {
            if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    addFields(node.get(i), step(path, i), fields);
                }
            } else {
                node.properties().stream()
                        .filter(member -> !member.getValue().isNull())
                        .forEach(member -> addFields(member.getValue(), step(path, member.getKey()), fields));
            }
        } else {
            fields.put(path, node);
        }
    }

    /** An object of nulls only says as much as one without members. */
    private static boolean isEmpty(JsonNode node) {
        if (node.isArray()) {
            return node.isEmpty();
        }
        return node.properties().stream().allMatch(member -> member.getValue().isNull());
    }

    private static List<Object> step(List<Object> path, Object nameOrPosition) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(nameOrPosition);
        return longer;
    }

    /** Of two fields: where they are objects or arrays, both are empty. */
    private static boolean isSame(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isTextual() && b.isTextual()) {
            return isSame(a.textValue(), b.textValue());
        }
        return a.getNodeType() == b.getNodeType() && (a.isContainerNode() || a.equals(b));
    }

    static boolean isSame(String a, String b) {
        return TextNormalizer.normalize(a).equals(TextNormalizer.normalize(b));
    }
}
