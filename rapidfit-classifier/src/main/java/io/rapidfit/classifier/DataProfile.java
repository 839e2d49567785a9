package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.features.FeatureBag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What a training set tells about itself before anything is learnt: enough to choose how to learn from it.
 *
 * @param texts how many there are
 * @param textsPerLabel median over the labels of all tasks
 * @param featuresPerText mean number of n-grams
 * @param agreement how well a simple model predicts texts that it did not see, beyond always giving the most frequent
 *     label: 0 is no better than that, 1 is never wrong (Cohen's kappa against that guess), mean over tasks
 */
record DataProfile(int texts, int textsPerLabel, double featuresPerText, double agreement) {

    /** More texts would not change the estimate by much. */
    private static final int PROBE_TEXTS = 4000;

    /** N-grams share this many counters; that they sometimes meet does not matter here. */
    private static final int BUCKETS = 1 << 14;

    private static final int MAX_LABELS = 1000;

    static DataProfile of(TrainingSet set, List<FeatureBag> bags) {
        List<Integer> counts = new ArrayList<>();
        List<Double> agreements = new ArrayList<>();
        int task = 0;
        for (List<String> labels : set.labels().values()) {
            int[] byLabel = new int[labels.size()];
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < set.rows().size(); row++) {
                int label = set.rows().get(row).targets().get(task);
                if (label >= 0) {
                    byLabel[label]++;
                    rows.add(row);
                }
            }
            Arrays.stream(byLabel).forEach(counts::add);
            if (labels.size() <= MAX_LABELS) {
                agreements.add(agreement(set, bags, task, labels.size(), sample(rows)));
            }
            task++;
        }
        counts.sort(null);
        return new DataProfile(
                set.rows().size(),
                counts.get(counts.size() / 2),
                bags.stream().mapToInt(FeatureBag::size).average().orElse(0),
                agreements.stream().mapToDouble(Double::doubleValue).average().orElse(1));
    }

    private static List<Integer> sample(List<Integer> rows) {
        List<Integer> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(1));
        return shuffled.subList(0, Math.min(PROBE_TEXTS, shuffled.size()));
    }

    /** The nearest mean (Rocchio) of two thirds of the rows, judged on the others. */
    private static double agreement(TrainingSet set, List<FeatureBag> bags, int task, int labels, List<Integer> rows) {
        int learnt = rows.size() * 2 / 3;
        if (learnt == 0 || learnt == rows.size()) {
            return 1;
        }
        float[][] means = new float[labels][BUCKETS];
        for (int row : rows.subList(0, learnt)) {
            float[] mean = means[set.rows().get(row).targets().get(task)];
            FeatureBag bag = bags.get(row);
            for (int i = 0; i < bag.size(); i++) {
                mean[bag.row(i) & (BUCKETS - 1)] += bag.weight(i);
            }
        }
        for (float[] mean : means) {
            double squares = 0;
            for (float value : mean) {
                squares += (double) value * value;
            }
            float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
            for (int i = 0; i < mean.length; i++) {
                mean[i] *= scale;
            }
        }
        int right = 0;
        int[] judged = new int[labels];
        for (int row : rows.subList(learnt, rows.size())) {
            int truth = set.rows().get(row).targets().get(task);
            judged[truth]++;
            right += nearest(bags.get(row), means) == truth ? 1 : 0;
        }
        double count = rows.size() - learnt;
        double guessed = Arrays.stream(judged).max().orElse(0) / count;
        return guessed == 1 ? 1 : Math.max(0, (right / count - guessed) / (1 - guessed));
    }

    private static int nearest(FeatureBag bag, float[][] means) {
        int best = 0;
        double bestScore = Double.NEGATIVE_INFINITY;
        for (int label = 0; label < means.length; label++) {
            double score = 0;
            for (int i = 0; i < bag.size(); i++) {
                score += (double) bag.weight(i) * means[label][bag.row(i) & (BUCKETS - 1)];
            }
            if (score > bestScore) {
                bestScore = score;
                best = label;
            }
        }
        return best;
    }
}
