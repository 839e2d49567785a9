package io.rapidfit.testing;

import java.util.List;
import java.util.Random;

/** Strings of any Unicode, from a seed: what texts, labels, ids and tags may hold at worst. */
public final class RandomText {

    private static final List<String> NASTY = List.of(
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\u0000",
            "\u001B",
            "\u007F",
            "\u0085",
            "\u2028",
            "\u2029",
            "\uFEFF",
            "\u00A0",
            "\"",
            "\"\"",
            "'",
            "''",
            ",",
            ";",
            "\\",
            "\\n",
            "\\u0041",
            "=",
            "+",
            "-",
            "@",
            "#",
            "%41",
            "\uFF1D",
            " ",
            "{\"text\":\"a\",\"label\":\"b\"}",
            "[1,2]",
            "null",
            "true",
            "007",
            "1.10",
            "=SUM(A1)",
            "'=1",
            "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
            "\uD83C\uDDF8\uD83C\uDDE6",
            "\u2764\uFE0F",
            "\u0645\u0631\u062D\u0628\u0627",
            "\u05E9\u05DC\u05D5\u05DD",
            "\u202Eabc\u202C",
            "\u4F60\u597D",
            "e\u0301",
            "\u0130",
            "\u0131",
            "\u00DF",
            "\uD800",
            "\uDC00");

    private final Random random;

    public RandomText(long seed) {
        this.random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    /** Up to so many pieces: nasty ones, ASCII, or any code point, unpaired surrogates included. */
    public String next(int maxPieces) {
        StringBuilder out = new StringBuilder();
        int pieces = random.nextInt(maxPieces + 1);
        for (int i = 0; i < pieces; i++) {
            switch (random.nextInt(4)) {
                case 0 -> out.append(NASTY.get(random.nextInt(NASTY.size())));
                case 1 -> out.append((char) (' ' + random.nextInt(95)));
                case 2 -> out.append((char) random.nextInt(0x10000));
                default -> out.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
            }
        }
        return out.toString();
    }

    /** As {@link #next}, but never blank. */
    public String nextNotBlank(int maxPieces) {
        String text = next(maxPieces);
        while (text.isBlank()) {
            text = next(maxPieces);
        }
        return text;
    }
}
