package io.rapidfit.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A number in English words: "seven", "twenty-five", "two hundred and six", "a thousand", "one point five", "the
 * nineteenth". Ordinals below thirteenth are ordinary words, such as "second".
 *
 * @param end where in the text it ends
 * @param isBare if nothing says how many hundreds or thousands there are
 */
record NumberWord(BigDecimal value, int end, boolean isBare) {

    /** "seventeenth" has 11 letters. */
    private static final int MAX_LETTERS = 11;

    /** More exact numbers are not written in words. */
    private static final int MAX_DECIMALS = 20;

    private static final int HUNDRED = 100;
    private static final int THOUSAND = 1_000;

    private static final Map<String, Integer> CARDINALS = numbers(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
                    + " eighteen nineteen",
            "twenty thirty forty fifty sixty seventy eighty ninety");

    private static final Map<String, Integer> ORDINALS = numbers(
            "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
                    + " fifteenth sixteenth seventeenth eighteenth nineteenth",
            "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth");

    private static Map<String, Integer> numbers(String toNineteen, String tens) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String word : toNineteen.split(" ", -1)) {
            numbers.put(word, numbers.size());
        }
        int ten = 20;
        for (String word : tens.split(" ", -1)) {
            numbers.put(word, ten);
            ten += 10;
        }
        return Map.copyOf(numbers);
    }

    /**
     * The longest that starts at a letter, before which no word goes on.
     *
     * @return null if none does
     */
    static @Nullable NumberWord at(FoldedText text, int start) {
        return new Scan(text, start).number();
    }

    /** Goes once from left to right. */
    private static final class Scan {

        private final FoldedText text;
        private final int start;
        private int end; // of what was read
        private int thousands;
        private int rest; // without the thousands
        private int room = HUNDRED; // what is added next is smaller

        Scan(FoldedText text, int start) {
            this.text = text;
            this.start = start;
            this.end = start;
        }

        @Nullable NumberWord number() {
            String first = word(start);
            boolean isBare = first.equals("hundred") || first.equals("thousand");
            if (!isBare && !CARDINALS.containsKey(first) && !ORDINALS.containsKey(first)) {
                return null; // as most words
            }
            int at = start;
            while (read(word(at), at)) {
                at = next();
            }
            boolean isOrdinal = readOrdinal(at);
            if (end == start) {
                return null;
            }
            String decimals = isOrdinal ? "" : decimals();
            BigInteger digits = new BigInteger((thousands + rest) + decimals);
            return new NumberWord(new BigDecimal(digits, decimals.length()), end, isBare);
        }

        /** In lower case; empty if there is none, or one that is too long. */
        private String word(int at) {
            int to = at;
            while (to - at <= MAX_LETTERS && FoldedText.isAsciiLetter(text.at(to))) {
                to++;
            }
            boolean isWord = to - at <= MAX_LETTERS && !Character.isLetterOrDigit(text.at(to));
            return isWord ? text.substring(at, to).toLowerCase(Locale.ROOT) : "";
        }

        /** Where the word after a space or a hyphen begins; the end if there is none. */
        private int next() {
            char separator = text.at(end);
            if (separator != ' ' && separator != '-') {
                return end;
            }
            boolean isAnd = room == HUNDRED && word(end + 1).equals("and") && text.at(end + 4) == ' ';
            return end + (isAnd ? 5 : 1);
        }

        private boolean read(String word, int at) {
            Integer number = CARDINALS.get(word);
            boolean isFirst = end == start;
            if (number != null && number < room && (number > 0 || isFirst)) {
                rest += number;
                room = number >= 20 ? 10 : 0;
            } else if (word.equals("hundred") && rest < HUNDRED && (rest > 0 || room == HUNDRED)) {
                rest = Math.max(rest, 1) * HUNDRED;
                room = HUNDRED;
            } else if (word.equals("thousand") && thousands == 0 && (rest > 0 || isFirst)) {
                thousands = Math.max(rest, 1) * THOUSAND;
                rest = 0;
                room = HUNDRED;
            } else {
                return false;
            }
            end = at + word.length();
            return true;
        }

        /** One that begins, or follows tens after a hyphen: "thirteenth", "twenty-fifth". */
        private boolean readOrdinal(int at) {
            String word = word(at);
            Integer number = ORDINALS.get(word);
            boolean follows = room == 10 && text.at(at - 1) == '-';
            if (number == null || (end == start ? number < 13 : !follows || number == 0 || number >= room)) {
                return false;
            }
            rest += number;
            end = at + word.length();
            return true;
        }

        /** Of "point four five". */
        private String decimals() {
            StringBuilder decimals = new StringBuilder();
            if (text.at(end) == ' ' && word(end + 1).equals("point")) {
                int at = end + " point".length();
                while (text.at(at) == ' ' && decimals.length() < MAX_DECIMALS) {
                    String word = word(at + 1);
                    Integer digit = CARDINALS.get(word);
                    if (digit == null || digit > 9) {
                        break;
                    }
                    decimals.append((int) digit);
                    at += 1 + word.length();
                    end = at;
                }
            }
            return decimals.toString();
        }
    }
}
