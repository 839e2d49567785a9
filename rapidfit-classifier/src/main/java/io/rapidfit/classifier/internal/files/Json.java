package io.rapidfit.classifier.internal.files;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON with nothing but the streaming part of Jackson: starting its data binding takes longer than all
 * else that a process does until its first prediction.
 */
public final class Json {

    /** Deeper than any file of a model. */
    private static final int MAX_DEPTH = 50;

    /** More than a model with a million labels has: what a file takes in memory is bounded by it. */
    private static final long MAX_TOKENS = 4_000_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER) // the same digits on every Java: they are in a checksum
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private Json() {}

    /** What is to be written. */
    @FunctionalInterface
    interface Content {
        void writeTo(JsonGenerator out) throws IOException;
    }

    /** With line breaks; what {@link #read} gives. */
    public static byte[] of(Object value) {
        return indented(out -> writeValue(out, value));
    }

    static byte[] compact(Content content) {
        return write(content, null);
    }

    /** With line breaks that are the same everywhere. */
    static byte[] indented(Content content) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        return write(content, new DefaultPrettyPrinter().withObjectIndenter(lines));
    }

    private static byte[] write(Content content, @Nullable DefaultPrettyPrinter printer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            if (printer != null) {
                out.setPrettyPrinter(printer);
            }
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("JSON cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Writes what {@link #read} gives. */
    static void writeValue(JsonGenerator out, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> fields) {
            out.writeStartObject();
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                out.writeFieldName(String.valueOf(field.getKey()));
                writeValue(out, field.getValue());
            }
            out.writeEndObject();
        } else if (value instanceof Iterable<?> elements) {
            out.writeStartArray();
            for (Object element : elements) {
                writeValue(out, element);
            }
            out.writeEndArray();
        } else {
            out.writePOJO(value); // texts, numbers, truth values and null
        }
    }

    /**
     * The one object that the bytes are, which are refused if any field comes twice or anything follows.
     *
     * @param file for messages
     * @param part of the file, for messages; empty for all of it
     */
    public static JsonObject read(byte[] json, Path file, String part) throws BadModelFile {
        return JsonObject.of(readAny(json, file, part), file, part);
    }

    /** The one list of objects that the bytes are. */
    public static List<JsonObject> readList(byte[] json, Path file) throws BadModelFile {
        return JsonObject.listOf(readAny(json, file, ""), file, "");
    }

    private static @Nullable Object readAny(byte[] json, Path file, String part) throws BadModelFile {
        try (JsonParser in = FACTORY.createParser(json)) {
            in.nextToken();
            Object value = value(in);
            if (in.nextToken() != null) {
                throw BadModelFile.damaged(file, part + "something follows the JSON");
            }
            return value;
        } catch (JacksonException e) {
            throw BadModelFile.damaged(file, part + e.getOriginalMessage());
        } catch (IOException e) { // bytes that are no text
            throw BadModelFile.damaged(file, part + e.getMessage());
        }
    }

    private static @Nullable Object value(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token == null) {
            return null; // nothing at all
        }
        switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                    in.nextToken();
                    fields.put(name, value(in));
                }
                return fields;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(in));
                }
                return elements;
            }
            case VALUE_STRING -> {
                return in.getText();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                return in.getNumberValue();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return in.getBooleanValue();
            }
            default -> {
                return null;
            }
        }
    }
}
