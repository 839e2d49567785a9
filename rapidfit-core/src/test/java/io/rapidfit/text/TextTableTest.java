package io.rapidfit.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.testing.DefaultLocale;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

    @Test
    void print_alignsLeftAndRight() {
        TextTable table =
                new TextTable().left("label").right("n").row("positive", "7").row("bad", "123");

        assertThat(printed(table)).isEqualTo("""
                  label       n
                  --------  ---
                  positive    7
                  bad       123
                """);
    }

    @Test
    void print_keepsColumnsAlignedForWideScriptsAndEmoji() {
        TextTable table = new TextTable().left("label").right("n");
        List<String> labels = List.of(
                "plain",
                "\u4F60\u597D",
                "\u0645\u064E\u0631\u062D\u0628\u0627",
                "e\u0301te\u0301",
                "\uD83D\uDE00",
                "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67 family",
                "\uD83D\uDC4D\uD83C\uDFFD ok",
                "\u2764\uFE0F",
                "\uD83C\uDDF8\uD83C\uDDE6");
        labels.forEach(label -> table.row(label, "1"));

        // the widest label, the family, takes 2 + 7 columns: each line is 2 + 9 + 2 + 1 wide
        assertThat(printed(table).lines())
                .hasSize(2 + labels.size())
                .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isEqualTo(14));
    }

    @Test
    void print_leavesNoSpacesAtLineEnds() {
        TextTable table = new TextTable().left("a").left("long header").row("x", "y");

        assertThat(printed(table).lines()).noneMatch(line -> line.endsWith(" "));
    }

    @Test
    void print_withoutRowsShowsTheHeader() {
        assertThat(printed(new TextTable().left("task").right("n"))).isEqualTo("  task  n\n  ----  -\n");
    }

    @Test
    void row_refusesAWrongNumberOfCells() {
        TextTable table = new TextTable().left("a").right("b");

        assertThatThrownBy(() -> table.row("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row needs 2 cells but has 1");
        assertThatThrownBy(() -> table.row("x", "y", "z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row needs 2 cells but has 3");
    }

    @Test
    void print_passesOnWhatTheOutputThrows() {
        Appendable broken = new Appendable() {
            @Override
            public Appendable append(CharSequence text) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public Appendable append(CharSequence text, int start, int end) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public Appendable append(char c) throws IOException {
                throw new IOException("disk full");
            }
        };

        assertThatThrownBy(() -> new TextTable().left("a").print(broken))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("disk full");
    }

    private static String printed(TextTable table) {
        StringBuilder out = new StringBuilder();
        table.print(out);
        return out.toString();
    }

    @Test
    void print_keepsACellWithALineBreakOnOneLine() {
        TextTable table = new TextTable().left("la\nbel").right("n").row("a\nb\tc", "1");

        assertThat(printed(table).lines()).containsExactly("  la bel  n", "  ------  -", "  a b c   1");
    }

    @Test
    void row_countsInAsciiDigitsUnderEveryLocale() throws Exception {
        DefaultLocale.with(
                "ar-EG",
                () -> assertThatThrownBy(() -> new TextTable().row("x")).hasMessage("a row needs 0 cells but has 1"));
    }
}
