package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.testing.RandomText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A spreadsheet must run no cell as a formula, and reading must give back exactly what was written. */
class CsvEscapingTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\tx",
                "\rx",
                "\nx",
                "=",
                "=cmd|' /C calc'!A0",
                "\uFF1D1", // full width, which some spreadsheets take as well
                "\uFF0B1",
                "\uFF0D1",
                "\uFF201",
                "-1\nmore lines"
            })
    void escape_putsAnApostropheBeforeAFormula(String cell) {
        assertThat(CsvFile.escape(cell)).isEqualTo("'" + cell);
        assertThat(CsvFile.unescape("'" + cell)).isEqualTo(cell);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "'", "'quoted'", "x=1", "1+1", " =1", "\u0645\u0631\u062D\u0628\u0627", "\uD83D\uDE00"})
    void escape_leavesOtherCellsAlone(String cell) {
        assertThat(CsvFile.escape(cell)).isEqualTo(cell);
        assertThat(CsvFile.unescape(cell)).isEqualTo(cell);
    }

    @Test
    void escape_ofWhatLooksEscapedAddsAnother() {
        assertThat(CsvFile.escape("'=1")).isEqualTo("''=1");
        assertThat(CsvFile.escape("''=1")).isEqualTo("'''=1");
        assertThat(CsvFile.unescape("''=1")).isEqualTo("'=1");
    }

    @Test
    void unescape_reversesEscape_andNoFormulaIsLeft() {
        RandomText texts = new RandomText(5);
        for (int i = 0; i < 20_000; i++) {
            String cell = texts.next(6);
            String escaped = CsvFile.escape(cell);

            assertThat(CsvFile.unescape(escaped)).isEqualTo(cell);
            assertThat(escaped).doesNotMatch("(?s)[=+\\-@\\t\\r\\n].*");
        }
    }

    @Test
    void save_escapesEveryColumn() throws IOException {
        Sample sample = Sample.of("t", "=text", "+label").withId("@id").withTags(Map.of("=k", "=v"));
        DataSaver saver = DataSaver.builder().path(dir).format(SaveFormat.CSV).build();
        saver.save(Dataset.of(List.of(sample)));

        assertThat(dir.resolve("t.csv")).hasContent("""
                text,label,id,tags
                '=text,'+label,'@id,"{""=k"":""=v""}"
                """);
        assertThat(saver.load("t").samples()).containsExactly(sample);
    }

    @Test
    void load_ofAFileByHand_takesAnUnescapedFormulaAsText() throws IOException {
        Files.writeString(dir.resolve("t.csv"), "text,label\n=1+1,-\n");

        Sample sample =
                DataSaver.builder().path(dir).build().load("t").samples().get(0);
        assertThat(sample.text()).isEqualTo("=1+1");
        assertThat(sample.label()).isEqualTo("-");
    }
}
