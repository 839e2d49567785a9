package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.ClassMetrics;
import io.rapidfit.metrics.ConfusionMatrix;
import io.rapidfit.metrics.ErrorSample;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What an analysis says of a class, as a prompt shows it. */
final class Weaknesses {

    /** Confusions with more labels say little of each. */
    private static final int MOST_CONFUSIONS = 5;

    /** @param texts each with the label that it was given */
    record Errors(List<Map<String, String>> texts, List<String> ids) {}

    private final AnalysisResult analysis;
    private final int maxTextLength;
    private final Map<List<String>, List<ErrorSample>> errors = new HashMap<>();

    /** @param hidden texts that no prompt may show */
    Weaknesses(AnalysisResult analysis, Dataset hidden, int maxTextLength) {
        this.analysis = analysis;
        this.maxTextLength = maxTextLength;
        Set<String> texts = hidden.samples().stream()
                .map(s -> TextNormalizer.normalize(s.text()))
                .collect(Collectors.toSet());
        analysis.tasks()
                .values()
                .forEach(task -> task.errors().stream()
                        .filter(e -> !texts.contains(TextNormalizer.normalize(e.text())))
                        .forEach(
                                e -> errors.computeIfAbsent(List.of(task.task(), e.trueLabel()), k -> new ArrayList<>())
                                        .add(e)));
    }

    /** How well it is recognised, and what it is taken for. */
    Map<String, Object> describe(String task, String label) {
        TaskAnalysis found = task(task);
        ClassMetrics metrics = Objects.requireNonNull(found.classes().get(label));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("f1", Math.round(metrics.f1() * 100) / 100.0);
        shown.put("support", metrics.support());
        shown.put("taken_for", pairs(found, p -> p.trueLabel().equals(label), ConfusionMatrix.Pair::predictedLabel));
        shown.put(
                "wrongly_given_to",
                pairs(found, p -> p.predictedLabel().equals(label), ConfusionMatrix.Pair::trueLabel));
        return shown;
    }

    private static List<Map<String, Object>> pairs(
            TaskAnalysis task, Predicate<ConfusionMatrix.Pair> which, Function<ConfusionMatrix.Pair, String> other) {
        return task.confusion().mostConfused().stream()
                .filter(which)
                .limit(MOST_CONFUSIONS)
                .map(pair -> {
                    Map<String, Object> shown = new LinkedHashMap<>();
                    shown.put("label", other.apply(pair));
                    shown.put("times", pair.count());
                    return shown;
                })
                .toList();
    }

    /** The labels that it is confused with most, in either direction. */
    List<String> confusedWith(String task, String label, int count) {
        Map<String, Integer> times = new TreeMap<>();
        task(task).confusion().mostConfused().forEach(pair -> {
            if (pair.trueLabel().equals(label)) {
                times.merge(pair.predictedLabel(), pair.count(), Integer::sum);
            } else if (pair.predictedLabel().equals(label)) {
                times.merge(pair.trueLabel(), pair.count(), Integer::sum);
            }
        });
        return times.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(count)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** That many texts of the class that were given another label, or all if there are fewer. */
    Errors errors(String task, String label, int count, Draw draw) {
        List<ErrorSample> drawn = draw.some(count, errors.getOrDefault(List.of(task, label), List.of()));
        return new Errors(
                drawn.stream()
                        .map(e -> {
                            Map<String, String> shown = new LinkedHashMap<>();
                            shown.put("text", Excerpt.of(e.text(), maxTextLength));
                            shown.put("given", e.predictedLabel());
                            return shown;
                        })
                        .toList(),
                drawn.stream().map(ErrorSample::id).distinct().toList());
    }

    private TaskAnalysis task(String task) {
        return Objects.requireNonNull(analysis.tasks().get(task));
    }
}
