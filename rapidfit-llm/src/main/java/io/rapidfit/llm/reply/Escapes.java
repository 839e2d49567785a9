package io.rapidfit.llm.reply;

/** The escapes that JSON has. */
final class Escapes {

    private static final String LETTERS = "\"\\/bfnrt";
    private static final String MEANINGS = "\"\\/\b\f\n\r\t";

    private Escapes() {}

    /**
     * Appends what the escape at {@code backslash} stands for.
     *
     * @return the position behind it; -1 if it is none of JSON's or cut off by the end, and nothing was appended
     */
    static int decode(String text, int backslash, StringBuilder out) {
        if (backslash + 1 >= text.length()) {
            return -1;
        }
        char c = text.charAt(backslash + 1);
        int known = LETTERS.indexOf(c);
        if (known >= 0) {
            out.append(MEANINGS.charAt(known));
            return backslash + 2;
        }
        return c == 'u' ? unicode(text, backslash + 2, out) : -1;
    }

    /** An escape begins here, and the text ends before it does. */
    static boolean isCutOff(String text, int at) {
        int left = text.length() - at;
        return left > 0 && left < 6 && text.charAt(at) == '\\' && (left == 1 || text.charAt(at + 1) == 'u');
    }

    private static int unicode(String text, int from, StringBuilder out) {
        if (from + 4 > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + 4; i++) {
            char c = text.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1; // Unicode has digits that JSON has not
            if (digit < 0) {
                return -1;
            }
            code = code * 16 + digit;
        }
        out.append((char) code);
        return from + 4;
    }
}
