package io.rapidfit.text;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;

/** The words of a text, in any script. */
public final class TextWords {

    /** The Thai block starts here; what comes before has spaces. */
    private static final int FIRST_UNSPACED = 0x0E00;

    private TextWords() {}

    /**
     * The words of the {@linkplain TextNormalizer#normalize normalised} text, in their order: runs of letters, digits and
     * marks, an apostrophe between letters and a point or comma between digits included. A typographic apostrophe becomes a
     * plain one. A letter of a script without spaces, such as Han or Thai, is a word by itself, with its marks. All else
     * only separates: punctuation and emoji are no words.
     */
    public static List<String> of(String text) {
        String normalized = TextNormalizer.normalize(text);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0, next; i < normalized.length(); i = next) {
            int c = normalized.codePointAt(i);
            next = i + Character.charCount(c);
            if (isPart(c)) {
                if (!word.isEmpty() && !isMark(c) && (isUnspaced(c) || isUnspaced(word.codePointAt(0)))) {
                    add(words, word);
                }
                word.appendCodePoint(c);
            } else if (!word.isEmpty() && !isUnspaced(word.codePointAt(0)) && joins(normalized, i)) {
                word.append(c == '\u2019' ? '\'' : (char) c);
            } else {
                add(words, word);
            }
        }
        add(words, word);
        return words;
    }

    private static void add(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /** Whether the script of a letter puts no space between words, so that each letter is taken for one. */
    public static boolean isUnspaced(int letter) {
        if (letter < FIRST_UNSPACED) {
            return false;
        }
        return switch (UnicodeScript.of(letter)) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }

    private static boolean isPart(int c) {
        return Character.isLetterOrDigit(c) || isMark(c);
    }

    private static boolean isMark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    /** Whether the character, which stands after a part of a word, holds it together with what follows: "here's", "3.5". */
    private static boolean joins(String text, int i) {
        if (i + 1 == text.length()) {
            return false;
        }
        int after = text.codePointAt(i + 1);
        return switch (text.charAt(i)) {
            case '\'', '\u2019' -> Character.isLetter(after) && !isUnspaced(after);
            case '.', ',' -> Character.isDigit(text.codePointBefore(i)) && Character.isDigit(after);
            default -> false;
        };
    }
}
