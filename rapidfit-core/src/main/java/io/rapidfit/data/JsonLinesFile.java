package io.rapidfit.data;

import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.LineFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One JSON object a line: the format to append to, see {@link LineFile}. */
final class JsonLinesFile implements SampleFile {

    @Override
    public List<Sample> read(Path file, String task) throws IOException {
        return lines(file, task).records();
    }

    @Override
    public void replace(Path file, List<Sample> samples) throws IOException {
        AtomicFile.replace(file, out -> {
            for (Sample sample : samples) {
                out.write((line(sample) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    @Override
    public void append(Path file, String task, List<Sample> samples) throws IOException {
        lines(file, task).append(file, samples.stream().map(JsonLinesFile::line).toList());
    }

    private static String line(Sample sample) {
        return RowCodec.toJson(RowCodec.write(sample));
    }

    private static LineFile<Sample> lines(Path file, String task) throws IOException {
        return LineFile.read(file, (line, number) -> parse(file, task, line, number));
    }

    private static Sample parse(Path file, String task, @Nullable String line, int number) {
        if (line == null) {
            throw new DataFormatException(file, number, "not UTF-8: save the file in that encoding");
        }
        try {
            return RowCodec.read(task, RowCodec.parse(line));
        } catch (RowCodec.BadRow e) {
            throw new DataFormatException(file, number, e.getMessage());
        }
    }
}
