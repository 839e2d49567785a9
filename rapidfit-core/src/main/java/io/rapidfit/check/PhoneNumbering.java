package io.rapidfit.check;

import io.rapidfit.internal.Require;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which country calling codes there are, and how long the numbers under them and the national forms are. */
final class PhoneNumbering {

    /** The most digits of an international number, without prefix: ITU-T E.164. */
    static final int MAX_DIGITS = 15;

    private static final int MIN_DIGITS = 7;

    private record Lengths(int min, int max) {}

    /** The least and the most digits of national numbers by calling code: ITU-T E.164 and the national plans, 2025. */
    private static final Map<String, Lengths> CODES = codes("""
            1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9
            43:7-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:7-12 51:8-9 52:10-10 53:8-8 54:10-11 55:10-11
            56:9-9 57:8-10 58:10-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10
            84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 95:7-10 98:10-10
            211:9-9 212:9-9 213:8-9 216:8-8 218:8-9 220:7-7 221:9-9 222:8-8 223:8-8 224:8-9 225:8-10 226:8-8
            227:8-8 228:8-8 229:8-10 230:7-8 231:7-9 232:8-8 233:9-9 234:8-10 235:8-8 236:8-8 237:8-9 238:7-7
            239:7-7 240:9-9 241:7-8 242:9-9 243:9-9 244:9-9 245:7-9 246:7-7 247:4-5 248:7-7 249:9-9 250:9-9
            251:9-9 252:7-9 253:8-8 254:9-9 255:9-9 256:9-9 257:8-8 258:8-9 260:9-9 261:9-9 262:9-9 263:9-9
            264:8-9 265:7-9 266:8-8 267:7-8 268:8-8 269:7-7 290:4-5 291:7-7 297:7-7 298:6-6 299:6-6 350:8-8
            351:9-9 352:6-9 353:7-9 354:7-9 355:8-9 356:8-8 357:8-8 358:6-11 359:7-9 370:8-8 371:8-8 372:7-8
            373:8-8 374:8-8 375:9-9 376:6-9 377:8-9 378:6-10 380:9-9 381:8-9 382:8-8 383:8-8 385:8-9 386:8-8
            387:8-9 389:8-8 420:9-9 421:9-9 423:7-7 500:5-5 501:7-7 502:8-8 503:8-8 504:8-8 505:8-8 506:8-8
            507:7-8 508:6-6 509:8-8 590:9-9 591:8-8 592:7-7 593:8-9 594:9-9 595:8-9 596:9-9 597:6-7 598:7-8
            599:7-8 670:7-8 672:6-6 673:7-7 674:7-7 675:7-8 676:5-7 677:5-7 678:5-7 679:7-7 680:7-7 681:6-6
            682:5-5 683:4-7 685:5-7 686:5-8 687:6-6 688:5-6 689:6-8 690:4-7 691:7-7 692:7-7 800:8-8 808:8-8
            850:8-10 852:8-8 853:8-8 855:8-9 856:8-10 870:9-9 880:8-10 881:8-9 882:7-12 883:7-12 886:8-9
            888:7-12 960:7-7 961:7-8 962:8-9 963:8-9 964:8-10 965:8-8 966:8-9 967:7-9 968:8-8 970:8-9 971:8-9
            972:8-9 973:8-8 974:8-8 975:7-8 976:8-8 977:8-10 979:9-9 992:9-9 993:8-8 994:9-9 995:9-9 996:9-9
            998:9-9
            """);

    /** Calling code; what national numbers start with, in brackets if it may be left out; the digits that may follow. */
    private record Plan(Lengths lengths, String trunk, boolean optionalTrunk, String first) {}

    private static final Map<String, Plan> REGIONS = regions("""
            AE 971 0 2-9   AR 54 (0) 1-9  AT 43 0 1-9    AU 61 0 2-478  BD 880 0 1-9   BE 32 0 1-9
            BH 973 - 136-8 BR 55 (0) 1-9  CA 1 (1) 2-9   CH 41 0 2-9    CL 56 - 2-9    CN 86 (0) 1-9
            CO 57 (0) 36   CZ 420 - 2-79  DE 49 0 1-9    DK 45 - 2-9    DZ 213 0 2-9   EG 20 0 1-9
            ES 34 - 6-9    FI 358 0 1-9   FR 33 0 1-9    GB 44 0 1-9    GR 30 - 26     HK 852 - 2-9
            HU 36 06 1-9   ID 62 0 1-9    IE 353 0 1-9   IL 972 0 2-9   IN 91 (0) 6-9  IQ 964 0 1-9
            IR 98 0 1-9    IT 39 - 03     JO 962 0 2-9   JP 81 0 1-9    KE 254 0 1-9   KR 82 0 1-9
            KW 965 - 12569 LB 961 0 1-9   LY 218 0 2-9   MA 212 0 5-9   MX 52 - 2-9    MY 60 0 1-9
            NG 234 0 1-9   NL 31 0 1-9    NO 47 - 2-9    NZ 64 0 2-9    OM 968 - 279   PE 51 (0) 1-9
            PH 63 0 2-9    PK 92 0 2-9    PL 48 - 1-9    PT 351 - 2369  QA 974 - 3-7   RO 40 0 2-9
            RU 7 8 3-9     SA 966 0 1-9   SE 46 0 1-9    SG 65 - 3689   TH 66 0 2-9    TN 216 - 2-9
            TR 90 (0) 2-5  TW 886 0 2-9   UA 380 0 3-9   US 1 (1) 2-9   VN 84 0 2-9    ZA 27 0 1-8
            """);

    private PhoneNumbering() {}

    private static Map<String, Lengths> codes(String table) {
        Map<String, Lengths> codes = new HashMap<>();
        for (String cell : table.trim().split("\\s+", -1)) {
            String[] parts = cell.split("[:-]", -1);
            codes.put(parts[0], new Lengths(Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        }
        return codes;
    }

    private static Map<String, Plan> regions(String table) {
        Map<String, Plan> regions = new TreeMap<>();
        String[] cells = table.trim().split("\\s+", -1);
        for (int i = 0; i < cells.length; i += 4) {
            String trunk = cells[i + 2].equals("-") ? "" : cells[i + 2].replaceAll("[()]", "");
            Lengths lengths = Require.nonNull(cells[i + 1], CODES.get(cells[i + 1]));
            regions.put(cells[i], new Plan(lengths, trunk, cells[i + 2].startsWith("("), digits(cells[i + 3])));
        }
        return regions;
    }

    /** "1-35" is "1235". */
    private static String digits(String ranges) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < ranges.length(); i++) {
            if (ranges.charAt(i) == '-') {
                for (char c = (char) (ranges.charAt(i - 1) + 1); c < ranges.charAt(i + 1); c++) {
                    digits.append(c);
                }
            } else {
                digits.append(ranges.charAt(i));
            }
        }
        return digits.toString();
    }

    /** @throws IllegalArgumentException if there is no plan for it; the message lists those there are */
    static String region(String name, String region) {
        String known = Require.notBlank(name, region).toUpperCase(Locale.ROOT);
        if (!REGIONS.containsKey(known)) {
            throw new IllegalArgumentException(
                    "%s must be one of %s but was %s".formatted(name, String.join(", ", REGIONS.keySet()), region));
        }
        return known;
    }

    /** The calling code of an international number without its plus sign; null if no number can be like this. */
    static @Nullable String callingCode(String digits) {
        for (int length = 1; length <= 3 && length < digits.length(); length++) {
            String code = digits.substring(0, length);
            Lengths lengths = CODES.get(code);
            if (lengths != null) { // no code is the start of another
                return isNumber(code, digits.substring(length), lengths) ? code : null;
            }
        }
        return null;
    }

    private static boolean isNumber(String code, String national, Lengths lengths) {
        if (code.length() + national.length() < MIN_DIGITS) {
            return false;
        }
        boolean zero = national.charAt(0) == '0' && !code.equals("39") && !code.equals("225");
        boolean northAmerican = !code.equals("1") || (national.charAt(0) >= '2');
        return !zero && northAmerican && national.length() >= lengths.min() && national.length() <= lengths.max();
    }

    /** Whether one of the regions has national numbers like this. */
    static boolean isNational(String digits, List<String> regions) {
        for (String region : regions) {
            Plan plan = Require.nonNull(region, REGIONS.get(region));
            boolean trunk = !plan.trunk().isEmpty() && digits.startsWith(plan.trunk());
            if (trunk && isNational(digits.substring(plan.trunk().length()), plan)) {
                return true;
            }
            if ((plan.trunk().isEmpty() || plan.optionalTrunk()) && isNational(digits, plan)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNational(String number, Plan plan) {
        return number.length() >= Math.max(MIN_DIGITS, plan.lengths().min())
                && number.length() <= plan.lengths().max()
                && plan.first().indexOf(number.charAt(0)) >= 0;
    }
}
