package io.rapidfit.text;

import java.util.Arrays;

/**
 * How many columns a text takes in a terminal with a fixed-width font: 2 for East Asian wide characters and emoji, 0 for
 * combining marks and joiners (Unicode Standard Annex 11, and Technical Standard 51 for emoji sequences).
 */
public final class DisplayWidth {

    private static final int ZERO_WIDTH_JOINER = 0x200D;
    private static final int EMOJI_VARIATION = 0xFE0F;

    /** More characters than that in so few columns are marks heaped on one letter; measuring them all is quadratic. */
    private static final int MAX_SHOWN = 4096;

    /** Inclusive ranges, first and last in turn, ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x231A, 0x231B, 0x2329, 0x232A, 0x23E9, 0x23EC, 0x23F0, 0x23F0, 0x23F3, 0x23F3, 0x25FD, 0x25FE,
        0x2614, 0x2615, 0x2648, 0x2653, 0x267F, 0x267F, 0x2693, 0x2693, 0x26A1, 0x26A1, 0x26AA, 0x26AB, 0x26BD, 0x26BE,
        0x26C4, 0x26C5, 0x26CE, 0x26CE, 0x26D4, 0x26D4, 0x26EA, 0x26EA, 0x26F2, 0x26F3, 0x26F5, 0x26F5, 0x26FA, 0x26FA,
        0x26FD, 0x26FD, 0x2705, 0x2705, 0x270A, 0x270B, 0x2728, 0x2728, 0x274C, 0x274C, 0x274E, 0x274E, 0x2753, 0x2755,
        0x2757, 0x2757, 0x2795, 0x2797, 0x27B0, 0x27B0, 0x27BF, 0x27BF, 0x2B1B, 0x2B1C, 0x2B50, 0x2B50, 0x2B55, 0x2B55,
        0x2E80, 0x303E, 0x3041, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97F, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F,
        0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x16FE0, 0x18DFF, 0x1B000, 0x1B2FF, 0x1F004, 0x1F004, 0x1F0CF, 0x1F0CF, 0x1F18E,
        0x1F18E, 0x1F191, 0x1F19A, 0x1F200, 0x1F265, 0x1F300, 0x1F320, 0x1F32D, 0x1F335, 0x1F337, 0x1F37C, 0x1F37E,
        0x1F393, 0x1F3A0, 0x1F3CA, 0x1F3CF, 0x1F3D3, 0x1F3E0, 0x1F3F0, 0x1F3F4, 0x1F3F4, 0x1F3F8, 0x1F43E, 0x1F440,
        0x1F440, 0x1F442, 0x1F4FC, 0x1F4FF, 0x1F53D, 0x1F54B, 0x1F54E, 0x1F550, 0x1F567, 0x1F57A, 0x1F57A, 0x1F595,
        0x1F596, 0x1F5A4, 0x1F5A4, 0x1F5FB, 0x1F64F, 0x1F680, 0x1F6C5, 0x1F6CC, 0x1F6CC, 0x1F6D0, 0x1F6D2, 0x1F6D5,
        0x1F6D7, 0x1F6DC, 0x1F6DF, 0x1F6EB, 0x1F6EC, 0x1F6F4, 0x1F6FC, 0x1F7E0, 0x1F7EB, 0x1F7F0, 0x1F7F0, 0x1F90C,
        0x1F93A, 0x1F93C, 0x1F945, 0x1F947, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x2FFFD, 0x30000, 0x3FFFD
    };

    private DisplayWidth() {}

    /** Columns that the text takes; control characters count as none. */
    public static int of(String text) {
        int width = 0;
        int last = 0; // what the last visible character took: an emoji presentation makes it 2
        boolean joined = false;
        boolean flagOpen = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == ZERO_WIDTH_JOINER) {
                joined = last == 2; // joins emoji; between letters it only shapes them
            } else if (c == EMOJI_VARIATION) {
                width += last == 1 ? 1 : 0;
                last = last == 1 ? 2 : last;
            } else if (isSkinTone(c) && last == 2) {
                joined = false;
            } else if (isRegionalIndicator(c)) {
                width += flagOpen ? 0 : 2; // two make a flag
                flagOpen = !flagOpen;
                last = 2;
                continue;
            } else {
                int own = ofCodePoint(c);
                if (joined && own > 0) {
                    joined = false; // part of the sequence, whose two columns are counted
                } else {
                    width += own;
                    last = own == 0 ? last : own;
                }
            }
            flagOpen = false;
        }
        return width;
    }

    /**
     * The text on one line and in at most {@code columns}: control characters and line breaks become spaces, and what
     * does not fit is replaced by an ellipsis.
     *
     * @param columns at least 1
     */
    public static String fit(String text, int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be at least 1 but was " + columns);
        }
        String line = oneLine(text);
        if (of(line) <= columns) {
            return line;
        }
        int end = 0;
        while (end < line.length()) {
            int next = end + Character.charCount(line.codePointAt(end));
            if (next > MAX_SHOWN || of(line.substring(0, next)) > columns - 1) {
                break;
            }
            end = next;
        }
        return line.substring(0, end).stripTrailing() + "\u2026";
    }

    /** The whole text on one line: control characters and line breaks become spaces. */
    public static String oneLine(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int ofCodePoint(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.FORMAT
                || type == Character.CONTROL
                || (c >= 0x1160 && c <= 0x11FF)) { // Hangul vowels and finals sit on the syllable's lead
            return 0;
        }
        return isWide(c) ? 2 : 1;
    }

    private static boolean isWide(int c) {
        int at = Arrays.binarySearch(WIDE, c);
        return at >= 0 || (-at - 1) % 2 == 1; // found, or inserted between a first and its last
    }

    private static boolean isSkinTone(int c) {
        return c >= 0x1F3FB && c <= 0x1F3FF;
    }

    private static boolean isRegionalIndicator(int c) {
        return c >= 0x1F1E6 && c <= 0x1F1FF;
    }
}
