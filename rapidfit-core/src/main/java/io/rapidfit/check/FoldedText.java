package io.rapidfit.check;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text as the finders of personal data read it: digits of all scripts as ASCII digits, full-width forms as ASCII, all
 * spaces and hyphens alike, and without characters that cannot be seen, such as the direction marks that surround numbers
 * in Arabic. Letters stay as they are. Knows where each character stood.
 *
 * <p>Not thread-safe: what was found can be blanked out.
 */
final class FoldedText {

    /** What stands before the first character and after the last. */
    static final char NONE = '\0';

    /** What blanked text looks like at both ends: like a placeholder. */
    private static final char OPEN = '[';

    private static final char CLOSE = ']';

    private final String text;
    private final char[] chars;
    private final int length;
    private final int @Nullable [] offsets; // null where nothing was left out

    private FoldedText(String text, char[] chars, int length, int @Nullable [] offsets) {
        this.text = text;
        this.chars = chars;
        this.length = length;
        this.offsets = offsets;
    }

    static FoldedText of(String text) {
        char[] chars = new char[text.length()];
        int[] offsets = null;
        int length = 0;
        for (int i = 0; i < text.length(); ) {
            char c = text.charAt(i);
            int width = 1;
            char folded = c;
            if (c >= 0x80) {
                int codePoint = text.codePointAt(i);
                width = Character.charCount(codePoint);
                folded = fold(codePoint);
            }
            if (offsets == null && (width > 1 || folded == NONE)) {
                offsets = new int[text.length()];
                for (int k = 0; k < length; k++) {
                    offsets[k] = k;
                }
            }
            if (folded != NONE || c == NONE) {
                if (offsets != null) {
                    offsets[length] = i;
                }
                chars[length++] = folded;
            }
            i += width;
        }
        return new FoldedText(text, chars, length, offsets);
    }

    /** {@link #NONE} for what cannot be seen. */
    private static char fold(int c) {
        if (Character.isDigit(c)) {
            return (char) ('0' + Character.digit(c, 10));
        }
        if (c >= 0xFF01 && c <= 0xFF5E) {
            return (char) (c - 0xFEE0); // full-width ASCII
        }
        if ((c >= 0x2010 && c <= 0x2013) || c == 0x2212 || c == 0xFE63) {
            return '-';
        }
        if (c == 0x066B || c == 0x066C) { // the decimal separator of Arabic, and the one for thousands
            return c == 0x066B ? '.' : ',';
        }
        if (c == 0x20E3) {
            return NONE; // what makes a digit a key cap
        }
        int type = Character.getType(c);
        if (type == Character.SPACE_SEPARATOR) {
            return ' ';
        }
        if (type == Character.FORMAT || (c >= 0xFE00 && c <= 0xFE0F)) {
            return NONE; // variation selectors too
        }
        return c <= Character.MAX_VALUE ? (char) c : '\uFFFD'; // an emoji, or a letter that no rule asks for
    }

    int length() {
        return length;
    }

    /** {@link #NONE} before the first and after the last. */
    char at(int i) {
        return i >= 0 && i < length ? chars[i] : NONE;
    }

    /** Where in the original the given character starts. */
    int start(int i) {
        return offsets == null ? i : offsets[i];
    }

    /** Where in the original the characters before the given one end. */
    int end(int i) {
        return offsets == null ? i : text.offsetByCodePoints(offsets[i - 1], 1);
    }

    String substring(int from, int to) {
        return new String(chars, from, to - from);
    }

    /** Makes the characters look like a placeholder, so that what is beside them looks as it will once they are masked. */
    void blank(int from, int to) {
        Arrays.fill(chars, from, to, CLOSE);
        chars[from] = OPEN;
    }

    boolean isDigit(int i) {
        return isDigit(at(i));
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAsciiLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Whether this and a digit beside it are read as one word: a letter or digit, unless words are not spaced in its script. */
    boolean joins(int i) {
        char c = at(i);
        if (c < 0x80) {
            return isDigit(c) || isAsciiLetter(c) || c == '_';
        }
        return Character.isLetterOrDigit(c) && !isUnspaced(c) && !isSemitic(c);
    }

    /** Whether the script puts no space between words, or none before what follows a number. */
    static boolean isUnspaced(char c) {
        return c >= 0x0E00
                && (c <= 0x0EFF // Thai, Lao
                        || (c >= 0x1000 && c <= 0x109F) // Myanmar
                        || (c >= 0x1100 && c <= 0x11FF) // Hangul
                        || (c >= 0x1780 && c <= 0x17FF) // Khmer
                        || (c >= 0x3005 && c <= 0x9FFF) // kana, Han
                        || (c >= 0xAC00 && c <= 0xD7AF) // Hangul
                        || (c >= 0xF900 && c <= 0xFAFF)); // Han
    }

    /** Hebrew and Arabic: a number may follow the letter that means "to" or "by" without a space. */
    private static boolean isSemitic(char c) {
        return c >= 0x0590 && c <= 0x08FF;
    }

    /** Whether no longer word or number ends at {@code start}: none that goes on across a hyphen, dot, comma or slash. */
    boolean startsHere(int start) {
        if (joins(start - 1)) {
            return false;
        }
        char before = at(start - 1);
        return switch (before) {
            case '-', '/', '\\' -> !joins(start - 2);
            case '.', ',', ':' -> !isDigit(start - 2);
            case '#' -> false; // a ticket, or a hashtag
            default -> true;
        };
    }

    /** Whether no longer word or number goes on at {@code end}. */
    boolean endsHere(int end) {
        if (joins(end)) {
            return false;
        }
        char after = at(end);
        return switch (after) {
            case '-' -> !joins(end + 1);
            case '.', ',', ':', '/' -> !isDigit(end + 1);
            case '%' -> false;
            default -> true;
        };
    }

    /** Whether a space and then a digit precede or follow: then a number in groups may be part of a longer one. */
    boolean isAmongGroups(int start, int end) {
        return (at(start - 1) == ' ' && isDigit(start - 2)) || (at(end) == ' ' && isDigit(end + 1));
    }
}
