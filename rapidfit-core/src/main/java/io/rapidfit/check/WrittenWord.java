package io.rapidfit.check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A word as a text writes it, or several with hyphens between them. Only scripts that have capital letters have such words.
 *
 * @param start where in the text
 * @param opens whether it opens a sentence, so that its capital letter says nothing
 * @param shouts whether all of the sentence is in capitals, which say nothing either
 */
record WrittenWord(int start, List<String> parts, boolean opens, boolean shouts) {

    /** Longer ones are no names, and folding letters with many marks takes time. */
    private static final int MAX_LENGTH = 64;

    /** What begins as "O'Brien" does has more letters. */
    private static final int MAX_INFLECTED = 3;

    /** As it is written, without what only inflects it. */
    String text() {
        return parts.stream().map(WrittenWord::stem).collect(Collectors.joining("-"));
    }

    /** Whether a part is written as names are: with a capital letter that opens nothing, or in capitals. */
    boolean isName(int part) {
        boolean saysNothing = shouts || (opens && part == 0 && !isAcronym(parts.get(part)));
        return isCapitalised(part) && !saysNothing;
    }

    /** Whether a part begins with a capital letter, for whatever reason. */
    boolean isCapitalised(int part) {
        return isWord(parts.get(part)) && Character.isUpperCase(parts.get(part).codePointAt(0));
    }

    /** Of two letters at least, and no digit: numbers and codes are a {@link Numeral}'s. */
    private static boolean isWord(String part) {
        String word = stem(part);
        return letters(word) >= 2 && word.codePoints().noneMatch(Character::isDigit);
    }

    private static boolean isAcronym(String part) {
        return stem(part).codePoints().filter(Character::isLetter).allMatch(Character::isUpperCase);
    }

    private static long letters(String word) {
        return word.codePoints().filter(Character::isLetter).count();
    }

    /** What stands before the apostrophe: "Ana's", "Ankara'da", "I'll"; but not in "O'Brien". */
    private static String stem(String part) {
        String word = part.endsWith("'s") || part.endsWith("'S") ? part.substring(0, part.length() - 2) : part;
        int apostrophe = word.indexOf('\'');
        boolean isPrefix = apostrophe == 1 && word.charAt(0) != 'I' && letters(word) > MAX_INFLECTED;
        return apostrophe < 0 || isPrefix ? word : word.substring(0, apostrophe);
    }

    /** By what words are compared: without case, accents, points and what inflects them. */
    static String key(String part) {
        String folded = WordSet.fold(stem(part)).replace(".", "");
        return folded.replace('\u0131', 'i'); // Turkish I without a dot
    }

    /** In their order. */
    static List<WrittenWord> of(String text) {
        return new Scan(text).words();
    }

    /** Goes once from left to right. */
    private static final class Scan {

        /** What a sentence goes on after, besides spaces and letters of scripts that have no capitals. */
        private static final String WITHIN = ",()[]*_`~/&+@#%'\u2018\u2019\u00b0";

        /** What sentences do not end after, though a point follows. */
        private static final List<String> TITLES = List.of("Mr", "Mrs", "Ms", "Dr", "Prof");

        private final String text;
        private final List<WrittenWord> words = new ArrayList<>();
        private boolean opens = true;
        private int sentence; // its first word

        Scan(String text) {
            this.text = text;
        }

        List<WrittenWord> words() {
            for (int i = 0; i < text.length(); ) {
                int c = text.codePointAt(i);
                if (isStart(c)) {
                    i = compound(i);
                } else {
                    if (ends(c, i)) {
                        endSentence();
                    }
                    opens &= !Character.isLetter(c);
                    i += Character.charCount(c);
                }
            }
            endSentence();
            return words;
        }

        private int compound(int start) {
            List<String> parts = new ArrayList<>();
            int length = 0;
            int end = start;
            while (end < text.length() && isStart(text.codePointAt(end))) {
                int from = end;
                end = wordEnd(end);
                length += end - from;
                if (length <= MAX_LENGTH) {
                    parts.add(text.substring(from, end).replace('\u2019', '\''));
                }
                if (end < text.length() && isHyphen(text.charAt(end))) {
                    end++;
                }
            }
            if (length <= MAX_LENGTH) {
                words.add(new WrittenWord(start, parts, opens, false));
            }
            opens &= Character.isDigit(text.codePointAt(start)); // a number does not end an opening
            return end;
        }

        private int wordEnd(int start) {
            int end = start;
            while (end < text.length()) {
                int c = text.codePointAt(end);
                if (!isStart(c) && !isMark(c) && !joins(start, end, c)) {
                    break;
                }
                end += Character.charCount(c);
            }
            return end;
        }

        /** An apostrophe between letters, and a point between single ones: "Ana's", "U.S". */
        private boolean joins(int start, int at, int c) {
            if (at + 1 >= text.length() || !isCased(text.codePointAt(at + 1))) {
                return false;
            }
            if (c == '\'' || c == '\u2019') {
                return isCased(text.codePointBefore(at));
            }
            boolean isSingle = at - start == 1 || text.charAt(at - 2) == '.';
            return c == '.' && isSingle && (at + 2 == text.length() || !isCased(text.codePointAt(at + 2)));
        }

        private static boolean isHyphen(char c) {
            return c == '-' || c == '\u2010' || c == '\u2011';
        }

        private static boolean isStart(int c) {
            return isCased(c) || Character.isDigit(c);
        }

        private static boolean isMark(int c) {
            return switch (Character.getType(c)) {
                case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
                default -> false;
            };
        }

        private static boolean isCased(int c) {
            return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
        }

        /** Whether what comes after the character opens a sentence: anything does but what is known not to. */
        private boolean ends(int c, int at) {
            if (c == '.') {
                return words.isEmpty() || !isTitle(at);
            }
            boolean isLineEnd = c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029';
            boolean isWithin = WITHIN.indexOf(c) >= 0
                    || Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.isLetter(c)
                    || isMark(c)
                    || Character.getType(c) == Character.CURRENCY_SYMBOL
                    || Character.getType(c) == Character.FORMAT;
            return isLineEnd || !isWithin;
        }

        private boolean isTitle(int at) {
            String last = words.get(words.size() - 1).text();
            return TITLES.contains(last) && text.startsWith(last, at - last.length());
        }

        private void endSentence() {
            List<WrittenWord> own = words.subList(sentence, words.size());
            if (own.stream().noneMatch(Scan::hasLowerCase)) {
                own.replaceAll(word -> new WrittenWord(word.start(), word.parts(), word.opens(), true));
            }
            sentence = words.size();
            opens = true;
        }

        private static boolean hasLowerCase(WrittenWord word) {
            return word.parts().stream().flatMapToInt(String::codePoints).anyMatch(Character::isLowerCase);
        }
    }
}
