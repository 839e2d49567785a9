package io.rapidfit.metrics;

import io.rapidfit.metrics.Comparison.Verdict;
import java.util.Locale;

/**
 * What changed in one task. {@link Comparison} says how it was measured.
 *
 * <p>Immutable.
 */
public final class TaskComparison {

    /** What was measured of a task on its own. */
    record Measurement(
            String task, int samples, MetricComparison accuracy, MetricComparison macroF1, McNemar mcNemar) {}

    /**
     * The comparison that a task is part of.
     *
     * @param level p-values below this are evidence
     */
    record Family(AnalysisResult.Basis basis, int tasks, double level) {}

    /** Smaller p-values are not told apart: their digits say nothing. */
    private static final double SMALLEST_P = 0.001;

    private final Measurement measured;
    private final double adjustedPValue;
    private final Family family;

    TaskComparison(Measurement measured, double adjustedPValue, Family family) {
        this.measured = measured;
        this.adjustedPValue = adjustedPValue;
        this.family = family;
    }

    public String task() {
        return measured.task();
    }

    /** How many samples both were measured on. */
    public int samples() {
        return measured.samples();
    }

    /** Of {@link TaskAnalysis#accuracy()}. */
    public MetricComparison accuracy() {
        return measured.accuracy();
    }

    /** Of {@link TaskAnalysis#macroF1()}. */
    public MetricComparison macroF1() {
        return measured.macroF1();
    }

    /** How many samples were fixed and how many broken, and the p-value of this task on its own. */
    public McNemar mcNemar() {
        return measured.mcNemar();
    }

    /** The p-value of {@link #mcNemar()} after Holm's correction over the tasks of the comparison, in [0, 1]. */
    public double adjustedPValue() {
        return adjustedPValue;
    }

    /** See {@link Comparison} for how it is reached. */
    public Verdict verdict() {
        if (!accuracyChanged() || isContradicted()) {
            return Verdict.NO_EVIDENCE;
        }
        return accuracyRose() ? Verdict.BETTER : Verdict.WORSE;
    }

    /**
     * Whether accuracy changed beyond chance, but macro-F1, with its whole interval, the other way: then there is no
     * verdict. Some labels, mostly rare ones, pay for others.
     */
    public boolean isContradicted() {
        return accuracyChanged()
                && (accuracyRose()
                        ? macroF1().difference().isNegative()
                        : macroF1().difference().isPositive());
    }

    private boolean accuracyChanged() {
        return adjustedPValue < family.level();
    }

    private boolean accuracyRose() {
        return mcNemar().onlyAfter() > mcNemar().onlyBefore();
    }

    /**
     * The verdict and what it rests on in plain words, such as "topic: better. 9 more of 64 test samples are right (12
     * fixed, 3 broken); p = 0.035."
     */
    public String summary() {
        String correction =
                family.tasks() == 1 ? "" : " after Holm's correction over %s tasks".formatted(family.tasks());
        return "%s: %s. %s; p %s%s.%s"
                .formatted(task(), verdict().description(), rightSamples(), pValue("= "), correction, aboutMacroF1());
    }

    private String rightSamples() {
        int fixed = mcNemar().onlyAfter();
        int broken = mcNemar().onlyBefore();
        String samples = samples() + " " + family.basis().description();
        if (fixed == 0 && broken == 0) {
            return "The same %s of %s are right"
                    .formatted(Math.round(accuracy().after().value() * samples()), samples);
        }
        int more = Math.abs(fixed - broken);
        return "%s of %s %s right (%s fixed, %s broken)"
                .formatted(
                        more == 0 ? "As many" : more + (fixed > broken ? " more" : " fewer"),
                        samples,
                        more == 1 ? "is" : "are",
                        fixed,
                        broken);
    }

    private String aboutMacroF1() {
        Estimate difference = macroF1().difference();
        boolean rose = difference.isPositive();
        if (verdict() != Verdict.NO_EVIDENCE || !(rose || difference.isNegative())) {
            return "";
        }
        return isContradicted()
                ? " But macro-F1, for which every label counts the same, %s: %s."
                        .formatted(rose ? "rose" : "fell", signed(difference))
                : " Macro-F1 alone %s, %s, not corrected: a hint, no proof."
                        .formatted(rose ? "rose" : "fell", signed(difference));
    }

    /** @param equal what to put before a value that is shown as it is */
    String pValue(String equal) {
        return pValue(adjustedPValue, equal);
    }

    static String pValue(double value, String equal) {
        return value < SMALLEST_P
                ? String.format(Locale.ROOT, "< %.3f", SMALLEST_P)
                : String.format(Locale.ROOT, "%s%.3f", equal, value);
    }

    /** A difference with its interval. */
    static String signed(Estimate estimate) {
        return "%s [%s, %s]".formatted(signed(estimate.value()), signed(estimate.lower()), signed(estimate.upper()));
    }

    private static String signed(double value) {
        String shown = String.format(Locale.ROOT, "%+.3f", value);
        return shown.equals("-0.000") ? "+0.000" : shown;
    }
}
