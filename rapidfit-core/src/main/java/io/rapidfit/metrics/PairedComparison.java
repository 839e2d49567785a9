package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.Comparison.Verdict;
import io.rapidfit.text.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether one of two systems is better than the other by one metric, judged by their scores on the same examples.
 *
 * <pre>{@code
 * List<PairedComparison> compared = PairedComparison.of(
 *         List.of(new PairedScores("exact match", before, after), new PairedScores("BLEU", bleuBefore, bleuAfter)),
 *         Resampling.DEFAULT);
 * PairedComparison.display(compared, "before", "after", System.out);
 * }</pre>
 *
 * <p>The intervals are those of {@link Comparison}. The p-value is McNemar's exact one where all scores are 0 or 1; else that of
 * the paired randomization test, which sets the sign of each difference by chance (Noreen, "Computer-Intensive Methods for Testing
 * Hypotheses", 1989). The verdict goes by the p-value after Holm's correction over the metrics compared together, so that asking
 * for many metrics makes no false verdict more likely.
 *
 * @param examples how many both were measured on
 * @param mean of the scores; for yes and no, the share of yes
 * @param mcNemar how many examples were fixed and how many broken; null where the scores are not all 0 or 1
 * @param pValue of this metric on its own, in [0, 1]
 * @param adjustedPValue after Holm's correction, in [0, 1]
 * @param confidence of the intervals
 */
public record PairedComparison(
        String metric,
        int examples,
        MetricComparison mean,
        @Nullable McNemar mcNemar,
        double pValue,
        double adjustedPValue,
        double confidence,
        Verdict verdict) {

    /**
     * Compares by several metrics together.
     *
     * @return in the order of the metrics
     */
    public static List<PairedComparison> of(List<PairedScores> metrics, Resampling resampling) {
        Require.nonNull("resampling", resampling);
        List<@Nullable McNemar> tests = new ArrayList<>();
        double[] pValues = new double[Require.nonNull("metrics", metrics).size()];
        for (int i = 0; i < pValues.length; i++) {
            PairedScores scores = metrics.get(i);
            McNemar mcNemar = scores.isYesOrNo() ? McNemar.of(scores) : null;
            tests.add(mcNemar);
            pValues[i] = mcNemar != null
                    ? mcNemar.pValue()
                    : SignFlips.pValue(scores.differences(), resampling.resamples(), resampling.seed());
        }
        double[] adjusted = Holm.adjust(pValues);
        List<PairedComparison> compared = new ArrayList<>();
        for (int i = 0; i < pValues.length; i++) {
            MetricComparison mean = PairedBootstrap.means(metrics.get(i), resampling);
            compared.add(new PairedComparison(
                    metrics.get(i).metric(),
                    metrics.get(i).examples(),
                    mean,
                    tests.get(i),
                    pValues[i],
                    adjusted[i],
                    resampling.confidence(),
                    verdict(mean.difference().value(), adjusted[i] < resampling.level())));
        }
        return List.copyOf(compared);
    }

    private static Verdict verdict(double difference, boolean significant) {
        if (!significant) {
            return Verdict.NO_EVIDENCE;
        }
        return difference > 0 ? Verdict.BETTER : Verdict.WORSE;
    }

    /** The same figures, of which nothing is concluded: for examples that turned out to prove nothing. */
    public PairedComparison withoutVerdict() {
        return new PairedComparison(
                metric, examples, mean, mcNemar, pValue, adjustedPValue, confidence, Verdict.NO_EVIDENCE);
    }

    /** Prints a row a metric: both means, their difference with its interval, examples fixed and broken, p-value, verdict. */
    public static void display(List<PairedComparison> compared, String before, String after, Appendable out) {
        TextTable table = new TextTable()
                .left("metric")
                .right(before)
                .right(after)
                .left("difference")
                .right("fixed")
                .right("broken")
                .right(compared.size() == 1 ? "p" : "p (Holm)")
                .left("verdict");
        for (PairedComparison metric : compared) {
            table.row(
                    metric.metric(),
                    number(metric.mean().before()),
                    number(metric.mean().after()),
                    TaskComparison.signed(metric.mean().difference()),
                    metric.mcNemar() == null
                            ? ""
                            : String.valueOf(metric.mcNemar().onlyAfter()),
                    metric.mcNemar() == null
                            ? ""
                            : String.valueOf(metric.mcNemar().onlyBefore()),
                    TaskComparison.pValue(metric.adjustedPValue(), ""),
                    ComparisonDisplay.shortened(metric.verdict()));
        }
        table.print(out);
    }

    private static String number(Estimate estimate) {
        return String.format(Locale.ROOT, "%.3f", estimate.value());
    }
}
