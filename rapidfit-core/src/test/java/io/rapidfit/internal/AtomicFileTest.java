package io.rapidfit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path dir;

    @Test
    void replace_writesANewFileAndItsDirectory() throws IOException {
        Path target = dir.resolve("a/b/c.txt");
        AtomicFile.replace(target, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));

        assertThat(target).hasContent("new");
        assertOnly(target);
    }

    @Test
    void replace_replacesAll() throws IOException {
        Path target = Files.writeString(dir.resolve("c.txt"), "something longer");
        AtomicFile.replace(target, out -> out.write("new".getBytes(StandardCharsets.UTF_8)));

        assertThat(target).hasContent("new");
        assertOnly(target);
    }

    @Test
    void replace_whileWriting_showsTheOldContent() throws IOException {
        Path target = Files.writeString(dir.resolve("c.txt"), "old");
        AtomicFile.replace(target, out -> {
            out.write(new byte[1 << 20]);
            out.flush();
            assertThat(target).hasContent("old");
        });

        assertThat(target).hasSize(1 << 20);
    }

    @Test
    void replace_thatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path target = Files.writeString(dir.resolve("c.txt"), "old");

        assertThatThrownBy(() -> AtomicFile.replace(target, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("disk full");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> AtomicFile.replace(target, out -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(target).hasContent("old");
        assertOnly(target);
    }

    @Test
    void replace_thatCannotMoveIntoPlace_leavesNothing() throws IOException {
        Path target = Files.createDirectories(dir.resolve("taken"));
        Path inside = Files.writeString(target.resolve("x"), "old");

        assertThatThrownBy(() -> AtomicFile.replace(target, out -> out.write(1)))
                .isInstanceOf(IOException.class);

        assertThat(inside).hasContent("old");
        assertOnly(target);
    }

    private static void assertOnly(Path target) throws IOException {
        try (Stream<Path> files = Files.list(target.getParent())) {
            assertThat(files).containsExactly(target);
        }
    }
}
