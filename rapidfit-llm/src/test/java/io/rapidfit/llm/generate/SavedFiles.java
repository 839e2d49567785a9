package io.rapidfit.llm.generate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a run left on disk. */
final class SavedFiles {

    private SavedFiles() {}

    /** Content by name of the files of labelled data. */
    static Map<String, String> of(Path directory) {
        Map<String, String> files = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> listed = Files.list(directory)) {
                listed.filter(Files::isRegularFile)
                        .forEach(file -> files.put(file.getFileName().toString(), read(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    /** The journals beside the data. */
    static List<Path> journals(Path directory) {
        try (Stream<Path> listed = Files.list(directory.resolve(".journal"))) {
            return listed.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many calls the journals know the end of. */
    static int journalled(Path directory) {
        if (!Files.isDirectory(directory.resolve(".journal"))) {
            return 0;
        }
        return (int) journals(directory).stream()
                .flatMap(journal -> read(journal).lines())
                .filter(line -> line.contains("\"call\":"))
                .count();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
