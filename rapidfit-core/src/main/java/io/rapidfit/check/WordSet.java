package io.rapidfit.check;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Words that say what a number beside them is, compared without case and accents. Pairs of words are among them, and words
 * that give way to any other.
 */
final class WordSet {

    static final WordSet EMPTY = new WordSet();

    private final Set<String> words = new HashSet<>();
    private final Set<String> weak = new HashSet<>();
    private final List<String> infixes = new ArrayList<>();

    private WordSet() {}

    /** Of words between white space; the two words of a pair are joined by an underscore, one that gives way ends in "?". */
    static WordSet of(String... lists) {
        WordSet set = new WordSet();
        for (String list : lists) {
            for (String entry : list.trim().split("\\s+", -1)) {
                boolean givesWay = entry.endsWith("?");
                String word = fold(entry.replace('_', ' ').replace("?", ""));
                if (givesWay) {
                    set.weak.add(word);
                    continue;
                }
                set.words.add(word);
                if (FoldedText.isUnspaced(word.charAt(0))) {
                    set.infixes.add(word);
                }
            }
        }
        return set;
    }

    /** Of folded words. Where the script has no spaces it is enough that the run of letters holds a word. */
    boolean contains(String word) {
        if (words.contains(word)) {
            return true;
        }
        if (word.isEmpty() || !FoldedText.isUnspaced(word.charAt(0))) { // empty where it was marks only
            return false;
        }
        for (String infix : infixes) {
            if (word.contains(infix)) {
                return true;
            }
        }
        return false;
    }

    boolean containsWeak(String word) {
        return weak.contains(word);
    }

    static String fold(String word) {
        boolean ascii = true;
        char[] lower = new char[word.length()];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = Character.toLowerCase(word.charAt(i)); // of no locale
            ascii &= lower[i] < 0x80;
        }
        String folded = new String(lower);
        return ascii ? folded : withoutMarks(Normalizer.normalize(folded, Normalizer.Form.NFD));
    }

    private static String withoutMarks(String word) {
        StringBuilder out = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            if (Character.getType(word.charAt(i)) != Character.NON_SPACING_MARK) {
                out.append(word.charAt(i));
            }
        }
        return Normalizer.normalize(out, Normalizer.Form.NFC); // Hangul came apart
    }
}
