package io.rapidfit.llm.generate;

import io.rapidfit.check.DiversityComparison;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of one file.
 *
 * @param rows conversations in it
 * @param templated how many of their responses matched a template; those of the test split are not counted
 * @param kept how many of these stayed as they were, because so many of each template may
 * @param rewritten how many were rewritten
 * @param failed how many stayed as they were because no attempt was good enough, by the reason why the last was not
 * @param rejected how many attempts were not good enough, by reason
 * @param diversity of the responses before and after; null if the run ended early: then there is no after
 */
public record RegeneratedFile(
        Path input,
        Path output,
        int rows,
        int templated,
        int kept,
        int rewritten,
        Map<Rejection, Integer> failed,
        Map<Rejection, Integer> rejected,
        @Nullable DiversityComparison diversity) {

    public RegeneratedFile {
        failed = Rejection.copy(failed);
        rejected = Rejection.copy(rejected);
    }

    /** How many stayed as they were because no attempt was good enough. */
    public int failedRows() {
        return failed.values().stream().mapToInt(Integer::intValue).sum();
    }
}
