package io.rapidfit.report;

import io.rapidfit.check.DatasetReport;
import io.rapidfit.check.DiversityComparison;
import io.rapidfit.check.DiversityReport;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Require;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A result as one HTML file that needs nothing else: to look at in a browser, to attach to a pull request, to keep.
 *
 * <pre>{@code
 * HtmlReport.of(classifier.analyze()).write(Path.of("analysis.html"));
 * HtmlReport.of(Comparison.between(before, after)).withTitle("Release 7 against 6").write(Path.of("comparison.html"));
 * }</pre>
 *
 * <p>The file loads nothing from anywhere, and a Content Security Policy in it keeps it so. Texts, labels and task names are
 * shown, never run, whatever they hold. It follows the reader's choice of a light or dark screen, can be read by keyboard and
 * screen reader, and prints; script does no more than filter the errors, and the page is whole without it.
 *
 * <p>It stays small enough to open, and says what it leaves out: of each task it shows at most 200 labels, a confusion matrix of
 * the 30 labels that are confused most, 1000 errors, the most confident ones, 100 issues, and 10 samples an issue; of diversity 100
 * templates and 20 texts. Texts are cut after 240 columns, names after 80. Texts of people are in it: {@link io.rapidfit.check.PersonalData} masks them beforehand.
 *
 * <p>Equal results give equal files, under whatever locale: there is no date in them. Immutable.
 */
public final class HtmlReport {

    private final Page page;

    private HtmlReport(Page page) {
        this.page = page;
    }

    /** What is wrong with a dataset: its labels, lengths, scripts and issues. Titled "Dataset report". */
    public static HtmlReport of(DatasetReport report) {
        return new HtmlReport(DatasetPage.of(Require.nonNull("report", report)));
    }

    /**
     * What a classifier gets right and wrong: metrics by label, confusion, calibration, and the errors, to be filtered by label,
     * text and confidence. Titled "Analysis".
     */
    public static HtmlReport of(AnalysisResult analysis) {
        return new HtmlReport(AnalysisPage.of(Require.nonNull("analysis", analysis)));
    }

    /** What changed between two classifiers, with intervals, and whether that proves anything. Titled "Comparison". */
    public static HtmlReport of(Comparison comparison) {
        return new HtmlReport(ComparisonPage.of(Require.nonNull("comparison", comparison)));
    }

    /**
     * How much texts repeat each other: score, measures, templates, phrases and lengths, of all and of each group, and some of the
     * texts. Titled "Diversity".
     */
    public static HtmlReport of(DiversityReport report) {
        return new HtmlReport(DiversityPage.of(Require.nonNull("report", report)));
    }

    /** The same before and after, with rows of both beside each other. Titled "Diversity before and after". */
    public static HtmlReport of(DiversityComparison comparison) {
        return new HtmlReport(DiversityPage.of(Require.nonNull("comparison", comparison)));
    }

    /** The same under another title, which is its heading too. */
    public HtmlReport withTitle(String title) {
        return new HtmlReport(page.withTitle(Require.notBlank("title", title)));
    }

    /** The whole file, to be served or written as UTF-8. */
    public String html() {
        return page.html();
    }

    /**
     * Writes a file in UTF-8, in place of what it holds, and creates its directory if there is none.
     *
     * @throws UncheckedIOException if it cannot be written; a file that was there is then as it was
     */
    public void write(Path file) {
        try {
            AtomicFile.replace(
                    Require.nonNull("file", file), out -> out.write(html().getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
