package io.rapidfit.text;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;

/** Decides when two texts count as the same. */
public final class TextNormalizer {

    private TextNormalizer() {}

    /**
     * The form in which texts are compared: Unicode NFKC, case folded, each run of white space one space, none at the
     * ends. {@code "Caf\u00e9\u00a0 NOIR"} and {@code "cafe\u0301 noir"} have the same. Independent of the default
     * locale, and normalising twice changes nothing.
     */
    public static String normalize(String text) {
        // By way of upper case, which makes "STRASSE" and "stra\u00dfe" one, and before it lower case, for the capital
        // sharp s that is its own upper case. The last NFKC composes what folding took apart.
        String folded = Normalizer.normalize(text, Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return collapseWhitespace(Normalizer.normalize(folded, Form.NFKC));
    }

    private static String collapseWhitespace(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) { // every white space character is a single char
            char c = text.charAt(i);
            if (!isWhitespace(c)) {
                out.append(c);
            } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
                out.append(' ');
            }
        }
        int end = out.length();
        return out.substring(0, end > 0 && out.charAt(end - 1) == ' ' ? end - 1 : end);
    }

    /** Unicode's White_Space: both of Java's notions, and NEL, which neither has. */
    private static boolean isWhitespace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
    }

    /** The text with every unpaired surrogate replaced by U+FFFD, so that it can be written in any encoding of Unicode. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceUnpaired(text);
            }
        }
        return text;
    }

    private static String replaceUnpaired(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }
}
