package io.rapidfit.report;

import io.rapidfit.metrics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values with their intervals, one under the other on one axis that holds them all. */
final class IntervalPlot {

    private static final int NAMES = 140;
    private static final int WIDTH = 320;
    private static final int ROW = 28;
    private static final int TOP = 12;

    /** Distances of ticks, from fine to coarse; the finest with at most {@link #MAX_STEPS} of them is taken. */
    private static final List<Double> STEPS = List.of(0.01, 0.02, 0.05, 0.1, 0.2, 0.5);

    private static final int MAX_STEPS = 6;

    private record Row(String name, Estimate estimate) {}

    private final String id;
    private final String title;
    private final List<Row> rows = new ArrayList<>();

    IntervalPlot(String id, String title) {
        this.id = id;
        this.title = title;
    }

    IntervalPlot row(String name, Estimate estimate) {
        rows.add(new Row(name, estimate));
        return this;
    }

    /** The axis goes from tick to tick, with 0 where {@code withZero} asks for it. */
    Html html(boolean withZero) {
        double least =
                rows.stream().mapToDouble(r -> r.estimate().lower()).min().orElseThrow();
        double most = rows.stream().mapToDouble(r -> r.estimate().upper()).max().orElseThrow();
        return html(Axis.over(withZero ? Math.min(0, least) : least, withZero ? Math.max(0, most) : most));
    }

    private Html html(Axis axis) {
        int bottom = TOP + ROW * rows.size();
        Svg svg = new Svg(
                id,
                title,
                "%s from %s to %s. The table has the numbers."
                        .formatted(
                                String.join(", ", rows.stream().map(Row::name).toList()),
                                axis.label(axis.first()),
                                axis.label(axis.last())),
                NAMES + WIDTH + 32,
                bottom + 28);
        for (long tick = axis.first(); tick <= axis.last(); tick++) {
            svg.line(tick == 0 ? "axis" : "grid", axis.xOfTick(tick), TOP, axis.xOfTick(tick), bottom);
            svg.text(axis.label(tick), axis.xOfTick(tick), bottom + 18, "middle");
        }
        for (int i = 0; i < rows.size(); i++) {
            Estimate estimate = rows.get(i).estimate();
            double y = TOP + ROW * (i + 0.5);
            svg.text(rows.get(i).name(), NAMES - 12, y + 4, "end");
            svg.line("interval", axis.x(estimate.lower()), y, axis.x(estimate.upper()), y);
            svg.line("interval", axis.x(estimate.lower()), y - 5, axis.x(estimate.lower()), y + 5);
            svg.line("interval", axis.x(estimate.upper()), y - 5, axis.x(estimate.upper()), y + 5);
            svg.circle("mark", axis.x(estimate.value()), y, 5);
        }
        return svg.html();
    }

    /** Ticks are whole numbers of steps, so that no rounding adds up. */
    private record Axis(double step, long first, long last) {

        private static final double ROUNDING = 1e-9;

        static Axis over(double least, double most) {
            return STEPS.stream()
                    .map(step -> {
                        long first = (long) Math.floor(least / step + ROUNDING);
                        long last = (long) Math.ceil(most / step - ROUNDING);
                        return new Axis(step, first, Math.max(last, first + 1));
                    })
                    .filter(axis -> axis.last - axis.first <= MAX_STEPS)
                    .findFirst()
                    .orElseThrow(); // metrics are in [0, 1] and their differences in [-1, 1]: steps of 0.5 always do
        }

        double x(double value) {
            return NAMES + WIDTH * (value / step - first) / (last - first);
        }

        double xOfTick(long tick) {
            return NAMES + (double) WIDTH * (tick - first) / (last - first);
        }

        String label(long tick) {
            return String.format(Locale.ROOT, step < 0.1 ? "%.2f" : "%.1f", tick * step);
        }
    }
}
