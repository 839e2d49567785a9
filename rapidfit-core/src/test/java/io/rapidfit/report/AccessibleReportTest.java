package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.metrics.AnalysisResult.Basis;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** What keyboards and screen readers need. A browser with axe-core finds more, but is nothing to build with. */
class AccessibleReportTest {

    private static final List<Document> REPORTS = List.of(
            Jsoup.parse(HtmlReport.of(Results.dataset(Results.AS_IT_IS)).html()),
            Jsoup.parse(HtmlReport.of(Results.analysis(Basis.TEST, Results.AS_IT_IS))
                    .html()),
            Jsoup.parse(HtmlReport.of(Results.of(Results.neighbours("topic", 40, 2)))
                    .html()),
            Jsoup.parse(HtmlReport.of(Results.comparison(Basis.GIVEN, Results.AS_IT_IS))
                    .html()),
            Jsoup.parse(HtmlReport.of(Results.diversity(Results.AS_IT_IS)).html()),
            Jsoup.parse(
                    HtmlReport.of(Results.diversityComparison(Results.AS_IT_IS)).html()));

    @Test
    void page_hasLanguageTitleViewportAndBothColourSchemes() {
        for (Document report : REPORTS) {
            assertThat(report.documentType()).hasToString("<!doctype html>");
            assertThat(report.selectFirst("html").attr("lang")).isEqualTo("en");
            assertThat(report.title()).isNotBlank();
            assertThat(report.selectFirst("meta[name=viewport]").attr("content"))
                    .isEqualTo("width=device-width, initial-scale=1");
            assertThat(report.selectFirst("meta[name=color-scheme]").attr("content"))
                    .isEqualTo("light dark");
        }
    }

    @Test
    void ids_areUnique_andEverythingThatNamesOneFindsIt() {
        for (Document report : REPORTS) {
            assertThat(report.select("[id]").eachAttr("id")).doesNotHaveDuplicates();
            for (String attribute : List.of("aria-labelledby", "aria-describedby", "for", "data-table")) {
                assertThat(report.select("[" + attribute + "]").eachAttr(attribute))
                        .allMatch(id -> report.getElementById(id) != null);
            }
            assertThat(report.select("a").eachAttr("href"))
                    .allMatch(href -> report.getElementById(href.substring(1)) != null);
        }
    }

    @Test
    void firstLink_skipsToTheReport() {
        for (Document report : REPORTS) {
            Element first = report.body().child(0);
            assertThat(first.tagName()).isEqualTo("a");
            assertThat(report.getElementById(first.attr("href").substring(1)).tagName())
                    .isEqualTo("main");
        }
    }

    @Test
    void headings_leaveOutNoLevel() {
        for (Document report : REPORTS) {
            int before = 0;
            for (Element heading : report.select("h1, h2, h3, h4, h5, h6")) {
                int level = heading.tagName().charAt(1) - '0';
                assertThat(level).as(heading.text()).isBetween(1, before + 1);
                assertThat(heading.text()).isNotBlank();
                before = level;
            }
            assertThat(report.select("h1")).hasSize(1);
        }
    }

    @Test
    void tables_haveCaptionsAndHeadersWithScope_andScrollOnTheirOwn() {
        for (Document report : REPORTS) {
            assertThat(report.select("table")).isNotEmpty();
            for (Element table : report.select("table")) {
                Element caption = table.child(0);
                assertThat(caption.tagName()).isEqualTo("caption");
                assertThat(caption.text()).isNotBlank();
                assertThat(table.select("th")).allMatch(th -> th.attr("scope").matches("row|col"));
                assertThat(table.select("thead th"))
                        .allMatch(th -> th.attr("scope").equals("col") && th.hasText());
                assertThat(table.select("tbody tr"))
                        .allMatch(row -> row.child(0).attr("scope").equals("row"));
                int width = table.select("thead th").size();
                assertThat(table.select("tbody tr")).isNotEmpty().allMatch(row -> row.childrenSize() == width);
                Element region = table.parent();
                assertThat(region.attr("role")).isEqualTo("group");
                assertThat(region.attr("tabindex")).isEqualTo("0");
                assertThat(region.attr("aria-labelledby")).isEqualTo(caption.id());
            }
        }
    }

    @Test
    void drawings_areDescribed_orSayNothingThatWordsDoNot() {
        for (Document report : REPORTS) {
            for (Element svg : report.select("svg")) {
                if (svg.hasClass("bar")) {
                    assertThat(svg.attr("aria-hidden")).isEqualTo("true");
                    assertThat(svg.parent().ownText()).isNotBlank();
                } else {
                    assertThat(svg.attr("role")).isEqualTo("img");
                    assertThat(svg.child(0).tagName()).isEqualTo("title");
                    assertThat(svg.child(0).text()).isNotBlank();
                    assertThat(svg.child(1).tagName()).isEqualTo("desc");
                    assertThat(svg.child(1).text()).isNotBlank();
                    assertThat(svg.attr("aria-labelledby"))
                            .isEqualTo(svg.child(0).id());
                    assertThat(svg.attr("aria-describedby"))
                            .isEqualTo(svg.child(1).id());
                }
            }
        }
    }

    @Test
    void fields_haveLabels_andAreOfTheBrowsersOwnKinds() {
        Document analysis = REPORTS.get(1);
        assertThat(analysis.select("input, select")).hasSize(4); // one task has errors
        for (Element field : analysis.select("input, select")) {
            assertThat(analysis.select("label[for=" + field.id() + "]").text()).isNotBlank();
        }
        assertThat(analysis.select("button").eachAttr("type")).containsExactly("button");
        assertThat(analysis.select("fieldset legend").text()).isEqualTo("Filter the errors");
        assertThat(analysis.select("fieldset [role=status]")).hasSize(1);
    }

    @Test
    void filter_isHiddenUntilTheScriptHasComeAlive() {
        assertThat(REPORTS.get(1).select("fieldset")).allMatch(fieldset -> fieldset.hasAttr("hidden"));
        assertThat(REPORTS.get(1).select("tbody tr[hidden]")).isEmpty();
    }
}
