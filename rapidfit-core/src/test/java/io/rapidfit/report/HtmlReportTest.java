package io.rapidfit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.DatasetReport;
import io.rapidfit.check.DiversityComparison;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.testing.DefaultLocale;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

    private static List<HtmlReport> reports() {
        return List.of(
                HtmlReport.of(Results.dataset(Results.AS_IT_IS)),
                HtmlReport.of(Results.analysis(Basis.TEST, Results.AS_IT_IS)),
                HtmlReport.of(Results.comparison(Basis.TEST, Results.AS_IT_IS)),
                HtmlReport.of(Results.diversity(Results.AS_IT_IS)),
                HtmlReport.of(Results.diversityComparison(Results.AS_IT_IS)));
    }

    @Test
    void of_givesEachItsTitle() {
        assertThat(reports().stream().map(r -> Jsoup.parse(r.html()).title()))
                .containsExactly("Dataset report", "Analysis", "Comparison", "Diversity", "Diversity before and after");
    }

    @Test
    void of_refusesNull() {
        assertThatThrownBy(() -> HtmlReport.of((DatasetReport) null)).hasMessage("report must not be null");
        assertThatThrownBy(() -> HtmlReport.of((AnalysisResult) null)).hasMessage("analysis must not be null");
        assertThatThrownBy(() -> HtmlReport.of((Comparison) null)).hasMessage("comparison must not be null");
        assertThatThrownBy(() -> HtmlReport.of((DiversityReport) null)).hasMessage("report must not be null");
        assertThatThrownBy(() -> HtmlReport.of((DiversityComparison) null)).hasMessage("comparison must not be null");
    }

    @Test
    void withTitle_isAnotherReport() {
        HtmlReport report = reports().get(0);
        HtmlReport titled = report.withTitle("Release 7");

        assertThat(Jsoup.parse(titled.html()).title()).isEqualTo("Release 7");
        assertThat(Jsoup.parse(titled.html()).select("h1").text()).isEqualTo("Release 7");
        assertThat(Jsoup.parse(report.html()).title()).isEqualTo("Dataset report");
        assertThatThrownBy(() -> report.withTitle(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("title must not be blank");
    }

    @Test
    void html_isTheSameEveryTime_underEveryLocale() throws Exception {
        List<String> expected = reports().stream().map(HtmlReport::html).toList();
        for (String locale : List.of("ar-EG", "tr-TR", "fa-IR", "de-DE")) {
            DefaultLocale.with(
                    locale,
                    () -> assertThat(reports().stream().map(HtmlReport::html).toList())
                            .as(locale)
                            .isEqualTo(expected));
        }
    }

    @Test
    void write_replacesTheFile_andCreatesItsDirectory(@TempDir Path directory) {
        Path file = directory.resolve("new/report.html");
        reports().get(0).write(file);
        reports().get(1).withTitle("\u7D27\u6025").write(file);

        assertThat(file)
                .content()
                .isEqualTo(reports().get(1).withTitle("\u7D27\u6025").html());
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void write_saysWhatCannotBeWritten(@TempDir Path directory) throws Exception {
        Path taken = Files.writeString(directory.resolve("file"), "no directory");

        assertThatThrownBy(() -> reports().get(0).write(taken.resolve("report.html")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write " + taken.resolve("report.html"));
        assertThatThrownBy(() -> reports().get(0).write(null)).hasMessage("file must not be null");
    }

    @Test
    void html_ofNothingSaysSo() {
        assertThat(Jsoup.parse(HtmlReport.of(Results.dataset()).html())
                        .select("main")
                        .text())
                .isEqualTo("Dataset report The dataset is empty.");
        assertThat(Jsoup.parse(HtmlReport.of(Results.of()).html())
                        .select("main")
                        .text())
                .isEqualTo("Analysis No task was analysed.");
    }
}
