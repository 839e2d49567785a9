package io.rapidfit.llm.generate;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.llm.grade.GradedExample;
import io.rapidfit.llm.grade.GradingResult;
import io.rapidfit.llm.grade.GradingRunner;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.WaveRun;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of a {@link DataRefinementPipeline}: all is graded, then what falls short is rewritten and graded again, round by round. */
final class PipelineRun {

    private static final String STAGE = "rewriting";

    private final Rewriter rewriter;
    private final GradingRunner graders;
    private final String runId;
    private final CallRun calls;
    private final WaveRun waves;
    private @Nullable String endedEarly;

    PipelineRun(Rewriter rewriter, GradingRunner graders, String runId) {
        this.rewriter = rewriter;
        this.graders = graders;
        this.runId = runId;
        this.calls = rewriter.calls().build();
        this.waves = WaveRun.of(calls, rewriter.callsPerWave());
    }

    void run(List<Draft> drafts, int maxRounds) {
        List<Map<String, Finding>> findings =
                grade(drafts.stream().map(Draft::text).toList());
        for (int i = 0; i < drafts.size(); i++) {
            drafts.get(i).graded(findings.get(i), rewriter);
        }
        for (int round = 1; round <= maxRounds; round++) {
            List<Draft> written = rewrite(drafts.stream().filter(Draft::isOpen).toList(), round);
            List<Map<String, Finding>> again =
                    grade(written.stream().map(Draft::candidate).toList());
            for (int i = 0; i < written.size(); i++) {
                written.get(i).decide(again.get(i));
            }
        }
    }

    /** One finding a grader for each. */
    private List<Map<String, Finding>> grade(List<Example> examples) {
        if (examples.isEmpty()) {
            return List.of();
        }
        GradingResult result = graders.run(examples, calls);
        result.graders().forEach((name, grader) -> {
            if (grader.endedEarly() != null) {
                endEarly("grader " + name + ": " + grader.endedEarly());
            }
        });
        return result.examples().stream().map(GradedExample::findings).toList();
    }

    /** @return those for which there is something to be graded */
    private List<Draft> rewrite(List<Draft> open, int round) {
        int[] done = {0};
        waves.inWaves(open, wave -> {
            List<Ask> asks =
                    wave.stream().map(draft -> draft.ask(rewriter, round)).toList();
            List<Answer> answers = waves.ask(asks);
            for (int i = 0; i < wave.size(); i++) {
                Draft draft = wave.get(i);
                draft.written(rewriter.read(draft.original(), answers.get(i), runId), rewriter);
            }
            done[0] += wave.size();
            rewriter.onProgress().accept(new GenerationProgress(STAGE, done[0], open.size(), calls.usage()));
        });
        String stop = waves.stop();
        if (stop != null) {
            endEarly(stop);
            open.stream().filter(Draft::isOpen).forEach(draft -> draft.end("not rewritten, since " + stop));
        }
        return open.stream().filter(Draft::hasCandidate).toList();
    }

    private void endEarly(String why) {
        endedEarly = endedEarly == null ? why : endedEarly;
    }

    DataRefinementResult result(List<RefinedExample> examples, Map<String, GraderChange> graders) {
        return new DataRefinementResult(examples, graders, calls.usage(), endedEarly, runId);
    }
}
