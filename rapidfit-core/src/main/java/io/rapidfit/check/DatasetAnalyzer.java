package io.rapidfit.check;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells what is wrong with a dataset before anything is learnt from it, with the samples to look at.
 *
 * <pre>{@code
 * DatasetReport report = DatasetAnalyzer.builder().build().analyze(dataset);
 * report.display(System.out);
 * }</pre>
 *
 * <p>The score of a task is {@code 100 * (1 - e) * (1 - w / 2) * (1 + b) / 2}: {@code e} is the share of samples that an error
 * concerns, {@code w} the share that a warning but no error concerns, and {@code b} how even the labels are, the entropy of their
 * shares divided by the logarithm of their number (Pielou, 1966), or 1 for a single label.
 *
 * <p>Immutable and thread-safe, as far as the checks are.
 */
public final class DatasetAnalyzer {

    private final double minLabelRatio;
    private final double maxLengthDeviation;
    private final NearDuplicates nearDuplicates;
    private final List<Check> checks;

    private DatasetAnalyzer(Builder builder) {
        this.minLabelRatio = builder.minLabelRatio;
        this.maxLengthDeviation = builder.maxLengthDeviation;
        this.nearDuplicates = builder.nearDuplicates;
        this.checks = List.copyOf(builder.checks);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Analyses every task; of an empty dataset the report is empty. */
    public DatasetReport analyze(Dataset dataset) {
        Leaks leaks = new Leaks(dataset, nearDuplicates);
        Map<String, TaskReport> tasks = new LinkedHashMap<>();
        for (String task : dataset.tasks()) {
            List<DatasetIssue> leaked = leaks.of(task, dataset.samples(task));
            tasks.put(
                    task,
                    new TaskAnalyzer(task, dataset.samples(task), minLabelRatio, maxLengthDeviation, nearDuplicates)
                            .analyze(leaked, checks));
        }
        return new DatasetReport(tasks);
    }

    /** Texts of one split that are near to those of one that is further from training, in whatever task. */
    private static final class Leaks {

        private final NearDuplicates.Index test;
        private final NearDuplicates.Index validation;

        Leaks(Dataset dataset, NearDuplicates nearDuplicates) {
            this.test = index(dataset.samples(Split.TEST), nearDuplicates);
            this.validation = index(dataset.samples(Split.VALIDATION), nearDuplicates);
        }

        private static NearDuplicates.Index index(List<Sample> samples, NearDuplicates nearDuplicates) {
            NearDuplicates.Index index = nearDuplicates.index();
            samples.forEach(s -> index.add(s.id(), s.text()));
            return index;
        }

        List<DatasetIssue> of(String task, List<Sample> samples) {
            List<DatasetIssue> issues = new ArrayList<>();
            List<Sample> learnt = in(Split.TRAIN, samples);
            add(
                    issues,
                    task,
                    learnt,
                    test,
                    DatasetIssue.Severity.ERROR,
                    "training texts are equal or near to a test text");
            add(
                    issues,
                    task,
                    in(Split.VALIDATION, samples),
                    test,
                    DatasetIssue.Severity.ERROR,
                    "validation texts are equal or near to a test text");
            add(
                    issues,
                    task,
                    learnt,
                    validation,
                    DatasetIssue.Severity.WARNING,
                    "training texts are equal or near to a validation text");
            return issues;
        }

        private static List<Sample> in(Split split, List<Sample> samples) {
            return samples.stream().filter(s -> s.split() == split).toList();
        }

        private static void add(
                List<DatasetIssue> issues,
                String task,
                List<Sample> samples,
                NearDuplicates.Index kept,
                DatasetIssue.Severity severity,
                String what) {
            List<Sample> found = samples.stream()
                    .filter(s -> kept.nearest(s.text()).isPresent())
                    .toList();
            if (!found.isEmpty()) {
                issues.add(new DatasetIssue(DatasetIssue.Type.LEAK, severity, task, found.size() + " " + what, found));
            }
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private double minLabelRatio = 0.1;
        private double maxLengthDeviation = 3;
        private NearDuplicates nearDuplicates = NearDuplicates.builder().build();
        private final List<Check> checks = new ArrayList<>();

        private Builder() {}

        /** A label with fewer samples than this share of the largest label's is imbalanced, from 0 to 1. Defaults to 0.1. */
        public Builder minLabelRatio(double minLabelRatio) {
            this.minLabelRatio = Require.inRange("minLabelRatio", minLabelRatio, 0, 1);
            return this;
        }

        /** Texts whose length is more standard deviations than this from the mean are outliers; above 0. Defaults to 3. */
        public Builder maxLengthDeviation(double maxLengthDeviation) {
            this.maxLengthDeviation = Require.positive("maxLengthDeviation", maxLengthDeviation);
            return this;
        }

        /** What counts as near to another text. Defaults to a Jaccard index of 0.8 of character 4-grams. */
        public Builder nearDuplicates(NearDuplicates nearDuplicates) {
            this.nearDuplicates = Require.nonNull("nearDuplicates", nearDuplicates);
            return this;
        }

        /** Adds a check, such as one for personal data; what it fails is a warning. */
        public Builder check(Check check) {
            checks.add(Require.nonNull("check", check));
            return this;
        }

        public DatasetAnalyzer build() {
            return new DatasetAnalyzer(this);
        }
    }
}
