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

/** One JSON array of objects. Appending rewrites the file, so that no crash leaves half an array. */
final class JsonFile implements SampleFile {

    /** More rows follow the one that is read. */
    private static final ObjectReader ROW =
            RowCodec.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Override
    public List<Sample> read(Path file, String task) throws IOException {
        List<Sample> samples = new ArrayList<>();
        long line = 0;
        try (Reader reader = Utf8.reader(file);
                JsonParser parser = RowCodec.MAPPER.createParser(reader)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new DataFormatException(file, 1, "expected a JSON array of objects with \"text\" and \"label\"");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                line = parser.currentTokenLocation().getLineNr();
                JsonNode row = ROW.readTree(parser);
                samples.add(RowCodec.read(task, Require.nonNull("row", row)));
            }
            if (parser.nextToken() != null) {
                line = parser.currentTokenLocation().getLineNr();
                throw new RowCodec.BadRow("expected nothing after the array");
            }
        } catch (RowCodec.BadRow e) {
            throw new DataFormatException(file, line, e.getMessage());
        } catch (JsonProcessingException e) {
            JsonLocation where = e.getLocation(); // unknown where a limit of Jackson's is exceeded
            throw new DataFormatException(
                    file, where == null ? line : where.getLineNr(), "not valid JSON: " + e.getOriginalMessage());
        }
        return samples;
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
