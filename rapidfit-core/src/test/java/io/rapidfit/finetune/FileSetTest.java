package io.rapidfit.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSetTest {

    @TempDir
    Path directory;

    private final Map<String, List<String>> files = new LinkedHashMap<>();

    @BeforeEach
    void oldFiles() throws IOException {
        Files.writeString(directory.resolve("a"), "old a\n");
        Files.writeString(directory.resolve("b"), "old b\n");
        files.put("a", List.of("new a", "more"));
        files.put("b", List.of());
        files.put("c", List.of("new c"));
    }

    @Test
    void replace_writesAllAndTakesAwayWhatIsEmpty() throws IOException {
        FileSet.replace(directory, files, (name, staged) -> {});

        assertThat(directory.resolve("a")).hasContent("new a\nmore\n");
        assertThat(directory.resolve("b")).doesNotExist();
        assertThat(directory.resolve("c")).hasContent("new c\n");
        assertNothingElse("a", "c");
    }

    @Test
    void replace_leavesAllAsItWasIfOneDoesNotPassInspection() throws IOException {
        assertThatIllegalStateException()
                .isThrownBy(() -> FileSet.replace(directory, files, (name, staged) -> {
                    if (name.equals("c")) {
                        assertThat(staged).hasContent("new c\n");
                        throw new IllegalStateException("bad");
                    }
                }));

        assertOld();
        assertNothingElse("a", "b");
    }

    @Test
    void replace_putsBackWhatItMovedIfAMoveFails() throws IOException {
        Files.createDirectories(directory.resolve("c").resolve("in the way"));

        assertThatThrownBy(() -> FileSet.replace(directory, files, (name, staged) -> {}))
                .isInstanceOf(IOException.class);

        assertOld();
        assertNothingElse("a", "b", "c");
    }

    @Test
    void replace_takesAwayNewFilesIfALaterMoveFails() throws IOException {
        files.put("d", List.of("new d"));
        Files.createDirectories(directory.resolve("d").resolve("in the way"));

        assertThatThrownBy(() -> FileSet.replace(directory, files, (name, staged) -> {}))
                .isInstanceOf(IOException.class);

        assertOld();
        assertNothingElse("a", "b", "d");
    }

    private void assertOld() {
        assertThat(directory.resolve("a")).hasContent("old a\n");
        assertThat(directory.resolve("b")).hasContent("old b\n");
    }

    private void assertNothingElse(String... names) throws IOException {
        try (var left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }
}
