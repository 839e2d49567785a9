package io.rapidfit.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in plain text whose columns stay aligned for wide scripts, combining marks and emoji.
 *
 * <pre>{@code
 * new TextTable().left("label").right("F1")
 *         .row("positive", "0.93")
 *         .print(System.out);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class TextTable {

    private static final String GAP = "  ";

    private record Column(String header, boolean right) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a column whose cells start at its left edge. */
    public TextTable left(String header) {
        columns.add(new Column(DisplayWidth.oneLine(header), false));
        return this;
    }

    /** Adds a column whose cells end at its right edge, as numbers do. */
    public TextTable right(String header) {
        columns.add(new Column(DisplayWidth.oneLine(header), true));
        return this;
    }

    /**
     * Adds a row, one cell a column in order.
     *
     * @throws IllegalArgumentException if there are more or fewer cells than columns
     */
    public TextTable row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("a row needs " + columns.size() + " cells but has " + cells.length);
        }
        rows.add(Arrays.stream(cells).map(DisplayWidth::oneLine).toList());
        return this;
    }

    /** Prints the headers, a rule and the rows, each line indented by two spaces. */
    public void print(Appendable out) {
        int[] widths = widths();
        try {
            printLine(out, columns.stream().map(Column::header).toList(), widths);
            printLine(out, Arrays.stream(widths).mapToObj("-"::repeat).toList(), widths);
            for (List<String> row : rows) {
                printLine(out, row, widths);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int[] widths() {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = DisplayWidth.of(columns.get(i).header());
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], DisplayWidth.of(row.get(i)));
            }
        }
        return widths;
    }

    private void printLine(Appendable out, List<String> cells, int[] widths) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - DisplayWidth.of(cells.get(i)));
            line.append(GAP);
            if (columns.get(i).right()) {
                line.append(padding).append(cells.get(i));
            } else {
                line.append(cells.get(i)).append(padding);
            }
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
