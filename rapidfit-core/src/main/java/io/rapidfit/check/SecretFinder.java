package io.rapidfit.check;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys, tokens and passwords: those with a prefix that their issuer documents, private keys in PEM, JSON web tokens, what
 * stands for a password in a URL or after a word for one, and tokens that look random near a word for them.
 */
final class SecretFinder implements PersonalDataFinder {

    /** A documented form: the prefix, how many characters follow at least, and whose it is. */
    private record Form(String prefix, int min, String detail) {}

    private static final List<Form> FORMS = List.of(
            new Form("sk-ant-", 20, "Anthropic key"),
            new Form("sk-", 20, "OpenAI key"),
            new Form("sk_live_", 16, "Stripe key"),
            new Form("sk_test_", 16, "Stripe key"),
            new Form("rk_live_", 16, "Stripe key"),
            new Form("rk_test_", 16, "Stripe key"),
            new Form("whsec_", 24, "Stripe key"),
            new Form("ghp_", 36, "GitHub token"),
            new Form("gho_", 36, "GitHub token"),
            new Form("ghu_", 36, "GitHub token"),
            new Form("ghs_", 36, "GitHub token"),
            new Form("ghr_", 36, "GitHub token"),
            new Form("github_pat_", 22, "GitHub token"),
            new Form("glpat-", 20, "GitLab token"),
            new Form("xoxb-", 10, "Slack token"),
            new Form("xoxp-", 10, "Slack token"),
            new Form("xoxa-", 10, "Slack token"),
            new Form("xoxr-", 10, "Slack token"),
            new Form("xoxs-", 10, "Slack token"),
            new Form("xapp-", 10, "Slack token"),
            new Form("AKIA", 16, "AWS key"),
            new Form("ASIA", 16, "AWS key"),
            new Form("AIza", 35, "Google key"),
            new Form("npm_", 36, "npm token"),
            new Form("pypi-", 50, "PyPI token"),
            new Form("hf_", 30, "Hugging Face token"),
            new Form("dop_v1_", 64, "DigitalOcean token"),
            new Form("shpat_", 32, "Shopify token"));

    private static final int MIN_RANDOM = 16;
    private static final int MAX_HEADER = 512;
    private static final int MAX_URL = 256;

    /** Nobody types more. */
    private static final int MAX_VALUE = 256;

    private static final WordSet PASSWORD = WordSet.of("""
            password passwords passwd pwd passphrase passcode contraseña clave passwort kennwort senha şifre parola \
            пароль المرور السر 密码 密碼 パスワード 비밀번호
            """);

    private static final WordSet NAMED_SECRET =
            WordSet.of("secret token apikey secretkey accesskey authtoken accesstoken");

    /** Before "key", which alone means much else. */
    private static final WordSet OF_KEY = WordSet.of("api access secret private auth encryption signing");

    private static final WordSet IS = WordSet.of("is es est ist é هي هو");

    private static final WordSet KEY = WordSet.of(
            "key keys apikey token tokens secret secrets credential credentials password passwd pwd auth authorization",
            "bearer authentication clave contraseña schlüssel clé مفتاح");

    private static final WordSet HASH = WordSet.of(
            "commit commits sha hash hashes checksum md digest etag revision uuid guid fingerprint branch blob tree",
            Words.LISTS);

    private static final String PEM_BEGIN = "-----BEGIN ";
    private static final String PEM_KEY = "PRIVATE KEY";
    private static final String PEM_END = "-----END ";
    private static final String DASHES = "-----";

    @Override
    public void find(FoldedText text, Sink sink) {
        findPem(text, sink);
        for (int i = 0; i < text.length(); i++) {
            char c = text.at(i);
            if (isToken(c) && !isToken(text.at(i - 1))) {
                int end = i;
                while (isToken(text.at(end))) {
                    end++;
                }
                token(text, i, end, sink);
                i = end - 1;
            } else if (c == ':' && text.at(i + 1) == '/' && text.at(i + 2) == '/') {
                urlPassword(text, i + 3, sink);
            }
        }
        for (int i = 0; i < text.length(); i++) {
            if (Surroundings.isWordChar(text.at(i))) {
                int end = wordEnd(text, i);
                named(text, i, end, sink);
                i = end - 1;
            }
        }
    }

    private static boolean isToken(char c) {
        return FoldedText.isDigit(c) || FoldedText.isAsciiLetter(c) || c == '_' || c == '-' || c == '+' || c == '/';
    }

    private static boolean isPlainToken(char c) {
        return isToken(c) && c != '+' && c != '/';
    }

    private static void found(Sink sink, int start, int end, String detail) {
        sink.found(PersonalDataKind.SECRET, start, end, detail);
    }

    /** From one line of dashes to the other; to the end of what can be a key if there is no other. */
    private static void findPem(FoldedText text, Sink sink) {
        for (int i = indexOf(text, PEM_BEGIN, 0); i >= 0; i = indexOf(text, PEM_BEGIN, i + 1)) {
            int title = i + PEM_BEGIN.length();
            int titleEnd = title;
            while (titleEnd - title < 40 && (Character.isUpperCase(text.at(titleEnd)) || text.at(titleEnd) == ' ')) {
                titleEnd++;
            }
            if (text.substring(title, titleEnd).contains(PEM_KEY) && startsWith(text, DASHES, titleEnd)) {
                int end = titleEnd + DASHES.length();
                while (isPemBody(text, end)) {
                    end++;
                }
                if (startsWith(text, PEM_END, end)) {
                    end += PEM_END.length();
                    while (Character.isUpperCase(text.at(end)) || text.at(end) == ' ') {
                        end++;
                    }
                    end += startsWith(text, DASHES, end) ? DASHES.length() : 0;
                }
                found(sink, i, end, "private key");
                i = end - 1;
            }
        }
    }

    private static boolean isPemBody(FoldedText text, int i) {
        char c = text.at(i);
        return (isToken(c) && !(c == '-' && startsWith(text, DASHES, i)))
                || c == '='
                || c == ':'
                || c == ','
                || c == '\\' // \n, written out
                || Character.isWhitespace(c);
    }

    private static int indexOf(FoldedText text, String wanted, int from) {
        for (int i = from; i + wanted.length() <= text.length(); i++) {
            if (startsWith(text, wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean startsWith(FoldedText text, String wanted, int at) {
        for (int i = 0; i < wanted.length(); i++) {
            if (text.at(at + i) != wanted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static void token(FoldedText text, int start, int end, Sink sink) {
        for (int i = start; i < end; i++) { // what slashes and plus signs part may each be one
            if (isPlainToken(text.at(i)) && (i == start || !isPlainToken(text.at(i - 1)))) {
                int stop = i;
                while (stop < end && isPlainToken(text.at(stop))) {
                    stop++;
                }
                if (known(text, i, stop, sink)) {
                    return;
                }
                i = stop - 1;
            }
        }
        int first = start; // a sign before it is not of it
        while (first < end && !FoldedText.isDigit(text.at(first)) && !FoldedText.isAsciiLetter(text.at(first))) {
            first++;
        }
        if (end - first >= MIN_RANDOM && looksRandom(text, first, end)) {
            int stop = end;
            while (stop - end < 2 && text.at(stop) == '=') {
                stop++;
            }
            if (Surroundings.before(text, first, KEY, HASH) == Surroundings.Says.YES) {
                found(sink, first, stop, "token");
            }
        }
    }

    private static boolean known(FoldedText text, int start, int end, Sink sink) {
        for (Form form : FORMS) {
            if (startsWith(text, form.prefix(), start)) {
                int from = start + form.prefix().length();
                if (end - from >= form.min() && isMixed(text, from, end)) {
                    found(sink, start, end, form.detail());
                    return true;
                }
            }
        }
        int jwt = startsWith(text, "eyJ", start) && text.at(end) == '.' ? jwtEnd(text, start, end) : -1;
        if (jwt > 0) {
            found(sink, start, jwt, "JSON web token");
        }
        return jwt > 0;
    }

    /** RFC 7515 and 7516: three parts, or five, of base64url, the first a header that names an algorithm. */
    private static int jwtEnd(FoldedText text, int start, int headerEnd) {
        String header = text.substring(start, Math.min(headerEnd, start + MAX_HEADER / 4 * 4));
        String decoded = decode(header);
        if (decoded == null || !decoded.contains("\"alg\"")) {
            return -1;
        }
        int parts = 1;
        int end = headerEnd;
        while (parts < 5 && text.at(end) == '.' && isPlainToken(text.at(end + 1))) {
            end++;
            while (isPlainToken(text.at(end))) {
                end++;
            }
            parts++;
        }
        return parts >= 3 ? end : -1;
    }

    private static @Nullable String decode(String base64) {
        try {
            return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null; // no base64: no token
        }
    }

    /** Not all x, and not words only. */
    private static boolean isMixed(FoldedText text, int start, int end) {
        boolean digit = false;
        for (int i = start; i < end; i++) {
            digit |= text.isDigit(i);
        }
        return digit && distinct(text, start, end) >= 6;
    }

    private static int distinct(FoldedText text, int start, int end) {
        long low = 0;
        long high = 0;
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            if (c < 64) {
                low |= 1L << c;
            } else if (c < 128) {
                high |= 1L << (c - 64);
            }
        }
        return Long.bitCount(low) + Long.bitCount(high);
    }

    /** Many changes between letters and digits; words with a number or two have few. */
    private static boolean looksRandom(FoldedText text, int start, int end) {
        return changes(text, start, end) >= (end - start < 24 ? 3 : 4) && distinct(text, start, end) >= 8;
    }

    private static int changes(FoldedText text, int start, int end) {
        int changes = 0;
        int last = -1;
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            int type = FoldedText.isDigit(c) ? 0 : FoldedText.isAsciiLetter(c) ? 1 : -1;
            if (type >= 0) {
                changes += last >= 0 && type != last ? 1 : 0;
                last = type;
            }
        }
        return changes;
    }

    /** {@code scheme://user:password@host} */
    private static void urlPassword(FoldedText text, int start, Sink sink) {
        int colon = -1;
        for (int i = start; i < start + MAX_URL; i++) {
            char c = text.at(i);
            if (c == ':' && colon < 0) {
                colon = i;
            } else if (c == '@') {
                if (colon >= 0 && i > colon + 1 && !isStandIn(text.at(colon + 1))) {
                    found(sink, colon + 1, i, "password in a URL");
                }
                return;
            } else if (c == '/' || c == '?' || c == '#' || c == FoldedText.NONE || Character.isWhitespace(c)) {
                return;
            }
        }
    }

    private static int wordEnd(FoldedText text, int start) {
        boolean unspaced = FoldedText.isUnspaced(text.at(start));
        int end = start;
        while (Surroundings.isWordChar(text.at(end)) && FoldedText.isUnspaced(text.at(end)) == unspaced) {
            end++;
        }
        return end;
    }

    /** {@code password: value}, and the like. */
    private static void named(FoldedText text, int start, int end, Sink sink) {
        if (end - start > 24) {
            return;
        }
        char next = text.at(end); // most words are followed by neither; ask no further
        if (next != ' '
                && next != ':'
                && next != '='
                && next != '"'
                && next != '\''
                && !text.isDigit(end)
                && !FoldedText.isUnspaced(text.at(start))) {
            return;
        }
        String word = WordSet.fold(text.substring(start, end));
        boolean password = PASSWORD.contains(word) || word.endsWith("password") || word.endsWith("passwd");
        boolean named = !password
                && (NAMED_SECRET.contains(word)
                        || word.endsWith("token")
                        || word.endsWith("secret")
                        || word.endsWith("apikey")
                        || (word.equals("key") && isOfKey(text, start)));
        if (!password && !named) {
            return;
        }
        int value = valueStart(text, start, end, password);
        if (value < 0 || isStandIn(text.at(value))) {
            return;
        }
        int stop = valueEnd(text, value);
        if (password ? isPassword(text, value, stop) : isNamedSecret(text, value, stop)) {
            found(sink, value, stop, password ? "password" : "token");
        }
    }

    private static boolean isOfKey(FoldedText text, int start) {
        int end = start - 1;
        int from = end;
        while (end - from < 12 && FoldedText.isAsciiLetter(text.at(from - 1))) {
            from--;
        }
        return from < end && OF_KEY.contains(WordSet.fold(text.substring(from, end)));
    }

    /** -1 if nothing says that a value follows. */
    private static int valueStart(FoldedText text, int start, int end, boolean password) {
        int i = skip(text, end);
        boolean says = false;
        if (text.at(i) == ':' || text.at(i) == '=') {
            says = true;
            i++;
            i += text.at(i) == '=' || text.at(i) == '>' ? 1 : 0;
        } else if (password) {
            int stop = wordEnd(text, i);
            says = (stop > i && i > end && IS.contains(WordSet.fold(text.substring(i, stop))))
                    || (i == end && FoldedText.isUnspaced(text.at(start)));
            i = stop > i ? (says && i > end ? stop : i) : i;
            int colon = skip(text, i);
            i = says && text.at(colon) == ':' ? colon + 1 : i;
        }
        return says ? skip(text, i) : -1;
    }

    /** A quotation mark and a few spaces. */
    private static int skip(FoldedText text, int from) {
        int i = from;
        while (i - from < 4 && (text.at(i) == ' ' || text.at(i) == '"' || text.at(i) == '\'' || text.at(i) == '`')) {
            i++;
        }
        return i;
    }

    private static int valueEnd(FoldedText text, int start) {
        int end = start;
        while (end - start <= MAX_VALUE && !endsValue(text.at(end))) {
            end++;
        }
        if (end - start > MAX_VALUE) {
            return start;
        }
        boolean quoted = text.at(end) == '"' || text.at(end) == '`';
        while (!quoted && end > start && ".,;:!?)]}'".indexOf(text.at(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    private static boolean endsValue(char c) {
        return Character.isWhitespace(c)
                || c == '"'
                || c == '`'
                || c == '<'
                || c == '>'
                || c == '['
                || c == ']'
                || c == ','
                || c == ';'
                || c == '&'
                || c == FoldedText.NONE
                || c == '\u060C'
                || c == '\u3002';
    }

    /** Of a placeholder, a variable or a mask. */
    private static boolean isStandIn(char c) {
        return c == '[' || c == '<' || c == '{' || c == '$' || c == '*' || c == '%';
    }

    /** Four digits or more, or characters of two sorts or more: a word alone is what somebody says about a password. */
    private static boolean isPassword(FoldedText text, int start, int end) {
        int digits = 0;
        boolean lower = false;
        boolean upper = false;
        boolean symbol = false;
        for (int i = start; i < end; i++) {
            char c = text.at(i);
            if (FoldedText.isDigit(c)) {
                digits++;
            } else if (Character.isLetter(c)) {
                boolean capital = Character.isUpperCase(c);
                upper |= capital && i > start;
                lower |= !capital || i == start;
            } else if (c == '/' && text.at(i + 1) == '/') {
                return false; // a link
            } else {
                symbol |= "-'_./:()\u2019".indexOf(c) < 0;
            }
        }
        int length = end - start;
        if (digits == length) {
            return length >= 4;
        }
        int sorts = (digits > 0 ? 1 : 0) + (lower ? 1 : 0) + (upper && lower ? 1 : 0) + (symbol ? 1 : 0);
        boolean letters = lower || upper;
        return length >= 6 && letters && sorts >= 2 && (digits > 0 || symbol);
    }

    private static boolean isNamedSecret(FoldedText text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isToken(text.at(i)) && text.at(i) != '.' && text.at(i) != '=' && text.at(i) != '~') {
                return false;
            }
        }
        return end - start >= 10 && changes(text, start, end) >= 2 && distinct(text, start, end) >= 6;
    }
}
