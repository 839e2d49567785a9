package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How many errors remain if only the most confident predictions are answered: the risk-coverage curve of El-Yaniv and
 * Wiener, "On the Foundations of Noise-free Selective Classification" (2010).
 *
 * <p>Whether the classifier itself abstained plays no part. Immutable.
 */
public final class RiskCoverage {

    /**
     * What becomes of the samples if those with a confidence of at least {@code threshold} are answered.
     *
     * @param coverage share of the samples that are answered, in (0, 1]
     * @param risk share of the answered ones that are wrong, in [0, 1]
     */
    public record Point(double threshold, double coverage, double risk) {}

    private final List<Point> points;

    private RiskCoverage(List<Point> points) {
        this.points = List.copyOf(points);
    }

    static RiskCoverage of(List<Outcome> outcomes) {
        List<Outcome> sorted = new ArrayList<>(outcomes);
        sorted.sort(Comparator.comparingDouble(Outcome::confidence).reversed());
        List<Point> points = new ArrayList<>();
        int wrong = 0;
        for (int i = 0; i < sorted.size(); i++) {
            wrong += sorted.get(i).isCorrect() ? 0 : 1;
            int answered = i + 1;
            double threshold = sorted.get(i).confidence();
            if (answered == sorted.size() || sorted.get(answered).confidence() != threshold) {
                points.add(new Point(threshold, (double) answered / sorted.size(), (double) wrong / answered));
            }
        }
        return new RiskCoverage(points);
    }

    /**
     * One a different confidence, highest first; samples of equal confidence enter together, since no threshold tells
     * them apart. The last has coverage 1.
     */
    public List<Point> points() {
        return points;
    }

    /**
     * The area under the curve (AURC), in [0, 1], less is better: the mean over the samples of the risk at the sample's
     * own confidence, as in Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation for Deep Neural
     * Classifiers" (2019).
     */
    public double area() {
        double area = 0;
        double before = 0;
        for (Point point : points) {
            area += (point.coverage() - before) * point.risk();
            before = point.coverage();
        }
        return area;
    }

    /**
     * The lowest threshold, so the largest coverage, at which at most this share of the answered samples is wrong; empty
     * if there is none. Risk need not fall with the threshold: at a higher one it may be above {@code maxRisk}.
     *
     * @param maxRisk in [0, 1]
     */
    public OptionalDouble thresholdForRisk(double maxRisk) {
        Require.inRange("maxRisk", maxRisk, 0, 1);
        return points.stream()
                .filter(point -> point.risk() <= maxRisk)
                .mapToDouble(Point::threshold)
                .min();
    }

    /**
     * The highest threshold at which at least this share of the samples is answered.
     *
     * @param minCoverage in [0, 1]; 0 gives the highest confidence of all
     */
    public double thresholdForCoverage(double minCoverage) {
        return atCoverage(minCoverage).threshold();
    }

    /** The first point with at least this coverage. */
    Point atCoverage(double minCoverage) {
        Require.inRange("minCoverage", minCoverage, 0, 1);
        return points.stream()
                .filter(point -> point.coverage() >= minCoverage)
                .findFirst()
                .orElseThrow(); // the last has coverage 1
    }
}
