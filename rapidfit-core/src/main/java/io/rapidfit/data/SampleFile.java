package io.rapidfit.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** How the samples of one task stand in a file of one {@link SaveFormat}. */
interface SampleFile {

    static SampleFile of(SaveFormat format) {
        return switch (format) {
            case JSON -> new JsonFile();
            case JSONL -> new JsonLinesFile();
            case CSV -> new CsvFile();
        };
    }

    /** @throws DataFormatException naming the line that cannot be read */
    List<Sample> read(Path file, String task) throws IOException;

    void replace(Path file, List<Sample> samples) throws IOException;

    /** Adds to a file that exists. */
    void append(Path file, String task, List<Sample> samples) throws IOException;
}
