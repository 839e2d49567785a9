package io.rapidfit.llm.reply;

/** What may stand between two tokens: white space of any kind, and comments. */
final class Blanks {

    private Blanks() {}

    /**
     * The first position in [from, end) at which something else stands, or {@code end}. A comment that runs past
     * {@code end} counts as a blank up to there.
     */
    static int skip(String text, int from, int end) {
        int i = from;
        while (i < end) {
            char c = text.charAt(i);
            if (isSpace(c)) {
                i++;
            } else if (startsComment(text, i)) {
                i = endOfComment(text, i, end);
            } else {
                break;
            }
        }
        return i;
    }

    static boolean isSpace(char c) {
        return isJsonSpace(c) || isOddSpace(c);
    }

    static boolean isJsonSpace(char c) {
        return c == ' ' || c == '\n' || c == '\r' || c == '\t';
    }

    /** White space to a reader, but not to JSON: NBSP, a byte order mark in the middle, a zero-width space. */
    static boolean isOddSpace(char c) {
        return (Character.isWhitespace(c) && !isJsonSpace(c))
                || (Character.isSpaceChar(c) && c != ' ')
                || c == '\uFEFF'
                || c == '\u200B'
                || c == '\u0085';
    }

    static boolean startsComment(String text, int at) {
        return text.charAt(at) == '#' || text.startsWith("//", at) || text.startsWith("/*", at);
    }

    static int endOfComment(String text, int at, int end) {
        boolean block = text.startsWith("/*", at);
        for (int i = at + 2; i < end; i++) {
            char c = text.charAt(i);
            if (block ? c == '/' && i > at + 2 && text.charAt(i - 1) == '*' : c == '\n' || c == '\r') {
                return i + 1;
            }
        }
        return end;
    }
}
