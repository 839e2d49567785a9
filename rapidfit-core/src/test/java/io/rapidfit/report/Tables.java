package io.rapidfit.report;

import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** What a report says, as texts. */
final class Tables {

    private Tables() {}

    static Document parsed(HtmlReport report) {
        return Jsoup.parse(report.html());
    }

    /** The cells of a table, its header first. */
    static List<List<String>> rows(Document report, String id) {
        return report.select("#" + id + " tr").stream()
                .map(row -> row.children().eachText())
                .toList();
    }

    static String caption(Document report, String id) {
        return report.select("#" + id + " caption").text();
    }

    /** The paragraphs of the section of a task, in order. */
    static List<String> paragraphs(Document report, int task) {
        return report.select("section:has(> #task-" + task + ") > p").eachText();
    }

    /** Such as 37.5 of a bar that is as long for 37.5%. */
    static double length(Element cell) {
        return Double.parseDouble(cell.selectFirst("svg.bar .fill").attr("width"));
    }
}
