package io.rapidfit.report;

import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextNormalizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A piece of a page. Text is escaped where it is written, and there is no way to put in markup as a string: whatever a label
 * holds, it cannot become an element, an attribute or a script.
 */
sealed interface Html {

    /** Longer names are cut: they would push everything else off the screen. */
    int NAME_COLUMNS = 80;

    /** Longer texts are cut, some three lines on a wide screen. */
    int EXCERPT_COLUMNS = 240;

    /** Appends what a browser reads. */
    void appendTo(StringBuilder out);

    static Html text(String text) {
        return new Text(text);
    }

    static Element element(String name, Html... content) {
        return element(name, List.of(content));
    }

    static Element element(String name, List<? extends Html> content) {
        return new Element(name, Map.of(), List.copyOf(content));
    }

    static Element element(String name, String text) {
        return element(name, text(text));
    }

    /** A task, a label or a title: on one line, and its writing direction is its own business. */
    static Html name(String name) {
        return isolated(name, NAME_COLUMNS);
    }

    /** A sample's text, or a message that may quote one. */
    static Html excerpt(String text) {
        return TextNormalizer.isBlank(text)
                ? element("em", "(blank)")
                : isolated(text, EXCERPT_COLUMNS).with("class", "excerpt");
    }

    private static Element isolated(String text, int columns) {
        return element("bdi", DisplayWidth.fit(text, columns));
    }

    /**
     * A name for attributes, which know no elements: isolated by characters instead (Unicode Standard Annex 9, FSI and PDI),
     * without those of its own, which could break out.
     */
    static String plainName(String name) {
        String line = DisplayWidth.fit(name, NAME_COLUMNS).replaceAll("[\\u202A-\\u202E\\u2066-\\u2069]", "");
        return "\u2068" + line + "\u2069";
    }

    /** Characters. */
    record Text(String text) implements Html {

        @Override
        public void appendTo(StringBuilder out) {
            text.codePoints().forEach(c -> escape(c, out));
        }

        /** In text and in quoted attributes alike. */
        private static void escape(int c, StringBuilder out) {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(visible(c));
            }
        }

        /** HTML allows no control characters, and UTF-8 no unpaired surrogates. */
        private static int visible(int c) {
            if (Character.isISOControl(c)) {
                return ' ';
            }
            return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c;
        }
    }

    /**
     * An element with its attributes and content.
     *
     * <p>It can neither run nor load anything: scripts and style sheets are the page's own, see {@link Page}.
     */
    record Element(String name, Map<String, String> attributes, List<Html> content) implements Html {

        private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");
        private static final Set<String> WITHOUT_CONTENT = Set.of("input", "meta");

        /** After these a line ends, for whoever reads the source; no white space is seen there. */
        private static final Set<String> LINES = Set.of(
                "h1", "h2", "h3", "h4", "p", "div", "section", "details", "table", "thead", "tbody", "tr", "svg");

        public Element {
            if (!NAME.matcher(name).matches() || name.equals("script") || name.equals("style")) {
                throw new IllegalArgumentException("no element of a report: " + name);
            }
            attributes.forEach(Element::check);
        }

        private static void check(String attribute, String value) {
            boolean active = attribute.startsWith("on") || attribute.equals("src") || attribute.equals("style");
            boolean leavesThePage = attribute.equals("href") && !value.startsWith("#");
            if (!NAME.matcher(attribute).matches() || active || leavesThePage) {
                throw new IllegalArgumentException("no attribute of a report: " + attribute + "=" + value);
            }
        }

        /** The same element with one more attribute. */
        Element with(String attribute, String value) {
            Map<String, String> more = new LinkedHashMap<>(attributes);
            more.put(attribute, value);
            return new Element(name, Collections.unmodifiableMap(more), content);
        }

        @Override
        public void appendTo(StringBuilder out) {
            out.append('<').append(name);
            attributes.forEach((attribute, value) -> {
                out.append(' ').append(attribute).append("=\"");
                text(value).appendTo(out);
                out.append('"');
            });
            out.append('>');
            if (!WITHOUT_CONTENT.contains(name)) {
                content.forEach(piece -> piece.appendTo(out));
                out.append("</").append(name).append('>');
            }
            if (LINES.contains(name)) {
                out.append('\n');
            }
        }
    }
}
