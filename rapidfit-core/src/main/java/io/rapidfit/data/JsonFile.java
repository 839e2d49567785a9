package io.rapidfit.data;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Require;
import io.rapidfit.internal.Utf8;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** One JSON array of objects. Appending rewrites the file, so that no crash leaves half an array. */
final class JsonFile implements SampleFile {

    /** More rows follow the one that is read. */
    private static final ObjectReader ROW =
            RowCodec.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public List<Sample> read(Path file, String task) throws IOException {
        List<Sample> samples = new ArrayList<>();
        forEach(file, "objects with \"text\" and \"label\"", row -> RowCodec.read(task, row), samples::add);
        return samples;
    }

    /**
     * Reads one element of an array after the other. What {@code action} throws ends it.
     *
     * @param expected what the array is of, for the message
     * @param parser throws an {@link IllegalArgumentException} if an element is no such thing
     */
    static <E> void forEach(Path file, String expected, Function<JsonNode, E> parser, Consumer<? super E> action)
            throws IOException {
        long line = 0;
        try (Reader reader = Utf8.reader(file);
                JsonParser json = RowCodec.MAPPER.createParser(reader)) {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new DataFormatException(file, 1, "expected a JSON array of " + expected);
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                line = json.currentTokenLocation().getLineNr();
                JsonNode row = Require.nonNull("row", ROW.readTree(json));
                E element;
                try {
                    element = parser.apply(row);
                } catch (IllegalArgumentException e) {
                    throw new DataFormatException(file, line, e.getMessage());
                }
                action.accept(element);
            }
            if (json.nextToken() != null) {
                throw new DataFormatException(
                        file, json.currentTokenLocation().getLineNr(), "expected nothing after the array");
            }
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation(); // unknown where a limit of Jackson's is exceeded
            throw new DataFormatException(
                    file, where == null ? line : where.getLineNr(), "not valid JSON: " + e.getOriginalMessage());
        }
    }

    @Override
    public void replace(Path file, List<Sample> samples) throws IOException {
        ObjectWriter writer = RowCodec.MAPPER.writer();
        AtomicFile.replace(file, out -> {
            out.write('[');
            String separator = "\n  ";
            for (Sample sample : samples) {
                out.write((separator + writer.writeValueAsString(RowCodec.write(sample)))
                        .getBytes(StandardCharsets.UTF_8));
                separator = ",\n  ";
            }
            out.write("\n]\n".getBytes(StandardCharsets.UTF_8));
        });
    }

    @Override
    public void append(Path file, String task, List<Sample> samples) throws IOException {
        List<Sample> all = new ArrayList<>(read(file, task));
        all.addAll(samples);
        replace(file, all);
    }
}
