package io.rapidfit.data;

import io.rapidfit.internal.FileNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which file of a directory holds which task. A name is percent-encoded so that different tasks have different files on
 * any disk, case-insensitive ones too, and none leaves the directory; a file that somebody named by hand is found under
 * the name it has.
 */
final class TaskFiles {

    private final Path directory;

    TaskFiles(Path directory) {
        this.directory = directory;
    }

    /** One file of a task. */
    record TaskFile(Path path, SaveFormat format) {}

    /**
     * The tasks that have a file, sorted by name.
     *
     * @throws DataFormatException if a task has two files: nobody could tell which of them counts
     */
    Map<String, TaskFile> list() {
        Map<String, TaskFile> found = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(Files::isRegularFile)
                    .sorted()
                    .forEach(path ->
                            formatOf(path).ifPresent(format -> add(found, taskOf(path), new TaskFile(path, format))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
        return found;
    }

    private void add(Map<String, TaskFile> found, String task, TaskFile file) {
        TaskFile other = found.putIfAbsent(task, file);
        if (other != null) {
            throw new DataFormatException(
                    directory,
                    0,
                    "task '%s' has two files, %s and %s: keep one of them here"
                            .formatted(
                                    task,
                                    other.path().getFileName(),
                                    file.path().getFileName()));
        }
    }

    /** The file to write a task to: the one it has, else a new one. */
    Path forWriting(String task, SaveFormat format) {
        TaskFile existing = list().get(task);
        if (existing != null) {
            if (existing.format() != format) {
                throw new IllegalStateException("task '%s' is already saved as %s: save %s to another directory"
                        .formatted(task, existing.path(), format));
            }
            return existing.path();
        }
        Path path = directory.resolve(FileNames.encode("task name", task) + "." + format.extension());
        if (Files.exists(
                path)) { // a hand-made "Topic.jsonl" where "topic.jsonl" is wanted and the disk sees no difference
            throw new IllegalStateException(
                    "cannot save task '%s': %s holds another task. Rename that file".formatted(task, path));
        }
        return path;
    }

    private static Optional<SaveFormat> formatOf(Path path) {
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        if (dot <= 0 || name.startsWith(".")) {
            return Optional.empty();
        }
        String extension = name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return Stream.of(SaveFormat.values())
                .filter(f -> f.extension().equals(extension))
                .findFirst();
    }

    private static String taskOf(Path path) {
        String name = path.getFileName().toString();
        return FileNames.decode(name.substring(0, name.lastIndexOf('.')));
    }
}
