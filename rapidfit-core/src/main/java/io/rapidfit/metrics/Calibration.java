package io.rapidfit.metrics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether a classifier is right as often as its confidence says: of the texts that it is 80% sure of, 80% should be right.
 *
 * <p>Whether it abstained plays no part. Immutable.
 */
public final class Calibration {

    private static final int BINS = 15;

    /**
     * The samples whose confidence is above {@code lower} and at most {@code upper}: one bar of a reliability diagram.
     * The first bin also holds confidence 0.
     *
     * @param count how many samples there are; may be 0
     * @param meanConfidence in [0, 1]; NaN if there are no samples
     * @param accuracy share of them that is right, in [0, 1]; NaN if there are no samples
     */
    public record ReliabilityBin(double lower, double upper, int count, double meanConfidence, double accuracy) {}

    private final List<ReliabilityBin> bins;
    private final double meanConfidence;
    private final double ece;
    private final double adaptiveEce;
    private final double brier;

    private Calibration(int labels, List<Outcome> outcomes) {
        List<Group> equalWidths = equalWidths(outcomes);
        List<ReliabilityBin> described = new ArrayList<>();
        for (int i = 0; i < BINS; i++) {
            described.add(equalWidths.get(i).describe(edge(i), edge(i + 1)));
        }
        this.bins = List.copyOf(described);
        this.meanConfidence =
                outcomes.stream().mapToDouble(Outcome::confidence).average().orElseThrow();
        this.ece = error(equalWidths, outcomes.size());
        this.adaptiveEce = error(equalCounts(outcomes), outcomes.size());
        this.brier = outcomes.stream()
                .mapToDouble(o -> brier(o.distribution(), o.sample().label(), labels))
                .average()
                .orElseThrow();
    }

    /**
     * @param labels how many the task has: the unknown mass of partial distributions is spread over them
     * @param outcomes at least one
     */
    static Calibration of(int labels, List<Outcome> outcomes) {
        return new Calibration(labels, outcomes);
    }

    /**
     * Expected calibration error, in [0, 1], less is better: the distance between mean confidence and accuracy within each
     * of the {@link #bins()}, averaged over the samples. Guo et al., "On Calibration of Modern Neural Networks" (2017).
     */
    public double ece() {
        return ece;
    }

    /**
     * The same as {@link #ece()} with 15 bins that hold equally many samples (within one), or one a sample where there are
     * fewer: it does not depend on where confidences crowd together. The bins are those of Nixon et al., "Measuring
     * Calibration in Deep Learning" (2019), filled by the confidence of the predicted label. Samples of equal confidence
     * enter in the order in which they were analysed.
     */
    public double adaptiveEce() {
        return adaptiveEce;
    }

    /**
     * Brier score in [0, 2], less is better: the squared distance between the probabilities and the truth (1 for the true
     * label, 0 for any other), summed over labels, averaged over the samples. Brier, "Verification of Forecasts Expressed
     * in Terms of Probability" (1950). Where the classifier told only its best label, what is left of 1 counts as spread
     * evenly over the task's other labels.
     */
    public double brier() {
        return brier;
    }

    /** In [0, 1]. Above the accuracy the classifier is overconfident, below it underconfident. */
    public double meanConfidence() {
        return meanConfidence;
    }

    /** 15 bins of equal width from 0 to 1, for a reliability diagram; some may be empty. */
    public List<ReliabilityBin> bins() {
        return bins;
    }

    /** Sums over some of the samples. */
    private static final class Group {

        private int count;
        private int correct;
        private double confidence;

        void add(Outcome outcome) {
            count++;
            correct += outcome.isCorrect() ? 1 : 0;
            confidence += outcome.confidence();
        }

        ReliabilityBin describe(double lower, double upper) {
            return new ReliabilityBin(
                    lower, upper, count, confidence / count, (double) correct / count); // 0 / 0 is NaN
        }
    }

    private static List<Group> equalWidths(List<Outcome> outcomes) {
        List<Group> groups = empty(BINS);
        outcomes.forEach(o -> groups.get(bin(o.confidence())).add(o));
        return groups;
    }

    private static int bin(double confidence) {
        int bin = 0;
        while (confidence > edge(bin + 1)) { // compared, not computed: rounding cannot move a sample across an edge
            bin++;
        }
        return bin;
    }

    private static double edge(int i) {
        return (double) i / BINS;
    }

    private static List<Group> equalCounts(List<Outcome> outcomes) {
        List<Outcome> sorted = new ArrayList<>(outcomes);
        sorted.sort(Comparator.comparingDouble(Outcome::confidence)); // stable: the order of outcomes stays
        int size = Math.min(BINS, sorted.size());
        List<Group> groups = empty(size);
        for (int i = 0; i < sorted.size(); i++) {
            groups.get((int) ((long) i * size / sorted.size())).add(sorted.get(i));
        }
        return groups;
    }

    private static List<Group> empty(int size) {
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            groups.add(new Group());
        }
        return groups;
    }

    private static double error(List<Group> groups, int samples) {
        // count / samples * |correct / count - confidence / count|, with the count cancelled: empty bins add nothing
        return groups.stream()
                        .mapToDouble(g -> Math.abs(g.correct - g.confidence))
                        .sum()
                / samples;
    }

    private static double brier(LabelDistribution distribution, String truth, int labels) {
        int untold = labels - distribution.labels().size();
        double share = untold > 0 ? distribution.unknownMass() / untold : 0;
        boolean told = false;
        double sum = untold * square(share);
        for (int i = 0; i < distribution.labels().size(); i++) {
            boolean isTruth = distribution.labels().get(i).equals(truth);
            told |= isTruth;
            sum += square(distribution.probability(i) - (isTruth ? 1 : 0));
        }
        return told ? sum : sum - square(share) + square(share - 1);
    }

    private static double square(double value) {
        return value * value;
    }
}
