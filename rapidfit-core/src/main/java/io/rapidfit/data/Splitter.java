package io.rapidfit.data;

import io.rapidfit.internal.Require;
import io.rapidfit.internal.Sha256;
import io.rapidfit.text.TextNormalizer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which samples are for training, validation and test, once and for all: a sample's split depends on its own
 * text and the seed, so that adding or removing other samples moves nothing.
 *
 * <ul>
 *   <li>A split that a sample already has stays. Others of the same text join it.
 *   <li>A human's sample is placed by a hash of seed and {@linkplain TextNormalizer#normalize normalised} text. The
 *       same text is in one split, in whatever task it stands.
 *   <li>A synthetic sample is in {@link Split#TRAIN}, whatever its text; a classifier does not learn from one whose text
 *       is in another split.
 *   <li>The minimum rule, the one exception to the first sentence: a label with three or more different human texts gets
 *       at least one in test and one in validation (where their fraction is above 0), and every label keeps one in
 *       train. Where the hash leaves a split without, the text whose hash comes nearest is moved. Texts shared by many
 *       tasks can make that impossible; then the label goes without, and a warning says so.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class Splitter {

    private static final Logger log = LoggerFactory.getLogger(Splitter.class);

    /** With fewer texts than splits a label cannot be in all three. */
    private static final int TEXTS_FOR_ALL_SPLITS = 3;

    private final double testFraction;
    private final double validationFraction;
    private final long seed;

    private Splitter(Builder builder) {
        this.testFraction = builder.testFraction;
        this.validationFraction = builder.validationFraction;
        this.seed = builder.seed;
    }

    public static Builder builder() {
        return new Builder();
    }

    public double testFraction() {
        return testFraction;
    }

    public double validationFraction() {
        return validationFraction;
    }

    public long seed() {
        return seed;
    }

    /** The same samples in the same order, each with a split. */
    List<Sample> assign(List<Sample> samples) {
        if (samples.stream().allMatch(s -> s.split() != null)) {
            return samples; // decided, by whoever did: nothing to place, and nothing to warn of
        }
        Map<String, Text> texts = new LinkedHashMap<>();
        for (Sample sample : samples) {
            if (!sample.origin().isSynthetic()) {
                Text text = texts.computeIfAbsent(TextNormalizer.normalize(sample.text()), this::place);
                text.keep(sample.split());
                text.labels.add(new Label(sample.task(), sample.label()));
            }
        }
        new MinimumRule(texts.values()).apply();
        return samples.stream()
                .map(s -> s.split() != null ? s : s.withSplit(splitOf(s, texts)))
                .toList();
    }

    private static Split splitOf(Sample sample, Map<String, Text> texts) {
        if (sample.origin().isSynthetic()) {
            return Split.TRAIN;
        }
        return Require.nonNull("text", texts.get(TextNormalizer.normalize(sample.text()))).split;
    }

    private Text place(String normalized) {
        ByteBuffer hash = ByteBuffer.wrap(Sha256.hash(seed + ":" + normalized));
        double test = uniform(hash.getLong());
        double validation = uniform(hash.getLong());
        Split split =
                test < testFraction ? Split.TEST : validation < validationFraction ? Split.VALIDATION : Split.TRAIN;
        return new Text(test, validation, split);
    }

    /** The upper 53 bits, which a double holds exactly, as a number in [0, 1). */
    private static double uniform(long bits) {
        return (bits >>> 11) * 0x1.0p-53;
    }

    private record Label(String task, String name) implements Comparable<Label> {

        private static final Comparator<Label> ORDER =
                Comparator.comparing(Label::task).thenComparing(Label::name);

        @Override
        public int compareTo(Label other) {
            return ORDER.compare(this, other);
        }
    }

    /** All human samples of one normalised text. */
    private static final class Text {

        final double testDraw;
        final double validationDraw;
        final Set<Label> labels = new LinkedHashSet<>();
        Split split;
        boolean kept;

        Text(double testDraw, double validationDraw, Split split) {
            this.testDraw = testDraw;
            this.validationDraw = validationDraw;
            this.split = split;
        }

        /** A split that a sample came with wins; of several, the one that is furthest from training. */
        void keep(@Nullable Split given) {
            if (given != null) {
                split = kept && split.compareTo(given) > 0 ? split : given;
                kept = true;
            }
        }
    }

    /** The texts of one label, and how many of them are in each split. */
    private static final class Tally {

        final Set<Text> texts = new LinkedHashSet<>();
        private final Map<Split, Integer> counts = new EnumMap<>(Split.class);

        int count(Split split) {
            return counts.getOrDefault(split, 0);
        }

        void add(Split split, int change) {
            counts.merge(split, change, Integer::sum);
        }
    }

    /** Moves texts until every label is where it must be, never taking from a label what it needs itself. */
    private final class MinimumRule {

        private final Map<Label, Tally> tallies = new TreeMap<>(); // sorted: row order must not decide
        private final Map<Split, List<Label>> without = new EnumMap<>(Split.class);

        MinimumRule(Collection<Text> texts) {
            for (Text text : texts) {
                for (Label label : text.labels) {
                    Tally tally = tallies.computeIfAbsent(label, l -> new Tally());
                    tally.texts.add(text);
                    tally.add(text.split, 1);
                }
            }
        }

        void apply() {
            tallies.forEach((label, tally) -> {
                supply(label, tally, Split.TEST, text -> text.testDraw);
                supply(label, tally, Split.VALIDATION, text -> text.validationDraw);
            });
            tallies.forEach((label, tally) ->
                    supply(label, tally, Split.TRAIN, text -> -Math.min(text.testDraw, text.validationDraw)));
            without.forEach((split, labels) -> log.warn(
                    "{} of {} labels have no sample for {}, the first '{}' of task '{}': the splits given, or texts"
                            + " shared with other labels, leave none to move",
                    labels.size(),
                    tallies.size(),
                    split,
                    labels.get(0).name(),
                    labels.get(0).task()));
        }

        private void supply(Label label, Tally tally, Split split, ToDoubleFunction<Text> distance) {
            if (!needs(tally, split) || tally.count(split) > 0) {
                return;
            }
            Optional<Text> found = nearest(tally, distance, this::canSpare);
            if (found.isEmpty() && split != Split.TRAIN) {
                // A label that can be measured is worth more than another's last text for training.
                found = nearest(tally, distance, (other, from) -> from == Split.TRAIN || canSpare(other, from));
            }
            if (found.isPresent()) {
                move(found.get(), split);
            } else if (split != Split.TRAIN || !exchange(tally, distance)) {
                without.computeIfAbsent(split, s -> new ArrayList<>()).add(label);
            }
        }

        private Optional<Text> nearest(Tally tally, ToDoubleFunction<Text> distance, BiPredicate<Tally, Split> spares) {
            return tally.texts.stream()
                    .filter(text -> !text.kept)
                    .filter(text -> text.labels.stream()
                            .allMatch(label -> spares.test(tallies.getOrDefault(label, tally), text.split)))
                    .min(Comparator.comparingDouble(distance));
        }

        /** Moves a text to train that others need where it is, and gives these another one instead. */
        private boolean exchange(Tally tally, ToDoubleFunction<Text> distance) {
            List<Text> candidates = tally.texts.stream()
                    .filter(text -> !text.kept)
                    .sorted(Comparator.comparingDouble(distance))
                    .toList();
            for (Text text : candidates) {
                Split from = text.split;
                List<Text> moved = new ArrayList<>(List.of(text));
                List<Split> before = new ArrayList<>(List.of(from));
                move(text, Split.TRAIN);
                for (Label label : text.labels) {
                    Tally other = tallies.getOrDefault(label, tally);
                    if (needs(other, from) && other.count(from) == 0) {
                        nearest(other, from == Split.TEST ? t -> t.testDraw : t -> t.validationDraw, this::canSpare)
                                .ifPresent(instead -> {
                                    moved.add(instead);
                                    before.add(instead.split);
                                    move(instead, from);
                                });
                    }
                }
                if (text.labels.stream()
                        .map(label -> tallies.getOrDefault(label, tally))
                        .allMatch(other -> other.count(from) > 0 || !needs(other, from))) {
                    return true;
                }
                for (int i = moved.size() - 1; i >= 0; i--) {
                    move(moved.get(i), before.get(i));
                }
            }
            return false;
        }

        private void move(Text text, Split to) {
            for (Label label : text.labels) {
                tallies.computeIfPresent(label, (l, tally) -> {
                    tally.add(text.split, -1);
                    tally.add(to, 1);
                    return tally;
                });
            }
            text.split = to;
        }

        private boolean canSpare(Tally tally, Split from) {
            return tally.count(from) > 1 || !needs(tally, from);
        }

        private boolean needs(Tally tally, Split split) {
            boolean enough = tally.texts.size() >= TEXTS_FOR_ALL_SPLITS;
            return switch (split) {
                case TRAIN -> true;
                case VALIDATION -> enough && validationFraction > 0;
                case TEST -> enough && testFraction > 0;
            };
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private double testFraction = 0.1;
        private double validationFraction = 0.1;
        private long seed = 42;

        private Builder() {}

        /** Share of human texts that are for the final measurement, at least 0 and less than 1. Defaults to 0.1. */
        public Builder testFraction(double testFraction) {
            this.testFraction = Require.fraction("testFraction", testFraction);
            return this;
        }

        /** Share of the rest that is for looking at while improving, at least 0 and less than 1. Defaults to 0.1. */
        public Builder validationFraction(double validationFraction) {
            this.validationFraction = Require.fraction("validationFraction", validationFraction);
            return this;
        }

        /** Another seed gives another division. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        public Splitter build() {
            return new Splitter(this);
        }
    }
}
