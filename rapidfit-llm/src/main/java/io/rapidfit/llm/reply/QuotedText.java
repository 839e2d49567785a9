package io.rapidfit.llm.reply;

import org.jspecify.annotations.Nullable;

/**
 * One string between quotation marks of any kind, whose content may hold the same marks unescaped.
 *
 * <p>A mark ends the string if what follows is what JSON has after a string in that place; otherwise it is part of the
 * content. Where that rule and the look of the marks disagree the string is damaged: nobody can say where it ends.
 */
final class QuotedText {

    enum Place {
        KEY,
        OBJECT,
        ARRAY
    }

    /** How far ahead of a mark to look. Bounded, since there may be a million marks. */
    private static final int HORIZON = 256;

    private static final String DAMAGE = "has quotation marks in a string that are not escaped as \\\"";

    private final String text;
    private final RepairCount repairs;
    private final StringBuilder content = new StringBuilder();
    private int end;
    private boolean closed;
    private boolean innerQuotes;
    private @Nullable String damage;

    QuotedText(String text, RepairCount repairs) {
        this.text = text;
        this.repairs = repairs;
    }

    String content() {
        return content.toString();
    }

    /** Behind the closing mark. */
    int end() {
        return end;
    }

    /** False if the text ends first. */
    boolean isClosed() {
        return closed;
    }

    boolean hasInnerQuotes() {
        return innerQuotes;
    }

    @Nullable String damage() {
        return damage;
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || isCurlyDouble(c) || isCurlySingle(c);
    }

    private static boolean isCurlyDouble(char c) {
        return c >= '\u201C' && c <= '\u201F';
    }

    private static boolean isCurlySingle(char c) {
        return c >= '\u2018' && c <= '\u201B';
    }

    private static boolean closes(char opener, char c) {
        if (isCurlyDouble(opener)) {
            return isCurlyDouble(c) || c == '"';
        }
        return isCurlySingle(opener) ? isCurlySingle(c) || c == '\'' : c == opener;
    }

    /** Reads the string that opens at {@code start}. */
    QuotedText read(int start, Place place) {
        char opener = text.charAt(start);
        if (opener != '"') {
            repairs.add(opener == '\'' ? Repair.SINGLE_QUOTES : Repair.CURLY_QUOTES);
        }
        boolean quoting = false; // between two inner marks
        int i = start + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '\\') {
                i = escape(i);
            } else if (!closes(opener, c)) {
                append(c);
                i++;
            } else if (endsHere(i, place)) {
                if (quoting) {
                    damage = DAMAGE; // an odd number of inner marks: one of them may have been the end
                }
                closed = true;
                end = i + 1;
                return this;
            } else {
                boolean apostrophe = opener != '"' && isWordPart(i - 1) && isWordPart(i + 1);
                if (!apostrophe) {
                    checkInner(i, quoting);
                    quoting = !quoting;
                }
                content.append(c);
                i++;
            }
        }
        end = text.length();
        return this;
    }

    private void append(char c) {
        if (c < ' ') {
            repairs.add(c == '\n' || c == '\r' ? Repair.RAW_NEWLINE : Repair.CONTROL_CHARACTER);
        }
        content.append(c);
    }

    /** An inner mark must look like one: tight against the words that it opens or closes, and not before a colon. */
    private void checkInner(int at, boolean closing) {
        int step = closing ? 1 : -1;
        int next = Blanks.skip(text, at + 1, horizon(at + 1));
        boolean beforeColon = next < text.length() && text.charAt(next) == ':';
        boolean apart = !mayTouchInside(at - step, closing) || isSpacedWord(at + step);
        if (apart || beforeColon) {
            damage = DAMAGE;
        }
        repairs.add(Repair.INNER_QUOTES);
        innerQuotes = true;
    }

    private boolean mayTouchInside(int at, boolean closing) {
        if (at >= text.length()) {
            return false;
        }
        char c = text.charAt(at);
        return !Blanks.isSpace(c) && !isQuote(c) && (closing ? "([{" : ",;:.)]}").indexOf(c) < 0;
    }

    /** A letter or digit of a script that puts spaces between words, as Chinese and Japanese do not. */
    private boolean isSpacedWord(int at) {
        return isWordPart(at) && text.charAt(at) < '\u2E80';
    }

    private boolean isWordPart(int at) {
        return at < text.length() && Character.isLetterOrDigit(text.charAt(at));
    }

    private boolean endsHere(int quote, Place place) {
        int limit = horizon(quote + 1);
        int next = Blanks.skip(text, quote + 1, limit);
        if (next >= limit || place == Place.KEY) {
            return true; // nothing contradicts it
        }
        char c = text.charAt(next);
        if (c == '}' || c == ']' || text.startsWith("```", next)) {
            return true;
        }
        if (c == ',') {
            int after = Blanks.skip(text, next + 1, horizon(next + 1));
            return after >= horizon(next + 1) || mayFollowComma(after, place);
        }
        if (place == Place.OBJECT) { // a comma may be missing
            return (isQuote(c) || next > quote + 1) && isKeyAhead(text, next);
        }
        return isQuote(c) && text.substring(quote + 1, next).indexOf('\n') >= 0;
    }

    private boolean mayFollowComma(int at, Place place) {
        char c = text.charAt(at);
        if ("}],\u2026".indexOf(c) >= 0 || text.startsWith("...", at)) {
            return true;
        }
        if (place == Place.OBJECT) {
            return isKeyAhead(text, at);
        }
        return isQuote(c) || "{[-0123456789".indexOf(c) >= 0 || Literals.at(text, at) != null;
    }

    /** A key with its colon stands at this position, or may stand there for all that can be seen. */
    static boolean isKeyAhead(String text, int at) {
        return isKeyAhead(text, at, true);
    }

    static boolean isKeyAhead(String text, int at, boolean ifUnsure) {
        int limit = Math.min(text.length(), at + HORIZON);
        char opener = text.charAt(at);
        int i = at + 1;
        if (isQuote(opener)) {
            while (i < limit && !closes(opener, text.charAt(i))) {
                i += text.charAt(i) == '\\' ? 2 : 1;
            }
            i++;
        } else if (Literals.startsWord(opener)) {
            i = Literals.endOfWord(text, at, limit);
        } else {
            return false;
        }
        i = Blanks.skip(text, i, limit);
        return i >= limit ? ifUnsure : text.charAt(i) == ':';
    }

    private int horizon(int from) {
        return Math.min(text.length(), from + HORIZON);
    }

    /** Appends what an escape stands for and returns the position behind it. */
    private int escape(int backslash) {
        int end = Escapes.decode(text, backslash, content);
        if (end > 0) {
            return end;
        }
        if (backslash + 1 >= text.length()) {
            return text.length();
        }
        repairs.add(Repair.BAD_ESCAPE);
        char c = text.charAt(backslash + 1);
        if (isQuote(c) || c == '`') {
            content.append(c); // as JavaScript and Python write it
            return backslash + 2;
        }
        if ("xU\n\r".indexOf(c) >= 0 || text.startsWith("u{", backslash + 1)) {
            damage = "has an escape in a string that JSON does not know";
        }
        content.append('\\'); // most likely meant as itself, as in C:\data or \d+
        return backslash + 1;
    }
}
