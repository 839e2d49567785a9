package io.rapidfit.finetune;

import io.rapidfit.internal.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files of lines that belong together. All are written beside their places and looked at there; then each is moved into its place,
 * and if one cannot be, those that were are put back as they were. A crash among the moves leaves whole files, of which some are
 * new.
 */
final class FileSet {

    /** Looks at a file before it takes its place. What it throws leaves all files as they are. */
    @FunctionalInterface
    interface Inspection {
        void inspect(String name, Path staged) throws IOException;
    }

    private FileSet() {}

    /** @param files lines by the names of files; a file without lines is taken away if it is there */
    static void replace(Path directory, Map<String, List<String>> files, Inspection inspection) throws IOException {
        Files.createDirectories(directory);
        Path stage = directory.resolve(".rapidfit-" + UUID.randomUUID());
        Path before = stage.resolve("before");
        Files.createDirectories(before);
        try {
            for (Map.Entry<String, List<String>> file : files.entrySet()) {
                if (!file.getValue().isEmpty()) {
                    Path staged = stage.resolve(file.getKey());
                    write(staged, file.getValue());
                    inspection.inspect(file.getKey(), staged);
                }
            }
            for (String name : files.keySet()) {
                if (Files.isRegularFile(directory.resolve(name))) {
                    Files.copy(directory.resolve(name), before.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
            moveAll(directory, stage, before, files);
        } finally {
            delete(stage);
        }
    }

    private static void write(Path file, List<String> lines) throws IOException {
        AtomicFile.replace(file, out -> {
            for (String line : lines) {
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.write('\n');
            }
        });
    }

    private static void moveAll(Path directory, Path stage, Path before, Map<String, List<String>> files)
            throws IOException {
        Map<String, Path> done = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, List<String>> file : files.entrySet()) {
                Path target = directory.resolve(file.getKey());
                if (file.getValue().isEmpty()) {
                    Files.deleteIfExists(target);
                } else {
                    move(stage.resolve(file.getKey()), target);
                }
                done.put(file.getKey(), target);
            }
        } catch (IOException e) {
            for (Map.Entry<String, Path> moved : done.entrySet()) {
                try {
                    restore(before.resolve(moved.getKey()), moved.getValue());
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) { // some network file systems
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void restore(Path old, Path target) throws IOException {
        if (Files.exists(old)) {
            move(old, target);
        } else {
            Files.deleteIfExists(target);
        }
    }

    private static void delete(Path directory) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> found = Files.walk(directory)) {
            found.forEach(path -> all.add(0, path)); // what is in a directory before the directory
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
