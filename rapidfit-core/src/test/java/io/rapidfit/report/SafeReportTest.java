package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.internal.Sha256;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.testing.RandomText;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Whatever texts, labels and tasks hold, a report is what it would be without them: nothing runs, and nothing is loaded. */
class SafeReportTest {

    private static final List<String> HOSTILE = List.of(
            "<script>alert(1)</script>",
            "</script><script>alert(1)</script>",
            "</title><img src=x onerror=alert(1)>",
            "</style><link rel=stylesheet href=https://evil.example/x.css>",
            "\"><img src=https://evil.example/x.png onerror='alert(1)'>",
            "' onmouseover='alert(1)",
            "\" autofocus onfocus=\"alert(1)",
            "</bdi></td></tr></table></main><iframe src=javascript:alert(1)>",
            "</option></select><svg onload=alert(1)>",
            "</desc></svg><math>",
            "<!-- <![CDATA[ ]]> -->",
            "&lt;b&gt; &#60;b&#62; &amp",
            "<meta http-equiv=refresh content=0;url=https://evil.example>",
            "<base href=https://evil.example>",
            "a\u2028b\u2029c\u0085d",
            "\u202Eabc \u2067\u2066\u2069\u2069\u2069 \u05E9\u05DC\u05D5\u05DD",
            "\u0000\u001B[31m\u007F\uFFFE\uFDD0",
            "\uD800 \uDC00 \uD83D",
            "`${alert(1)}` {{1+1}} %s %n \\u003cscript\\u003e");

    private static final Set<String> ELEMENTS = Set.of(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "script",
            "body",
            "main",
            "section",
            "h1",
            "h2",
            "h3",
            "h4",
            "p",
            "a",
            "bdi",
            "em",
            "strong",
            "span",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "details",
            "summary",
            "fieldset",
            "legend",
            "label",
            "input",
            "select",
            "option",
            "button",
            "svg",
            "desc",
            "g",
            "rect",
            "line",
            "circle",
            "text");

    private static final Set<String> ATTRIBUTES = Set.of(
            "lang",
            "charset",
            "http-equiv",
            "name",
            "content",
            "class",
            "href",
            "id",
            "tabindex",
            "role",
            "for",
            "type",
            "min",
            "max",
            "step",
            "autocomplete",
            "value",
            "dir",
            "hidden",
            "open",
            "scope",
            "title",
            "aria-labelledby",
            "aria-describedby",
            "aria-hidden",
            "data-table",
            "data-true",
            "data-predicted",
            "data-confidence",
            "viewBox",
            "preserveAspectRatio",
            "transform",
            "text-anchor",
            "width",
            "height",
            "x",
            "y",
            "x1",
            "y1",
            "x2",
            "y2",
            "cx",
            "cy",
            "r");

    private static final List<HtmlReport> HARMLESS = reports(Results.AS_IT_IS);

    private static List<HtmlReport> reports(UnaryOperator<String> disguise) {
        return List.of(
                HtmlReport.of(Results.dataset(disguise)).withTitle(disguise.apply("Title")),
                HtmlReport.of(Results.analysis(Basis.VALIDATION, disguise)).withTitle(disguise.apply("Title")),
                HtmlReport.of(Results.comparison(Basis.GIVEN, disguise)).withTitle(disguise.apply("Title")),
                HtmlReport.of(Results.diversity(disguise)).withTitle(disguise.apply("Title")),
                HtmlReport.of(Results.diversityComparison(disguise)).withTitle(disguise.apply("Title")));
    }

    @Test
    void html_hasTheSameElementsWhateverTextsHold() throws CharacterCodingException {
        for (String hostile : HOSTILE) {
            assertHarmless(benign -> benign + hostile);
            assertHarmless(benign -> hostile + benign);
        }
    }

    @Test
    void html_hasTheSameElementsForRandomTexts() throws CharacterCodingException {
        for (int seed = 0; seed < 40; seed++) {
            RandomText random = new RandomText(seed);
            Map<String, String> disguises = new HashMap<>(); // the same for the same, and no two alike
            assertHarmless(benign -> disguises.computeIfAbsent(benign, b -> b + random.next(30) + b));
        }
    }

    private static void assertHarmless(UnaryOperator<String> disguise) throws CharacterCodingException {
        List<HtmlReport> hostile = reports(disguise);
        for (int i = 0; i < HARMLESS.size(); i++) {
            String html = hostile.get(i).html();
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(html)); // throws on half a character
            assertThat(html.chars().filter(c -> Character.isISOControl(c) && c != '\n'))
                    .isEmpty();
            assertThat(skeleton(html)).isEqualTo(skeleton(HARMLESS.get(i).html()));
        }
    }

    /** Every element with its depth and the names of its attributes. */
    private static List<String> skeleton(String html) {
        List<String> lines = new ArrayList<>();
        Jsoup.parse(html).traverse((node, depth) -> {
            if (node instanceof Element element) {
                Set<String> names = new TreeSet<>();
                element.attributes().forEach(attribute -> names.add(attribute.getKey()));
                lines.add(depth + " " + element.tagName() + " " + names);
            }
        });
        return lines;
    }

    @Test
    void html_showsHostileNamesAsTheyAre() {
        String hostile = "<script>alert('1')</script> & \"more\"";
        for (HtmlReport report : reports(benign -> benign + hostile)) {
            Document document = Jsoup.parse(report.html());

            assertThat(document.title()).isEqualTo("Title" + hostile);
            assertThat(document.selectFirst("h1").text()).isEqualTo("Title" + hostile);
            assertThat(document.select("h2").eachText())
                    .isIn(
                            List.of("topic" + hostile, "urgency" + hostile),
                            List.of("All texts", "Group pirate" + hostile, "Group poet" + hostile));
        }
    }

    @Test
    void html_hasOnlyWhatIsKnownToBeHarmless() {
        for (HtmlReport report : HARMLESS) {
            for (Element element : Jsoup.parse(report.html()).getAllElements()) {
                if (element instanceof Document) {
                    continue;
                }
                assertThat(ELEMENTS).contains(element.tagName());
                for (Attribute attribute : element.attributes()) {
                    assertThat(ATTRIBUTES).contains(attribute.getKey());
                }
            }
        }
    }

    @Test
    void html_loadsNothing() {
        for (HtmlReport report : HARMLESS) {
            Document document = Jsoup.parse(report.html());

            assertThat(report.html()).doesNotContain("http:", "https:", "url(", "@import", "//cdn");
            assertThat(document.select("link, img, iframe, object, embed, base, use, image, audio, video, form"))
                    .isEmpty();
            assertThat(document.select("[src], [action], [xlink:href], [style]"))
                    .isEmpty();
            assertThat(document.select("[href]").eachAttr("href")).isNotEmpty().allMatch(href -> href.startsWith("#"));
        }
    }

    @Test
    void html_allowsNothingButItsOwnStyleAndScript() {
        for (HtmlReport report : HARMLESS) {
            Document document = Jsoup.parse(report.html());

            assertThat(document.select("style")).hasSize(1);
            assertThat(document.select("script")).hasSize(1);
            assertThat(document.selectFirst("meta[http-equiv=Content-Security-Policy]")
                            .attr("content"))
                    .isEqualTo("default-src 'none'; style-src " + hash(document.selectFirst("style")) + "; script-src "
                            + hash(document.selectFirst("script")) + "; base-uri 'none'; form-action 'none'");
            // a policy counts from where it stands
            assertThat(document.head().child(0).attr("charset")).isEqualTo("utf-8");
            assertThat(document.head().child(1).attr("http-equiv")).isEqualTo("Content-Security-Policy");
        }
    }

    private static String hash(Element element) {
        return "'sha256-" + Base64.getEncoder().encodeToString(Sha256.hash(element.data())) + "'";
    }
}
