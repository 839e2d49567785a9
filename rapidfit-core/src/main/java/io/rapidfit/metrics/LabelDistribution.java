package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a classifier believes of one text: the labels of a task with a probability each.
 *
 * <p>Immutable. Made for every prediction, so making one costs one look at each probability; whatever needs an order is
 * worked out when it is asked for.
 */
public final class LabelDistribution {

    /** How far from 1 a sum may be: far more than rounding needs, even with float probabilities. */
    private static final double TOLERANCE = 1e-3;

    /** As many as {@link #toString} shows. */
    private static final int SHOWN = 3;

    /**
     * A label with its probability.
     *
     * @param probability in [0, 1]
     */
    public record Scored(String label, double probability) {}

    private final List<String> labels;
    private final double[] probabilities;
    private final int best;

    private LabelDistribution(List<String> labels, double[] probabilities, int best) {
        this.labels = labels;
        this.probabilities = probabilities;
        this.best = best;
    }

    /**
     * A probability for every label of the task.
     *
     * @param labels at least one, all different
     * @param probabilities one a label, in their order: each in [0, 1], together 1 within 0.001; copied
     * @throws IllegalArgumentException if the probabilities are not such; whether labels repeat is not looked at
     */
    public static LabelDistribution of(List<String> labels, double[] probabilities) {
        double[] copy = Require.nonNull("probabilities", probabilities).clone(); // checked once nobody can change it
        if (copy.length != Require.nonNull("labels", labels).size() || copy.length == 0) {
            throw new IllegalArgumentException(
                    "there must be one probability a label, and at least one label, but there"
                            + " are %s for %s labels".formatted(copy.length, labels.size()));
        }
        double sum = 0;
        int best = 0;
        for (int i = 0; i < copy.length; i++) {
            if (!(copy[i] >= 0 && copy[i] <= 1)) {
                throw new IllegalArgumentException(
                        "the probability of '%s' must be in [0, 1] but was %s".formatted(labels.get(i), copy[i]));
            }
            sum += copy[i];
            best = copy[i] > copy[best] ? i : best;
        }
        if (Math.abs(sum - 1) > TOLERANCE) {
            throw new IllegalArgumentException(
                    "the probabilities must sum to 1 within %s but sum to %s".formatted(TOLERANCE, sum));
        }
        return new LabelDistribution(List.copyOf(labels), copy, best);
    }

    /**
     * For a classifier that tells only its best label. How the rest, 1 - {@code confidence}, is spread over the other
     * labels stays unknown: {@link #labels()}, {@link #top} and {@link #probability} know of this label alone.
     *
     * @param confidence in [0, 1]
     */
    public static LabelDistribution of(String label, double confidence) {
        return new LabelDistribution(
                List.of(Require.notBlank("label", label)),
                new double[] {Require.inRange("confidence", confidence, 0, 1)},
                0);
    }

    /** The most probable label; of equally probable ones the first of {@link #labels()}. */
    public String label() {
        return labels.get(best);
    }

    /** The probability of {@link #label()}, in [0, 1]. */
    public double confidence() {
        return probabilities[best];
    }

    /** The labels with a known probability, in the order given. */
    public List<String> labels() {
        return labels;
    }

    /** In [0, 1]; 0 for a label that is not one of {@link #labels()}. */
    public double probability(String label) {
        int at = labels.indexOf(label);
        return at < 0 ? 0 : probabilities[at];
    }

    /**
     * The most probable labels, most probable first, equally probable ones in order of {@link #labels()}.
     *
     * @param k how many at most, at least 1
     */
    public List<Scored> top(int k) {
        return IntStream.range(0, labels.size())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> probabilities[i])
                        .reversed()) // stable: the order of labels stays
                .limit(Require.atLeast("k", k, 1))
                .map(i -> new Scored(labels.get(i), probabilities[i]))
                .toList();
    }

    /** That of one of {@link #labels()}, by its place. */
    double probability(int place) {
        return probabilities[place];
    }

    /** What is not spread over {@link #labels()}: only one label alone can leave anything over. */
    double unknownMass() {
        return labels.size() == 1 ? 1 - probabilities[0] : 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LabelDistribution that
                && labels.equals(that.labels)
                && Arrays.equals(probabilities, that.probabilities);
    }

    @Override
    public int hashCode() {
        return 31 * labels.hashCode() + Arrays.hashCode(probabilities);
    }

    /** The three most probable labels, such as "positive 0.93, neutral 0.05, negative 0.02 and 2 more". */
    @Override
    public String toString() {
        String shown = top(SHOWN).stream()
                .map(s -> String.format(Locale.ROOT, "%s %.2f", s.label(), s.probability()))
                .collect(Collectors.joining(", "));
        return labels.size() <= SHOWN ? shown : shown + " and " + (labels.size() - SHOWN) + " more";
    }
}
