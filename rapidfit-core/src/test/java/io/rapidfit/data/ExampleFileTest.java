package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleFileTest {

    private static final String ROW = "{\"messages\": [{\"role\": \"user\", \"content\": \"caf\\u00e9\"}], \"x\": 1.0}";

    @TempDir
    private Path directory;

    @Test
    void save_writesEachExampleAsItWasRead() throws IOException {
        Path file = write("\uFEFF" + ROW + "\r\n\n" + ROW.replace("1.0", "2") + "\n");

        List<Conversation> chats = ExampleFile.conversations(file).load();
        Path copy = directory.resolve("new/copy.jsonl");
        ExampleFile.conversations(copy).save(chats);

        assertThat(Files.readString(copy)).isEqualTo(ROW + "\n" + ROW.replace("1.0", "2") + "\n");
    }

    @Test
    void load_readsAnArrayToo() throws IOException {
        Path file = write("\n [ {\"a\": 1},\n {\"b\":\n\"x\"} ]");

        List<Item> items = ExampleFile.items(file).load();

        assertThat(items).containsExactly(Item.parse("{\"a\":1}"), Item.parse("{\"b\":\"x\"}"));
    }

    @Test
    void save_writesOneLineForJsonOfSeveral() throws IOException {
        Path file = directory.resolve("items.jsonl");

        ExampleFile.items(file).save(List.of(Item.parse("{\n\"a\":\r\n\"x\\ny\"}")));

        assertThat(Files.readString(file)).isEqualTo("{ \"a\": \"x\\ny\"}\n");
    }

    @Test
    void load_saysWhichLineIsWrong() throws IOException {
        assertThatThrownBy(() -> ExampleFile.conversations(write(ROW + "\n{\"messages\":3}\n"))
                        .load())
                .isInstanceOf(DataFormatException.class)
                .hasMessageEndingWith("examples.jsonl:2: field \"messages\": expected a list of at least one message");
        assertThatThrownBy(() -> ExampleFile.items(write("[{\"a\":1},\n3]")).load())
                .isInstanceOf(DataFormatException.class)
                .hasMessageEndingWith("examples.jsonl:2: expected a JSON object");
        assertThatThrownBy(() -> ExampleFile.items(write("[{\"a\":1}] x")).load())
                .isInstanceOf(DataFormatException.class);
    }

    @Test
    void load_refusesOtherEncodings() throws IOException {
        Path file = directory.resolve("latin.jsonl");
        Files.write(file, "{\"a\":\"é\"}\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> ExampleFile.items(file).load())
                .hasMessageEndingWith("latin.jsonl:1: not UTF-8: save the file in that encoding");
    }

    @Test
    void load_skipsALineThatACrashCutOff() throws IOException {
        assertThat(ExampleFile.conversations(write(ROW + "\n" + ROW.substring(0, 30)))
                        .load())
                .hasSize(1);
    }

    @Test
    void forEach_readsOneAfterTheOther() throws IOException {
        Path file = write("{\"a\":1}\n{\"a\":2}\nnothing\n");
        List<String> seen = new ArrayList<>();

        assertThatThrownBy(() -> ExampleFile.items(file).forEach(item -> seen.add(item.toJson())))
                .isInstanceOf(DataFormatException.class);

        assertThat(seen).containsExactly("{\"a\":1}", "{\"a\":2}");
    }

    @Test
    void forEach_throwsWhatTheActionThrows() throws IOException {
        Path file = write("{\"a\":1}"); // also for the last line, where the reader looks for what a crash left

        assertThatThrownBy(() -> ExampleFile.items(file).forEach(item -> {
                    throw new IllegalArgumentException("mine");
                }))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("mine");
    }

    @Test
    void load_namesAFileThatIsMissing() {
        Path missing = directory.resolve("missing.jsonl");

        assertThatThrownBy(() -> ExampleFile.items(missing).load())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + missing);
        assertThat(ExampleFile.items(missing).path()).isEqualTo(missing);
    }

    private Path write(String content) throws IOException {
        return Files.writeString(directory.resolve("examples.jsonl"), content);
    }
}
