package io.rapidfit.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Temporary directories in memory, where the system has such a place. A journal forces each answer to disk: a test that kills a
 * run at every call of it waits for the disk thousands of times otherwise.
 */
public final class InMemory implements TempDirFactory {

    /** Linux's. */
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test) throws IOException {
        return Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "rapidfit-test")
                : Files.createTempDirectory("rapidfit-test");
    }
}
