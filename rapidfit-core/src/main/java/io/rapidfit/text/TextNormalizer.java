package io.rapidfit.text;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decides when two texts count as the same. */
public final class TextNormalizer {

    /** How many marks in a row are kept as they are: no writing system needs more. */
    private static final int MAX_MARKS = 30;

    /** The combining grapheme joiner: invisible, and marks are not sorted across it. */
    private static final int JOINER = 0x034F;

    private TextNormalizer() {}

    /**
     * The form in which texts are compared: Unicode NFKC, case folded, each run of white space one space, none at the
     * ends. {@code "Caf\u00e9\u00a0 NOIR"} and {@code "cafe\u0301 noir"} have the same. Independent of the default
     * locale, and normalising twice changes nothing.
     */
    public static String normalize(String text) {
        String ascii = normalizeAscii(text);
        return ascii != null ? ascii : normalizeUnicode(text);
    }

    /** In one pass, for most texts in English; null if a character is not ASCII. */
    private static @Nullable String normalizeAscii(String text) {
        byte[] out = new byte[text.length()];
        int size = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                return null;
            }
            if (c >= 'A' && c <= 'Z') {
                out[size++] = (byte) (c + ('a' - 'A'));
            } else if (c > ' ' || !isWhitespace(c)) {
                out[size++] = (byte) c;
            } else if (size > 0 && out[size - 1] != ' ') {
                out[size++] = ' ';
            }
        }
        int end = size > 0 && out[size - 1] == ' ' ? size - 1 : size;
        return new String(out, 0, end, StandardCharsets.ISO_8859_1);
    }

    /** What {@link #normalize} promises, step by step. */
    static String normalizeUnicode(String text) {
        // By way of upper case, which makes "STRASSE" and "stra\u00dfe" one, and before it lower case, for the capital
        // sharp s that is its own upper case. The last NFKC composes what folding took apart.
        String folded = Normalizer.normalize(streamSafe(text), Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
        return collapseWhitespace(Normalizer.normalize(folded, Form.NFKC));
    }

    /** Whether a text is empty but for white space. Unlike {@code String.isBlank}, a no-break space counts as such. */
    public static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isWhitespace(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Breaks runs of more than 30 marks, as Unicode's Stream-Safe Text Format does (UAX 15): sorting them, as NFKC must,
     * takes time in the square of their number.
     */
    private static String streamSafe(String text) {
        int run = 0;
        for (int i = 0; i < text.length() && run <= MAX_MARKS; i += Character.charCount(text.codePointAt(i))) {
            run = isMark(text.codePointAt(i)) ? run + 1 : 0;
        }
        return run <= MAX_MARKS ? text : breakRuns(text);
    }

    private static String breakRuns(String text) {
        StringBuilder out = new StringBuilder(text.length() + text.length() / MAX_MARKS);
        int run = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            run = isMark(c) ? run + 1 : 0;
            if (run > MAX_MARKS) {
                out.appendCodePoint(JOINER);
                run = 1;
            }
            out.appendCodePoint(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    private static boolean isMark(int c) {
        if (c < 0x300 || c == JOINER) {
            return false; // nearly all characters of most texts
        }
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
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
