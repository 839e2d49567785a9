package io.rapidfit.finetune;

import java.lang.Character.UnicodeScript;

/** See {@link TokenCounter#estimate}. */
final class EstimatedTokens {

    private EstimatedTokens() {}

    static int of(String text) {
        long quarters = text.codePoints().mapToLong(EstimatedTokens::quarters).sum();
        return Math.toIntExact((quarters + 3) / 4);
    }

    private static int quarters(int c) {
        if (c < 0x250) { // Latin, digits and punctuation: nearly all of most texts
            return 1;
        }
        if (Character.isSupplementaryCodePoint(c)) {
            return 8;
        }
        return switch (UnicodeScript.of(c)) {
            case LATIN, COMMON, INHERITED -> 1;
            case GREEK, CYRILLIC, ARABIC, HEBREW, ARMENIAN, GEORGIAN -> 2;
            default -> 4;
        };
    }
}
