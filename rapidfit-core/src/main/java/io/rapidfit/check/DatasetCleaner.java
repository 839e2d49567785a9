package io.rapidfit.check;

import io.rapidfit.check.CleaningResult.Reason;
import io.rapidfit.check.CleaningResult.Removed;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what should not be learnt from, and says what and why: in this order samples with ignored labels, blank ones,
 * duplicates, and, where asked for, near-duplicates, short and long ones, and what a label has too many of.
 *
 * <pre>{@code
 * CleaningResult cleaned = DatasetCleaner.builder().maxPerLabel(500).build().clean(dataset);
 * cleaned.display(System.out);
 * }</pre>
 *
 * <p>Of equal texts with one label, the one that is furthest from training stays, so that what is measured on never shrinks for
 * the sake of what is learnt; of several in one split, the first. Surplus is taken from samples that are not held out. Equal texts
 * with different labels stay: which is right, only a person can tell. Immutable and thread-safe.
 */
public final class DatasetCleaner {

    private final Set<String> ignoredLabels;
    private final @Nullable NearDuplicates nearDuplicates;
    private final int minLength;
    private final int maxLength;
    private final int maxPerLabel;
    private final double maxLabelRatio;
    private final long seed;

    private DatasetCleaner(Builder builder) {
        this.ignoredLabels = Set.copyOf(builder.ignoredLabels);
        this.nearDuplicates = builder.nearDuplicates;
        this.minLength = builder.minLength;
        this.maxLength = builder.maxLength;
        this.maxPerLabel = builder.maxPerLabel;
        this.maxLabelRatio = builder.maxLabelRatio;
        this.seed = builder.seed;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Cleans every task. Samples stay as they are and in their order, or go. */
    public CleaningResult clean(Dataset dataset) {
        return new Cleaning(dataset).run();
    }

    /** One {@link #clean}. */
    private final class Cleaning {

        private final Dataset original;
        private final IdentityHashMap<Sample, Reason> reasons = new IdentityHashMap<>(); // equal samples, one by one

        Cleaning(Dataset original) {
            this.original = original;
        }

        CleaningResult run() {
            remove(Reason.IGNORED_LABEL, s -> ignoredLabels.contains(s.label()));
            remove(Reason.EMPTY, s -> TextNormalizer.isBlank(s.text()));
            for (String task : original.tasks()) {
                duplicates(task);
                nearDuplicates(task);
            }
            remove(Reason.TOO_SHORT, s -> length(s) < minLength);
            remove(Reason.TOO_LONG, s -> length(s) > maxLength);
            original.tasks().forEach(this::surplus);
            List<Removed> removed = new ArrayList<>();
            for (Sample sample : original.samples()) {
                Reason reason = reasons.get(sample);
                if (reason != null) {
                    removed.add(new Removed(sample, reason));
                }
            }
            return new CleaningResult(original.filter(s -> !reasons.containsKey(s)), original, removed);
        }

        private List<Sample> left(String task) {
            return original.samples(task).stream()
                    .filter(s -> !reasons.containsKey(s))
                    .toList();
        }

        private void remove(Reason reason, Predicate<Sample> which) {
            original.samples().stream().filter(which).forEach(s -> reasons.putIfAbsent(s, reason));
        }

        private void duplicates(String task) {
            Set<List<String>> seen = new HashSet<>();
            for (Sample sample : heldOutFirst(left(task))) {
                if (!seen.add(List.of(sample.label(), TextNormalizer.normalize(sample.text())))) {
                    reasons.put(sample, Reason.DUPLICATE);
                }
            }
        }

        private void nearDuplicates(String task) {
            if (nearDuplicates == null) {
                return;
            }
            NearDuplicates.Index kept = nearDuplicates.index();
            for (Sample sample : heldOutFirst(left(task))) {
                if (kept.nearest(sample.text()).isPresent()) {
                    reasons.put(sample, Reason.NEAR_DUPLICATE);
                } else {
                    kept.add(sample.id(), sample.text());
                }
            }
        }

        private List<Sample> heldOutFirst(List<Sample> samples) {
            List<Sample> sorted = new ArrayList<>(samples);
            sorted.sort(Comparator.comparing((Sample s) -> s.split() == null ? Split.TRAIN : s.split())
                    .reversed()); // stable
            return sorted;
        }

        private void surplus(String task) {
            Map<String, List<Sample>> byLabel = new LinkedHashMap<>();
            left(task).stream()
                    .filter(s -> s.split() == null || s.split() == Split.TRAIN)
                    .forEach(s -> byLabel.computeIfAbsent(s.label(), l -> new ArrayList<>())
                            .add(s));
            int most = mostPerLabel(byLabel.values());
            byLabel.forEach((label, samples) -> {
                if (samples.size() > most) {
                    Set<Sample> kept = Collections.newSetFromMap(new IdentityHashMap<>());
                    kept.addAll(DiverseChoice.of(samples, Sample::text, most, seed));
                    samples.stream().filter(s -> !kept.contains(s)).forEach(s -> reasons.put(s, Reason.SURPLUS));
                }
            });
        }

        private int mostPerLabel(Collection<List<Sample>> labels) {
            if (maxPerLabel < Integer.MAX_VALUE || labels.isEmpty()) {
                return maxPerLabel;
            }
            int fewest = labels.stream().mapToInt(List::size).min().orElseThrow();
            return (int) Math.min(Integer.MAX_VALUE, Math.ceil(fewest * maxLabelRatio));
        }
    }

    private static int length(Sample sample) {
        return sample.text().codePointCount(0, sample.text().length());
    }

    /** Not thread-safe. */
    public static final class Builder {

        private List<String> ignoredLabels = List.of();
        private @Nullable NearDuplicates nearDuplicates;
        private int minLength;
        private int maxLength = Integer.MAX_VALUE;
        private int maxPerLabel = Integer.MAX_VALUE;
        private double maxLabelRatio = Double.POSITIVE_INFINITY;
        private long seed = 42;

        private Builder() {}

        /** Labels whose samples go. By default none. */
        public Builder ignoredLabels(String... ignoredLabels) {
            this.ignoredLabels = List.of(ignoredLabels);
            return this;
        }

        /** Near-duplicates of another sample of the task go, whatever its label. By default they stay. */
        public Builder nearDuplicates(NearDuplicates nearDuplicates) {
            this.nearDuplicates = Require.nonNull("nearDuplicates", nearDuplicates);
            return this;
        }

        /** Texts with fewer code points go. Defaults to 0. */
        public Builder minLength(int minLength) {
            this.minLength = Require.inRange("minLength", minLength, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Texts with more code points go. By default none is too long. */
        public Builder maxLength(int maxLength) {
            this.maxLength = Require.inRange("maxLength", maxLength, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How many samples that are not held out a label keeps, at least 1. By default all. */
        public Builder maxPerLabel(int maxPerLabel) {
            this.maxPerLabel = Require.inRange("maxPerLabel", maxPerLabel, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many times as many samples as the smallest a label keeps, at least 1; counts only without {@link #maxPerLabel}. By
         * default all.
         */
        public Builder maxLabelRatio(double maxLabelRatio) {
            this.maxLabelRatio = Require.inRange("maxLabelRatio", maxLabelRatio, 1, Double.POSITIVE_INFINITY);
            return this;
        }

        /** Of the choice of what stays. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** @throws IllegalStateException if {@code minLength} is above {@code maxLength} */
        public DatasetCleaner build() {
            if (minLength > maxLength) {
                throw new IllegalStateException(
                        "minLength %d is above maxLength %d: nothing would stay".formatted(minLength, maxLength));
            }
            return new DatasetCleaner(this);
        }
    }
}
