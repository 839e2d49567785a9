package io.rapidfit.llm.reply;

import io.rapidfit.llm.reply.Json.Container;
import io.rapidfit.llm.reply.Json.Obj;
import io.rapidfit.llm.reply.Json.Odd;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks one record against a shape and brings its values into their canonical form. */
final class RowReader {

    /** What is wrong with a record, to follow its name in a sentence. */
    static final class BadRow extends Exception {

        private static final long serialVersionUID = 1L;

        BadRow(String reason) {
            super(reason, null, false, false); // a reply may hold a million of them
        }

        String reason() {
            return String.valueOf(getMessage());
        }
    }

    private final ReplyShape shape;

    RowReader(ReplyShape shape) {
        this.shape = shape;
    }

    /** In the order of the shape's fields, unmodifiable. Repairs count only if the row is good. */
    Map<String, Object> read(Obj record, RepairCount repairs) throws BadRow {
        String damage = record.damage();
        if (damage != null) {
            throw new BadRow(damage);
        }
        RepairCount made = new RepairCount();
        Map<String, String> keys = keys(record, made);
        if (mayHideFields(record, keys)) {
            throw new BadRow("has quotation marks in a string that are not escaped as \\\"");
        }
        Map<String, Object> row = new LinkedHashMap<>();
        for (Field field : shape.fields()) {
            String key = keys.getOrDefault(field.name(), field.name());
            Object read = value(field, key.isEmpty() ? null : record.fields.get(key), made);
            if (read != null) {
                row.put(field.name(), read);
            }
        }
        repairs.addAll(made);
        return Collections.unmodifiableMap(row);
    }

    /** The id that a record seems to have, good or not; null if it has none of those expected. */
    @Nullable String id(Obj record) {
        for (Field field : shape.fields()) {
            Object value = field.kind() == Field.Kind.ID ? record.fields.get(field.name()) : null;
            if (value != null) {
                return (String) field.read(value, new RepairCount());
            }
        }
        return null;
    }

    private static @Nullable Object value(Field field, @Nullable Object value, RepairCount repairs) throws BadRow {
        String name = field.quotedName();
        if (value == Odd.CONFLICT) {
            throw new BadRow("has " + name + " twice, with different values");
        }
        if (value instanceof Container container && container.damage() != null) {
            throw new BadRow("has a " + name + " that " + container.damage());
        }
        if (value == null || Field.saysNothing(value)) {
            if (field.isOptional()) {
                return null;
            }
            throw new BadRow("lacks " + name + ", which must be " + field.expected());
        }
        Object read = field.read(value, repairs);
        if (read == null) {
            throw new BadRow("has " + shown(value) + " as its " + name + ", which must be " + field.expected());
        }
        return read;
    }

    /** Which key of the record stands for which field, where they are not the same. */
    private Map<String, String> keys(Obj record, RepairCount repairs) {
        Set<String> written = record.fields.keySet();
        long known =
                shape.fields().stream().filter(f -> written.contains(f.name())).count();
        if (known == shape.fields().size() || known == written.size()) {
            return Map.of();
        }
        Map<String, String> keys = new HashMap<>();
        for (String key : written) {
            String name = shape.names().find(key, Repair.KEY_DRIFT, repairs);
            if (name != null && !name.equals(key) && !written.contains(name)) {
                String before = keys.put(name, key);
                if (before != null) {
                    keys.put(name, ""); // neither of the two
                }
            }
        }
        return keys;
    }

    /** Quotation marks taken to be text, and keys that nobody asked for: these may be pieces of that text. */
    private boolean mayHideFields(Obj record, Map<String, String> keys) {
        boolean innerQuotes = record.hasInnerQuotes()
                || record.fields.values().stream()
                        .anyMatch(value -> value instanceof Container inner && inner.hasInnerQuotes());
        if (!innerQuotes) {
            return false;
        }
        return record.fields.keySet().stream()
                .anyMatch(key -> !keys.containsValue(key)
                        && shape.fields().stream().noneMatch(f -> f.name().equals(key)));
    }

    private static String shown(Object value) {
        if (value instanceof String text) {
            return Problems.quote(text);
        }
        if (value instanceof Container) {
            return value instanceof Obj ? "an object" : "an array";
        }
        return value instanceof BigDecimal || value instanceof Boolean || value instanceof Double
                ? Problems.clip(value.toString(), 40)
                : "null";
    }
}
