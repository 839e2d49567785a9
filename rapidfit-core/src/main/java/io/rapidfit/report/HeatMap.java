package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.metrics.ConfusionMatrix;
import io.rapidfit.report.Html.Element;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A confusion matrix as a table whose cells are coloured by their share of the row. */
final class HeatMap {

    /** More columns than this cannot be taken in. */
    private static final int MAX_LABELS = 30;

    private final ConfusionMatrix confusion;
    private final String id;
    private final List<String> shown;

    HeatMap(ConfusionMatrix confusion, String id) {
        this.confusion = confusion;
        this.id = id;
        this.shown = shown(confusion);
    }

    /** All labels, or those that are confused most, in the matrix's order. */
    private static List<String> shown(ConfusionMatrix confusion) {
        Set<String> chosen = new LinkedHashSet<>();
        confusion.mostConfused().forEach(pair -> {
            chosen.add(pair.trueLabel());
            chosen.add(pair.predictedLabel());
        });
        chosen.addAll(confusion.labels()); // where few are confused
        Set<String> first = Set.copyOf(chosen.stream().limit(MAX_LABELS).toList());
        return confusion.labels().stream().filter(first::contains).toList();
    }

    List<Html> html() {
        List<Html> pieces = new ArrayList<>();
        pieces.add(element(
                "p",
                "Rows are true labels, columns predicted ones. What is right is on the diagonal, framed and blue; what is"
                        + " wrong is orange. The stronger a colour, the larger the share of its row."));
        boolean isWhole = shown.size() == confusion.labels().size();
        if (!isWhole) {
            pieces.add(element(
                    "p",
                    "Shown are the %s labels that are confused most, of %s. The others hold %s of %s errors."
                            .formatted(
                                    shown.size(),
                                    Figures.grouped(confusion.labels().size()),
                                    Figures.grouped(errorsLeftOut()),
                                    Figures.grouped(errors(confusion.mostConfused())))));
        }
        List<Html> headers = new ArrayList<>();
        headers.add(element("th", "true \\ predicted").with("scope", "col"));
        shown.forEach(label ->
                headers.add(element("th", Html.name(label)).with("scope", "col").with("class", "upright")));
        if (!isWhole) {
            headers.add(total(element("th", "others").with("scope", "col")));
        }
        headers.add(total(element("th", "samples").with("scope", "col")));
        pieces.add(Table.html(
                id,
                text("Confusion matrix"),
                element("tr", headers),
                shown.stream().map(label -> row(label, isWhole)).toList()));
        return pieces;
    }

    private static Element total(Element cell) {
        return cell.with("class", "right");
    }

    private Html row(String trueLabel, boolean isWhole) {
        int support = confusion.labels().stream()
                .mapToInt(predicted -> confusion.count(trueLabel, predicted))
                .sum();
        int left = support;
        List<Html> cells = new ArrayList<>();
        cells.add(element("th", Html.name(trueLabel)).with("scope", "row"));
        for (String predicted : shown) {
            cells.add(cell(trueLabel, predicted, support));
            left -= confusion.count(trueLabel, predicted);
        }
        if (!isWhole) {
            cells.add(total(element("td", Figures.count(left))));
        }
        cells.add(total(element("td", Figures.count(support))));
        return element("tr", cells);
    }

    private Html cell(String trueLabel, String predicted, int support) {
        boolean isRight = trueLabel.equals(predicted);
        int count = confusion.count(trueLabel, predicted);
        String frame = isRight ? "heat diagonal" : "heat";
        Element cell = element("td", Figures.count(count));
        if (count == 0) {
            return cell.with("class", frame + " none");
        }
        double share = (double) count / support;
        return cell.with("class", frame + " " + HeatColours.classOf(isRight, share))
                .with(
                        "title",
                        "%s taken for %s: %s of %s, %s"
                                .formatted(
                                        Html.plainName(trueLabel),
                                        Html.plainName(predicted),
                                        Figures.grouped(count),
                                        Figures.grouped(support),
                                        Figures.percent(share)));
    }

    private int errorsLeftOut() {
        return errors(confusion.mostConfused().stream()
                .filter(pair -> !shown.contains(pair.trueLabel()) || !shown.contains(pair.predictedLabel()))
                .toList());
    }

    private static int errors(List<ConfusionMatrix.Pair> pairs) {
        return pairs.stream().mapToInt(ConfusionMatrix.Pair::count).sum();
    }
}
