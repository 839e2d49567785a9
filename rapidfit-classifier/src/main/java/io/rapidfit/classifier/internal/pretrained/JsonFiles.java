package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.Json;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The JSON files of a directory, each read at once and therefore limited. */
final class JsonFiles {

    /** Five times the largest tokenizer of the supported families. */
    private static final long MAX_BYTES = 100_000_000;

    private JsonFiles() {}

    static JsonObject read(Path file) throws IOException, BadModelFile {
        return Json.read(bytes(file), file, "");
    }

    static List<JsonObject> readList(Path file) throws IOException, BadModelFile {
        return Json.readList(bytes(file), file);
    }

    private static byte[] bytes(Path file) throws IOException, BadModelFile {
        try {
            long size = Files.size(file);
            if (size > MAX_BYTES) {
                throw new BadModelFile(file, size + " bytes, more than " + MAX_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new BadModelFile(file, "missing");
        }
    }
}
