package io.rapidfit.report;

import java.util.Locale;

/** A colour of a screen, each part from 0 to 255. */
record Colour(int red, int green, int blue) {

    static final Colour BLACK = new Colour(0, 0, 0);
    static final Colour WHITE = new Colour(255, 255, 255);

    /** @param hex such as {@code #1d6f42} */
    static Colour of(String hex) {
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return new Colour(rgb >> 16, rgb >> 8 & 0xFF, rgb & 0xFF);
    }

    /** @param share how much of the other, in [0, 1] */
    Colour mixedWith(Colour other, double share) {
        return new Colour(mix(red, other.red, share), mix(green, other.green, share), mix(blue, other.blue, share));
    }

    private static int mix(int own, int other, double share) {
        return (int) Math.round(own + share * (other - own));
    }

    /** Relative luminance as WCAG 2.2 defines it, from 0 for black to 1 for white. */
    double luminance() {
        return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    }

    private static double linear(int part) {
        double share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
    }

    /** Contrast ratio as WCAG 2.2 defines it, from 1 to 21; level AA asks for 4.5 for text and 3 for drawings. */
    double contrast(Colour other) {
        double lighter = Math.max(luminance(), other.luminance());
        double darker = Math.min(luminance(), other.luminance());
        return (lighter + 0.05) / (darker + 0.05);
    }

    /** Black or white, whichever can be read better on this: never less than 4.58, the square root of 21. */
    Colour text() {
        return contrast(BLACK) >= contrast(WHITE) ? BLACK : WHITE;
    }

    /** As a style sheet has it. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
    }
}
