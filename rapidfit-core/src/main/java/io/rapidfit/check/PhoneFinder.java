package io.rapidfit.check;

import java.util.List;

/**
 * Phone numbers. With a plus sign they must be under a calling code that exists and as long as numbers there are; without,
 * a shape that few other things have, a region that was set, or a word nearby must say that this is one.
 */
final class PhoneFinder implements PersonalDataFinder {

    private static final int MIN_DIGITS = 7;
    private static final int MAX_DIGITS = PhoneNumbering.MAX_DIGITS + 3; // 00 or 011 before it, or a zero in brackets
    private static final int MAX_GROUPS = 8;
    private static final int MAX_CONTEXT_GROUPS = 6;
    private static final int MAX_EXTENSION = 6;

    private static final WordSet PHONE = WordSet.of("""
            tel telephone phone phones telephones cell cellphone mobile mob ph call calls called calling ring dial sms \
            whatsapp wa fax hotline contact reach landline text_me my_number his_number her_number our_number \
            your_number their_number \
            teléfono móvil celular cel llama llamar llame llámame llámeme llámenos llamen tlf tfno telf \
            téléphone portable appelez appeler appelle joindre fixe \
            telefon telefonnummer handy handynummer mobil mobilnummer rufnummer anrufen fon festnetz \
            telefono cellulare chiama chiamami chiamare telefone telemóvel ligue liga ligar fone \
            cep arayın numaram телефон тел моб звоните позвоните позвони τηλέφωνο κινητό
            """, """
            هاتف الهاتف هاتفي جوال الجوال جوالي موبايل الموبايل موبايلي محمول المحمول تليفون التليفون تليفوني \
            تلفون التلفون تلفوني اتصل اتصلوا الاتصال اتصال للاتصال كلمني كلموني رقمي رقم? واتساب واتس فاكس \
            تلفن همراه شماره? טלפון נייד फोन मोबाइल नंबर? कॉल 电话 電話 手机 手機 携帯 전화 휴대폰 โทร
            """);

    private static final WordSet OTHER = WordSet.of("usd eur gbp sar egp inr rs aed timer", Words.LISTS);

    private static final WordSet UNITS = WordSet.of("""
            gb mb tb kb mhz ghz mm cm km kg mg lb lbs oz ml usd eur gbp sar egp aed dollar dollars euro euros pound pounds \
            rupees riyal riyals ريال جنيه درهم درهما دولار followers points people views likes users votes miles meters \
            metres minutes mins hours days years percent steps copies units pieces times records rows bytes tokens
            """);

    private final List<String> regions;

    PhoneFinder(List<String> regions) {
        this.regions = regions;
    }

    @Override
    public void find(FoldedText text, Sink sink) {
        Groups groups = new Groups(text);
        for (int i = 0; i < text.length(); i++) {
            if (text.isDigit(i) && !text.isDigit(i - 1)) {
                int end = end(text, i, groups, sink);
                i = end > 0 ? end - 1 : i;
            }
        }
    }

    /** -1 if no number starts with the digit that is given. */
    private int end(FoldedText text, int digit, Groups groups, Sink sink) {
        char before = text.at(digit - 1);
        boolean plus = before == '+' || (before == '(' && text.at(digit - 2) == '+');
        int start = plus ? (before == '+' ? digit - 1 : digit - 2) : before == '(' ? digit - 1 : digit;
        if (plus && text.at(start - 1) == '(') {
            start--;
        }
        if (!text.startsHere(start) || isCurrency(text, start - 1)) {
            return -1;
        }
        groups.read(digit);
        for (int last = groups.count - 1; last >= 0; last--) {
            int end = groups.ends[last];
            int from = start;
            int balance = groups.balance(from, end);
            if (balance == 1 && text.at(from) == '(') { // around the whole
                from++;
                balance = 0;
            }
            int extension = extensionEnd(text, end);
            if (balance == 0 && (extension > end || text.endsHere(end)) && !isCurrency(text, end)) {
                String detail = detail(text, from, end, last, plus, groups);
                if (!detail.isEmpty()) {
                    sink.found(PersonalDataKind.PHONE, from, extension, detail);
                    return extension;
                }
            }
        }
        return -1;
    }

    /** Empty if it is no phone number. */
    private String detail(FoldedText text, int start, int end, int last, boolean plus, Groups groups) {
        String digits = groups.digits(last);
        if (digits.length() < MIN_DIGITS) {
            return "";
        }
        if (plus) {
            boolean decimal = last == 1 && text.at(groups.ends[0]) == '.';
            return PhoneNumbering.callingCode(digits) != null
                            && (!decimal || says(text, start, end) == Surroundings.Says.YES)
                    ? "international phone number"
                    : "";
        }
        if (groups.isDateOrTime(last) || isBookNumber(digits) || isUnit(text, end)) {
            return "";
        }
        boolean international = isInternational(digits);
        boolean likely = international || groups.isUnmistakable(last, start) || isRegional(digits, last);
        boolean possible = digits.length() <= PhoneNumbering.MAX_DIGITS && groups.mayBeNumber(last);
        if (!likely && !possible) {
            return "";
        }
        Surroundings.Says says = says(text, start, end);
        if (says == Surroundings.Says.NO || (!likely && says == Surroundings.Says.NOTHING)) {
            return "";
        }
        return international ? "international phone number" : "national phone number";
    }

    private static Surroundings.Says says(FoldedText text, int start, int end) {
        return Surroundings.of(text, start, end, PHONE, OTHER);
    }

    /** With 00 before the calling code; from North America it is 011, and that is where numbers after 001 would be. */
    private static boolean isInternational(String digits) {
        String code = digits.startsWith("00") ? PhoneNumbering.callingCode(digits.substring(2)) : null;
        return code != null && !code.equals("1");
    }

    private boolean isRegional(String digits, int last) {
        return last < MAX_CONTEXT_GROUPS && PhoneNumbering.isNational(digits, regions);
    }

    private static boolean isBookNumber(String digits) {
        return digits.length() == 13 && (digits.startsWith("978") || digits.startsWith("979"));
    }

    private static boolean isCurrency(FoldedText text, int i) {
        int at = text.at(i) == ' ' ? (text.isDigit(i - 1) ? i + 1 : i - 1) : i;
        return Character.getType(text.at(at)) == Character.CURRENCY_SYMBOL;
    }

    private static boolean isUnit(FoldedText text, int end) {
        int start = text.at(end) == ' ' ? end + 1 : end;
        int stop = start;
        while (stop - start < 12 && Surroundings.isWordChar(text.at(stop))) {
            stop++;
        }
        return stop > start && UNITS.contains(WordSet.fold(text.substring(start, stop)));
    }

    /** {@code end} if no extension follows. */
    private static int extensionEnd(FoldedText text, int end) {
        int i = end;
        while (i - end < 2 && (text.at(i) == ' ' || text.at(i) == ',')) {
            i++;
        }
        if (text.at(i) != 'x' && text.at(i) != 'X' && text.at(i) != 'e' && text.at(i) != 'E') {
            return end;
        }
        int word = i;
        while (i - word < 10 && FoldedText.isAsciiLetter(text.at(i))) {
            i++;
        }
        String name = WordSet.fold(text.substring(word, i));
        if (!name.equals("x") && !name.equals("ext") && !name.equals("extension")) {
            return end;
        }
        while (text.at(i) == '.' || text.at(i) == ' ') {
            i++;
        }
        int digits = i;
        while (i - digits <= MAX_EXTENSION && text.isDigit(i)) {
            i++;
        }
        return i > digits && i - digits <= MAX_EXTENSION && !text.joins(i) ? i : end;
    }

    /** Digits as they are grouped, and what stands between the groups; a few, from a given place on. */
    private static final class Groups {

        /** Between groups: more than one character, such as {@code ") "}. */
        private static final char BRACKET = ')';

        private final FoldedText text;
        private final int[] starts = new int[MAX_GROUPS];
        private final int[] ends = new int[MAX_GROUPS];
        private final char[] joints = new char[MAX_GROUPS]; // after each group
        private int count;

        Groups(FoldedText text) {
            this.text = text;
        }

        void read(int start) {
            count = 0;
            int digits = 0;
            int i = start;
            while (count < MAX_GROUPS) {
                int from = i;
                while (text.isDigit(i) && digits <= MAX_DIGITS) {
                    i++;
                    digits++;
                }
                if (digits > MAX_DIGITS) {
                    return; // what was read before may still be a number
                }
                starts[count] = from;
                ends[count] = i;
                int next = next(i);
                joints[count] = next < 0 ? FoldedText.NONE : next - i == 1 ? joint(text.at(i)) : BRACKET;
                count++;
                if (next < 0) {
                    return;
                }
                i = next;
            }
        }

        private static char joint(char c) {
            return c == '(' || c == ')' ? BRACKET : c == '\t' ? ' ' : c;
        }

        /** Where the next group starts; -1 if there is none. */
        private int next(int from) {
            int i = from;
            int brackets = 0;
            int signs = 0;
            while (!text.isDigit(i)) {
                char c = text.at(i);
                if (c == '(' || c == ')') {
                    brackets++;
                } else if (c == '-' || c == '.' || c == '/') {
                    signs++;
                } else if (c != ' ' && c != '\t') {
                    return -1;
                }
                i++;
                if (i - from > 3 || brackets > 1 || signs > 1) {
                    return -1;
                }
            }
            boolean spaced = i - from == 3 && signs == 1 && brackets == 0; // " - "
            return i - from == 1 || brackets == 1 || spaced ? i : -1;
        }

        private int length(int group) {
            return ends[group] - starts[group];
        }

        /** How many brackets are open at the end; -1 if one is closed that was not open. */
        int balance(int from, int to) {
            int open = 0;
            for (int i = from; i < to; i++) {
                open += text.at(i) == '(' ? 1 : text.at(i) == ')' ? -1 : 0;
                if (open < 0) {
                    return -1;
                }
            }
            return open;
        }

        /** Of the first groups up to the given one; without a zero in brackets, as in {@code +44 (0)20}. */
        String digits(int last) {
            StringBuilder digits = new StringBuilder();
            for (int g = 0; g <= last; g++) {
                boolean left = g > 0 && length(g) == 1 && text.at(starts[g]) == '0';
                if (!left || text.at(starts[g] - 1) != '(' || text.at(ends[g]) != ')') {
                    digits.append(text.substring(starts[g], ends[g]));
                }
            }
            return digits.toString();
        }

        private int value(int group) {
            return length(group) > 8 ? -1 : Integer.parseInt(text.substring(starts[group], ends[group]));
        }

        /** The joint of all groups up to the given one, if they have the same; else {@link FoldedText#NONE}. */
        private char joint(int last) {
            for (int g = 1; g < last; g++) {
                if (joints[g] != joints[0]) {
                    return FoldedText.NONE;
                }
            }
            return joints[0];
        }

        boolean isDateOrTime(int last) {
            if (last == 0) {
                int length = length(0);
                boolean seconds = (length == 10 || length == 13) && text.at(starts[0]) == '1';
                boolean compact = length == 8 || length == 12 || length == 14;
                return seconds || (compact && isCompactDate(text.substring(starts[0], starts[0] + 8)));
            }
            if (last == 1 && isYear(0) && isYear(1)) {
                return true;
            }
            for (int g = 0; g + 2 <= last; g++) {
                boolean apart = joints[g] == joints[g + 1]
                        && joints[g] != BRACKET
                        && (joints[g] != ' ' || last == 2)
                        && (g == 0 || joints[g - 1] != joints[g])
                        && (g + 2 == last || joints[g + 2] != joints[g]);
                if (apart && isDate(g)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isCompactDate(String digits) {
            int year = Integer.parseInt(digits.substring(0, 4));
            int month = Integer.parseInt(digits.substring(4, 6));
            int day = Integer.parseInt(digits.substring(6, 8));
            return year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
        }

        private boolean isYear(int group) {
            return length(group) == 4 && value(group) >= 1900 && value(group) < 2100;
        }

        private boolean isDate(int g) {
            boolean yearFirst = isYear(g);
            if (!yearFirst && !isYear(g + 2) && length(g + 2) != 2) {
                return false;
            }
            int a = value(yearFirst ? g + 1 : g);
            int b = value(yearFirst ? g + 2 : g + 1);
            boolean lengths = length(yearFirst ? g + 2 : g) <= 2 && length(g + 1) <= 2;
            return lengths && a >= 1 && b >= 1 && a <= 31 && b <= 31 && Math.min(a, b) <= 12;
        }

        private boolean has(int first, int... lengths) {
            for (int g = 0; g < lengths.length; g++) {
                if (length(first + g) != lengths[g]) {
                    return false;
                }
            }
            return true;
        }

        /** Shapes that little else has. */
        boolean isUnmistakable(int last, int start) {
            boolean bracket = text.at(start) == '(';
            if (bracket && last >= 1 && !isYear(0) && joints[0] == BRACKET) {
                return isInBrackets(last);
            }
            return isNorthAmerican(last) || isZeroFirst(last);
        }

        /** (030) 123456, (11) 91234-5678, (555) 123-4567 */
        private boolean isInBrackets(int last) {
            int area = length(0);
            int rest = 0;
            for (int g = 1; g <= last; g++) {
                rest += length(g);
            }
            boolean grouped = last == 2 && (joints[1] == '-' || joints[1] == ' ' || joints[1] == '.') && length(2) >= 3;
            return area >= 2
                    && area <= 5
                    && rest >= 6
                    && rest <= 9
                    && area + rest >= 8
                    && (grouped || text.at(starts[0]) == '0');
        }

        /** 555-123-4567, 1-555-123-4567, 1 (555) 123-4567, 212.555.0123 */
        private boolean isNorthAmerican(int last) {
            boolean one = last == 3 && length(0) == 1 && text.at(starts[0]) == '1';
            int first = one ? 1 : 0;
            if (last != first + 2 || !has(first, 3, 3, 4) || text.at(starts[first]) < '2') {
                return false;
            }
            char joint = joints[first + 1];
            boolean alike = joints[first] == joint || (one && joints[first] == BRACKET);
            boolean dotted = joint == '.' && text.at(starts[first + 1]) >= '2';
            return alike && (joint == '-' || dotted);
        }

        /** 06 12 34 56 78, 020 7946 0958, 090-1234-5678, 07700 900123 */
        private boolean isZeroFirst(int last) {
            if (text.at(starts[0]) != '0' || length(0) < 2 || text.at(starts[0] + 1) == '0') {
                return false;
            }
            char joint = joint(last);
            if (last == 4) {
                boolean alone = joints[4] != joint && !(text.at(starts[0] - 1) == ' ' && text.isDigit(starts[0] - 2));
                return alone && (joint == ' ' || joint == '.' || joint == '-') && has(0, 2, 2, 2, 2, 2);
            }
            if (joint != ' ' && joint != '-') {
                return false;
            }
            if (last == 1) {
                return has(0, 5, 6);
            }
            int digits = last == 2 ? length(0) + length(1) + length(2) : 0;
            return (digits == 10 || digits == 11)
                    && length(0) <= 5
                    && length(1) >= 3
                    && length(1) <= 4
                    && length(2) >= 3
                    && length(2) <= 4;
        }

        /** Whether it is grouped as phone numbers are; it takes more than that to be one. */
        boolean mayBeNumber(int last) {
            if (last >= MAX_CONTEXT_GROUPS) {
                return false;
            }
            for (int g = 1; g <= last; g++) {
                boolean dotted = joints[g - 1] == '.' && joint(last) != '.'; // a decimal, or a shelf in a library
                if (length(g) < 2 || dotted) {
                    return false;
                }
            }
            return true;
        }
    }
}
