package io.rapidfit.check;

/**
 * What the words around a place in a text say about it. The nearest word that says anything decides: in "call about order
 * 7742081" it is "order"; a weak word, such as one for "number", counts if no other does. Looked at are six words or 40 characters before, and if they say nothing, three words or 24
 * characters after; not across the end of a sentence, nor across a placeholder.
 */
final class Surroundings {

    enum Says {
        YES,
        NO,
        NOTHING
    }

    private static final int WORDS_BEFORE = 6;
    private static final int CHARS_BEFORE = 40;
    private static final int WORDS_AFTER = 3;
    private static final int CHARS_AFTER = 24;

    /** A full stop after a word this short, as in "tel.", may well be none. */
    private static final int ABBREVIATION = 4;

    private Surroundings() {}

    static boolean say(FoldedText text, int start, int end, WordSet yes) {
        return of(text, start, end, yes, WordSet.EMPTY) == Says.YES;
    }

    static Says of(FoldedText text, int start, int end, WordSet yes, WordSet no) {
        Says before = before(text, start, yes, no);
        return before != Says.NOTHING ? before : after(text, end, yes, no);
    }

    static Says before(FoldedText text, int start, WordSet yes, WordSet no) {
        Says otherwise = Says.NOTHING;
        String next = "";
        int i = start - 1;
        for (int words = 0; words < WORDS_BEFORE; words++) {
            while (i >= 0 && !isWordChar(text.at(i))) {
                if (i < start - CHARS_BEFORE || isPlaceholder(text.at(i)) || endsSentence(text, i)) {
                    return otherwise;
                }
                i--;
            }
            int wordEnd = i + 1;
            while (i >= start - CHARS_BEFORE && isWordChar(text.at(i))) {
                i--;
            }
            if (i + 1 >= wordEnd || isWordChar(text.at(i))) { // a part of a word says nothing
                return otherwise;
            }
            String word = WordSet.fold(text.substring(i + 1, wordEnd));
            Says says = says(word, word + ' ' + next, yes, no);
            if (says != Says.NOTHING) {
                return says;
            }
            otherwise = yes.containsWeak(word) ? Says.YES : otherwise;
            next = word;
        }
        return otherwise;
    }

    private static Says after(FoldedText text, int end, WordSet yes, WordSet no) {
        String last = "";
        int limit = Math.min(text.length(), end + CHARS_AFTER);
        int i = end;
        for (int words = 0; words < WORDS_AFTER; words++) {
            while (i < limit && !isWordChar(text.at(i))) {
                if (isPlaceholder(text.at(i)) || endsSentence(text, i)) {
                    return Says.NOTHING;
                }
                i++;
            }
            int wordStart = i;
            while (i < limit && isWordChar(text.at(i))) {
                i++;
            }
            if (i == wordStart || isWordChar(text.at(i))) {
                return Says.NOTHING;
            }
            String word = WordSet.fold(text.substring(wordStart, i));
            Says says = says(word, last + ' ' + word, yes, no);
            if (says != Says.NOTHING) {
                return says;
            }
            last = word;
        }
        return Says.NOTHING;
    }

    private static Says says(String word, String pair, WordSet yes, WordSet no) {
        if (yes.contains(pair)) {
            return Says.YES;
        }
        if (no.contains(word)) {
            return Says.NO;
        }
        return yes.contains(word) ? Says.YES : Says.NOTHING;
    }

    static boolean isWordChar(char c) {
        if (c < 0x80) {
            return FoldedText.isAsciiLetter(c);
        }
        if (Character.isLetter(c)) {
            return true;
        }
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean isPlaceholder(char c) {
        return c == '[' || c == ']';
    }

    private static boolean endsSentence(FoldedText text, int i) {
        char c = text.at(i);
        if (c != '.' && c != '!' && c != '?' && c != '\u061F' && c != '\u3002') {
            return false;
        }
        if (c == '\u3002') {
            return true;
        }
        if (!Character.isWhitespace(text.at(i + 1))) {
            return false;
        }
        if (c != '.') {
            return true;
        }
        int word = 0;
        while (word <= ABBREVIATION && isWordChar(text.at(i - 1 - word))) {
            word++;
        }
        return word > ABBREVIATION;
    }
}
