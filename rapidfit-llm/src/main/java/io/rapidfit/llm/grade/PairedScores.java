package io.rapidfit.llm.grade;

import io.rapidfit.metrics.Estimate;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** What a judge and what people said of the same examples. A statistic that these do not define is NaN. */
final class PairedScores {

    private final double[] judge;
    private final double[] gold;
    private final boolean[] judgePasses;
    private final boolean[] goldPasses;

    /** All of one length; they are not copied. */
    PairedScores(double[] judge, double[] gold, boolean[] judgePasses, boolean[] goldPasses) {
        this.judge = judge;
        this.gold = gold;
        this.judgePasses = judgePasses;
        this.goldPasses = goldPasses;
    }

    int size() {
        return judge.length;
    }

    /**
     * A figure of these pairs and how far it scatters over draws of them, in which it is defined. The same seed gives the same draws,
     * whatever the figure.
     *
     * @return empty if the pairs do not define it
     */
    Optional<Estimate> bootstrap(ToDoubleFunction<PairedScores> figure, double confidence, int resamples, long seed) {
        double value = size() == 0 ? Double.NaN : figure.applyAsDouble(this);
        if (Double.isNaN(value)) {
            return Optional.empty();
        }
        RandomGenerator random = new MersenneTwister(seed);
        double[] resampled = new double[resamples];
        int defined = 0;
        for (int i = 0; i < resamples; i++) {
            double drawn = figure.applyAsDouble(draw(random));
            if (!Double.isNaN(drawn)) {
                resampled[defined++] = drawn;
            }
        }
        return Optional.of(Estimates.percentiles(value, resampled, defined, confidence));
    }

    /** As many pairs, drawn with replacement. */
    private PairedScores draw(RandomGenerator random) {
        PairedScores drawn =
                new PairedScores(new double[size()], new double[size()], new boolean[size()], new boolean[size()]);
        for (int i = 0; i < size(); i++) {
            int from = random.nextInt(size());
            drawn.judge[i] = judge[from];
            drawn.gold[i] = gold[from];
            drawn.judgePasses[i] = judgePasses[from];
            drawn.goldPasses[i] = goldPasses[from];
        }
        return drawn;
    }

    /** How many pairs the judge passes as {@code judged} says, and people as {@code labelled} says. */
    int count(boolean judged, boolean labelled) {
        int count = 0;
        for (int i = 0; i < size(); i++) {
            count += judgePasses[i] == judged && goldPasses[i] == labelled ? 1 : 0;
        }
        return count;
    }

    /** Of the verdicts. Cohen, "A Coefficient of Agreement for Nominal Scales" (1960). */
    double kappa() {
        double n = size();
        double judgePassed = (count(true, true) + count(true, false)) / n;
        double goldPassed = (count(true, true) + count(false, true)) / n;
        double observed = (count(true, true) + count(false, false)) / n;
        double byChance = judgePassed * goldPassed + (1 - judgePassed) * (1 - goldPassed);
        return (observed - byChance) / (1 - byChance); // both always say the same: 0 / 0 is NaN
    }

    /**
     * Of the scores. Cohen, "Weighted Kappa: Nominal Scale Agreement with Provision for Scaled Disagreement or Partial Credit"
     * (1968): 1 - observed / expected, where a disagreement counts by its square. Summed over all pairs of scores instead of over
     * the cells of a table, which is the same and needs no table: expected is (1/n^2) sum_ij (x_i - y_j)^2, that is
     * var(x) + var(y) + (mean(x) - mean(y))^2.
     */
    double quadraticKappa() {
        double observed = 0;
        double expected = 0;
        double judgeMean = Arrays.stream(judge).average().orElse(Double.NaN);
        double goldMean = Arrays.stream(gold).average().orElse(Double.NaN);
        for (int i = 0; i < size(); i++) {
            observed += square(judge[i] - gold[i]);
            expected += square(judge[i] - judgeMean) + square(gold[i] - goldMean) + square(judgeMean - goldMean);
        }
        return isConstant(judge) && isConstant(gold) && judge[0] == gold[0] ? Double.NaN : 1 - observed / expected;
    }

    /** Spearman, "The Proof and Measurement of Association between Two Things" (1904); equal scores share their mean rank. */
    double spearman() {
        return isUncorrelatable() ? Double.NaN : bounded(new SpearmansCorrelation().correlation(judge, gold));
    }

    /** Tau-b, which corrects for ties. Kendall, "The Treatment of Ties in Ranking Problems" (1945). */
    double kendall() {
        return isUncorrelatable() ? Double.NaN : bounded(new KendallsCorrelation().correlation(judge, gold));
    }

    private boolean isUncorrelatable() {
        return isConstant(judge) || isConstant(gold);
    }

    /** Also where there are none, or one. */
    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).distinct().count() <= 1;
    }

    private static double bounded(double correlation) {
        return Math.max(-1, Math.min(1, correlation)); // rounding
    }

    private static double square(double value) {
        return value * value;
    }
}
