package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.internal.FileNames;
import io.rapidfit.testing.DefaultLocale;
import io.rapidfit.testing.RandomText;
import io.rapidfit.text.TextNormalizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskNamesTest {

    private static final List<String> NAMES = List.of(
            "a",
            "A",
            "a/b",
            "a_b",
            "A/B",
            "A/b",
            "a\\b",
            "a.b",
            "a b",
            "a-b",
            "a:b",
            ".",
            "..",
            "...",
            "../a",
            "/etc/x",
            "C:\\x",
            "~",
            "~/x",
            ".hidden",
            "con",
            "CON",
            "Con",
            "aux",
            "nul",
            "com1",
            "lpt9",
            "con.txt",
            "com10",
            "%41",
            "%",
            "%%",
            "%2",
            "%2F",
            "100%",
            "a%2Fb",
            "a.jsonl",
            "jsonl",
            "json",
            "csv",
            " a",
            "a ",
            "a.",
            "\u00A0",
            "-rf",
            "a\nb",
            "a\u0000b",
            "*",
            "?",
            "\"",
            "<>|",
            "'",
            "$HOME",
            "`x`",
            "\u0645\u0634\u0627\u0639\u0631",
            "\u611F\u60C5",
            "\u00E9",
            "e\u0301",
            "\u00C9",
            "\u0130",
            "\u0131",
            "i",
            "I",
            "\u00DF",
            "\u1E9E",
            "ss",
            "\uFB01",
            "fi",
            "K",
            "\u212A",
            "\uD83D\uDE00",
            "\uD83D\uDE00 mood",
            "\uFFFD",
            "\u03C3",
            "\u03C2",
            "\u03A3",
            "x".repeat(240),
            "\u611F".repeat(80));

    @TempDir
    Path dir;

    @ParameterizedTest
    @EnumSource
    void save_givesEveryTaskItsOwnFile_thatLoadFinds(SaveFormat format) throws IOException {
        Dataset.Builder builder = Dataset.builder();
        NAMES.forEach(name -> builder.add(name, "text of " + name, "label"));
        Dataset dataset = builder.build();
        Path inner = dir.resolve("inner");
        DataSaver saver = DataSaver.builder().path(inner).format(format).build();

        List<Path> files = saver.save(dataset);

        assertThat(files)
                .allSatisfy(file -> assertThat(file.toRealPath().getParent()).isEqualTo(inner.toRealPath()));
        assertThat(files.stream().map(TaskNamesTest::onACaseInsensitiveDisk)).doesNotHaveDuplicates();
        assertThat(saver.tasks()).containsExactlyInAnyOrderElementsOf(NAMES);
        for (String name : NAMES) {
            assertThat(saver.load(name)).isEqualTo(dataset.only(name));
        }
        try (Stream<Path> beside = Files.list(dir)) {
            assertThat(beside).containsExactly(inner); // nothing left the directory
        }
    }

    @Test
    void save_again_findsTheSameFiles() {
        Dataset.Builder builder = Dataset.builder();
        NAMES.forEach(name -> builder.add(name, "x", "label"));
        DataSaver saver = DataSaver.builder().path(dir).build();

        assertThat(saver.save(builder.build())).isEqualTo(saver.save(builder.build(), WriteMode.APPEND));
        assertThat(saver.loadAll().size()).isEqualTo(2 * NAMES.size());
    }

    @ParameterizedTest
    @CsvSource({
        "sentiment, sentiment",
        "user_intent-2, user_intent-2",
        "a/b, a%2Fb",
        "A, %41",
        "a b, a%20b",
        "., %2E",
        ".., %2E%2E",
        "con, %63on",
        "com10, com10",
        "%41, %2541",
        "\u0645\u0634, \u0645\u0634", // letters without case stay readable
        "\u00E9, %C3%A9",
    })
    void encode_staysReadableWhereItCan(String task, String name) {
        assertThat(FileNames.encode("task name", task)).isEqualTo(name);
    }

    @Test
    void encode_neverCollides_alsoForRandomNames() {
        RandomText texts = new RandomText(99);
        Map<String, String> taken = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            String task = TextNormalizer.wellFormed(texts.nextNotBlank(4));
            String file = FileNames.encode("task name", task);
            String other = taken.put(fold(file), task);

            assertThat(other == null || other.equals(task))
                    .as("%s and %s", other, task)
                    .isTrue();
            assertThat(file).doesNotContain("/", "\\", ".", ":", "\u0000").isNotBlank();
        }
    }

    @Test
    void encode_doesNotDependOnTheDefaultLocale() throws Exception {
        DefaultLocale.with("tr-TR", () -> {
            assertThat(FileNames.encode("task name", "TITLE")).isEqualTo("%54%49%54%4C%45");
            assertThat(FileNames.encode("task name", "title")).isEqualTo("title");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n"})
    void encode_refusesABlankName(String task) {
        assertThatThrownBy(() -> FileNames.encode("task name", task))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task name must not be blank");
    }

    @Test
    void save_refusesANameTooLongForAFile() {
        String tooLong = "x".repeat(241);

        assertThatThrownBy(() -> DataSaver.builder()
                        .path(dir)
                        .build()
                        .save(Dataset.builder().add(tooLong, "x", "y").build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task name is too long for a file name, 241 characters: use a shorter one");
        assertThat(dir).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "Sentiment.jsonl, Sentiment",
        "my task.jsonl, my task",
        "Upper.JSONL, Upper",
        "v1.2.jsonl, v1.2",
        "100%.jsonl, 100%",
        "%zz.jsonl, %zz",
        "%FF.jsonl, %FF", // no UTF-8
        "%20.jsonl, %20", // no task has a blank name
        "caf\u00E9.jsonl, caf\u00E9",
    })
    void append_toAFileNamedByHand_findsItInPlace(String name, String task) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "{\"text\":\"x\",\"label\":\"y\"}\n");
        DataSaver saver = DataSaver.builder().path(dir).build();
        assertThat(saver.tasks()).containsExactly(task);

        assertThat(saver.save(Dataset.builder().add(task, "new", "y").build(), WriteMode.APPEND))
                .containsExactly(file);

        assertThat(saver.load(task).samples()).extracting(Sample::text).containsExactly("x", "new");
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void append_toACsvFileNamedByHand_findsItInPlace() throws IOException {
        Path file = Files.writeString(dir.resolve("my task.csv"), "text,label\nx,y\n");
        DataSaver saver = DataSaver.builder().path(dir).format(SaveFormat.CSV).build();
        saver.save(Dataset.builder().add("my task", "new", "y").build(), WriteMode.APPEND);

        assertThat(file).hasContent("text,label\nx,y\nnew,y\n");
    }

    @Test
    void list_refusesAFileByHandBesideOneOfOurs() throws IOException {
        DataSaver saver = DataSaver.builder().path(dir).build();
        saver.save(Dataset.builder().add("My Task", "x", "y").build());
        Files.writeString(dir.resolve("My Task.jsonl"), "{\"text\":\"x\",\"label\":\"y\"}\n");

        assertThatThrownBy(saver::tasks)
                .isInstanceOf(DataFormatException.class)
                .hasMessageContaining("task 'My Task' has two files, %4Dy%20%54ask.jsonl and My Task.jsonl");
    }

    private static String onACaseInsensitiveDisk(Path file) {
        return fold(file.getFileName().toString());
    }

    /** Such disks compare without case, and some of them in a Unicode normal form. */
    private static String fold(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFKD)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "json", "jsonl", "JSONL"})
    void list_ignoresAFileThatIsNothingButAnExtension(String name) throws IOException {
        Files.writeString(dir.resolve(name), "not data");

        assertThat(DataSaver.builder().path(dir).build().tasks()).isEmpty();
    }
}
