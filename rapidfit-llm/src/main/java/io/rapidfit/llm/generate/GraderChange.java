package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * One grader before and after a {@link DataRefinementPipeline}, over the same examples: those that it could judge.
 *
 * @param judged how many these are
 * @param errors how many examples it could not judge
 * @param goodBefore how many originals of those judged passed with a score of the threshold or above
 * @param goodAfter the same with the rewrites that were kept
 * @param meanBefore of the originals' scores, in [0, 1]; empty if none was judged
 * @param meanAfter the same with the rewrites that were kept; never below the mean before
 */
public record GraderChange(
        int judged, int errors, int goodBefore, int goodAfter, OptionalDouble meanBefore, OptionalDouble meanAfter) {

    /** By grader, over what is not held out. */
    static Map<String, GraderChange> of(List<String> graders, List<RefinedExample> examples, Standard standard) {
        Map<String, GraderChange> changes = new LinkedHashMap<>();
        for (String grader : graders) {
            List<Finding> before = findings(examples.stream().map(RefinedExample::before), grader);
            List<Finding> after = findings(examples.stream().map(RefinedExample::after), grader);
            // an original that could not be judged was not rewritten, and a rewrite that could not was not kept
            List<Finding> judgedBefore = judged(before);
            List<Finding> judgedAfter = judged(after);
            changes.put(
                    grader,
                    new GraderChange(
                            judgedBefore.size(),
                            before.size() - judgedBefore.size(),
                            good(judgedBefore, standard),
                            good(judgedAfter, standard),
                            mean(judgedBefore),
                            mean(judgedAfter)));
        }
        return changes;
    }

    private static List<Finding> findings(Stream<Map<String, Finding>> ofExamples, String grader) {
        return ofExamples
                .flatMap(findings -> Stream.ofNullable(findings.get(grader)))
                .toList();
    }

    private static List<Finding> judged(List<Finding> findings) {
        return findings.stream().filter(finding -> finding.score().isPresent()).toList();
    }

    private static int good(List<Finding> findings, Standard standard) {
        return (int) findings.stream().filter(standard::isGoodEnough).count();
    }

    private static OptionalDouble mean(List<Finding> judged) {
        return judged.stream()
                .mapToDouble(finding -> finding.score().orElseThrow())
                .average();
    }
}
