package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.llm.RunUsage;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * One grader over all examples of a run.
 *
 * @param errors examples that it could not judge
 * @param meanScore of those that it could, in [0, 1]; empty if there are none
 * @param weight in the aggregates
 * @param usage what it spent, in earlier tries too; {@link RunUsage#NONE} if it asks no model
 * @param endedEarly why examples were left that it might have judged; null if none were
 */
public record GraderSummary(
        int passed,
        int failed,
        int errors,
        OptionalDouble meanScore,
        double weight,
        RunUsage usage,
        @Nullable String endedEarly) {

    static GraderSummary of(List<Finding> findings, double weight, RunUsage usage, @Nullable String endedEarly) {
        return new GraderSummary(
                count(findings, Verdict.PASS),
                count(findings, Verdict.FAIL),
                count(findings, Verdict.ERROR),
                findings.stream()
                        .filter(finding -> finding.score().isPresent())
                        .mapToDouble(finding -> finding.score().getAsDouble())
                        .average(),
                weight,
                usage,
                endedEarly);
    }

    private static int count(List<Finding> findings, Verdict verdict) {
        return (int) findings.stream()
                .filter(finding -> finding.verdict() == verdict)
                .count();
    }

    /** Of the examples that it could judge, the share that passed; empty if there are none. */
    public OptionalDouble passShare() {
        return passed + failed == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) passed / (passed + failed));
    }
}
