package io.rapidfit.metrics;

import io.rapidfit.internal.Require;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.TaskComparison.Family;
import io.rapidfit.metrics.TaskComparison.Measurement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Whether one of two classifiers is better than the other, judged on the same samples.
 *
 * <pre>{@code
 * AnalysisResult before = classifier.analyze(Split.TEST);
 * classifier.train(refined.dataset());
 * AnalysisResult after = classifier.analyze(Split.TEST);
 * Comparison.between(before, after).display(System.out);
 * }</pre>
 *
 * <p><b>The verdict</b> on a task is about accuracy: better or worse where McNemar's exact test ({@link McNemar}), after
 * Holm's correction over the tasks, gives a p-value below 1 - {@link #confidence()}, else no evidence either way. One
 * metric decides, and which one is settled beforehand: a second that could decide too would be a second chance for luck
 * (ICH E9, "Statistical Principles for Clinical Trials", 1998, 2.2.2, on the primary variable). But accuracy can rise
 * because rare labels are given up for frequent ones. So macro-F1, for which every label counts the same, has a veto: where
 * the whole interval of its difference lies on the other side of 0, there is no verdict, and
 * {@link TaskComparison#isContradicted()} tells. A veto only takes verdicts away; it makes no false one more likely.
 *
 * <p><b>The intervals</b> are percentile intervals of a paired bootstrap (Efron and Tibshirani, "An Introduction to the
 * Bootstrap", 1993, chapter 13; those of macro-F1 before and after are corrected for bias, chapter 14), one a metric, not
 * corrected for how many there are. They know nothing but the samples: with few of them they are too narrow, and where all
 * samples agree an interval is a single point.
 *
 * <p><b>What it does not tell.</b> The samples vouch for these two trained classifiers. What another seed of the training,
 * or another draw of the training data, would change is not in the p-value. Holm's correction covers the tasks of one
 * comparison: who compares many candidates on the same test samples and keeps the best will sooner or later be lucky.
 *
 * <p>Samples that a classifier abstained from count like others. The same analyses and seed give the same result, in
 * whatever order tasks and samples come; only samples that have id, text and label in common are paired in the order in
 * which they were analysed. Immutable.
 */
public final class Comparison {

    /** What the samples say of a change. */
    public enum Verdict {
        /** What is measured rose beyond chance. */
        BETTER("better"),
        /** What is measured fell beyond chance. */
        WORSE("worse"),
        /** Nothing can be said: chance would do as much, or accuracy and macro-F1 contradict each other. */
        NO_EVIDENCE("no evidence either way");

        private final String description;

        Verdict(String description) {
            this.description = description;
        }

        /** For people, such as "better". */
        public String description() {
            return description;
        }
    }

    private final Basis basis;
    private final Resampling resampling;
    private final Map<String, TaskComparison> tasks;

    private Comparison(Resampling resampling, Basis basis, List<Measurement> measured) {
        this.basis = basis;
        this.resampling = resampling;
        this.tasks =
                Collections.unmodifiableMap(judge(measured, new Family(basis, measured.size(), resampling.level())));
    }

    private static Map<String, TaskComparison> judge(List<Measurement> measured, Family family) {
        double[] adjusted = Holm.adjust(
                measured.stream().mapToDouble(m -> m.mcNemar().pValue()).toArray());
        Map<String, TaskComparison> judged = new LinkedHashMap<>();
        for (int i = 0; i < adjusted.length; i++) {
            judged.put(measured.get(i).task(), new TaskComparison(measured.get(i), adjusted[i], family));
        }
        return judged;
    }

    /**
     * Compares with the defaults of {@link #builder()}.
     *
     * @throws IllegalArgumentException if the two were not measured on the same samples of the same tasks, whatever their
     *     order, or on samples that had a part in the change: training or validation samples; the message says which
     */
    public static Comparison between(AnalysisResult before, AnalysisResult after) {
        return builder().between(before, after);
    }

    /** For other intervals than the usual: {@code Comparison.builder().confidence(0.99).between(before, after)}. */
    public static Builder builder() {
        return new Builder();
    }

    /** What both were measured on: {@link Basis#TEST}, or {@link Basis#GIVEN}, of which only the caller knows what they prove. */
    public Basis basis() {
        return basis;
    }

    /** Of the bootstrap. */
    public int resamples() {
        return resampling.resamples();
    }

    /** Of every interval, in (0, 1); what is left of 1 is the level of the tests. */
    public double confidence() {
        return resampling.confidence();
    }

    /** Of the bootstrap. */
    public long seed() {
        return resampling.seed();
    }

    /** What changed, by task, in the order of the analysis before. */
    public Map<String, TaskComparison> tasks() {
        return tasks;
    }

    /**
     * Prints a table of both metrics before and after, with the interval of their difference, how many samples were fixed
     * and broken, p-value and verdict, and a sentence on each task; where the samples are no test samples, also what that
     * means.
     */
    public void display(Appendable out) {
        ComparisonDisplay.print(this, out);
    }

    /** How to compare. Not thread-safe; can compare several times. */
    public static final class Builder {

        private int resamples = Resampling.DEFAULT.resamples();
        private double confidence = Resampling.DEFAULT.confidence();
        private long seed = Resampling.DEFAULT.seed();

        private Builder() {}

        /**
         * How often to draw anew, at most 1,000,000, for intervals that a new seed moves less. Time grows with it and with
         * the samples. Defaults to 10,000.
         */
        public Builder resamples(int resamples) {
            this.resamples = Resampling.requireResamples(resamples);
            return this;
        }

        /**
         * How sure to be, in (0, 1): the share of true values that the intervals are to hold, and 1 minus the p-value below
         * which a change is no chance. Defaults to 0.95.
         */
        public Builder confidence(double confidence) {
            this.confidence = Resampling.requireConfidence(confidence);
            return this;
        }

        /** Of the bootstrap: the same for every task, so that no task depends on others. Defaults to 42. */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Compares two analyses of the same samples.
         *
         * @throws IllegalArgumentException if the two were not measured on the same samples of the same tasks, whatever
         *     their order, or on training or validation samples: the message says which; or if fewer than 5 resamples would lie beyond either end of an
         *     interval: 95% need 200, 99% need 1000
         */
        public Comparison between(AnalysisResult before, AnalysisResult after) {
            Require.nonNull("before", before);
            Require.nonNull("after", after);
            Resampling resampling = new Resampling(resamples, confidence, seed);
            requireSameBasis(before, after);
            requireUntouched(before.basis());
            requireSameTasks(before, after);
            Map<String, PairedOutcomes> pairs = new LinkedHashMap<>();
            // all of them before the first is measured: what is refused is refused at once
            before.tasks().values().forEach(t -> pairs.put(t.task(), PairedOutcomes.of(t, analysis(after, t.task()))));
            List<Measurement> measured = new ArrayList<>();
            pairs.forEach((task, paired) ->
                    measured.add(measure(analysis(before, task), analysis(after, task), paired, resampling)));
            return new Comparison(resampling, before.basis(), measured);
        }

        private static TaskAnalysis analysis(AnalysisResult result, String task) {
            return Require.nonNull(task, result.tasks().get(task));
        }

        private static Measurement measure(
                TaskAnalysis before, TaskAnalysis after, PairedOutcomes pairs, Resampling resampling) {
            PairedBootstrap bootstrap = new PairedBootstrap(pairs, resampling.resamples(), resampling.seed());
            double confidence = resampling.confidence();
            McNemar mcNemar = pairs.mcNemar();
            double difference = (double) (mcNemar.onlyAfter() - mcNemar.onlyBefore()) / pairs.samples();
            return new Measurement(
                    before.task(),
                    pairs.samples(),
                    bootstrap.accuracy(before.accuracy(), after.accuracy(), difference, confidence),
                    bootstrap.macroF1(before.macroF1(), after.macroF1(), confidence),
                    mcNemar);
        }

        private static void requireSameBasis(AnalysisResult before, AnalysisResult after) {
            if (before.basis() != after.basis()) {
                throw new IllegalArgumentException(
                        "before was measured on %s, after on %s. Analyse both in the same way, best by analyze(Split.TEST)"
                                .formatted(
                                        before.basis().description(),
                                        after.basis().description()));
            }
        }

        /** A gain on samples that were learnt from, or looked at when choosing what to change, proves nothing. */
        private static void requireUntouched(Basis basis) {
            if (basis != Basis.TEST && basis != Basis.GIVEN) {
                throw new IllegalArgumentException(
                        "both were measured on %s, which had a part in what was changed: a gain there proves nothing. Compare"
                                        .formatted(basis.description())
                                + " analyze(Split.TEST), or analyze(dataset) of samples that nobody looked at");
            }
        }

        private static void requireSameTasks(AnalysisResult before, AnalysisResult after) {
            if (before.tasks().isEmpty() && after.tasks().isEmpty()) {
                throw new IllegalArgumentException("nothing to compare: no task was analysed, before or after");
            }
            if (!before.tasks().keySet().equals(after.tasks().keySet())) {
                throw new IllegalArgumentException(
                        "before has tasks %s, after %s. Compare those that both have: before.only(...) and after.only(...)"
                                .formatted(
                                        new TreeSet<>(before.tasks().keySet()),
                                        new TreeSet<>(after.tasks().keySet())));
            }
        }
    }
}
