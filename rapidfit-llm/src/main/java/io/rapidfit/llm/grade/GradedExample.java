package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Example;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the graders of a run said of one example.
 *
 * @param findings one a grader, by its name, in the order of the graders
 * @param aggregate the mean of the scores, weighted as the graders are, in [0, 1]; errors have no part in it. Empty if no grader
 *     of any weight gave a score
 */
public record GradedExample(Example example, Map<String, Finding> findings, OptionalDouble aggregate) {

    public GradedExample {
        findings = Collections.unmodifiableMap(new LinkedHashMap<>(findings));
    }

    /** How many graders could not judge it: the {@link #aggregate} is without these. */
    public int errors() {
        return (int) findings.values().stream()
                .filter(finding -> finding.verdict() == Verdict.ERROR)
                .count();
    }

    /** Whether it passed every grader. An error is not a pass. */
    public boolean isClean() {
        return findings.values().stream().allMatch(finding -> finding.verdict() == Verdict.PASS);
    }
}
