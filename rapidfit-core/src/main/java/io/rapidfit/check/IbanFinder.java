package io.rapidfit.check;

import java.util.HashMap;
import java.util.Map;

/** IBANs in one piece, or in groups of four with a space or hyphen between them. */
final class IbanFinder implements PersonalDataFinder {

    private static final int GROUP = 4;

    /** What follows the check digits, by country; n for digits, a for letters, c for both. ISO 13616, registry of 2025. */
    private static final Map<String, String> COUNTRIES = parse("""
            AD 8n12c  AE 19n     AL 8n16c  AT 16n       AZ 4a20c  BA 16n    BE 12n  BG 4a6n8c
            BH 4a14c  BI 23n     BR 23n1a1c BY 4c4n16c  CH 5n12c  CR 18n    CY 8n16c CZ 20n
            DE 18n    DJ 23n     DK 14n    DO 4c20n     EE 16n    EG 25n    ES 20n  FI 14n
            FK 2a12n  FO 14n     FR 10n11c2n GB 4a14n   GE 2a16n  GI 4a15c  GL 14n  GR 7n16c
            GT 24c    HN 4a20n   HR 17n    HU 24n       IE 4a14n  IL 19n    IQ 4a15n IS 22n
            IT 1a10n12c JO 4a4n18c KW 4a22c KZ 3n13c    LB 4n20c  LC 4a24c  LI 5n12c LT 16n
            LU 3n13c  LV 4a13c   LY 21n    MC 10n11c2n  MD 20c    ME 18n    MK 3n10c2n MN 16n
            MR 23n    MT 4a5n18c MU 4a19n3a NI 4a20n    NL 4a10n  NO 11n    OM 3n16c PK 4a16c
            PL 24n    PS 4a21c   PT 21n    QA 4a21c     RO 4a16c  RS 18n    RU 14n15c SA 2n18c
            SC 4a20n3a SD 14n    SE 20n    SI 15n       SK 20n    SM 1a10n12c SO 19n ST 21n
            SV 4a20n  TL 19n     TN 20n    TR 6n16c     UA 6n19c  VA 18n    VG 4a16n XK 16n
            YE 4a4n18c
            """);

    private static Map<String, String> parse(String table) {
        Map<String, String> patterns = new HashMap<>();
        String[] cells = table.trim().split("\\s+", -1);
        for (int i = 0; i < cells.length; i += 2) {
            StringBuilder pattern = new StringBuilder();
            int count = 0;
            for (char c : cells[i + 1].toCharArray()) {
                if (FoldedText.isDigit(c)) {
                    count = 10 * count + c - '0';
                } else {
                    pattern.append(String.valueOf(c).repeat(count));
                    count = 0;
                }
            }
            patterns.put(cells[i], pattern.toString());
        }
        return patterns;
    }

    @Override
    public void find(FoldedText text, Sink sink) {
        for (int i = 0; i < text.length() - GROUP; i++) {
            if (text.isDigit(i + 2)
                    && text.isDigit(i + 3)
                    && FoldedText.isAsciiLetter(text.at(i))
                    && FoldedText.isAsciiLetter(text.at(i + 1))
                    && !text.joins(i - 1)) {
                String country = new String(new char[] {upper(text.at(i)), upper(text.at(i + 1))});
                String pattern = COUNTRIES.get(country);
                int end = pattern == null ? -1 : end(text, i, pattern);
                if (end > 0) {
                    sink.found(PersonalDataKind.IBAN, i, end, "IBAN of " + country);
                    i = end - 1;
                }
            }
        }
    }

    private static char upper(char c) {
        return c >= 'a' ? (char) (c - 'a' + 'A') : c;
    }

    /** -1 if there is none. */
    private static int end(FoldedText text, int start, String pattern) {
        String bban = null;
        int end = -1;
        char separator = text.at(start + GROUP);
        if (separator == ' ' || separator == '-') {
            end = groupsEnd(text, start, pattern.length() + GROUP, separator);
            bban = end < 0 ? null : text.substring(start + GROUP, end).replace(String.valueOf(separator), "");
        } else if (start + GROUP + pattern.length() <= text.length()) {
            end = start + GROUP + pattern.length();
            bban = text.substring(start + GROUP, end);
        }
        if (bban == null || text.joins(end) || !matches(bban, pattern)) {
            return -1;
        }
        return CheckDigits.mod97(bban + text.substring(start, start + GROUP)) == 1 ? end : -1;
    }

    private static int groupsEnd(FoldedText text, int start, int length, char separator) {
        int i = start;
        for (int n = 0; n < length; n++) {
            if (n > 0 && n % GROUP == 0 && text.at(i++) != separator) {
                return -1;
            }
            if (text.at(i) == separator) {
                return -1;
            }
            i++;
        }
        return i <= text.length() ? i : -1;
    }

    private static boolean matches(String bban, String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            boolean digit = FoldedText.isDigit(bban.charAt(i));
            boolean letter = FoldedText.isAsciiLetter(bban.charAt(i));
            boolean matches = switch (pattern.charAt(i)) {
                case 'n' -> digit;
                case 'a' -> letter;
                default -> digit || letter;
            };
            if (!matches) {
                return false;
            }
        }
        return true;
    }
}
