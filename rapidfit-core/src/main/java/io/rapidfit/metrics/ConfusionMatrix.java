package io.rapidfit.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each label was taken for each. Rows are true labels, columns predicted ones. Immutable. */
public final class ConfusionMatrix {

    /** Two labels of which the first was taken for the second. */
    public record Pair(String trueLabel, String predictedLabel, int count) {}

    private final List<String> labels;
    private final Map<String, Integer> index = new LinkedHashMap<>();
    private final int[][] counts;

    /** @param labels those of the rows and columns, in order; labels that only the outcomes know follow */
    ConfusionMatrix(List<String> labels, List<Outcome> outcomes) {
        labels.forEach(this::addLabel);
        outcomes.forEach(o -> {
            addLabel(o.sample().label());
            addLabel(o.predicted());
        });
        this.labels = List.copyOf(index.keySet());
        this.counts = new int[index.size()][index.size()];
        outcomes.forEach(o -> counts[row(o.sample().label())][row(o.predicted())]++);
    }

    private void addLabel(String label) {
        index.putIfAbsent(label, index.size());
    }

    /** Of rows and columns alike, in order. */
    public List<String> labels() {
        return labels;
    }

    /**
     * How many texts of the true label were given the predicted one.
     *
     * @throws IllegalArgumentException if one of the labels is unknown
     */
    public int count(String trueLabel, String predictedLabel) {
        return counts[row(trueLabel)][row(predictedLabel)];
    }

    /** The pairs of different labels that were taken for each other, most frequent first, then in order of labels. */
    public List<Pair> mostConfused() {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                if (i != j && counts[i][j] > 0) {
                    pairs.add(new Pair(labels.get(i), labels.get(j), counts[i][j]));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(Pair::count).reversed()); // stable: the order of labels stays
        return List.copyOf(pairs);
    }

    /** How many texts have the label. */
    int support(int label) {
        int sum = 0;
        for (int j = 0; j < counts.length; j++) {
            sum += counts[label][j];
        }
        return sum;
    }

    /** How many texts were given the label. */
    int predicted(int label) {
        int sum = 0;
        for (int[] row : counts) {
            sum += row[label];
        }
        return sum;
    }

    int correct(int label) {
        return counts[label][label];
    }

    private int row(String label) {
        Integer found = index.get(label);
        if (found == null) {
            throw new IllegalArgumentException("no label '%s'; there are %s".formatted(label, labels));
        }
        return found;
    }
}
