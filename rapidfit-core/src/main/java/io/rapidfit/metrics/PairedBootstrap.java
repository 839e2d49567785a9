package io.rapidfit.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * How far metrics would scatter on other samples of the same kind, from drawing as many samples with replacement, again
 * and again, both classifiers on the same draws: percentile intervals after Efron and Tibshirani, "An Introduction to the
 * Bootstrap" (1993), chapter 13; for two systems, Koehn, "Statistical Significance Tests for Machine Translation
 * Evaluation" (2004).
 */
final class PairedBootstrap {

    private final Scores before;
    private final Scores after;

    PairedBootstrap(PairedOutcomes pairs, int resamples, long seed) {
        this.before = new Scores(pairs, PairedOutcomes.Pattern::before, resamples);
        this.after = new Scores(pairs, PairedOutcomes.Pattern::after, resamples);
        int[] counts = new int[pairs.patterns().size()];
        for (Draws draws = new Draws(pairs.samples(), resamples, seed); draws.next(); ) {
            Arrays.fill(counts, 0);
            for (int sample : draws.drawn) {
                counts[pairs.patternOf(sample)]++;
            }
            before.add(draws.resample, counts);
            after.add(draws.resample, counts);
        }
    }

    /** Of the means of scores, see {@link #accuracy}. */
    static MetricComparison means(PairedScores scores, Resampling resampling) {
        double[] before = toArray(scores.before());
        double[] after = toArray(scores.after());
        double[] meansBefore = new double[resampling.resamples()];
        double[] meansAfter = new double[resampling.resamples()];
        for (Draws draws = new Draws(before.length, resampling.resamples(), resampling.seed()); draws.next(); ) {
            meansBefore[draws.resample] = draws.mean(before);
            meansAfter[draws.resample] = draws.mean(after);
        }
        double difference = Arrays.stream(scores.differences()).sum() / before.length;
        double confidence = resampling.confidence();
        return new MetricComparison(
                percentiles(Arrays.stream(before).sum() / before.length, meansBefore, confidence),
                percentiles(Arrays.stream(after).sum() / after.length, meansAfter, confidence),
                percentiles(difference, differences(meansBefore, meansAfter), confidence));
    }

    private static double[] toArray(List<Double> scores) {
        return scores.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /**
     * @param measuredDifference given, since that of two rounded shares is not exact
     * @param confidence share of the resamples that the intervals hold, the rest equally above and below
     */
    MetricComparison accuracy(
            double measuredBefore, double measuredAfter, double measuredDifference, double confidence) {
        return new MetricComparison(
                percentiles(measuredBefore, before.accuracy, confidence),
                percentiles(measuredAfter, after.accuracy, confidence),
                percentiles(measuredDifference, differences(before.accuracy, after.accuracy), confidence));
    }

    /**
     * See {@link #accuracy}. A resample has some samples twice and lacks others, so that its macro-F1 tends to be lower
     * than that of the samples, and much lower where a label has few: before and after are corrected for that. Their
     * difference is not: there the bias cancels, and the correction would only add noise.
     */
    MetricComparison macroF1(double measuredBefore, double measuredAfter, double confidence) {
        return new MetricComparison(
                biasCorrected(measuredBefore, before.macroF1, confidence),
                biasCorrected(measuredAfter, after.macroF1, confidence),
                percentiles(measuredAfter - measuredBefore, differences(before.macroF1, after.macroF1), confidence));
    }

    private static double[] differences(double[] before, double[] after) {
        double[] differences = new double[before.length];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = after[i] - before[i];
        }
        return differences;
    }

    private static Estimate percentiles(double value, double[] resampled, double confidence) {
        return between(value, resampled, (1 - confidence) / 2, (1 + confidence) / 2);
    }

    /** The same book, chapter 14.3, without acceleration: other percentiles, unless the value is the median. */
    private static Estimate biasCorrected(double value, double[] resampled, double confidence) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1); // null: draws nothing
        double bias = normal.inverseCumulativeProbability(shareBelow(value, resampled));
        double z = normal.inverseCumulativeProbability((1 + confidence) / 2);
        return between(
                value,
                resampled,
                normal.cumulativeProbability(2 * bias - z),
                normal.cumulativeProbability(2 * bias + z));
    }

    /** Equal ones count half; never 0 or 1, whose normal quantile is infinite. */
    private static double shareBelow(double value, double[] resampled) {
        double below = 0;
        for (double one : resampled) {
            if (Math.abs(one - value) < Estimate.ROUNDING) {
                below += 0.5;
            } else if (one < value) {
                below++;
            }
        }
        return Math.min(Math.max(below, 0.5), resampled.length - 0.5) / resampled.length;
    }

    /** @param lower share of the resamples below the interval */
    private static Estimate between(double value, double[] resampled, double lower, double upper) {
        Percentile percentile = new Percentile();
        percentile.setData(resampled);
        return new Estimate(value, percentile.evaluate(100 * lower), percentile.evaluate(100 * upper));
    }

    /** As many samples as there are, drawn with replacement, again and again. */
    private static final class Draws {

        final int[] drawn; // numbers of samples: the resample at hand
        int resample = -1;
        private final int resamples;
        private final RandomGenerator random;

        Draws(int samples, int resamples, long seed) {
            this.drawn = new int[samples];
            this.resamples = resamples;
            this.random = new MersenneTwister(seed);
        }

        /** Draws anew, unless that was done often enough. */
        boolean next() {
            if (++resample == resamples) {
                return false;
            }
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = random.nextInt(drawn.length);
            }
            return true;
        }

        double mean(double[] scores) {
            double sum = 0;
            for (int sample : drawn) {
                sum += scores[sample];
            }
            return sum / drawn.length;
        }
    }

    /** One classifier's metrics on every resample, by the definitions of {@link TaskAnalysis}. */
    private static final class Scores {

        private final int samples;
        private final int[] truth; // by pattern, as is the next
        private final int[] predicted;
        private final int[] correct; // by label, as is the next: of the resample at hand
        private final int[] occurrences; // as true or as predicted label
        private final double[] accuracy; // by resample, as is the next
        private final double[] macroF1;

        Scores(PairedOutcomes pairs, ToIntFunction<PairedOutcomes.Pattern> prediction, int resamples) {
            List<PairedOutcomes.Pattern> patterns = pairs.patterns();
            this.samples = pairs.samples();
            this.truth =
                    patterns.stream().mapToInt(PairedOutcomes.Pattern::truth).toArray();
            this.predicted = patterns.stream().mapToInt(prediction).toArray();
            this.correct = new int[pairs.labels()];
            this.occurrences = new int[pairs.labels()];
            this.accuracy = new double[resamples];
            this.macroF1 = new double[resamples];
        }

        void add(int resample, int[] counts) {
            Arrays.fill(correct, 0);
            Arrays.fill(occurrences, 0);
            int allCorrect = 0;
            for (int i = 0; i < counts.length; i++) {
                occurrences[truth[i]] += counts[i];
                occurrences[predicted[i]] += counts[i];
                if (truth[i] == predicted[i]) {
                    correct[truth[i]] += counts[i];
                    allCorrect += counts[i];
                }
            }
            accuracy[resample] = (double) allCorrect / samples;
            macroF1[resample] = meanF1();
        }

        private double meanF1() {
            double sum = 0;
            int occurring = 0;
            for (int label = 0; label < occurrences.length; label++) {
                if (occurrences[label] > 0) {
                    sum += 2.0 * correct[label] / occurrences[label];
                    occurring++;
                }
            }
            return sum / occurring;
        }
    }
}
