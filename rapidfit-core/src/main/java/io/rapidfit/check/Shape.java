package io.rapidfit.check;

import org.jspecify.annotations.Nullable;

/**
 * How a number is written: {@code d} a digit, {@code a} a letter, {@code x} either; a space is a place where a separator may
 * stand, the same in all of them or none in any; all else stands for itself.
 */
record Shape(String template, String separators) {

    static final char WHOLE = '\0';

    /** What was found: letters in upper case, without separators. */
    record Found(int end, String value, char separator) {}

    /** Also if it is a part of a longer one. */
    @Nullable Found at(FoldedText text, int start) {
        if (!fits(template.charAt(0), text.at(start))) {
            return null;
        }
        StringBuilder value = new StringBuilder(template.length());
        char separator = WHOLE;
        boolean first = true;
        int i = start;
        for (int t = 0; t < template.length(); t++) {
            char wanted = template.charAt(t);
            char c = text.at(i);
            if (wanted == ' ') {
                if (first) {
                    first = false;
                    separator = separators.indexOf(c) >= 0 ? c : WHOLE;
                } else if (separator != WHOLE && c != separator) {
                    return null;
                }
                i += separator == WHOLE ? 0 : 1;
            } else {
                if (!fits(wanted, c)) {
                    return null;
                }
                if ("dax".indexOf(wanted) >= 0) {
                    value.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
                }
                i++;
            }
        }
        return new Found(i, value.toString(), separator);
    }

    private static boolean fits(char wanted, char c) {
        return switch (wanted) {
            case 'd' -> FoldedText.isDigit(c);
            case 'a' -> FoldedText.isAsciiLetter(c);
            case 'x' -> FoldedText.isDigit(c) || FoldedText.isAsciiLetter(c);
            default -> c == wanted;
        };
    }
}
