package io.rapidfit.report;

import io.rapidfit.metrics.Calibration;
import io.rapidfit.metrics.Calibration.ReliabilityBin;
import java.util.Locale;

/**
 * Accuracy against confidence, a bar for each bin; were confidence right, the bars would end on the diagonal. Below, how many
 * samples each bin holds: bars of few samples mean little. DeGroot and Fienberg, "The Comparison and Evaluation of Forecasters"
 * (1983).
 */
final class ReliabilityDiagram {

    private static final int SIDE = 300;
    private static final int LEFT = 60;
    private static final int TOP = 28;
    private static final int BOTTOM = TOP + SIDE;
    private static final int COUNTS_TOP = BOTTOM + 34;
    private static final int COUNTS_HEIGHT = 50;
    private static final int COUNTS_BOTTOM = COUNTS_TOP + COUNTS_HEIGHT;

    private ReliabilityDiagram() {}

    static Html of(Calibration calibration, String id) {
        Svg svg = new Svg(
                id,
                "Reliability diagram",
                String.format(
                        Locale.ROOT,
                        "Accuracy against confidence; the expected calibration error is %.3f. The table below has the numbers.",
                        calibration.ece()),
                LEFT + SIDE + 24,
                COUNTS_BOTTOM + 24);
        for (int tenth = 0; tenth <= 10; tenth += 2) {
            double share = tenth / 10.0;
            String tick = String.format(Locale.ROOT, "%.1f", share);
            svg.line("grid", LEFT, y(share), LEFT + SIDE, y(share));
            svg.text(tick, LEFT - 8, y(share) + 4, "end");
            svg.text(tick, x(share), BOTTOM + 18, "middle");
        }
        int most = calibration.bins().stream()
                .mapToInt(ReliabilityBin::count)
                .max()
                .orElseThrow();
        for (ReliabilityBin bin : calibration.bins()) {
            if (bin.count() > 0) {
                double width = x(bin.upper()) - x(bin.lower()) - 2;
                double counted = (double) COUNTS_HEIGHT * bin.count() / most;
                svg.rectangle("fill", x(bin.lower()) + 1, y(bin.accuracy()), width, SIDE * bin.accuracy());
                svg.circle("mark", x(bin.meanConfidence()), y(bin.accuracy()), 3);
                svg.rectangle("count", x(bin.lower()) + 1, COUNTS_BOTTOM - counted, width, counted);
            }
        }
        return svg.line("ideal", x(0), y(0), x(1), y(1))
                .line("axis", LEFT, BOTTOM, LEFT + SIDE, BOTTOM)
                .line("axis", LEFT, COUNTS_BOTTOM, LEFT + SIDE, COUNTS_BOTTOM)
                .text("accuracy", 0, TOP - 14, "start")
                .text("samples", LEFT - 8, COUNTS_BOTTOM, "end")
                .text("confidence", x(0.5), COUNTS_BOTTOM + 18, "middle")
                .html();
    }

    private static double x(double confidence) {
        return LEFT + SIDE * confidence;
    }

    private static double y(double accuracy) {
        return BOTTOM - SIDE * accuracy;
    }
}
