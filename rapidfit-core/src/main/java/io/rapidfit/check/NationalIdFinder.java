package io.rapidfit.check;

import org.jspecify.annotations.Nullable;

/**
 * Numbers that states give to persons. One whose form and check digits say enough is found wherever it stands; one that
 * other numbers may look like needs a word before or after that names it.
 */
final class NationalIdFinder implements PersonalDataFinder {

    private static final String ANY = " -./";
    private static final String PLAIN = " -";

    private static final Shape SSN = new Shape("ddd dd dddd", PLAIN);
    private static final Shape DNI = new Shape("dddddddd a", PLAIN);
    private static final Shape NIE = new Shape("a ddddddd a", PLAIN);
    private static final Shape CODICE_FISCALE = new Shape("aaa aaa xxaxx axxxa", PLAIN);
    private static final Shape NINO = new Shape("aa dd dd dd a", PLAIN);
    private static final Shape STEUER_ID = new Shape("dd ddd ddd ddd", ANY);
    private static final Shape NIR = new Shape("d dd dd xx ddd ddd dd", ANY);
    private static final Shape AADHAAR = new Shape("dddd dddd dddd", PLAIN);
    private static final Shape CPF_DOTTED = new Shape("ddd.ddd.ddd-dd", "");
    private static final Shape CPF = new Shape("ddddddddddd", "");
    private static final Shape SAUDI = new Shape("dddddddddd", "");
    private static final Shape EGYPT = new Shape("dddddddddddddd", "");

    private static final WordSet SSN_WORDS = WordSet.of("ssn ssns social_security itin tin taxpayer");
    private static final WordSet DNI_WORDS = WordSet.of("dni nie nif identidad documento");
    private static final WordSet FISCALE_WORDS = WordSet.of("fiscale cf c_f");
    private static final WordSet NINO_WORDS =
            WordSet.of("nino ni national_insurance insurance_number ni_number insurance");
    private static final WordSet STEUER_WORDS = WordSet.of("""
            steuer steuerid idnr tin steueridnr steuernummer steueridentifikationsnummer identifikationsnummer \
            steuerliche""");
    private static final WordSet AADHAAR_WORDS = WordSet.of("aadhaar aadhar adhaar adhar uidai आधार");
    private static final WordSet CPF_WORDS = WordSet.of("cpf");
    private static final WordSet IDENTITY_WORDS = WordSet.of("""
            iqama national_id nationalid identity id_number id_card هوية \
            الهوية هويتي إقامة \
            الإقامة إقامتي قومي \
            القومي بطاقة بطاقتي""");

    private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String FISCALE_MONTHS = "ABCDEHLMPRST";
    private static final String FISCALE_DIGITS =
            "LMNPQRSTUV"; // instead of digits where two persons would have one code
    private static final int[] FISCALE_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };
    private static final String EGYPT_GOVERNORATES =
            " 01 02 03 04 11 12 13 14 15 16 17 18 19 21 22 23 24 25 26 27 28 29 31 32 33 34 35 88 ";

    @Override
    public void find(FoldedText text, Sink sink) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            boolean digit = FoldedText.isDigit(c);
            if ((digit || FoldedText.isAsciiLetter(c)) && text.startsHere(i)) {
                int end = digit ? digitsFirst(text, i, sink) : letterFirst(text, i, sink);
                i = end > 0 ? end - 1 : i;
            }
        }
    }

    private static int digitsFirst(FoldedText text, int i, Sink sink) {
        int end = ssn(text, i, sink);
        end = end > 0 ? end : dni(text, i, sink);
        end = end > 0 ? end : cpf(text, i, sink);
        end = end > 0 ? end : nir(text, i, sink);
        end = end > 0 ? end : aadhaar(text, i, sink);
        end = end > 0 ? end : steuerId(text, i, sink);
        return end > 0 ? end : identity(text, i, sink);
    }

    private static int letterFirst(FoldedText text, int i, Sink sink) {
        int end = nie(text, i, sink);
        end = end > 0 ? end : nino(text, i, sink);
        return end > 0 ? end : codiceFiscale(text, i, sink);
    }

    private static Shape.@Nullable Found whole(Shape shape, FoldedText text, int start) {
        Shape.Found found = shape.at(text, start);
        if (found == null || !text.endsHere(found.end())) {
            return null;
        }
        return found.separator() == ' ' && text.isAmongGroups(start, found.end()) ? null : found;
    }

    private static int found(Sink sink, int start, int end, String detail) {
        sink.found(PersonalDataKind.NATIONAL_ID, start, end, detail);
        return end;
    }

    /** Social Security Administration, POMS RM 10201.035: no area 000, 666 or from 900, no group 00, no serial 0000. */
    private static int ssn(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(SSN, text, start);
        if (found == null) {
            return -1;
        }
        String digits = found.value();
        boolean given = !digits.startsWith("000")
                && !digits.startsWith("666")
                && digits.charAt(0) != '9'
                && !digits.startsWith("00", 3)
                && !digits.endsWith("0000");
        if (!given) {
            return -1;
        }
        Surroundings.Says says = Surroundings.of(text, start, found.end(), SSN_WORDS, Words.OTHER_NUMBER);
        boolean enough = found.separator() == '-' ? says != Surroundings.Says.NO : says == Surroundings.Says.YES;
        return enough ? found(sink, start, found.end(), "US SSN") : -1;
    }

    /** Real Decreto 1553/2005: the letter is the number modulo 23. */
    private static int dni(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(DNI, text, start);
        if (found == null || !hasDniLetter(found.value())) {
            return -1;
        }
        boolean capital = text.at(found.end() - 1) < 'a' && found.separator() != ' ';
        return capital || Surroundings.say(text, start, found.end(), DNI_WORDS)
                ? found(sink, start, found.end(), "Spanish DNI")
                : -1;
    }

    private static int nie(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(NIE, text, start);
        int prefix = found == null ? -1 : "XYZ".indexOf(found.value().charAt(0));
        if (found == null || prefix < 0 || !hasDniLetter(prefix + found.value().substring(1))) {
            return -1;
        }
        return found(sink, start, found.end(), "Spanish NIE");
    }

    private static boolean hasDniLetter(String value) {
        return DNI_LETTERS.charAt(Integer.parseInt(value.substring(0, 8)) % 23) == value.charAt(8);
    }

    /** Decreto del Ministero delle Finanze, 23 December 1976. */
    private static int codiceFiscale(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(CODICE_FISCALE, text, start);
        if (found == null) {
            return -1;
        }
        String code = found.value();
        if (FISCALE_MONTHS.indexOf(code.charAt(8)) < 0) {
            return -1;
        }
        int day = 10 * fiscaleDigit(code.charAt(9)) + fiscaleDigit(code.charAt(10)); // of women it is 40 more
        boolean numeric = true;
        for (int i : new int[] {6, 7, 9, 10, 12, 13, 14}) {
            numeric &= fiscaleDigit(code.charAt(i)) >= 0;
        }
        if (!numeric || day % 40 < 1 || day % 40 > 31 || day > 71) {
            return -1;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char c = code.charAt(i);
            int value = FoldedText.isDigit(c) ? c - '0' : c - 'A';
            sum += i % 2 == 0 ? FISCALE_ODD[value] : value;
        }
        if ('A' + sum % 26 != code.charAt(15)) {
            return -1;
        }
        boolean grouped = found.separator() != Shape.WHOLE;
        return !grouped || Surroundings.say(text, start, found.end(), FISCALE_WORDS)
                ? found(sink, start, found.end(), "Italian codice fiscale")
                : -1;
    }

    private static int fiscaleDigit(char c) {
        return FoldedText.isDigit(c) ? c - '0' : FISCALE_DIGITS.indexOf(c);
    }

    /** HMRC, National Insurance Manual NIM39110; QQ, which it uses in its example, too. It has no check digit. */
    private static int nino(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(NINO, text, start);
        if (found == null) {
            return -1;
        }
        String prefix = found.value().substring(0, 2);
        boolean given = prefix.equals("QQ")
                || ("DFIQUV".indexOf(prefix.charAt(0)) < 0
                        && "DFIOQUV".indexOf(prefix.charAt(1)) < 0
                        && !" BG GB KN NK NT TN ZZ ".contains(' ' + prefix + ' '));
        if (!given || "ABCD".indexOf(found.value().charAt(8)) < 0) {
            return -1;
        }
        boolean grouped = found.separator() == ' ' && text.at(start) < 'a';
        return grouped || Surroundings.say(text, start, found.end(), NINO_WORDS)
                ? found(sink, start, found.end(), "UK NINO")
                : -1;
    }

    /** Bundeszentralamt fuer Steuern: MOD 11,10; of the first ten digits exactly one occurs twice or three times. */
    private static int steuerId(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(STEUER_ID, text, start);
        if (found == null || found.value().charAt(0) == '0' || !CheckDigits.mod11And10(found.value())) {
            return -1;
        }
        int[] counts = new int[10];
        for (int i = 0; i < 10; i++) {
            counts[found.value().charAt(i) - '0']++;
        }
        int repeated = 0;
        for (int count : counts) {
            if (count > 3) {
                return -1;
            }
            repeated += count > 1 ? 1 : 0;
        }
        return repeated == 1 && Surroundings.say(text, start, found.end(), STEUER_WORDS)
                ? found(sink, start, found.end(), "German Steuer-ID")
                : -1;
    }

    /** INSEE: sex, year, month, department, commune, order, and 97 less the remainder; Corsica's letters are 19 and 18. */
    private static int nir(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(NIR, text, start);
        if (found == null || "123478".indexOf(found.value().charAt(0)) < 0) {
            return -1;
        }
        String department = found.value().substring(5, 7);
        String number = found.value();
        if (department.equals("2A") || department.equals("2B")) {
            number = number.substring(0, 5) + (department.equals("2A") ? "19" : "18") + number.substring(7);
        }
        if (!number.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int month = Integer.parseInt(number.substring(3, 5));
        boolean given = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50; // partly unknown
        long key = 97 - Long.parseLong(number.substring(0, 13)) % 97;
        return given && key == Integer.parseInt(number.substring(13))
                ? found(sink, start, found.end(), "French NIR")
                : -1;
    }

    /** UIDAI: twelve digits, Verhoeff, the first neither 0 nor 1. */
    private static int aadhaar(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(AADHAAR, text, start);
        if (found == null || found.value().charAt(0) < '2' || !CheckDigits.verhoeff(found.value())) {
            return -1;
        }
        Surroundings.Says says = Surroundings.of(text, start, found.end(), AADHAAR_WORDS, Words.OTHER_NUMBER);
        boolean enough =
                found.separator() == Shape.WHOLE ? says == Surroundings.Says.YES : says != Surroundings.Says.NO;
        return enough ? found(sink, start, found.end(), "Indian Aadhaar") : -1;
    }

    /** Receita Federal: two check digits modulo 11. */
    private static int cpf(FoldedText text, int start, Sink sink) {
        Shape.Found found = whole(CPF_DOTTED, text, start);
        boolean dotted = found != null;
        found = dotted ? found : whole(CPF, text, start);
        if (found == null || found.value().chars().distinct().count() == 1) {
            return -1;
        }
        String digits = found.value();
        if (cpfDigit(digits, 9) != digits.charAt(9) - '0' || cpfDigit(digits, 10) != digits.charAt(10) - '0') {
            return -1;
        }
        return dotted || Surroundings.say(text, start, found.end(), CPF_WORDS)
                ? found(sink, start, found.end(), "Brazilian CPF")
                : -1;
    }

    private static int cpfDigit(String digits, int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (count + 1 - i) * (digits.charAt(i) - '0');
        }
        int rest = 11 - sum % 11;
        return rest > 9 ? 0 : rest;
    }

    private static int identity(FoldedText text, int start, Sink sink) {
        Shape.Found saudi = whole(SAUDI, text, start);
        if (saudi != null) { // citizens 1, residents 2; Luhn
            boolean given = saudi.value().charAt(0) == '1' || saudi.value().charAt(0) == '2';
            return given
                            && CheckDigits.luhn(saudi.value())
                            && Surroundings.say(text, start, saudi.end(), IDENTITY_WORDS)
                    ? found(sink, start, saudi.end(), "Saudi identity number")
                    : -1;
        }
        Shape.Found egypt = whole(EGYPT, text, start);
        return egypt != null && isEgyptian(egypt.value()) && Surroundings.say(text, start, egypt.end(), IDENTITY_WORDS)
                ? found(sink, start, egypt.end(), "Egyptian identity number")
                : -1;
    }

    /** Century, date of birth, governorate. How the last digit is made was never published: it is not checked. */
    private static boolean isEgyptian(String digits) {
        int month = Integer.parseInt(digits.substring(3, 5));
        int day = Integer.parseInt(digits.substring(5, 7));
        return (digits.charAt(0) == '2' || digits.charAt(0) == '3')
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= 31
                && EGYPT_GOVERNORATES.contains(' ' + digits.substring(7, 9) + ' ');
    }
}
