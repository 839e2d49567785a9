package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.internal.Sha256;
import io.rapidfit.text.DisplayWidth;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What all reports have in common: a heading, an introduction that sums up, and a section for each task.
 *
 * @param introduction with links to the sections
 */
record Page(String title, List<Html> introduction, List<Section> sections) {

    /** Tables of labels end after so many. */
    static final int MAX_LABELS = 200;

    private static final String STYLE = resource("report.css") + HeatColours.css();
    private static final String SCRIPT = resource("report.js");

    /** Nothing is loaded, and nothing runs but what has these hashes; W3C, "Content Security Policy Level 3". */
    private static final String POLICY = "default-src 'none'; style-src " + source(STYLE) + "; script-src "
            + source(SCRIPT) + "; base-uri 'none'; form-action 'none'";

    /**
     * What there is to say of one task.
     *
     * @param number 1 for the first
     */
    record Section(int number, String task, List<Html> content) {

        /** What other ids of the section begin with. */
        static String id(int number) {
            return "task-" + number;
        }

        /** The task, as a link to its section. */
        static Html link(int number, String task) {
            return element("a", Html.name(task)).with("href", "#" + id(number));
        }

        Html html() {
            List<Html> all = new ArrayList<>();
            all.add(element("h2", Html.name(task)).with("id", id(number)));
            all.addAll(content);
            return element("section", all).with("aria-labelledby", id(number));
        }
    }

    Page {
        introduction = List.copyOf(introduction);
        sections = List.copyOf(sections);
    }

    Page withTitle(String newTitle) {
        return new Page(newTitle, introduction, sections);
    }

    String html() {
        List<Html> main = new ArrayList<>();
        main.add(element("h1", Html.name(title)));
        main.addAll(introduction);
        sections.forEach(section -> main.add(section.html()));

        StringBuilder out = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
        line(element("meta").with("charset", "utf-8"), out);
        line(element("meta").with("http-equiv", "Content-Security-Policy").with("content", POLICY), out);
        line(meta("viewport", "width=device-width, initial-scale=1"), out);
        line(meta("color-scheme", "light dark"), out);
        line(element("title", DisplayWidth.fit(title, Html.NAME_COLUMNS)), out);
        out.append("<style>").append(STYLE).append("</style>\n</head>\n<body>\n");
        line(element("a", text("Skip to the report")).with("class", "skip").with("href", "#report"), out);
        line(element("main", main).with("id", "report").with("tabindex", "-1"), out);
        out.append("<script>").append(SCRIPT).append("</script>\n</body>\n</html>\n");
        return out.toString();
    }

    private static Html meta(String name, String content) {
        return element("meta").with("name", name).with("content", content);
    }

    private static void line(Html piece, StringBuilder out) {
        piece.appendTo(out);
        out.append('\n');
    }

    private static String source(String content) {
        return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.hash(content)) + "'";
    }

    private static String resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar of rapidfit-core lacks " + name);
            }
            // a browser hashes what it has parsed, in which every line ends with a line feed
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
    }
}
