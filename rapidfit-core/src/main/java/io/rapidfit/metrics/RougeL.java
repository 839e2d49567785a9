package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextWords;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ROUGE-L, how long the longest sequence of words is that a text and its reference have in common, in the same order but not
 * necessarily side by side: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), at the level of the sentence.
 * Words are those of {@link TextWords}.
 *
 * @param precision the length of that sequence, as a share of the text's words; 0 if it has none
 * @param recall the same as a share of the reference's words
 */
public record RougeL(double precision, double recall) {

    public RougeL {
        Require.inRange("precision", precision, 0, 1);
        Require.inRange("recall", recall, 0, 1);
    }

    /** Takes time in proportion to the product of the two lengths. */
    public static RougeL of(String candidate, String reference) {
        Map<String, Integer> ids = new HashMap<>();
        int[] words = ids(candidate, ids);
        int[] wanted = ids(reference, ids);
        int common = common(words, wanted);
        return new RougeL(share(common, words), share(common, wanted));
    }

    /** The harmonic mean of precision and recall, Lin's F-measure with a beta of 1; 0 if both are 0. */
    public double f1() {
        double sum = precision + recall;
        return sum == 0 ? 0 : 2 * precision * recall / sum;
    }

    private static int[] ids(String text, Map<String, Integer> ids) {
        List<String> words = TextWords.of(text);
        return words.stream()
                .mapToInt(word -> ids.computeIfAbsent(word, w -> ids.size()))
                .toArray();
    }

    private static double share(int common, int[] words) {
        return words.length == 0 ? 0 : (double) common / words.length;
    }

    /** The length of the longest common subsequence, with one row of the table at a time. */
    private static int common(int[] a, int[] b) {
        int[] row = new int[b.length + 1];
        for (int word : a) {
            int diagonal = 0; // of the row before
            for (int j = 1; j <= b.length; j++) {
                int above = row[j];
                row[j] = word == b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.length];
    }
}
