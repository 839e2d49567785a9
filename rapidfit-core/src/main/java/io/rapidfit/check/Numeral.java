package io.rapidfit.check;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A number that a text states, or several that are written as one: a time, a date, a range.
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
     * @param split if it may also be several numbers: "100 200", or the parts of "06.05.2024"
     */
    record Part(List<BigDecimal> readings, List<Part> split) {}

    /**
     * Of the numerals of a text.
     *
     * @param statements without those that only number the lines of a list
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

        private static final BigDecimal TWELVE = BigDecimal.valueOf(12);
        private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

        /** Before a minus sign; elsewhere it is a hyphen, or the dash of a range. */
        private static final String BEFORE_SIGN = " \t\r\n([{:=,;\"'/~<>|*-";

        private static final List<String> NEGATIVE = List.of("minus ", "negative ");

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
                    if (!statements || !(groups.size() == 1 && isListNumber(start, i))) {
                        numerals.add(numeral(start, groups));
                    }
                }
            }
            return numerals;
        }

        /** Digits with separators within, after a colon, a hyphen or a slash, or first. */
        private record Group(int start, int end, boolean isAfterColon) {}

        private List<Group> groups(int start) {
            List<Group> groups = new ArrayList<>();
            groups.add(new Group(start, numberEnd(start), false));
            for (int end = groups.get(0).end; ":-/T".indexOf(text.at(end)) >= 0 && text.isDigit(end + 1); ) {
                Group next = new Group(end + 1, numberEnd(end + 1), text.at(end) == ':');
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

        private Numeral numeral(int start, List<Group> groups) {
            int end = groups.get(groups.size() - 1).end;
            boolean isNegative = isNegative(start);
            boolean isPercent = isPercent(end);
            char half = halfOfDay(end);
            List<Part> parts = new ArrayList<>();
            for (Group group : groups) {
                Part part = part(group, isNegative && group.start == start);
                boolean isFullHour = group.isAfterColon && part.readings.contains(BigDecimal.ZERO);
                if (!isFullHour) {
                    parts.add(withOthers(part, isPercent, group.isAfterColon ? ' ' : half));
                }
            }
            return new Numeral(text.start(start), shown(start, end, isNegative), parts);
        }

        private boolean isNegative(int start) {
            if (text.at(start - 1) == '-') {
                char before = text.at(start - 2);
                return before == FoldedText.NONE || BEFORE_SIGN.indexOf(before) >= 0;
            }
            for (String word : NEGATIVE) {
                int from = start - word.length();
                if (from >= 0
                        && text.substring(from, start).equalsIgnoreCase(word)
                        && !Character.isLetterOrDigit(text.at(from - 1))) {
                    return true;
                }
            }
            return false;
        }

        private boolean isPercent(int end) {
            int at = text.at(end) == ' ' ? end + 1 : end;
            return text.at(at) == '%' || text.at(at) == '\u066A' || isWord(at, "percent");
        }

        /** 'a' or 'p' where the number is followed by "am", "p.m." and the like, or else a space. */
        private char halfOfDay(int end) {
            int at = text.at(end) == ' ' ? end + 1 : end;
            char half = Character.toLowerCase(text.at(at));
            if (half != 'a' && half != 'p') {
                return ' ';
            }
            return isWord(at + 1, "m") || isWord(at + 1, ".m") ? half : ' ';
        }

        private boolean isWord(int at, String word) {
            int end = at + word.length();
            return end <= text.length()
                    && text.substring(at, end).equalsIgnoreCase(word)
                    && !Character.isLetterOrDigit(text.at(end));
        }

        private Part part(Group group, boolean isNegative) {
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
            String[] pieces = number.indexOf(' ') >= 0
                    ? number.split(" ", -1)
                    : readings.isEmpty() ? number.split("[.,]", -1) : new String[0];
            List<Part> split = new ArrayList<>();
            for (String piece : pieces) {
                split.add(read(piece, isNegative && split.isEmpty()));
            }
            return new Part(readings, split);
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

        /** A percentage is a share too, and an hour of one half of the day one of all 24. */
        private static Part withOthers(Part part, boolean isPercent, char half) {
            List<BigDecimal> readings = new ArrayList<>(part.readings);
            for (BigDecimal reading : part.readings) {
                if (isPercent && reading.abs().compareTo(HUNDRED) < 0) { // 1 is too common to say 100%
                    readings.add(reading.movePointLeft(2));
                }
                boolean isTwelve = reading.compareTo(TWELVE) == 0;
                if (half == 'p' && reading.compareTo(TWELVE) < 0) {
                    readings.add(reading.add(TWELVE));
                } else if (half == 'a' && isTwelve) {
                    readings.add(BigDecimal.ZERO);
                }
            }
            return new Part(readings, part.split);
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
