package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.check.Diversity;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.check.Templates;
import java.util.List;
import java.util.stream.IntStream;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class DiversityPageTest {

    private static final Document REPORT = Tables.parsed(HtmlReport.of(Results.diversity(Results.AS_IT_IS)));
    private static final Document COMPARISON =
            Tables.parsed(HtmlReport.of(Results.diversityComparison(Results.AS_IT_IS)));

    @Test
    void overview_hasAllAndTheGroups() {
        // 100 * 0.75 * (1 - (0.2 + 0.4) / 2) = 52.5
        List<String> figures = List.of("52.5", "repetitive", "4", "50.0%", "75.0%", "0.200", "40.0%");
        assertThat(Tables.rows(REPORT, "overview").get(0))
                .containsExactly(
                        "texts of",
                        "score",
                        "verdict",
                        "texts",
                        "templated",
                        "unique",
                        "self-BLEU",
                        "repeated 4-grams");
        assertThat(Tables.rows(REPORT, "overview").stream().skip(1).map(row -> row.get(0)))
                .containsExactly("All texts", "Group pirate", "Group poet");
        assertThat(Tables.rows(REPORT, "overview").stream().skip(1).map(row -> row.subList(1, 8)))
                .containsOnly(figures)
                .hasSize(3);
        assertThat(Tables.length(REPORT.select("#overview td").get(0))).isEqualTo(52.5);
    }

    @Test
    void sections_showMeasuresTemplatesPhrasesLengthsAndTexts() {
        for (int section = 1; section <= 3; section++) {
            String id = "task-" + section;
            assertThat(Tables.rows(REPORT, id + "-measures"))
                    .contains(List.of("templated", "50.0%"), List.of("sampled", "2"), List.of("distinct-2", "0.625"));
            assertThat(Tables.rows(REPORT, id + "-templates"))
                    .containsExactly(
                            List.of("template", "source", "texts", "share"),
                            List.of("let me know", "phrase", "2", "50.0%"),
                            List.of("never", "mined", "0", "0.0%"));
            assertThat(Tables.rows(REPORT, id + "-openings"))
                    .containsExactly(List.of("words", "texts", "share"), List.of("let me know", "3", "75.0%"));
            assertThat(Tables.rows(REPORT, id + "-closings")).contains(List.of("be so kind", "2", "50.0%"));
            assertThat(Tables.rows(REPORT, id + "-lengths"))
                    .containsExactly(
                            List.of("words", "texts"),
                            List.of("0", "25.0%"),
                            List.of("1 to 4", "75.0%"),
                            List.of("5 or more", "0.0%"));
            assertThat(Tables.rows(REPORT, id + "-samples"))
                    .containsExactlyInAnyOrder(
                            List.of("row", "group", "text", "template"),
                            List.of("1", "pirate", "Let me know!", "let me know"),
                            List.of("4", "poet", "Clear.", "-"));
        }
    }

    @Test
    void comparison_hasBothBesideEachOther() {
        assertThat(Tables.rows(COMPARISON, "overview").get(2))
                .containsExactly(
                        "Group pirate", "52.5", "52.5", "repetitive", "repetitive", "50.0%", "50.0%", "75.0%", "75.0%");
        assertThat(Tables.rows(COMPARISON, "task-2-measures"))
                .contains(List.of("measure", "before", "after"), List.of("self-BLEU", "0.200", "0.200"));
        assertThat(Tables.rows(COMPARISON, "task-3-templates"))
                .contains(List.of("let me know", "phrase", "50.0%", "50.0%"));
        assertThat(Tables.rows(COMPARISON, "task-2-lengths")).contains(List.of("1 to 4", "75.0%", "75.0%"));
        assertThat(Tables.rows(COMPARISON, "task-1-samples"))
                .containsExactlyInAnyOrder(
                        List.of("row", "group", "before", "template before", "after", "template after"),
                        List.of("1", "pirate", "Let me know!", "let me know", "Let me know!", "let me know"),
                        List.of("4", "poet", "Clear.", "-", "Clear.", "-"));
        assertThat(COMPARISON.select("#task-2-samples")).isEmpty();
        assertThat(COMPARISON.select(".warning")).isEmpty();
    }

    @Test
    void comparison_saysWhatDoesNotCompare() {
        Diversity diversity = Diversity.builder().build();
        Document document = Tables.parsed(HtmlReport.of(
                DiversityReport.compare(diversity.measure(List.of("a b", "c")), diversity.measure(List.of()))));

        assertThat(document.select(".warning").text()).startsWith("The samples differ in size");
        assertThat(Tables.paragraphs(document, 1)).contains("No row was sampled both before and after.");
        assertThat(Tables.rows(document, "overview").get(1))
                .containsExactly("All texts", "100.0", "0.0", "diverse", "copied", "-", "-", "100.0%", "0.0%");
    }

    @Test
    void page_withoutTemplatesGroupsAndPhrases_leavesThemOut() {
        Document document =
                Tables.parsed(HtmlReport.of(Diversity.builder().build().measure(List.of("a b", "c"))));

        assertThat(document.select("#task-1-templates, #task-1-openings, #task-1-closings, #task-2"))
                .isEmpty();
        assertThat(Tables.rows(document, "task-1-measures"))
                .extracting(row -> row.get(0))
                .doesNotContain("templated");
        assertThat(Tables.rows(document, "overview").get(1)).contains("-");
        assertThat(Tables.rows(document, "task-1-samples")).contains(List.of("1", "-", "a b", "-"));
        assertThat(Tables.parsed(HtmlReport.of(Diversity.builder().build().measure(List.of())))
                        .select("#task-1-samples"))
                .isEmpty();
    }

    @Test
    void templatesBeyondAHundred_andTextsBeyondTwentyAreCounted() {
        Templates.Builder templates = Templates.builder().mine(false);
        IntStream.range(0, 101).forEach(i -> templates.phrase("phrase " + i));
        Diversity diversity =
                Diversity.builder().templates(templates.build().find(List.of())).build();
        DiversityReport report = diversity.measure(
                IntStream.range(0, 30).mapToObj(i -> "text " + i).toList());

        for (HtmlReport html : List.of(HtmlReport.of(report), HtmlReport.of(DiversityReport.compare(report, report)))) {
            Document document = Tables.parsed(html);
            assertThat(Tables.rows(document, "task-1-templates")).hasSize(1 + 100);
            assertThat(Tables.caption(document, "task-1-templates"))
                    .isEqualTo("Share of the texts that match the first 100 of 101 templates");
            assertThat(Tables.rows(document, "task-1-samples")).hasSize(1 + 20);
            assertThat(Tables.caption(document, "task-1-samples")).startsWith("20 ");
        }
    }
}
