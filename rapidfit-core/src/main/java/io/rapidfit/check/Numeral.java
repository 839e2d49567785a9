package io.rapidfit.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A number that a text states, in digits or in {@linkplain NumberWord words}, or several that are written as one: a time, a date, a range.
 *
 * @param start where in the text
 * @param text with what is glued to it, such as "21\u00b0C", "07:30" or "BA2490"
 * @param parts one, or those between colons, hyphens and slashes; none that says nothing, such as the minutes of "07:00"
 */
record Numeral(int start, String text, List<Part> parts) {

    /**
     * A number that can be read in one way or in several: "1,200" is 1200, or 1.2 with a decimal comma.
     *
     * @param readings with as many decimals as are written
     * @param split if it may also be several numbers: "100 200", "1,2", or the parts of "06.05.2024"
     * @param isTime if it says that it is an hour or a minute, which is nothing that another number rounds to
     * @param hours which of the 24 hours it may be: two for 7, one for 19 and for "7 pm"
     */
    record Part(List<BigDecimal> readings, List<Part> split, boolean isTime, List<Integer> hours) {

        /** Whether it says one hour of the 24. */
        boolean isHour() {
            return isTime && hours.size() == 1;
        }
    }

    /**
     * Of the numerals of a text.
     *
     * @param statements without those that state nothing: the numbers of the lines of a list, most small ones in words, and
     *     what something is below or above if that is 0
     */
    static List<Numeral> of(String text, boolean statements) {
        return new Scan(text).numerals(statements);
    }

    /** Goes once from left to right. */
    private static final class Scan {

        /** More digits say how large a number is, but not which: nobody writes so many. */
        private static final int MAX_DIGITS = 40;

        /** What is glued to a number in a report. */
        private static final int MAX_GLUED = 16;

        private static final int MAX_LIST_DIGITS = 3;

        private static final BigDecimal THIRTEEN = BigDecimal.valueOf(13);
        private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

        /** Before a minus sign; elsewhere it is a hyphen, or the dash of a range. */
        private static final String BEFORE_SIGN = " \t\r\n([{:=,;\"'/~<>|*-";

        /** How much of the text after a number is looked at: two words of ten letters and "below freezing". */
        private static final int MAX_AFTER = 48;

        /** "negative" before a number has 8 letters. */
        private static final int MAX_BEFORE = 8;

        private static final Set<String> FALLS = Set.of("down", "fell", "dropped", "lost", "cooler");

        private static final String WORD_END = "(?![\\p{L}\\p{N}])";

        private static final Pattern MEASURE = Pattern.compile(
                "[ -]?(?:(?<share>%|\u066A|per ?cent" + WORD_END
                        + ")|\u00b0|(?:degrees?|km|kilomet(?:re|er)s?|miles?|mph|knots?"
                        + "|met(?:re|er)s?|mm|cm|inch(?:es)?|hours?|minutes?|days?)" + WORD_END + ")",
                Pattern.CASE_INSENSITIVE);

        private static final Pattern CLOCK = Pattern.compile(
                "(?:[ -]?(?<half>[ap])\\.?m" + WORD_END + "|(?<full>[ -]o['\u2019]clock" + WORD_END
                        + "))?(?<morning> (?:in the|this) morning" + WORD_END + ")?",
                Pattern.CASE_INSENSITIVE);

        /** Of a number with a unit of two words at most. */
        private static final Pattern BELOW = Pattern.compile(
                "[\\p{L}\u00b0]{0,10}+(?: (?!below )[\\p{L}\u00b0]{1,10}+){0,2}+ below (?:zero|0|freezing)" + WORD_END,
                Pattern.CASE_INSENSITIVE);

        private final String original;
        private final FoldedText text;

        Scan(String original) {
            this.original = original;
            this.text = FoldedText.of(original);
        }

        List<Numeral> numerals(boolean statements) {
            List<Numeral> numerals = new ArrayList<>();
            for (int i = 0; i < text.length(); i++) {
                if (text.isDigit(i)) {
                    int start = i;
                    List<Group> groups = groups(start);
                    i = groups.get(groups.size() - 1).end;
                    Beside beside = beside(start, i);
                    if (!statements
                            || !(groups.size() == 1
                                    && (isListNumber(start, i) || isZeroPoint(groups.get(0), beside)))) {
                        numerals.add(numeral(start, groups, beside));
                    }
                } else if (FoldedText.isAsciiLetter(text.at(i)) && !Character.isLetterOrDigit(text.at(i - 1))) {
                    NumberWord word = NumberWord.at(text, i);
                    if (word != null) {
                        Beside beside = beside(i, word.end());
                        if (!statements || isStatement(word, beside)) {
                            numerals.add(numeral(i, List.of(new Group(i, word.end(), false, word.value())), beside));
                        }
                        i = word.end() - 1;
                    }
                }
            }
            return numerals;
        }

        /** Small numbers in words are in many phrases: one of them, two cents, a thousand thanks. */
        private static boolean isStatement(NumberWord word, Beside beside) {
            boolean isPrecise = word.value().scale() > 0 || beside.isNegative;
            boolean isLarge = word.value().compareTo(THIRTEEN) >= 0 && !word.isBare();
            boolean isOne = word.value().compareTo(BigDecimal.ONE) == 0;
            boolean isZeroPoint = word.value().signum() == 0 && beside.isCompared;
            return isPrecise || isLarge || (beside.hasUnit() && !isOne && !isZeroPoint);
        }

        private boolean isZeroPoint(Group group, Beside beside) {
            return beside.isCompared && text.at(group.start) == '0' && group.end == group.start + 1;
        }

        /**
         * Digits with separators within, after a colon, a hyphen or a slash, or first.
         *
         * @param value if it is in words
         */
        private record Group(
                int start,
                int end,
                boolean isAfterColon,
                @Nullable BigDecimal value) {}

        private List<Group> groups(int start) {
            List<Group> groups = new ArrayList<>();
            groups.add(new Group(start, numberEnd(start), false, null));
            for (int end = groups.get(0).end; ":-/T".indexOf(text.at(end)) >= 0 && text.isDigit(end + 1); ) {
                Group next = new Group(end + 1, numberEnd(end + 1), text.at(end) == ':', null);
                groups.add(next);
                end = next.end;
            }
            return groups;
        }

        /** Where a number ends that has points, commas, and spaces or apostrophes before three digits. */
        private int numberEnd(int start) {
            int end = digitsEnd(start);
            boolean isGrouped = end - start <= 3;
            while (text.isDigit(end + 1)) {
                int next = digitsEnd(end + 1);
                char separator = text.at(end);
                boolean joins = separator == '.' || separator == ',';
                isGrouped &= !joins;
                if (!joins && !(isGrouped && isSpace(separator) && next - end == 4)) {
                    break;
                }
                end = next;
            }
            return end;
        }

        private int digitsEnd(int start) {
            int end = start;
            while (text.isDigit(end)) {
                end++;
            }
            return end;
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c == '\'' || c == '\u2019';
        }

        /**
         * What is said beside a number about it.
         *
         * @param isFall if it may be of either sign
         * @param isCompared if it is what something is below or above
         * @param isShare if it is a percentage
         * @param isMeasure if it has a unit other than of the clock
         * @param isTime if it has one of the clock
         * @param half 'a' or 'p', or a space where neither half of the day is named
         */
        private record Beside(
                boolean isNegative,
                boolean isFall,
                boolean isCompared,
                boolean isShare,
                boolean isMeasure,
                boolean isTime,
                char half) {

            boolean hasUnit() {
                return isMeasure || isTime;
            }
        }

        private Beside beside(int start, int end) {
            int at = Character.getType(text.at(start - 1)) == Character.CURRENCY_SYMBOL ? start - 1 : start;
            String before = wordBefore(at);
            String following = text.substring(end, Math.min(text.length(), end + MAX_AFTER));
            Matcher measure = MEASURE.matcher(following);
            boolean isMeasure = measure.lookingAt();
            Matcher clock = CLOCK.matcher(following);
            boolean isClock = clock.lookingAt(); // always, if only by nothing
            String half = isClock ? clock.group("half") : null;
            boolean isMorning = isClock && clock.group("morning") != null;
            return new Beside(
                    hasSign(start) || before.equals("negative") || (before.equals("minus") && !isSubtracted(at)),
                    FALLS.contains(before.equals("by") ? wordBefore(at - "by ".length()) : before)
                            || BELOW.matcher(following).lookingAt(),
                    before.equals("below") || before.equals("above"),
                    isMeasure && measure.group("share") != null,
                    isMeasure,
                    half != null || (isClock && clock.group("full") != null),
                    half != null ? Character.toLowerCase(half.charAt(0)) : isMorning ? 'a' : ' ');
        }

        /** In lower case; empty if there is none before a space here, or one that is too long. */
        private String wordBefore(int end) {
            int from = end - 1;
            while (end - from <= MAX_BEFORE && FoldedText.isAsciiLetter(text.at(from - 1))) {
                from--;
            }
            boolean isWord = text.at(end - 1) == ' ' && !Character.isLetterOrDigit(text.at(from - 1));
            return isWord ? text.substring(from, end - 1).toLowerCase(Locale.ROOT) : "";
        }

        /** In "10 minus 5", nothing is negative. */
        private boolean isSubtracted(int start) {
            int minus = start - "minus ".length();
            return text.at(minus - 1) == ' ' && text.isDigit(minus - 2);
        }

        private boolean hasSign(int start) {
            char before = text.at(start - 2);
            return text.at(start - 1) == '-' && (before == FoldedText.NONE || BEFORE_SIGN.indexOf(before) >= 0);
        }

        private Numeral numeral(int start, List<Group> groups, Beside beside) {
            int end = groups.get(groups.size() - 1).end;
            List<Part> parts = new ArrayList<>();
            for (int i = 0; i < groups.size(); i++) {
                Group group = groups.get(i);
                Part part = part(group, beside.isNegative && i == 0);
                boolean isFullHour = group.isAfterColon && part.readings.contains(BigDecimal.ZERO);
                if (!isFullHour) {
                    boolean isBeforeColon = i + 1 < groups.size() && groups.get(i + 1).isAfterColon;
                    boolean isTime = group.isAfterColon || isBeforeColon || beside.isTime;
                    boolean mayBeHour = isTime || (groups.size() <= 2 && !beside.isMeasure); // more are a date
                    parts.add(withOthers(part, beside, isTime, mayBeHour && !group.isAfterColon));
                }
            }
            return new Numeral(text.start(start), shown(start, end, beside.isNegative), parts);
        }

        private Part part(Group group, boolean isNegative) {
            if (group.value != null) {
                return part(List.of(isNegative ? group.value.negate() : group.value), List.of());
            }
            String digits = text.substring(group.start, group.end)
                    .replace('\u2019', ' ')
                    .replace('\'', ' ');
            char before = text.at(group.start - 1);
            if (before == '.' && !Character.isLetterOrDigit(text.at(group.start - 2))) {
                digits = "0." + digits; // ".5"
            }
            return read(digits, isNegative);
        }

        /** @param number digits with points, commas and spaces between them */
        private static Part read(String number, boolean isNegative) {
            List<BigDecimal> readings = new ArrayList<>();
            int lastPoint = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
            if (lastPoint < 0) {
                readings.add(value(number, "", isNegative));
            } else {
                String whole = number.substring(0, lastPoint);
                String rest = number.substring(lastPoint + 1);
                char last = number.charAt(lastPoint);
                if (whole.indexOf(last) < 0 && (isDigits(whole) || isThousands(whole))) {
                    readings.add(value(whole, rest, isNegative));
                }
                if (rest.indexOf(' ') < 0 && isThousands(number)) {
                    readings.add(value(number, "", isNegative));
                }
            }
            List<Part> split = new ArrayList<>();
            for (String piece : pieces(number, readings.isEmpty())) {
                split.add(read(piece, isNegative && split.isEmpty()));
            }
            return part(readings, split);
        }

        private static Part part(List<BigDecimal> readings, List<Part> split) {
            return new Part(readings, split, false, List.of());
        }

        private static String[] pieces(String number, boolean isNoNumber) {
            if (number.indexOf(' ') >= 0) {
                return number.split(" ", -1);
            }
            if (number.indexOf(',') >= 0 && (isNoNumber || !isThousands(number))) {
                return number.split(",", -1); // a list
            }
            return isNoNumber ? number.split("[.]", -1) : new String[0];
        }

        private static boolean isDigits(String number) {
            return number.chars().allMatch(c -> c >= '0' && c <= '9');
        }

        /** One kind of separator, with three digits after the last and two, as in India, or three after each other. */
        private static boolean isThousands(String number) {
            int separator = 0;
            int digits = 0; // since the separator before
            for (int i = 0; i < number.length(); i++) {
                char c = number.charAt(i);
                if (FoldedText.isDigit(c)) {
                    digits++;
                    continue;
                }
                boolean isFirst = separator == 0;
                if (isFirst ? digits > 3 || number.charAt(0) == '0' : c != separator || digits < 2 || digits > 3) {
                    return false;
                }
                separator = c;
                digits = 0;
            }
            return separator != 0 && digits == 3;
        }

        private static BigDecimal value(String whole, String decimals, boolean isNegative) {
            String digits = significant(whole) + decimals;
            int scale = decimals.length();
            if (digits.length() > MAX_DIGITS) {
                scale -= digits.length() - MAX_DIGITS;
                digits = digits.substring(0, MAX_DIGITS);
            }
            BigDecimal value = new BigDecimal(new BigInteger(digits.isEmpty() ? "0" : digits), scale);
            return isNegative ? value.negate() : value;
        }

        /** Digits alone, from the first that is not 0. */
        private static String significant(String number) {
            StringBuilder digits = new StringBuilder(number.length());
            for (int i = 0; i < number.length(); i++) {
                char c = number.charAt(i);
                if (FoldedText.isDigit(c) && (c != '0' || !digits.isEmpty())) {
                    digits.append(c);
                }
            }
            return digits.toString();
        }

        /** A percentage is a share too, what fell may be negative, and an hour of one half of the day is one of all 24. */
        private static Part withOthers(Part part, Beside beside, boolean isTime, boolean mayBeHour) {
            List<BigDecimal> readings = new ArrayList<>(part.readings);
            List<Integer> hours = new ArrayList<>();
            for (BigDecimal reading : part.readings) {
                if (beside.isShare && reading.abs().compareTo(HUNDRED) < 0) { // 1 is too common to say 100%
                    readings.add(reading.movePointLeft(2));
                }
                if (mayBeHour) {
                    hours.addAll(hours(reading, beside.half));
                }
            }
            if (isTime && hours.size() == 1) {
                readings.add(BigDecimal.valueOf(hours.get(0)));
            }
            if (beside.isFall && !beside.isNegative) {
                List.copyOf(readings).forEach(reading -> readings.add(reading.negate()));
            }
            return new Part(readings, part.split, isTime, hours);
        }

        /** Of the 24: both of one on the clock of twelve, unless its half of the day is known. */
        private static List<Integer> hours(BigDecimal value, char half) {
            boolean isWhole = value.compareTo(value.setScale(0, RoundingMode.DOWN)) == 0;
            if (!isWhole || value.signum() < 0 || value.compareTo(BigDecimal.valueOf(24)) >= 0) {
                return List.of();
            }
            int hour = value.intValue();
            if (hour == 0 || hour > 12) {
                return List.of(hour);
            }
            int morning = hour % 12;
            return half == 'a'
                    ? List.of(morning)
                    : half == 'p' ? List.of(morning + 12) : List.of(morning, morning + 12);
        }

        /** "1. " or "2) " where a line begins, and the key caps that people number lines with. */
        private boolean isListNumber(int start, int end) {
            int after = text.end(end);
            if (original.startsWith("\u20E3", after) || original.startsWith("\uFE0F\u20E3", after)) {
                return true;
            }
            int line = start;
            while (line > 0 && " \t*#>-".indexOf(text.at(line - 1)) >= 0) {
                line--;
            }
            char next = text.at(end + 1);
            return end - start <= MAX_LIST_DIGITS
                    && (line == 0 || text.at(line - 1) == '\n' || text.at(line - 1) == '\r')
                    && (text.at(end) == '.' || text.at(end) == ')')
                    && (next == FoldedText.NONE || next == '*' || Character.isWhitespace(next));
        }

        /** The number with its sign, and letters and degrees or a percent sign beside it. */
        private String shown(int start, int end, boolean isNegative) {
            int from = start;
            while (start - from < MAX_GLUED && Character.isLetterOrDigit(text.at(from - 1))) {
                from--;
            }
            if (from == start && isNegative && text.at(start - 1) == '-') {
                from--;
            }
            int to = end;
            while (to - end < MAX_GLUED
                    && (Character.isLetterOrDigit(text.at(to)) || "\u00b0%\u066A".indexOf(text.at(to)) >= 0)) {
                to++;
            }
            return original.substring(text.start(from), text.end(to));
        }
    }
}
