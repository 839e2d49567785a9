package io.rapidfit.classifier;

import io.rapidfit.data.Sample;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Training samples as rows: a text that stands in several tasks is one row with a label for each, so that it is encoded
 * once a step. Tasks come in order of first appearance, labels sorted.
 */
final class TrainingSet {

    /** One text and the index of its label in each task, -1 where it has none. */
    record Row(String text, List<Integer> targets) {}

    private final List<Row> rows;
    private final Map<String, List<String>> labels;
    private final List<String> warnings;
    private final Map<String, Nesting> nestings;

    private TrainingSet(List<Row> rows, Map<String, List<String>> labels, List<String> warnings) {
        this.rows = rows;
        this.labels = labels;
        this.warnings = warnings;
        this.nestings = Nesting.find(labels, rows);
    }

    /** @throws IllegalArgumentException if nothing can be learnt from the samples; the message says what to change */
    static TrainingSet of(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException(
                    "no training samples: add some with Dataset.builder().add(task, text, label), or let the splitter"
                            + " leave some in TRAIN");
        }
        refuseBlankTexts(samples);
        Map<String, TreeMap<String, Integer>> counts = new LinkedHashMap<>();
        samples.forEach(
                s -> counts.computeIfAbsent(s.task(), t -> new TreeMap<>()).merge(s.label(), 1, Integer::sum));
        List<String> warnings = new ArrayList<>();
        counts.forEach((task, byLabel) -> {
            if (byLabel.size() < 2) {
                throw new IllegalArgumentException(
                        ("task '%s' has training samples of one label only, '%s': add samples of another label, or leave"
                                        + " the task out with dataset.only(...)")
                                .formatted(task, byLabel.firstKey()));
            }
            byLabel.forEach((label, count) -> {
                if (count == 1) {
                    warnings.add("label '%s' of task '%s' has one training sample: add more, or it will rarely be right"
                            .formatted(label, task));
                }
            });
        });
        Map<String, List<String>> labels = new LinkedHashMap<>();
        counts.forEach((task, byLabel) -> labels.put(task, List.copyOf(byLabel.keySet())));
        return new TrainingSet(rows(samples, labels), labels, warnings);
    }

    static void refuseBlankTexts(List<Sample> samples) {
        List<Sample> blank =
                samples.stream().filter(s -> TextNormalizer.isBlank(s.text())).toList();
        if (!blank.isEmpty()) {
            throw new IllegalArgumentException(
                    ("%s samples have an empty text, the first in task '%s' with label '%s' and id %s: leave them out"
                                    + " with dataset.filter(s -> !TextNormalizer.isBlank(s.text()))")
                            .formatted(
                                    blank.size(),
                                    blank.get(0).task(),
                                    blank.get(0).label(),
                                    blank.get(0).id()));
        }
    }

    private static List<Row> rows(List<Sample> samples, Map<String, List<String>> labels) {
        // The n-th sample of a text in one task shares its row with the n-th in another.
        record Key(String text, int occurrence) {}
        List<String> tasks = List.copyOf(labels.keySet());
        Map<Key, Integer[]> targets = new LinkedHashMap<>();
        List<Map<String, Integer>> occurrences = new ArrayList<>();
        tasks.forEach(t -> occurrences.add(new HashMap<>()));
        List<Map<String, Integer>> indexes = tasks.stream()
                .map(t -> indexes(labels.getOrDefault(t, List.of())))
                .toList();
        for (Sample sample : samples) {
            int task = tasks.indexOf(sample.task());
            int occurrence = occurrences.get(task).merge(sample.text(), 1, Integer::sum);
            Integer[] row = targets.computeIfAbsent(new Key(sample.text(), occurrence), k -> {
                Integer[] none = new Integer[tasks.size()];
                Arrays.fill(none, -1);
                return none;
            });
            row[task] = indexes.get(task).getOrDefault(sample.label(), -1);
        }
        List<Row> rows = new ArrayList<>();
        targets.forEach((key, row) -> rows.add(new Row(key.text(), List.of(row))));
        return rows;
    }

    private static Map<String, Integer> indexes(List<String> labels) {
        Map<String, Integer> indexes = new HashMap<>();
        labels.forEach(label -> indexes.put(label, indexes.size()));
        return indexes;
    }

    List<Row> rows() {
        return rows;
    }

    /** Labels by task. */
    Map<String, List<String>> labels() {
        return labels;
    }

    /** What will make the result worse than it could be. */
    List<String> warnings() {
        return warnings;
    }

    /** The tasks that others decide, by their names. */
    Map<String, Nesting> nestings() {
        return nestings;
    }

    /**
     * The same with texts made of the labels' names added, {@code card_arrival} as "card arrival", each several times.
     * Names without a letter say nothing and are left out.
     */
    List<Row> rowsWithLabelNames(int times) {
        List<Row> all = new ArrayList<>(rows);
        int task = 0;
        for (List<String> names : labels.values()) {
            for (int label = 0; label < names.size(); label++) {
                String words = words(names.get(label));
                if (words.codePoints().anyMatch(Character::isLetter)) {
                    Integer[] targets = new Integer[labels.size()];
                    Arrays.fill(targets, -1);
                    targets[task] = label;
                    all.addAll(Collections.nCopies(times, new Row(words, List.of(targets))));
                }
            }
            task++;
        }
        return all;
    }

    /** A name's words with spaces between them: {@code lostCard}, {@code lost_card} and {@code lost-card} have two. */
    private static String words(String name) {
        return name.replaceAll("(?<=\\p{Ll})(?=\\p{Lu})", " ")
                .replaceAll("[^\\p{L}\\p{M}\\p{N}']+", " ")
                .strip();
    }
}
