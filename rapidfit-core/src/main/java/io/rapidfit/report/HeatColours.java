package io.rapidfit.report;

import java.util.List;

/** The colours of a heat map in ten steps, blue for what is right and orange for what is wrong, as classes of a style sheet. */
final class HeatColours {

    static final int STEPS = 10;

    /** A colour for each kind of cell at its strongest, on a screen of one kind. */
    record Scheme(Colour paper, Colour right, Colour wrong) {

        Colour of(boolean isRight, int step) {
            return paper.mixedWith(isRight ? right : wrong, (double) step / STEPS);
        }
    }

    static final Scheme LIGHT = new Scheme(Colour.of("#ffffff"), Colour.of("#0a5ca8"), Colour.of("#b33c00"));
    static final Scheme DARK = new Scheme(Colour.of("#14171c"), Colour.of("#6cb6ff"), Colour.of("#ff9a5c"));

    private HeatColours() {}

    /** @param share of a row that a cell holds, in (0, 1] */
    static String classOf(boolean isRight, double share) {
        return name(isRight, (int) Math.ceil(share * STEPS));
    }

    private static String name(boolean isRight, int step) {
        return (isRight ? "right-" : "wrong-") + step;
    }

    static String css() {
        return rules(LIGHT) + "@media screen and (prefers-color-scheme: dark) {\n" + rules(DARK) + "}\n";
    }

    private static String rules(Scheme scheme) {
        StringBuilder out = new StringBuilder();
        for (boolean isRight : List.of(true, false)) {
            for (int step = 1; step <= STEPS; step++) {
                Colour colour = scheme.of(isRight, step);
                out.append(
                        "td.%s { background: %s; color: %s; }\n".formatted(name(isRight, step), colour, colour.text()));
            }
        }
        return out.toString();
    }
}
