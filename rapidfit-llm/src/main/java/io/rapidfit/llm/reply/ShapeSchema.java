package io.rapidfit.llm.reply;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a shape as JSON Schema. */
final class ShapeSchema {

    /** Beyond this OpenAI also limits the length of all choices together. */
    private static final int MAX_ENUM = 250;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ShapeSchema() {}

    static String of(@Nullable String listName, List<Field> fields) {
        ObjectNode item = object();
        fields.forEach(field -> add(item, field.name(), property(field)));
        if (listName == null) {
            return item.toString();
        }
        ObjectNode list = NODES.objectNode().put("type", "array");
        list.set("items", item);
        ObjectNode root = object();
        add(root, listName, list);
        return root.toString();
    }

    private static ObjectNode object() {
        ObjectNode object = NODES.objectNode().put("type", "object");
        object.putObject("properties");
        object.putArray("required");
        return object.put("additionalProperties", false);
    }

    private static void add(ObjectNode object, String name, ObjectNode property) {
        object.withObjectProperty("properties").set(name, property);
        object.withArrayProperty("required").add(name);
    }

    private static ObjectNode property(Field field) {
        ObjectNode property = NODES.objectNode();
        switch (field.kind()) {
            case STRING, ID -> property.put("type", "string");
            case OPTIONAL_STRING -> property.putArray("type").add("string").add("null");
            case CHOICE, CHOICE_OR_OTHER -> {
                property.put("type", "string");
                if (field.allowed().size() <= MAX_ENUM) {
                    ArrayNode choices = property.putArray("enum");
                    field.allowed().forEach(choices::add);
                }
            }
            case NUMBER -> property.put("type", "number").put("description", field.expected());
            case INTEGER -> property.put("type", "integer").put("description", field.expected());
            case BOOL -> property.put("type", "boolean");
            case PERMUTATION ->
                property.put("type", "array")
                        .put("description", field.expected())
                        .putObject("items")
                        .put("type", "integer");
            case STRINGS -> property.put("type", "array").putObject("items").put("type", "string");
        }
        return property;
    }
}
