package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that cannot be read: the message names file, line, field and what was expected. */
class BadRowsTest {

    private static final String GOOD = "{\"text\":\"x\",\"label\":\"y\"}";

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"label\":\"y\"} | field \"text\" is missing",
                "{\"text\":null,\"label\":\"y\"} | field \"text\" is missing",
                "{\"text\":\"x\"} | field \"label\" is missing",
                "{\"text\":\"x\",\"label\":null} | field \"label\" is missing",
                "{\"text\":\"x\",\"label\":\" \"} | label must not be blank",
                "{\"text\":{},\"label\":\"y\"} | field \"text\": expected a string but was an object",
                "{\"text\":\"x\",\"label\":[\"y\"]} | field \"label\": expected a string but was an array",
                "{\"text\":\"x\",\"label\":\"y\",\"id\":{}} | field \"id\": expected a string but was an object",
                "{\"text\":\"x\",\"label\":\"y\",\"id\":\"\"} | id must not be blank",
                "{\"text\":\"x\",\"label\":\"y\",\"split\":\"eval\"} | field \"split\": expected one of train, validation (val, dev), test but was \"eval\"",
                "{\"text\":\"x\",\"label\":\"y\",\"origin\":\"LLM\"} | field \"origin\": expected an object with \"generator\"",
                "{\"text\":\"x\",\"label\":\"y\",\"origin\":{\"model\":\"m\"}} | an origin with a model, prompt, run or parents needs a generator",
                "{\"text\":\"x\",\"label\":\"y\",\"origin\":{\"generator\":\"g\",\"model\":[]}} | field \"origin.model\": expected a string but was an array",
                "{\"text\":\"x\",\"label\":\"y\",\"origin\":{\"generator\":\"g\",\"parents\":\"p\"}} | field \"origin.parents\": expected an array of ids",
                "{\"text\":\"x\",\"label\":\"y\",\"origin\":{\"generator\":\"g\",\"parents\":[null]}} | field \"origin.parents\": expected a string but was null",
                "{\"text\":\"x\",\"label\":\"y\",\"split\":\"test\",\"origin\":{\"generator\":\"g\"}} | a synthetic sample is for TRAIN only",
                "{\"text\":\"x\",\"label\":\"y\",\"tags\":[\"a\"]} | field \"tags\": expected an object of strings",
                "{\"text\":\"x\",\"label\":\"y\",\"tags\":{\"a\":{}}} | field \"tags.a\": expected a string but was an object",
                "{\"text\":\"x\",\"label\":\"y\",\"tags\":{\"a\":null}} | field \"tags.a\": expected a string but was null",
                "[\"x\",\"y\"] | expected a JSON object with \"text\" and \"label\"",
                "null | expected a JSON object with \"text\" and \"label\"",
                "\"x\" | expected a JSON object with \"text\" and \"label\"",
            })
    void load_namesLineFieldAndExpectation(String row, String message) throws IOException {
        Path lines = write("a.jsonl", GOOD + "\n" + row + "\n" + GOOD + "\n");
        Path array = write("b.json", "[\n" + GOOD + ",\n" + row + "\n]");

        assertRefused("a", lines, 2, message);
        assertRefused("b", array, 3, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"x\",\"label\":\"y\"",
                "{'text':'x','label':'y'}",
                "{\"text\":\"x\" \"label\":\"y\"}",
                "{\"text\":\"x\",\"label\":\"y\"} {\"text\":\"x\",\"label\":\"y\"}",
                "{\"text\":\"x\",\"label\":\"y\"},",
                "x,y",
                "{\"text\":\"x\\q\",\"label\":\"y\"}",
                "{\"text\":\"x\ty\",\"label\":\"y\"}",
                "{\"text\":NaN,\"label\":\"y\"}"
            })
    void load_ofALineThatIsNotJson_namesTheLine(String row) throws IOException {
        Path file = write("a.jsonl", GOOD + "\n\n" + row + "\n" + GOOD + "\n");

        assertRefused("a", file, 3, "not valid JSON: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"text\":\"x\",\"label\":\"y\"}` | 1 | expected a JSON array of objects",
                "`\"x\"` | 1 | expected a JSON array of objects",
                "`` | 1 | expected a JSON array of objects",
                "`[` | 1 | not valid JSON",
                "`[\n{\"text\":\"x\",\"label\":\"y\"}` | 2 | not valid JSON",
                "`[\n{\"text\":\"x\",\"label\":\"y\"},\n` | 3 | not valid JSON",
                "`[\n{\"text\":\"x\",\"label\":\"y\"},\n{\"text\":\"x\",\"la` | 3 | not valid JSON",
                "`[\n{\"text\":\"x\",\"label\":\"y\"}\n{\"text\":\"x\",\"label\":\"y\"}]` | 3 | not valid JSON",
                "`[\n{\"text\":\"x\",\"label\":\"y\"}\n]\n[]` | 4 | expected nothing after the array",
                "`[]\n{}` | 2 | expected nothing after the array",
                "`[]\n]` | 2 | not valid JSON",
                "`[]\nxyz` | 2 | not valid JSON",
            })
    void load_ofAFileThatIsNoJsonArray_namesTheLine(String content, int line, String message) throws IOException {
        assertRefused("b", write("b.json", content), line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`text,label\nx,y\n\"multi\nline\",y\nx,\n` | 5 | field \"label\" is missing",
                "`text,label\nx, \n` | 2 | label must not be blank",
                "`text,klass\nx,y\n` | 1 | the first row names the columns [text, klass]: expected text and label",
                "`x,y\nx,y\n` | 1 | the first row names the columns [x, y]: expected text and label",
                "`text;label\nx;y\n` | 1 | the first row names the columns [text;label]: expected text and label",
                "`` | 1 | expected text and label",
                "`text,label,text\nx,y,z\n` | 1 | the first row names a column twice: [text, label, text]",
                "`text,label\nhello, world,greeting\nbye, you,farewell\n` | 2 | 3 cells, but the first row names 2 columns, [text, label]: quote a cell that holds a comma",
                "`text,label\nx,y\nx,y,z\nx,y\n` | 3 | 3 cells, but the first row names 2 columns",
                "`text,label\nx,y\nx\nx,y\n` | 3 | 1 cells, but the first row names 2 columns",
                "`text,label,split\nx,y\nx,y\n` | 2 | 2 cells, but the first row names 3 columns",
                "`text,label,split\nx,y,train\nx,y,eval\n` | 3 | field \"split\": expected one of train, validation (val, dev), test but was \"eval\"",
                "`text,label,tags\nx,y,{}\nx,y,a=1\n` | 3 | field \"tags\": not valid JSON",
                "`text,label,tags\nx,y,[1]\n` | 2 | field \"tags\": expected an object of strings",
                "`text,label,origin\nx,y,LLM\n` | 2 | field \"origin\": not valid JSON",
                "`text,label,origin\nx,y,7\n` | 2 | field \"origin\": expected an object",
                "`text,label,origin\nx,y,\"{\"\"generator\"\":{}}\"\n` | 2 | field \"origin.generator\": expected a string but was an object",
            })
    void load_ofCsv_namesLineFieldAndExpectation(String content, int line, String message) throws IOException {
        assertRefused("c", write("c.csv", content), line, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "unclosed quote | `text,label\nx,y\n\"x,y\nx,y\n`",
                "text after a quote | `text,label\nx,y\n\"x\"z,y\nx,y\n`",
                "unclosed quote in the last cell | `text,label\nx,y\nx,\"y\nx,y\nx,y\n`",
                "unclosed quote at the end | `text,label\nx,y\nx,\"y`",
            })
    void load_ofBrokenCsv_namesTheFileAndALine(String what, String content) throws IOException {
        Path file = write("c.csv", content);

        assertThatThrownBy(() -> saver().load("c"))
                .as(what)
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith(file + ":3: not valid CSV");
    }

    @Test
    void load_ofBytesThatAreNotUtf8_saysSo() throws IOException {
        Charset latin1 = StandardCharsets.ISO_8859_1;
        Path lines = Files.writeString(
                dir.resolve("a.jsonl"), GOOD + "\n{\"text\":\"caf\u00E9\",\"label\":\"y\"}\n" + GOOD + "\n", latin1);
        Path array = Files.writeString(dir.resolve("b.json"), "[{\"text\":\"caf\u00E9\",\"label\":\"y\"}]", latin1);
        Path csv = Files.writeString(dir.resolve("c.csv"), "text,label\ncaf\u00E9,y\n", latin1);
        Path utf16 = Files.writeString(dir.resolve("d.csv"), "text,label\ncaf\u00E9,y\n", StandardCharsets.UTF_16);

        assertRefused("a", lines, 2, "not UTF-8: save the file in that encoding");
        assertRefused("b", array, 0, "not UTF-8: save the file in that encoding");
        assertRefused("c", csv, 0, "not UTF-8: save the file in that encoding");
        assertRefused("d", utf16, 0, "not UTF-8: save the file in that encoding");
    }

    /** Jackson reads neither, and does not always know where it stopped. */
    @Test
    void load_ofExcessiveNestingOrNumbers_namesTheFile() throws IOException {
        for (String value : List.of("[".repeat(2000) + "]".repeat(2000), "7".repeat(2000))) {
            String row = "{\"text\":\"x\",\"label\":\"y\",\"other\":" + value + "}";
            Path lines = write("a.jsonl", row + "\n");
            Path array = write("b.json", "[" + row + "]");

            assertRefused("a", lines, 1, "not valid JSON: ");
            assertThatThrownBy(() -> saver().load("b"))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageStartingWith(array + ":")
                    .hasMessageContaining("not valid JSON: ");
        }
    }

    @Test
    void append_toABadFile_changesNothing() throws IOException {
        Dataset more = Dataset.builder().add("a", "x", "y").build();
        for (SaveFormat format : SaveFormat.values()) {
            Path sub = Files.createDirectory(dir.resolve(format.name()));
            Path file = Files.writeString(sub.resolve("a." + format.extension()), "junk\n{\"text\"\n");
            DataSaver saver = DataSaver.builder().path(sub).format(format).build();

            assertThatThrownBy(() -> saver.save(more, WriteMode.APPEND)).isInstanceOf(DataFormatException.class);
            assertThat(file).hasContent("junk\n{\"text\"\n");

            byte[] notUtf8 = {'c', 'a', 'f', (byte) 0xE9, '\n'};
            Files.write(file, notUtf8);
            assertThatThrownBy(() -> saver.save(more, WriteMode.APPEND))
                    .isInstanceOf(DataFormatException.class)
                    .hasMessageContaining("not UTF-8");
            assertThat(file).hasBinaryContent(notUtf8);
        }
    }

    @Test
    void loadAll_failsAsAWhole() throws IOException {
        write("a.jsonl", GOOD + "\n");
        Path bad = write("b.jsonl", "{}\n");

        assertThatThrownBy(() -> saver().loadAll())
                .isInstanceOf(DataFormatException.class)
                .hasMessageStartingWith(bad + ":1: ");
    }

    private void assertRefused(String task, Path file, int line, String message) {
        assertThatThrownBy(() -> saver().load(task))
                .isInstanceOfSatisfying(DataFormatException.class, e -> {
                    assertThat(e.file()).isEqualTo(file);
                    assertThat(e.line()).isEqualTo(line);
                })
                .hasMessageStartingWith(file + (line > 0 ? ":" + line : "") + ": ")
                .hasMessageContaining(message);
    }

    private DataSaver saver() {
        return DataSaver.builder().path(dir).build();
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(dir.resolve(name), content);
    }
}
