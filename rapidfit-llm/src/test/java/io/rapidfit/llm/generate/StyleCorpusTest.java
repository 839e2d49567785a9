package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StyleCorpusTest {

    private static final String LONG_ENOUGH =
            "The wind has teeth tonight, so keep a hand on the rail and an eye aloft.";

    @TempDir
    Path dir;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }

    private static StyleCorpus.Builder builder() {
        return StyleCorpus.builder();
    }

    @Test
    void file_takesEachParagraphOfAText() throws IOException {
        Path file = file("sailor.txt", "\uFEFF" + LONG_ENOUGH + "\r\n \t\r\n\nToo short.\n\n" + """
                Another passage,
                which goes on in a second line and there is long enough.
                """);

        StyleCorpus corpus = builder().file("sailor", file).build();

        assertThat(corpus.personas()).containsExactly("sailor");
        assertThat(corpus.passages("sailor"))
                .containsExactly(
                        LONG_ENOUGH, "Another passage, which goes on in a second line and there is long enough.");
        assertThat(corpus.passages("poet")).isEmpty();
        assertThat(corpus).hasToString("StyleCorpus[2 passages of [sailor]]");
    }

    @Test
    void file_takesAFieldOfEachLineOfJson() throws IOException {
        Path lines = file("a.jsonl", """
                {"meta": {"text": "%s"}, "n": 1}
                {"other": "%s, but elsewhere"}
                """.formatted(LONG_ENOUGH, LONG_ENOUGH));
        Path array = file("b.json", "[{\"text\": \"From an array: %s\"}]".formatted(LONG_ENOUGH));

        StyleCorpus corpus = builder()
                .file("sailor", lines, "meta.text")
                .file("sailor", array, "text")
                .build();

        assertThat(corpus.passages("sailor")).containsExactly(LONG_ENOUGH, "From an array: " + LONG_ENOUGH);
    }

    @Test
    void file_takesAlsoWhoseItIs() throws IOException {
        Path file = file("letters.jsonl", """
                {"by": "teacher", "body": "%1$s One."}
                {"by": " sailor ", "body": "%1$s Two."}
                {"body": "%1$s Nobody's."}
                """.formatted(LONG_ENOUGH));

        StyleCorpus corpus = builder().file(file, "by", "body").build();

        assertThat(corpus.personas()).containsExactly("sailor", "teacher");
        assertThat(corpus.passages("sailor")).containsExactly(LONG_ENOUGH + " Two.");
    }

    @Test
    void directory_hasAFileForEachPersona() throws IOException {
        file("sailor.txt", LONG_ENOUGH);
        file("poet.jsonl", "{\"text\": \"%s\"}".formatted(LONG_ENOUGH));
        file(".DS_Store", "rubbish");
        Files.createDirectory(dir.resolve("more"));

        StyleCorpus corpus = builder().directory(dir).build();

        assertThat(corpus.personas()).containsExactly("poet", "sailor");
        Path missing = dir.resolve("missing");
        assertThatThrownBy(() -> builder().directory(missing))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read the style corpus " + missing);
    }

    @Test
    void build_leavesOutFewerThan50CharactersAndCutsAfter500() throws IOException {
        String fifty = "x".repeat(24) + " " + "y".repeat(25);
        String words = "sea ".repeat(130).strip(); // 519 characters: 125 words end at 499, a 126th would end at 503
        String emoji = "\uD83C\uDF0A".repeat(600);
        Path file = file("sailor.txt", fifty + "\n\n" + fifty.substring(1) + "\n\n" + words + "\n\n" + emoji);

        StyleCorpus corpus = builder().file("sailor", file).build();

        assertThat(corpus.passages("sailor"))
                .containsExactly(fifty, "sea ".repeat(125).strip(), "\uD83C\uDF0A".repeat(500));
    }

    @Test
    void build_cutsAmidAWordWhereTooLittleWouldStay() throws IOException {
        String chapter = "\u7B2C\u4E00\u7AE0 " + "\u6D77".repeat(600);
        Path file = file("sailor.txt", chapter);

        assertThat(builder().file("sailor", file).build().passages("sailor"))
                .containsExactly(chapter.substring(0, 500));
    }

    @Test
    void directory_refusesAnEmptyOne() throws IOException {
        Path empty = Files.createDirectory(dir.resolve("empty"));

        assertThatThrownBy(() -> builder().directory(empty))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(empty + " has no files: it needs one for each persona, such as sailor.txt");
    }

    @Test
    void build_drawsTwentyOfAPersonaBySeedAndKeepsTheirOrder() throws IOException {
        String text = IntStream.range(100, 140).mapToObj(i -> i + LONG_ENOUGH).collect(Collectors.joining("\n\n"));
        Path file = file("sailor.txt", text);

        List<String> passages = builder().file("sailor", file).build().passages("sailor");

        assertThat(passages).hasSize(20).doesNotHaveDuplicates().isSorted();
        assertThat(builder().file("sailor", file).build().passages("sailor")).isEqualTo(passages);
        assertThat(builder().file("sailor", file).seed(7).build().passages("sailor"))
                .isNotEqualTo(passages);
        assertThat(builder().file("sailor", file).maxPassages(3).build().passages("sailor"))
                .hasSize(3);
    }

    @Test
    void build_refusesFilesWithoutPassages() throws IOException {
        Path empty = file("empty.txt", "\n \n");
        assertThatThrownBy(() -> builder().file("sailor", empty).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "%s has no passage of at least 50 characters: check the file, the names of its fields, or set"
                                + " minLength",
                        empty);
        Path lines = file("a.jsonl", "{\"text\": \"" + LONG_ENOUGH + "\"}");
        assertThatThrownBy(() -> builder().file("sailor", lines, "txet").build())
                .isInstanceOf(IllegalStateException.class);
        assertThat(builder().file("sailor", lines, "text").minLength(72).build().passages("sailor"))
                .hasSize(1);
    }

    @Test
    void build_refusesFilesThatCannotBeRead() throws IOException {
        Path missing = dir.resolve("missing.txt");
        assertThatThrownBy(() -> builder().file("sailor", missing).build())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read the style corpus " + missing);
        Path latin =
                Files.write(dir.resolve("latin.txt"), "caf\u00e9".repeat(20).getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> builder().file("sailor", latin).build()).isInstanceOf(UncheckedIOException.class);
        Path broken = file("broken.jsonl", "{\"text\": \"" + LONG_ENOUGH + "\"}\nnot JSON\n");
        assertThatThrownBy(() -> builder().file("sailor", broken, "text").build())
                .isInstanceOf(DataFormatException.class)
                .hasMessageContaining("broken.jsonl:2");
    }

    @Test
    void builder_refusesWhatCannotBe() {
        assertThatThrownBy(() -> builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a style corpus needs files: StyleCorpus.builder().file(persona, file)");
        assertThatThrownBy(() -> builder().file("sailor", Path.of("a.JSONL")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a.JSONL is JSON: name the field that has the passages, file(persona, file, \"text\")");
        assertThatThrownBy(() -> builder().file(" ", Path.of("a.txt"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().file("a", Path.of("a.json"), ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().file(Path.of("a.json"), "", "b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder().minLength(0)).hasMessageContaining("minLength must be at least 1 but was 0");
        assertThatThrownBy(() -> builder().maxLength(0)).hasMessageContaining("maxLength");
        assertThatThrownBy(() -> builder().maxPassages(0)).hasMessageContaining("maxPassages");
        assertThatThrownBy(() ->
                        builder().file("a", Path.of("a.txt")).minLength(600).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("minLength must be at most maxLength but was 600 > 500");
    }
}
