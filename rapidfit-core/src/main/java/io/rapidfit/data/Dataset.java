package io.rapidfit.data;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The labelled samples of one or several tasks, in the order in which they were added.
 *
 * <pre>{@code
 * Dataset dataset = Dataset.builder()
 *         .add("sentiment", "I love this product!", "positive")
 *         .add("sentiment", "Terrible experience.", "negative")
 *         .build();
 * }</pre>
 *
 * <p>Immutable: every method that seems to change one returns another. Tasks and labels are listed in order of first
 * appearance.
 */
public final class Dataset {

    private final List<Sample> samples;
    private final Map<String, List<Sample>> byTask;

    private Dataset(List<Sample> samples) {
        this.samples = List.copyOf(samples);
        this.byTask = this.samples.stream()
                .collect(Collectors.groupingBy(Sample::task, LinkedHashMap::new, Collectors.toUnmodifiableList()));
    }

    /** A dataset of these samples; may be empty. */
    public static Dataset of(Collection<Sample> samples) {
        return new Dataset(List.copyOf(samples));
    }

    public static Builder builder() {
        return new Builder();
    }

    public List<Sample> samples() {
        return samples;
    }

    /**
     * The samples of one task.
     *
     * @throws IllegalArgumentException if there is no such task; the message lists those there are
     */
    public List<Sample> samples(String task) {
        List<Sample> found = byTask.get(task);
        if (found == null) {
            throw new IllegalArgumentException("no task '%s' in this dataset; it has %s".formatted(task, tasks()));
        }
        return found;
    }

    /** The samples of one split, of all tasks; none if the dataset was never split. */
    public List<Sample> samples(Split split) {
        return samples.stream().filter(s -> s.split() == split).toList();
    }

    public List<String> tasks() {
        return List.copyOf(byTask.keySet());
    }

    /** Labels of a task. */
    public List<String> labels(String task) {
        return List.copyOf(labelCounts(task).keySet());
    }

    /** How many samples each label of a task has. */
    public Map<String, Integer> labelCounts(String task) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        samples(task).forEach(s -> counts.merge(s.label(), 1, Integer::sum));
        return Collections.unmodifiableMap(counts);
    }

    public int size() {
        return samples.size();
    }

    public boolean isEmpty() {
        return samples.isEmpty();
    }

    /**
     * Only the samples of these tasks.
     *
     * @throws IllegalArgumentException if one of them is not in the dataset
     */
    public Dataset only(String... tasks) {
        Set<String> wanted = Set.copyOf(List.of(tasks));
        wanted.forEach(this::samples); // refuses an unknown one
        return filter(s -> wanted.contains(s.task()));
    }

    public Dataset filter(Predicate<Sample> keep) {
        return new Dataset(samples.stream().filter(keep).toList());
    }

    /**
     * Without the samples that a generator or a run made.
     *
     * @param source the name of a generator, such as {@code LLMAugmenter}, or the id of a run, as in {@link Origin}. What was
     *     made from its samples by others stays
     */
    public Dataset withdraw(String source) {
        Require.notBlank("source", source);
        return filter(s -> !source.equals(s.origin().generator())
                && !source.equals(s.origin().runId()));
    }

    /** These samples, then those. */
    public Dataset plus(Collection<Sample> more) {
        List<Sample> all = new ArrayList<>(samples);
        all.addAll(more);
        return new Dataset(all);
    }

    /** The samples of both, this dataset's first. */
    public Dataset plus(Dataset more) {
        return plus(more.samples);
    }

    /** Gives every sample a split that has none; see {@link Splitter} for the rules. */
    public Dataset split(Splitter splitter) {
        return new Dataset(splitter.assign(samples));
    }

    /** All samples in this split, whatever they were in: for data that arrives divided, such as a given test set. */
    public Dataset withSplit(Split split) {
        return new Dataset(samples.stream().map(s -> s.withSplit(split)).toList());
    }

    /** Prints a table: tasks with their labels, samples, and how these are split. */
    public void display(Appendable out) {
        TextTable table = new TextTable()
                .left("task")
                .right("samples")
                .right("train")
                .right("validation")
                .right("test")
                .right("labels")
                .left("label counts");
        for (String task : tasks()) {
            List<Sample> all = samples(task);
            Map<String, Integer> counts = labelCounts(task);
            table.row(
                    task,
                    String.valueOf(all.size()),
                    count(all, Split.TRAIN),
                    count(all, Split.VALIDATION),
                    count(all, Split.TEST),
                    String.valueOf(counts.size()),
                    mostFrequent(counts));
        }
        table.print(out);
    }

    private static String count(List<Sample> samples, Split split) {
        long count = samples.stream().filter(s -> s.split() == split).count();
        return count == 0 ? "-" : String.valueOf(count);
    }

    private static String mostFrequent(Map<String, Integer> counts) {
        int shown = 4;
        String listed = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(shown)
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
        return counts.size() <= shown ? listed : listed + ", ... " + (counts.size() - shown) + " more";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Dataset that && samples.equals(that.samples);
    }

    @Override
    public int hashCode() {
        return samples.hashCode();
    }

    /** Tasks and counts, no texts. */
    @Override
    public String toString() {
        return "Dataset[" + samples.size() + " samples; "
                + tasks().stream()
                        .map(t -> t + ": " + labelCounts(t).size() + " labels")
                        .collect(Collectors.joining(", "))
                + "]";
    }

    /** Collects samples. Not thread-safe; can build several times. */
    public static final class Builder {

        private final List<Sample> samples = new ArrayList<>();

        private Builder() {}

        public Builder add(String task, String text, String label) {
            return add(Sample.of(task, text, label));
        }

        public Builder add(Sample sample) {
            samples.add(Require.nonNull("sample", sample));
            return this;
        }

        public Builder addAll(Iterable<Sample> more) {
            more.forEach(this::add);
            return this;
        }

        public Dataset build() {
            return new Dataset(samples);
        }
    }
}
