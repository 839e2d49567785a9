package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlTest {

    private static String written(Html piece) {
        StringBuilder out = new StringBuilder();
        piece.appendTo(out);
        return out.toString();
    }

    @Test
    void text_isEscaped() {
        assertThat(written(Html.text("<b> & \"c\" 'd'"))).isEqualTo("&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
    }

    @Test
    void text_hasNeitherControlCharactersNorHalfCharacters() {
        assertThat(written(Html.text("a\u0000b\u001Bc\nd\u0085e\uD800f\uD83D\uDE00")))
                .isEqualTo("a b c d e\uFFFDf\uD83D\uDE00");
    }

    @Test
    void element_escapesAttributesToo_andKeepsTheirOrder() {
        assertThat(written(element("td", "1").with("title", "\"><i").with("class", "a")))
                .isEqualTo("<td title=\"&quot;&gt;&lt;i\" class=\"a\">1</td>");
    }

    @Test
    void element_withoutContentHasNoEnd() {
        assertThat(written(element("input").with("type", "search"))).isEqualTo("<input type=\"search\">");
    }

    @Test
    void element_refusesWhatCouldRunOrLoad() {
        for (String name : List.of("script", "style", "", "a b", "i>", "1")) {
            assertThatThrownBy(() -> element(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no element of a report: " + name);
        }
        for (String name : List.of("onclick", "src", "style", "", "a b", "a=")) {
            assertThatThrownBy(() -> element("p").with(name, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no attribute of a report: " + name + "=x");
        }
        assertThatThrownBy(() -> element("a").with("href", "https://example.com"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void name_isIsolated_onOneLine_andCutAfter80Columns() {
        assertThat(written(Html.name("a\nb"))).isEqualTo("<bdi>a b</bdi>");
        assertThat(written(Html.name("x".repeat(80)))).isEqualTo("<bdi>" + "x".repeat(80) + "</bdi>");
        assertThat(written(Html.name("x".repeat(81)))).isEqualTo("<bdi>" + "x".repeat(79) + "\u2026</bdi>");
    }

    @Test
    void excerpt_isCutAfter240Columns_andSaysIfThereIsNothing() {
        assertThat(written(Html.excerpt("x".repeat(241))))
                .isEqualTo("<bdi class=\"excerpt\">" + "x".repeat(239) + "\u2026</bdi>");
        assertThat(written(Html.excerpt(" \u00a0\n"))).isEqualTo("<em>(blank)</em>");
    }

    @Test
    void plainName_cannotTurnWhatFollows() {
        // right-to-left override, isolate and its end: gone but for those around
        assertThat(Html.plainName("a\u202Eb\u2067c\u2069\u2069d")).isEqualTo("\u2068abcd\u2069");
    }

    @Test
    void table_refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table("t", "c").left("a").right("b").row(Html.text("1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row needs 2 cells but has 1");
    }
}
