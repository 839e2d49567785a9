package io.rapidfit.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Replaces a file as a whole: a reader, or a crash at any point, sees the old content or the new, never a part. */
public final class AtomicFile {

    /** Writes the new content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes to a temporary file beside {@code target}, forces it to disk and moves it into place. Creates the
     * directory if it is missing; leaves nothing behind if {@code content} throws. An interrupt does not end it.
     *
     * @param content called again if an interrupt came in the middle of it
     */
    public static void replace(Path target, Content content) throws IOException {
        Uninterrupted.run(() -> write(target, content));
    }

    private static void write(Path target, Content content) throws IOException {
        Path directory = Require.nonNull(
                "directory of " + target, target.toAbsolutePath().getParent());
        Files.createDirectories(directory);
        // Not Files.createTempFile: its files are readable by their owner only, and would stay so.
        Path temporary = directory.resolve(".rapidfit-" + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) { // some network file systems
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
