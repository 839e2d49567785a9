package io.rapidfit.classifier;

import io.rapidfit.data.Sample;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Divides the texts of people's samples into folds in which every label of every task has about the same share: each
 * text, in a seeded order, goes where its labels are rarest (after Sechidis, Tsoumakas and Vlahavas, "On the
 * Stratification of Multi-Label Data", 2011). No fold takes all texts of a label.
 */
final class Folds {

    private static final Comparator<List<String>> LABEL_ORDER =
            Comparator.comparing((List<String> label) -> label.get(0)).thenComparing(label -> label.get(1));

    private final int folds;
    private final Map<List<String>, Set<String>> textsOfLabel = new HashMap<>(); // a label is task and name
    private final Map<List<String>, int[]> countsOfLabel = new HashMap<>();
    private final int[] sizes;

    private Folds(int folds) {
        this.folds = folds;
        this.sizes = new int[folds];
    }

    /** What tells texts apart. */
    static String textOf(Sample sample) {
        return TextNormalizer.normalize(sample.text());
    }

    /** For each fold the texts that it holds out. A text that is the only one of a label is in none. */
    static List<Set<String>> assign(List<Sample> training, int folds, long seed) {
        return new Folds(folds).run(training, seed);
    }

    private List<Set<String>> run(List<Sample> training, long seed) {
        Map<String, Set<List<String>>> labelsOfText = new TreeMap<>(); // sorted: row order must not decide
        for (Sample sample : training) {
            List<String> label = List.of(sample.task(), sample.label());
            // A text made from others may have to leave with them: it cannot be counted on.
            if (!sample.origin().isSynthetic() || sample.origin().parents().isEmpty()) {
                textsOfLabel.computeIfAbsent(label, l -> new HashSet<>()).add(textOf(sample));
            }
            if (!sample.origin().isSynthetic()) {
                labelsOfText
                        .computeIfAbsent(textOf(sample), t -> new TreeSet<>(LABEL_ORDER))
                        .add(label);
            }
        }
        List<Set<String>> assigned = new ArrayList<>();
        IntStream.range(0, folds).forEach(f -> assigned.add(new HashSet<>()));
        List<String> order = new ArrayList<>(labelsOfText.keySet());
        Collections.shuffle(order, new Random(seed));
        for (String text : order) {
            Set<List<String>> labels = labelsOfText.getOrDefault(text, Set.of());
            int fold = bestFold(labels);
            if (fold >= 0) {
                assigned.get(fold).add(text);
                sizes[fold]++;
                labels.forEach(label -> counts(label)[fold]++);
            }
        }
        return assigned;
    }

    /** The fold where the labels are rarest, then the smallest; -1 if every fold would take all texts of some label. */
    private int bestFold(Set<List<String>> labels) {
        int best = -1;
        double lowest = Double.POSITIVE_INFINITY;
        for (int fold = 0; fold < folds; fold++) {
            double cost = 0;
            for (List<String> label : labels) {
                int texts = textsOfLabel.getOrDefault(label, Set.of()).size();
                int taken = counts(label)[fold];
                cost += taken + 1 >= texts ? Double.POSITIVE_INFINITY : (double) taken / texts;
            }
            if (cost < lowest || (cost == lowest && best >= 0 && sizes[fold] < sizes[best])) {
                best = fold;
                lowest = cost;
            }
        }
        return best;
    }

    private int[] counts(List<String> label) {
        return countsOfLabel.computeIfAbsent(label, l -> new int[folds]);
    }
}
