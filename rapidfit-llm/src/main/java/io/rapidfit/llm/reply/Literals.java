package io.rapidfit.llm.reply;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Words and numbers without quotation marks. */
final class Literals {

    private static final int MAX_WORD = 100;

    private static final Map<String, Object> WORDS = Map.ofEntries(
            Map.entry("true", true),
            Map.entry("True", true),
            Map.entry("TRUE", true),
            Map.entry("false", false),
            Map.entry("False", false),
            Map.entry("FALSE", false),
            Map.entry("null", Json.Odd.NULL),
            Map.entry("Null", Json.Odd.NULL),
            Map.entry("NULL", Json.Odd.NULL),
            Map.entry("None", Json.Odd.NULL),
            Map.entry("undefined", Json.Odd.NULL),
            Map.entry("NaN", Double.NaN),
            Map.entry("nan", Double.NaN),
            Map.entry("Infinity", Double.POSITIVE_INFINITY));

    private Literals() {}

    static boolean startsWord(char c) {
        return Character.isLetter(c) || c == '_' || c == '$';
    }

    static int endOfWord(String text, int from, int limit) {
        int i = from;
        while (i < limit && (startsWord(text.charAt(i)) || isDigit(text.charAt(i)) || text.charAt(i) == '-')) {
            i++;
        }
        return i;
    }

    /** What the word here stands for; null if it is no literal of JSON, Python or JavaScript. */
    static @Nullable Object at(String text, int at) {
        return WORDS.get(text.substring(at, endOfWord(text, at, Math.min(text.length(), at + MAX_WORD))));
    }

    static boolean isStrict(String word) {
        return word.equals("true") || word.equals("false") || word.equals("null");
    }

    static boolean startsNumber(char c) {
        return isDigit(c) || c == '-' || c == '+' || c == '.';
    }

    static int endOfNumber(String text, int from) {
        int i = from;
        while (i < text.length() && (startsWord(text.charAt(i)) || startsNumber(text.charAt(i)))) {
            i++;
        }
        return i;
    }

    /** Null if it is no number, or one that can be read in two ways, such as {@code 007} and {@code 1_000}. */
    static @Nullable Number number(String written, RepairCount repairs) {
        if (written.equals("-Infinity") || written.equals("+Infinity")) {
            repairs.add(Repair.LITERAL);
            return Double.NaN; // in no range either
        }
        int i = !written.isEmpty() && (written.charAt(0) == '-' || written.charAt(0) == '+') ? 1 : 0;
        int whole = digits(written, i);
        int wholeDigits = whole - i;
        boolean point = whole < written.length() && written.charAt(whole) == '.';
        int fraction = point ? digits(written, whole + 1) : whole;
        int fractionDigits = point ? fraction - whole - 1 : 0;
        boolean leadingZero = wholeDigits > 1 && written.charAt(i) == '0';
        if (wholeDigits + fractionDigits == 0 || leadingZero || !isExponent(written, fraction)) {
            return null;
        }
        boolean strict = written.charAt(0) != '+' && wholeDigits > 0 && (!point || fractionDigits > 0);
        if (!strict) {
            repairs.add(Repair.NUMBER_FORMAT);
        }
        return Json.number(written);
    }

    private static boolean isExponent(String written, int from) {
        if (from == written.length()) {
            return true;
        }
        if (written.charAt(from) != 'e' && written.charAt(from) != 'E') {
            return false;
        }
        int i = from + 1;
        if (i < written.length() && (written.charAt(i) == '-' || written.charAt(i) == '+')) {
            i++;
        }
        return i < written.length() && digits(written, i) == written.length();
    }

    private static int digits(String written, int from) {
        int i = from;
        while (i < written.length() && isDigit(written.charAt(i))) {
            i++;
        }
        return i;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
