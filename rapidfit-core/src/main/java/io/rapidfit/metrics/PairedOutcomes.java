package io.rapidfit.metrics;

import io.rapidfit.data.Sample;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What two classifiers said of the same samples. Labels are numbers, and samples that have all three labels in common
 * share a pattern: which pattern each sample has is all that the metrics depend on.
 */
final class PairedOutcomes {

    /** Outcomes of one sample meet wherever they stand; of samples alike in all of this the first meets the first. */
    private static final Comparator<Outcome> ORDER = Comparator.comparing(
                    (Outcome o) -> o.sample().id())
            .thenComparing(o -> o.sample().text())
            .thenComparing(o -> o.sample().label());

    private static final String ADVICE =
            ". Analyse both on the same samples: analyze(Split.TEST) after trainings on data"
                    + " whose splits were kept, or analyze(dataset) with one and the same dataset";

    /** Numbers of labels. */
    record Pattern(int truth, int before, int after) {}

    private final int labels;
    private final int[] patternOfSample;
    private final List<Pattern> patterns;

    private PairedOutcomes(List<Outcome> before, List<Outcome> after) {
        List<String> names = labels(before, after);
        Map<Pattern, Integer> places = new LinkedHashMap<>();
        this.labels = names.size();
        this.patternOfSample = new int[before.size()];
        for (int i = 0; i < patternOfSample.length; i++) {
            Pattern pattern = new Pattern(
                    Collections.binarySearch(names, before.get(i).sample().label()),
                    Collections.binarySearch(names, before.get(i).predicted()),
                    Collections.binarySearch(names, after.get(i).predicted()));
            patternOfSample[i] = places.computeIfAbsent(pattern, p -> places.size());
        }
        this.patterns = List.copyOf(places.keySet());
    }

    /** @throws IllegalArgumentException if the samples are not the same, in whatever order */
    static PairedOutcomes of(TaskAnalysis before, TaskAnalysis after) {
        List<Outcome> first = before.outcomes().stream().sorted(ORDER).toList();
        List<Outcome> second = after.outcomes().stream().sorted(ORDER).toList();
        if (first.size() != second.size()) {
            throw new IllegalArgumentException("task '%s' was analysed on %s samples before and on %s after"
                            .formatted(before.task(), first.size(), second.size())
                    + ADVICE);
        }
        for (int i = 0; i < first.size(); i++) {
            requireSame(before.task(), first.get(i).sample(), second.get(i).sample());
        }
        return new PairedOutcomes(first, second);
    }

    private static void requireSame(String task, Sample before, Sample after) {
        int order = before.id().compareTo(after.id());
        if (order != 0) { // both are sorted: the smaller id has no counterpart
            throw new IllegalArgumentException("task '%s' was not analysed on the same samples: only %s has sample '%s'"
                            .formatted(task, order < 0 ? "before" : "after", order < 0 ? before.id() : after.id())
                    + ADVICE);
        }
        if (!before.text().equals(after.text())) {
            throw new IllegalArgumentException(
                    "task '%s': the text of sample '%s' before is not that after".formatted(task, before.id())
                            + ADVICE);
        }
        if (!before.label().equals(after.label())) {
            throw new IllegalArgumentException("task '%s': the label of sample '%s' was '%s' before and is '%s' after"
                            .formatted(task, before.id(), before.label(), after.label())
                    + ADVICE);
        }
    }

    /** All that occur, by name, so that sums over labels do not depend on the order of samples. */
    private static List<String> labels(List<Outcome> before, List<Outcome> after) {
        return Stream.concat(before.stream(), after.stream())
                .flatMap(o -> Stream.of(o.sample().label(), o.predicted()))
                .distinct()
                .sorted()
                .toList();
    }

    int samples() {
        return patternOfSample.length;
    }

    /** How many different labels there are, true and predicted ones. */
    int labels() {
        return labels;
    }

    /** Which of the {@link #patterns()} a sample has. */
    int patternOf(int sample) {
        return patternOfSample[sample];
    }

    List<Pattern> patterns() {
        return patterns;
    }

    McNemar mcNemar() {
        int onlyBefore = 0;
        int onlyAfter = 0;
        for (int place : patternOfSample) {
            Pattern pattern = patterns.get(place);
            boolean right = pattern.before() == pattern.truth();
            boolean rightAfter = pattern.after() == pattern.truth();
            onlyBefore += right && !rightAfter ? 1 : 0;
            onlyAfter += rightAfter && !right ? 1 : 0;
        }
        return new McNemar(onlyBefore, onlyAfter);
    }
}
