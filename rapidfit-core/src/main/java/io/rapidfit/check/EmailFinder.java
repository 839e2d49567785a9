package io.rapidfit.check;

import java.util.Set;

/**
 * Email addresses: a local part of letters, digits and {@code . _ % + - ' ~} before the sign, a domain of two labels or more
 * after it (RFC 5321, RFC 6531). Quoted local parts and rarer signs that RFC 5321 allows are not read.
 */
final class EmailFinder implements PersonalDataFinder {

    private static final int MAX_LOCAL = 64;
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_LABEL = 63;

    /** How far to look for the slash of a path as scp and git write it. */
    private static final int MAX_PATH = 80;

    /** As in {@code logo@2x.png}: no top-level domains. */
    private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "heic");

    @Override
    public void find(FoldedText text, Sink sink) {
        for (int at = 1; at < text.length(); at++) {
            if (text.at(at) == '@') {
                int start = localStart(text, at);
                int end = start < at ? domainEnd(text, at + 1) : -1;
                if (end > 0 && !isScpAddress(text, end) && !isUrlPassword(text, start)) {
                    sink.found(PersonalDataKind.EMAIL, start, end, "email address");
                }
            }
        }
    }

    /** {@code at} if there is none. */
    private static int localStart(FoldedText text, int at) {
        if (text.at(at - 1) == '.') {
            return at;
        }
        boolean unspaced = FoldedText.isUnspaced(text.at(at - 1));
        int start = at;
        while (start > 0 && at - start < MAX_LOCAL && isLocal(text.at(start - 1))) {
            char c = text.at(start - 1);
            if (FoldedText.isUnspaced(c) != unspaced && isLetter(c)) {
                break; // no space between a Chinese word and the address
            }
            if (c == '.' && text.at(start) == '.') {
                break;
            }
            start--;
        }
        char before = text.at(start - 1);
        if (before == '@' || (at - start == MAX_LOCAL && isLocal(before))) {
            return at; // a handle on a server, or too long
        }
        while (start < at && !isLetter(text.at(start)) && text.at(start) != '_' && text.at(start) != '+') {
            start++;
        }
        return start;
    }

    private static boolean isLocal(char c) {
        return isLetter(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'' || c == '~';
    }

    private static boolean isLetter(char c) {
        return FoldedText.isDigit(c) || Surroundings.isWordChar(c);
    }

    /** -1 if there is no domain of two labels or more, the last of which is letters only. */
    private static int domainEnd(FoldedText text, int start) {
        int end = -1;
        int labels = 0;
        int labelStart = start;
        while (labelStart - start <= MAX_DOMAIN) {
            int labelEnd = labelEnd(text, labelStart);
            if (labelEnd == labelStart) {
                break;
            }
            labels++;
            int top = topEnd(text, labelStart, labelEnd);
            if (labels > 1 && top > 0) {
                end = top;
            }
            if ((top > 0 && top < labelEnd) || text.at(labelEnd) != '.') {
                break;
            }
            labelStart = labelEnd + 1;
        }
        return end - start > MAX_DOMAIN || isImage(text, start, end) ? -1 : end;
    }

    private static int labelEnd(FoldedText text, int start) {
        if (text.at(start) == '-') {
            return start;
        }
        int end = start;
        while (end - start < MAX_LABEL && (isLetter(text.at(end)) || text.at(end) == '-')) {
            end++;
        }
        while (end > start && text.at(end - 1) == '-') {
            end--;
        }
        return end;
    }

    /** Where the label ends if it is a top-level domain, which may touch a word in a script without spaces; else -1. */
    private static int topEnd(FoldedText text, int start, int end) {
        if (end - start > 4 && text.substring(start, start + 4).equalsIgnoreCase("xn--")) {
            return end;
        }
        boolean unspaced = FoldedText.isUnspaced(text.at(start));
        int top = start;
        while (top < end && Surroundings.isWordChar(text.at(top)) && FoldedText.isUnspaced(text.at(top)) == unspaced) {
            top++;
        }
        boolean whole = top == end || (FoldedText.isUnspaced(text.at(top)) != unspaced && isLetter(text.at(top)));
        return whole && !FoldedText.isDigit(text.at(top)) && top - start >= 2 ? top : -1;
    }

    private static boolean isImage(FoldedText text, int start, int end) {
        return end > 0
                && FoldedText.isDigit(text.at(start))
                && text.at(start + 1) == 'x'
                && text.at(start + 2) == '.'
                && IMAGES.contains(WordSet.fold(text.substring(start + 3, end)));
    }

    /** Whether what stands before the sign is the password of a URL, as in {@code ftp://user:password@example.com}. */
    private static boolean isUrlPassword(FoldedText text, int start) {
        if (text.at(start - 1) != ':') {
            return false;
        }
        int i = start - 2;
        while (start - i < MAX_LOCAL && isLocal(text.at(i))) {
            i--;
        }
        return text.at(i) == '/' && text.at(i - 1) == '/' && text.at(i - 2) == ':';
    }

    /** Whether a path follows, as in {@code git@example.com:team/project.git}. */
    private static boolean isScpAddress(FoldedText text, int end) {
        if (text.at(end) != ':') {
            return false;
        }
        for (int i = end + 1; i <= end + MAX_PATH; i++) {
            char c = text.at(i);
            if (c == '/') {
                return true;
            }
            if (!isLetter(c) && c != '-' && c != '_' && c != '.' && c != '~') {
                return false;
            }
        }
        return false;
    }
}
