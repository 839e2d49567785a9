package io.rapidfit.classifier.internal.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JSON object of a model's file. A field that is asked for and is not as it should be is refused by its name. */
public final class JsonObject {

    private final Map<?, ?> fields;
    private final Path file;
    private final String where;

    private JsonObject(Map<?, ?> fields, Path file, String where) {
        this.fields = fields;
        this.file = file;
        this.where = where;
    }

    static JsonObject of(@Nullable Object value, Path file, String where) throws BadModelFile {
        if (value instanceof Map<?, ?> fields) {
            return new JsonObject(fields, file, where);
        }
        throw BadModelFile.damaged(file, where + "not a JSON object");
    }

    /** In the order of the file. */
    public Set<String> names() {
        @SuppressWarnings("unchecked") // JSON has no other names
        Set<String> names = (Set<String>) fields.keySet();
        return names;
    }

    /** Whether the field is there and not null. */
    public boolean has(String name) {
        return fields.get(name) != null;
    }

    public JsonObject object(String name) throws BadModelFile {
        return of(fields.get(name), file, where + "\"" + name + "\": ");
    }

    public List<JsonObject> objects(String name) throws BadModelFile {
        return listOf(elements(name), file, where + "\"" + name + "\", ");
    }

    static List<JsonObject> listOf(@Nullable Object value, Path file, String where) throws BadModelFile {
        if (!(value instanceof List<?> elements)) {
            throw BadModelFile.damaged(file, where + "not a JSON list");
        }
        List<JsonObject> objects = new ArrayList<>();
        for (Object element : elements) {
            objects.add(of(element, file, where + "element " + (objects.size() + 1) + ": "));
        }
        return objects;
    }

    public String string(String name) throws BadModelFile {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw refused(name, "not a text");
    }

    public List<String> strings(String name) throws BadModelFile {
        List<String> strings = new ArrayList<>();
        for (Object element : elements(name)) {
            if (!(element instanceof String text)) {
                throw refused(name, "not a list of texts");
            }
            strings.add(text);
        }
        return strings;
    }

    public int integer(String name) throws BadModelFile {
        if (fields.get(name) instanceof Integer number) {
            return number;
        }
        throw refused(name, "not a whole number below 2^31");
    }

    List<Integer> integers(String name) throws BadModelFile {
        List<Integer> integers = new ArrayList<>();
        for (Object element : elements(name)) {
            if (!(element instanceof Integer number)) {
                throw refused(name, "not a list of whole numbers");
            }
            integers.add(number);
        }
        return integers;
    }

    long longInteger(String name) throws BadModelFile {
        Object value = fields.get(name);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw refused(name, "not a whole number below 2^63");
    }

    List<Long> longIntegers(String name) throws BadModelFile {
        List<Long> integers = new ArrayList<>();
        for (Object element : elements(name)) {
            if (!(element instanceof Integer || element instanceof Long)) {
                throw refused(name, "not a list of whole numbers");
            }
            integers.add(((Number) element).longValue());
        }
        return integers;
    }

    /** @param otherwise what a field that is missing or null stands for */
    public boolean flag(String name, boolean otherwise) throws BadModelFile {
        if (!has(name)) {
            return otherwise;
        }
        if (fields.get(name) instanceof Boolean value) {
            return value;
        }
        throw refused(name, "neither true nor false");
    }

    /** Finite. */
    public double number(String name) throws BadModelFile {
        if (fields.get(name) instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw refused(name, "not a finite number");
    }

    /** Whatever the object holds; empty if there is none. */
    public Map<String, Object> mapOrEmpty(String name) throws BadModelFile {
        Object value = fields.get(name);
        if (value == null) {
            return Map.of();
        }
        @SuppressWarnings("unchecked") // JSON has no other names
        Map<String, Object> map = (Map<String, Object>) object(name).fields;
        return Collections.unmodifiableMap(map);
    }

    /** As JSON, with this field added, or in place of one of its name. */
    public byte[] toJsonWith(String name, String value) {
        Map<Object, @Nullable Object> all = new LinkedHashMap<>(fields);
        all.put(name, value);
        return Json.of(all);
    }

    /** Of anything. */
    public List<?> elements(String name) throws BadModelFile {
        if (fields.get(name) instanceof List<?> list) {
            return list;
        }
        throw refused(name, "not a list");
    }

    private BadModelFile refused(String name, String why) {
        return BadModelFile.damaged(file, where + "\"" + name + "\" is " + (has(name) ? why : "missing"));
    }
}
