package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.report.Html.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * A table with a caption, whose first column holds the headers of its rows. Like {@link io.rapidfit.text.TextTable}, with pieces
 * of a page for cells.
 */
final class Table {

    private record Column(String header, boolean right) {}

    private final String id;
    private final Html caption;
    private final List<Column> columns = new ArrayList<>();
    private final List<Html> rows = new ArrayList<>();

    /** @param id of the table, another for every table of a page */
    Table(String id, String caption) {
        this.id = id;
        this.caption = text(caption);
    }

    /** Adds a column whose cells start at its left edge. */
    Table left(String header) {
        columns.add(new Column(header, false));
        return this;
    }

    /** Adds a column whose cells end at its right edge, as numbers do. */
    Table right(String header) {
        columns.add(new Column(header, true));
        return this;
    }

    /** Adds a row, one cell a column in order. */
    Table row(Html... cells) {
        return add(rowOf(cells));
    }

    /** @param row from {@link #rowOf} */
    Table add(Element row) {
        rows.add(row);
        return this;
    }

    /** A row that is not in the table yet, to be given attributes. */
    Element rowOf(Html... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException("a row needs " + columns.size() + " cells but has " + cells.length);
        }
        List<Html> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            Element cell = i == 0 ? element("th", cells[i]).with("scope", "row") : element("td", cells[i]);
            row.add(aligned(cell, columns.get(i)));
        }
        return element("tr", row);
    }

    Html html() {
        List<Element> headers = columns.stream()
                .map(c -> aligned(element("th", c.header()).with("scope", "col"), c))
                .toList();
        return html(id, caption, element("tr", headers), rows);
    }

    private static Element aligned(Element cell, Column column) {
        return column.right() ? cell.with("class", "right") : cell;
    }

    /** What is wider than the screen scrolls on its own, by keyboard too, instead of the page. */
    static Html html(String id, Html caption, Html header, List<? extends Html> rows) {
        String captionId = id + "-caption";
        Html table = element(
                        "table",
                        element("caption", caption).with("id", captionId),
                        element("thead", header),
                        element("tbody", rows))
                .with("id", id);
        return element("div", table)
                .with("class", "scroll")
                .with("role", "group")
                .with("tabindex", "0")
                .with("aria-labelledby", captionId);
    }
}
