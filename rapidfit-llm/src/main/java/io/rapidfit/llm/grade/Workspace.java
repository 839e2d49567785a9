package io.rapidfit.llm.grade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            log.warn("cannot delete {}: {}", root, e.toString());
        }
    }
}
