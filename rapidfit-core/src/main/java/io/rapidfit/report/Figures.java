package io.rapidfit.report;

import static io.rapidfit.report.Html.element;
import static io.rapidfit.report.Html.text;

import io.rapidfit.metrics.Estimate;
import java.math.BigDecimal;
import java.util.Locale;

/** Numbers as the text displays print them, with ASCII digits under every locale. */
final class Figures {

    private Figures() {}

    static Html number(double value) {
        return text(decimal(value));
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    static Html count(long count) {
        return text(grouped(count));
    }

    static String grouped(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f%%", 100 * share);
    }

    /** Without a rest of zeros, such as 95% and 99.5%. */
    static String shortPercent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }

    /** A share of 1 in words and as a bar; the bar says nothing that the words do not, so that it is not read aloud. */
    static Html bar(String words, double share) {
        Html bar = element("svg", rectangle("track", 100), rectangle("fill", 100 * share))
                .with("class", "bar")
                .with("viewBox", "0 0 100 8")
                .with("preserveAspectRatio", "none")
                .with("aria-hidden", "true");
        return element("span", text(words + " "), bar).with("class", "measure");
    }

    private static Html rectangle(String kind, double width) {
        return element("rect")
                .with("class", kind)
                .with("width", Svg.coordinate(width))
                .with("height", "8");
    }

    static String withInterval(Estimate estimate) {
        return "%s [%s, %s]".formatted(decimal(estimate.value()), decimal(estimate.lower()), decimal(estimate.upper()));
    }

    static String signed(Estimate difference) {
        return "%s [%s, %s]"
                .formatted(signed(difference.value()), signed(difference.lower()), signed(difference.upper()));
    }

    private static String signed(double value) {
        String shown = String.format(Locale.ROOT, "%+.3f", value);
        return shown.equals("-0.000") ? "+0.000" : shown;
    }

    static String pValue(double p) {
        return p < 0.001 ? "< 0.001" : decimal(p);
    }
}
