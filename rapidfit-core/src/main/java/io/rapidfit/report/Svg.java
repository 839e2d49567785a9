package io.rapidfit.report;

import static io.rapidfit.report.Html.element;

import io.rapidfit.report.Html.Element;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * A drawing that says in words what it shows. Colours come from the style sheet, by class, so that they suit light and dark
 * screens; every drawing has a table beside it with the same numbers.
 */
final class Svg {

    private static final int TITLE_HEIGHT = 24;

    private final String id;
    private final String title;
    private final String description;
    private final int width;
    private final int height;
    private final List<Html> shapes = new ArrayList<>();

    /**
     * @param id another for every drawing of a page
     * @param title to be seen and to be read aloud
     * @param height without the title
     */
    Svg(String id, String title, String description, int width, int height) {
        this.id = id;
        this.title = title;
        this.description = description;
        this.width = width;
        this.height = height;
    }

    Svg line(String kind, double x1, double y1, double x2, double y2) {
        return add(element("line")
                .with("class", kind)
                .with("x1", coordinate(x1))
                .with("y1", coordinate(y1))
                .with("x2", coordinate(x2))
                .with("y2", coordinate(y2)));
    }

    Svg rectangle(String kind, double x, double y, double width, double height) {
        return add(element("rect")
                .with("class", kind)
                .with("x", coordinate(x))
                .with("y", coordinate(y))
                .with("width", coordinate(width))
                .with("height", coordinate(height)));
    }

    Svg circle(String kind, double x, double y, double radius) {
        return add(element("circle")
                .with("class", kind)
                .with("cx", coordinate(x))
                .with("cy", coordinate(y))
                .with("r", coordinate(radius)));
    }

    /** @param anchor which end of the text is at {@code x}: start, middle or end */
    Svg text(String text, double x, double y, String anchor) {
        return add(text("label", text, x, y, anchor));
    }

    private static Element text(String kind, String text, double x, double y, String anchor) {
        return element("text", text)
                .with("class", kind)
                .with("x", coordinate(x))
                .with("y", coordinate(y))
                .with("text-anchor", anchor);
    }

    private Svg add(Element shape) {
        shapes.add(shape);
        return this;
    }

    /** On a narrow screen it scrolls, since its words would become too small to read. */
    Html html() {
        List<Html> content = new ArrayList<>();
        content.add(element("title", title).with("id", id + "-title"));
        content.add(element("desc", description).with("id", id + "-description"));
        content.add(text("title", title, 0, 16, "start"));
        content.add(element("g", shapes).with("transform", "translate(0 " + TITLE_HEIGHT + ")"));
        Html drawing = element("svg", content)
                .with("class", "chart")
                .with("viewBox", "0 0 " + width + " " + (height + TITLE_HEIGHT))
                .with("width", String.valueOf(width))
                .with("height", String.valueOf(height + TITLE_HEIGHT))
                .with("role", "img")
                .with("aria-labelledby", id + "-title")
                .with("aria-describedby", id + "-description");
        return element("div", drawing)
                .with("class", "scroll")
                .with("role", "group")
                .with("tabindex", "0")
                .with("aria-labelledby", id + "-title");
    }

    /** Two decimals at most. */
    static String coordinate(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
