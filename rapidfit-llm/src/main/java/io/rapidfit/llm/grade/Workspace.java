package io.rapidfit.llm.grade;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary directory for one run of a command: one below it to work in, beside what goes in and comes out. */
final class Workspace implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Workspace.class);

    /** Where a command has the path of the file with the code. */
    static final String FILE = "{file}";

    private final Path root;
    private final Path file;

    private Workspace(Path root, String fileName) {
        this.root = root;
        this.file = directory().resolve(fileName);
    }

    static Workspace create(String fileName, String code, String input) throws IOException {
        Workspace workspace = new Workspace(Files.createTempDirectory("rapidfit-"), fileName);
        try {
            Files.createDirectory(workspace.directory());
            Files.writeString(workspace.file, code, StandardCharsets.UTF_8);
            Files.writeString(workspace.input(), input, StandardCharsets.UTF_8);
            return workspace;
        } catch (IOException e) {
            workspace.close();
            throw e;
        }
    }

    Path directory() {
        return root.resolve("work");
    }

    Path input() {
        return root.resolve("input");
    }

    Path output() {
        return root.resolve("output");
    }

    Path errors() {
        return root.resolve("errors");
    }

    /** With the path of the code in its place. */
    List<String> command(List<String> template) {
        return template.stream()
                .map(argument -> argument.replace(FILE, file.toString()))
                .toList();
    }

    /** Deletes everything; links are not followed. */
    @Override
    public void close() {
        try {
            delete(root);
        } catch (IOException | UncheckedIOException e) {
            log.warn("cannot delete {}: {}", root, e.toString());
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            File directory = path.toFile();
            if (!directory.setReadable(true) || !directory.setWritable(true) || !directory.setExecutable(true)) {
                throw new IOException(path + " is locked"); // code can lock what it made, and this is its user
            }
            List<Path> children;
            try (Stream<Path> entries = Files.list(path)) {
                children = entries.toList();
            }
            for (Path child : children) {
                delete(child);
            }
        }
        Files.delete(path);
    }
}
