package io.rapidfit.classifier;

import io.rapidfit.classifier.Explanation.Feature;
import io.rapidfit.classifier.Explanation.Kind;
import io.rapidfit.classifier.Explanation.Word;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** An {@link Explanation} as text: every word with a bar to the left or to the right, and the strongest n-grams. */
final class ExplanationDisplay {

    private static final int MAX_WORDS = 40;
    private static final int MAX_FEATURES = 10;
    private static final int TEXT_COLUMNS = 40;
    private static final int BAR_COLUMNS = 20;

    private ExplanationDisplay() {}

    static void print(Explanation explanation, Appendable out) {
        try {
            out.append(String.format(
                    Locale.ROOT,
                    "%s: %s %.2f, score %s = %s from the words, %s without them\n\n",
                    explanation.task(),
                    explanation.label(),
                    explanation.confidence(),
                    signed(explanation.score()),
                    signed(explanation.score() - explanation.bias()),
                    signed(explanation.bias())));
            printWords(explanation.words(), out);
            out.append('\n');
            printFeatures(explanation.features(), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void printWords(List<Word> words, Appendable out) throws IOException {
        Set<Integer> shown = new HashSet<>(strongest(
                IntStream.range(0, words.size()).boxed().toList(),
                MAX_WORDS,
                i -> words.get(i).contribution()));
        double largest = words.stream()
                .mapToDouble(word -> Math.abs(word.contribution()))
                .max()
                .orElse(0);
        TextTable table =
                new TextTable().left("word").right("adds").right("against").left("for");
        for (int i = 0; i < words.size(); i++) {
            if (shown.contains(i)) {
                double adds = words.get(i).contribution();
                String bar = "#".repeat(largest == 0 ? 0 : (int) Math.round(Math.abs(adds) / largest * BAR_COLUMNS));
                table.row(
                        DisplayWidth.fit(words.get(i).text(), TEXT_COLUMNS),
                        signed(adds),
                        adds < 0 ? bar : "",
                        adds < 0 ? "" : bar);
            }
        }
        table.print(out);
        if (shown.size() < words.size()) {
            out.append("  (the " + shown.size() + " strongest of " + words.size() + " words)\n");
        }
    }

    private static void printFeatures(List<Feature> features, Appendable out) throws IOException {
        if (features.isEmpty()) {
            out.append("  the classifier knows none of the text's n-grams\n");
            return;
        }
        TextTable table = new TextTable().left("n-gram").left("of").right("adds");
        for (Feature feature : features.subList(0, Math.min(MAX_FEATURES, features.size()))) {
            table.row(
                    DisplayWidth.fit(feature.text(), TEXT_COLUMNS),
                    feature.kind() == Kind.WORDS ? "words" : "characters",
                    signed(feature.contribution()));
        }
        table.print(out);
        if (features.size() > MAX_FEATURES) {
            out.append("  (the " + MAX_FEATURES + " strongest of " + features.size() + " n-grams)\n");
        }
    }

    /** Those of the largest magnitude first, equal ones in their order. */
    static <T> List<T> strongest(List<T> all, int limit, ToDoubleFunction<T> contribution) {
        return all.stream()
                .sorted(Comparator.comparingDouble((T one) -> -Math.abs(contribution.applyAsDouble(one))))
                .limit(limit)
                .toList();
    }

    /** With two decimals and a sign, but for what rounds to 0. */
    static String signed(double value) {
        String text = String.format(Locale.ROOT, "%+.2f", value);
        return text.substring(1).equals("0.00") ? "0.00" : text;
    }
}
