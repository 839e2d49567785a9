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
        Leaks.HeldOut heldOut = Leaks.HeldOut.of(dataset.samples(), nearDuplicates);
        Map<String, TaskReport> tasks = new LinkedHashMap<>();
        for (String task : dataset.tasks()) {
            List<DatasetIssue> leaked = leaks(task, dataset.samples(task), heldOut);
            tasks.put(
                    task,
                    new TaskAnalyzer(task, dataset.samples(task), minLabelRatio, maxLengthDeviation, nearDuplicates)
                            .analyze(leaked, checks));
        }
        return new DatasetReport(tasks);
    }

    /** Texts of one split that are near to those of one that is further from training, in whatever task. */
    private static List<DatasetIssue> leaks(String task, List<Sample> samples, Leaks.HeldOut heldOut) {
        List<DatasetIssue> issues = new ArrayList<>();
        addLeak(issues, task, samples, heldOut, Split.TRAIN, Split.TEST, DatasetIssue.Severity.ERROR);
        addLeak(issues, task, samples, heldOut, Split.VALIDATION, Split.TEST, DatasetIssue.Severity.ERROR);
        addLeak(issues, task, samples, heldOut, Split.TRAIN, Split.VALIDATION, DatasetIssue.Severity.WARNING);
        return issues;
    }

    private static void addLeak(
            List<DatasetIssue> issues,
            String task,
            List<Sample> samples,
            Leaks.HeldOut heldOut,
            Split from,
            Split to,
            DatasetIssue.Severity severity) {
        List<Sample> found = samples.stream()
                .filter(s -> s.split() == from && heldOut.twin(s, to) != null)
                .toList();
        if (!found.isEmpty()) {
            String what = "%s %s texts are equal or near to a %s text"
                    .formatted(
                            found.size(),
                            from == Split.TRAIN ? "training" : "validation",
                            to == Split.TEST ? "test" : "validation");
            issues.add(new DatasetIssue(DatasetIssue.Type.LEAK, severity, task, what, found));
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
