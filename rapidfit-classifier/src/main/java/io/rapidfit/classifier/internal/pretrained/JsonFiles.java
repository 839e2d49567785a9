package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.Json;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON files of a directory, by their places in it, with slashes. Each is read at once and therefore limited; and once,
 * so that what is hashed and copied is what was understood.
 */
final class JsonFiles {

    /** Five times the largest tokenizer of the supported families. */
    private static final long MAX_BYTES = 100_000_000;

    private final Path directory;
    private final Map<String, byte[]> read = new HashMap<>();

    JsonFiles(Path directory) {
        this.directory = directory;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    boolean exists(String name) {
        return read.containsKey(name) || Files.exists(path(name));
    }

    JsonObject object(String name) throws IOException, BadModelFile {
        return Json.read(bytes(name), path(name), "");
    }

    List<JsonObject> list(String name) throws IOException, BadModelFile {
        return Json.readList(bytes(name), path(name));
    }

    byte[] bytes(String name) throws IOException, BadModelFile {
        byte[] bytes = read.get(name);
        if (bytes == null) {
            bytes = bytes(path(name));
            read.put(name, bytes);
        }
        return bytes;
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
