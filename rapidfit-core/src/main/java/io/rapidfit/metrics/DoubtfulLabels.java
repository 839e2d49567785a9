package io.rapidfit.metrics;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds samples whose labels are doubtful, by what models say that did not learn from them: confident learning (Northcutt, Jiang
 * and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", 2021).
 *
 * <pre>{@code
 * AnalysisResult outOfFold = classifier.crossValidate(dataset, 5);
 * List<DoubtfulLabels.Doubtful> doubtful = DoubtfulLabels.of(outOfFold.tasks().get("topic"));
 * }</pre>
 *
 * <p>A label is doubtful if another is at least as probable for the sample as it is, on average, for the samples that have it.
 * Doubtful samples come first, and within them and the others those for which another label is ahead by most: the normalised
 * margin of the paper.
 */
public final class DoubtfulLabels {

    /**
     * One sample.
     *
     * @param suggested the most probable of the other labels
     * @param margin probability of the sample's own label minus that of the suggested one, in [-1, 1]
     * @param isDoubtful whether the label is likely to be wrong
     */
    public record Doubtful(Sample sample, String suggested, double margin, boolean isDoubtful) {}

    private DoubtfulLabels() {}

    /**
     * Ranks all analysed samples, the most doubtful first.
     *
     * @param analysis of samples that the classifier did not learn from, see {@code TrainableClassifier.crossValidate}: a model is
     *     seldom in doubt about what it has learnt
     */
    public static List<Doubtful> rank(TaskAnalysis analysis) {
        Map<String, Double> usual = usualConfidence(analysis);
        List<Doubtful> all = new ArrayList<>();
        for (Outcome outcome : analysis.outcomes()) {
            String label = outcome.sample().label();
            double own = 0;
            LabelDistribution.Scored best = null;
            boolean doubtful = false;
            for (LabelDistribution.Scored scored :
                    outcome.distribution().top(analysis.labels().size())) {
                if (scored.label().equals(label)) {
                    own = scored.probability();
                    continue;
                }
                best = best == null ? scored : best; // the most probable comes first
                doubtful |= scored.probability() >= usual.getOrDefault(scored.label(), 1.0);
            }
            if (best != null) {
                double margin = own - best.probability();
                all.add(new Doubtful(outcome.sample(), best.label(), margin, doubtful && margin < 0));
            }
        }
        all.sort(Comparator.comparing((Doubtful d) -> !d.isDoubtful()).thenComparingDouble(Doubtful::margin)); // stable
        return all;
    }

    /** Only those whose labels are likely to be wrong, the most doubtful first. */
    public static List<Doubtful> of(TaskAnalysis analysis) {
        return rank(analysis).stream().filter(Doubtful::isDoubtful).toList();
    }

    /** For each label, its mean probability among the samples that have it. */
    private static Map<String, Double> usualConfidence(TaskAnalysis analysis) {
        Map<String, double[]> sums = new HashMap<>();
        for (Outcome outcome : analysis.outcomes()) {
            String label = outcome.sample().label();
            double[] sum = sums.computeIfAbsent(label, l -> new double[2]);
            sum[0] += outcome.distribution().probability(label);
            sum[1]++;
        }
        Map<String, Double> usual = new HashMap<>();
        sums.forEach((label, sum) -> usual.put(label, sum[0] / sum[1]));
        return usual;
    }
}
