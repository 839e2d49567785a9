package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.llm.CallProgress;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.WaveRun;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@link LLMGrader}'s part of a run. */
final class ModelGrading {

    /** An example with the question about it, or with why nobody is asked. */
    private record Plan(
            Example example, @Nullable Ask ask, @Nullable Finding error) {}

    private final LLMGrader grader;
    private final WaveRun waves;
    private final List<Finding> findings = new ArrayList<>();
    private int settled;

    ModelGrading(LLMGrader grader, WaveRun waves) {
        this.grader = grader;
        this.waves = waves;
    }

    /** Adds a finding for each of these. */
    void grade(List<Example> wave) {
        if (waves.stop() != null) {
            wave.forEach(example -> findings.add(error(example, "not asked, since " + waves.stop())));
            return;
        }
        List<Plan> plans = wave.stream().map(this::plan).toList();
        List<Ask> asks = new ArrayList<>();
        for (Plan plan : plans) {
            if (plan.ask() != null) {
                asks.add(plan.ask());
            }
        }
        settled = findings.size() + plans.size() - asks.size();
        Iterator<Answer> answers = waves.ask(asks).iterator();
        for (Plan plan : plans) {
            findings.add(plan.error() != null ? plan.error() : grader.read(plan.example(), answers.next()));
        }
    }

    private Plan plan(Example example) {
        try {
            return new Plan(example, grader.ask(example), null);
        } catch (Fields.UnreadableException e) {
            return new Plan(example, null, error(example, e.reason()));
        } catch (
                IllegalArgumentException
                        e) { // a value of the caller's that is no JSON: of this example, not of the run
            return new Plan(example, null, error(example, String.valueOf(e.getMessage())));
        }
    }

    private Finding error(Example example, String reason) {
        return Finding.error(grader.name(), example.id(), reason);
    }

    /** How many examples are dealt with while calls are under way. */
    int done(CallProgress progress) {
        return settled + progress.done();
    }

    List<Finding> findings() {
        return findings;
    }

    WaveRun waves() {
        return waves;
    }
}
