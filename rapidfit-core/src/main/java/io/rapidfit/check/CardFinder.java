package io.rapidfit.check;

import org.jspecify.annotations.Nullable;

/** Payment card numbers (ISO/IEC 7812-1), in one piece or in the groups that are printed on cards. */
final class CardFinder implements PersonalDataFinder {

    private static final int MIN_DIGITS = 12;
    private static final int MAX_DIGITS = 19;

    private static final Shape[] GROUPED = {
        new Shape("dddd dddd dddd dddd ddd", " -"),
        new Shape("dddd dddd dddd dddd", " -"),
        new Shape("dddd dddddd ddddd", " -"),
        new Shape("dddd dddddd dddd", " -"),
    };

    private static final WordSet CARD = WordSet.of("""
            card cards visa mastercard maestro amex cc tarjeta carte karte kreditkarte carta cartao kart karta \
            карта карты بطاقة \
            البطاقة بطاقتي 卡
            """);

    @Override
    public void find(FoldedText text, Sink sink) {
        for (int i = 0; i < text.length(); i++) {
            if (!text.isDigit(i) || text.isDigit(i - 1)) {
                continue;
            }
            int end = text.startsHere(i) ? end(text, i, sink) : -1;
            if (end > 0) {
                i = end - 1;
            }
        }
    }

    /** -1 if there is none. */
    private static int end(FoldedText text, int start, Sink sink) {
        int whole = start;
        while (text.isDigit(whole) && whole - start <= MAX_DIGITS) {
            whole++;
        }
        int digits = whole - start;
        if (digits >= MIN_DIGITS) {
            boolean found = digits <= MAX_DIGITS && accept(text, start, whole, text.substring(start, whole), sink);
            return found ? whole : -1;
        }
        for (Shape shape : digits == 4 ? GROUPED : new Shape[0]) {
            Shape.Found found = shape.at(text, start);
            if (found != null
                    && found.separator() != Shape.WHOLE
                    && !isOneOfMore(text, start, found)
                    && accept(text, start, found.end(), found.value(), sink)) {
                return found.end();
            }
        }
        return -1;
    }

    /** Whether another group of four comes before or after, as in a longer number. The three digits on the back may follow. */
    private static boolean isOneOfMore(FoldedText text, int start, Shape.Found found) {
        int end = found.end();
        return (text.at(start - 1) == found.separator() && areDigits(text, start - 5))
                || (text.at(end) == found.separator() && areDigits(text, end + 1) && !text.isDigit(end + 5));
    }

    private static boolean areDigits(FoldedText text, int from) {
        return text.isDigit(from) && text.isDigit(from + 1) && text.isDigit(from + 2) && text.isDigit(from + 3);
    }

    private static boolean accept(FoldedText text, int start, int end, String digits, Sink sink) {
        String network = network(digits);
        if (network == null || !text.endsHere(end) || isOneDigit(digits) || !CheckDigits.luhn(digits)) {
            return false;
        }
        Surroundings.Says says = Surroundings.of(text, start, end, CARD, Words.OTHER_NUMBER);
        // so short that other numbers often have such a check digit too
        boolean enough = digits.length() > 13 ? says != Surroundings.Says.NO : says == Surroundings.Says.YES;
        if (enough) {
            sink.found(PersonalDataKind.CARD, start, end, network);
        }
        return enough;
    }

    private static boolean isOneDigit(String digits) {
        return digits.chars().allMatch(c -> c == digits.charAt(0));
    }

    /** Null for a number that no network gives. */
    private static @Nullable String network(String digits) {
        int length = digits.length();
        int six = Integer.parseInt(digits.substring(0, 6));
        int four = six / 100;
        int three = six / 1000;
        int two = six / 10000;
        if (digits.charAt(0) == '4') {
            return length == 13 || length == 16 || length == 19 ? "Visa" : null;
        }
        if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
            return length == 16 ? "Mastercard" : null;
        }
        if (two == 34 || two == 37) {
            return length == 15 ? "American Express" : null;
        }
        if (four >= 3528 && four <= 3589) {
            return length >= 16 ? "JCB" : null;
        }
        if ((three >= 300 && three <= 305) || two == 36 || two == 38 || two == 39) {
            return length >= 14 ? "Diners Club" : null;
        }
        if (four == 6011 || (three >= 644 && three <= 649) || two == 65) {
            return length >= 16 ? "Discover" : null;
        }
        if (two == 62) {
            return length >= 16 ? "UnionPay" : null;
        }
        if (four >= 2200 && four <= 2204) {
            return length >= 16 ? "Mir" : null;
        }
        if (two == 60 || two == 81 || two == 82 || three == 508) {
            return length == 16 ? "RuPay" : null;
        }
        if (four == 9792) {
            return length == 16 ? "Troy" : null;
        }
        boolean maestro = four == 5018
                || four == 5020
                || four == 5038
                || four == 5893
                || four == 6304
                || four == 6759
                || (four >= 6761 && four <= 6763);
        return maestro ? "Maestro" : null;
    }
}
