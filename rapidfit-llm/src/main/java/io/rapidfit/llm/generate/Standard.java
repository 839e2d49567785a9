package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.internal.Require;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is good enough, and what is better.
 *
 * @param threshold the least score that is good enough
 */
record Standard(double threshold) {

    /**
     * Whether a rewrite takes the place of a text.
     *
     * @param reason why it does, or does not
     */
    record Decision(boolean kept, String reason) {}

    boolean isGoodEnough(Finding finding) {
        return finding.verdict() == Verdict.PASS && score(finding) >= threshold;
    }

    boolean isClean(Map<String, Finding> findings) {
        return findings.values().stream().allMatch(this::isGoodEnough);
    }

    static List<Finding> errors(Map<String, Finding> findings) {
        return findings.values().stream()
                .filter(finding -> finding.verdict() == Verdict.ERROR)
                .toList();
    }

    /** None of which is an error. */
    List<Finding> shortfalls(Map<String, Finding> findings) {
        return findings.values().stream()
                .filter(finding -> finding.verdict() != Verdict.ERROR && !isGoodEnough(finding))
                .toList();
    }

    /**
     * A rewrite must be no worse by every grader and better by one of those that the text before fell short of. An error is no
     * judgement: nothing is known to be no worse.
     *
     * @param before without errors
     */
    Decision compare(Map<String, Finding> before, Map<String, Finding> after) {
        List<Finding> errors = errors(after);
        if (!errors.isEmpty()) {
            return new Decision(false, "could not be graded: " + describe(errors));
        }
        List<String> worse = new ArrayList<>();
        List<String> better = new ArrayList<>();
        before.forEach((name, old) -> {
            Finding now = Require.nonNull(name, after.get(name));
            if (score(now) < score(old) || (old.verdict() == Verdict.PASS && now.verdict() == Verdict.FAIL)) {
                worse.add(change(old, now));
            } else if (!isGoodEnough(old) && (score(now) > score(old) || isGoodEnough(now))) {
                better.add(change(old, now));
            }
        });
        if (!worse.isEmpty()) {
            return new Decision(false, "worse by " + String.join(", ", worse));
        }
        return better.isEmpty()
                ? new Decision(false, "no better where the text fell short")
                : new Decision(true, "better by " + String.join(", ", better));
    }

    private static String change(Finding before, Finding after) {
        return String.format(Locale.ROOT, "%s (%.2f to %.2f)", before.check(), score(before), score(after));
    }

    /** Names of graders with what they say. */
    static String describe(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.check() + ": " + finding.reason())
                .collect(Collectors.joining("; "));
    }

    private static double score(Finding finding) {
        return finding.score().orElseThrow();
    }
}
