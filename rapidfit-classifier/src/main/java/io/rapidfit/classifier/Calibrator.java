package io.rapidfit.classifier;

import java.util.List;

/**
 * Finds the temperature that makes a task's confidences fit (Guo et al., 2017): the one under which the true labels of the
 * validation samples are most probable, given that it is near 1 unless many samples say otherwise (a normal prior on its
 * logarithm, with a standard deviation of 0.5).
 */
final class Calibrator {

    private static final double PRIOR_VARIANCE = 0.25;
    private static final double LARGEST_LOG = Math.log(20);
    private static final int STEPS = 60;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /**
     * One judged text.
     *
     * @param probabilities at temperature 1; not to be written to
     */
    @SuppressWarnings("ArrayRecordComponent") // internal, and never compared
    record Judged(double[] probabilities, int truth) {}

    private Calibrator() {}

    /** By golden-section search: what is minimised has one minimum but for the prior's small share. */
    static double temperature(List<Judged> judged) {
        double low = -LARGEST_LOG;
        double high = LARGEST_LOG;
        for (int i = 0; i < STEPS; i++) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (cost(judged, left) <= cost(judged, right)) {
                high = right;
            } else {
                low = left;
            }
        }
        return Math.exp((low + high) / 2);
    }

    private static double cost(List<Judged> judged, double logTemperature) {
        double temperature = Math.exp(logTemperature);
        double cost = logTemperature * logTemperature / (2 * PRIOR_VARIANCE);
        for (Judged one : judged) {
            double total = 0;
            for (double p : one.probabilities()) {
                total += Math.pow(p, 1 / temperature);
            }
            double truth = Math.max(one.probabilities()[one.truth()], 1e-300);
            cost -= Math.log(truth) / temperature - Math.log(total);
        }
        return cost;
    }
}
