package io.rapidfit.llm.grade;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.CallProgress;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.WaveRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a {@link GradingRunner}. */
final class GradingRun {

    private static final Logger log = LoggerFactory.getLogger(GradingRunner.class);

    /** Few, so that a model that is down is noticed before much is asked of it. */
    static final int FIRST_WAVE = 16;

    /** How many times as large as the one before a wave is. */
    private static final int GROWTH = 4;

    /** Many, so that few waves wait for their slowest call; bounded, so that the first examples are complete before the last begin. */
    private static final int LARGEST_WAVE = 1024;

    private final List<NamedCheck> graders;
    private final List<Example> examples;
    private final Consumer<GradingProgress> onProgress;
    private final @Nullable CallRun calls;
    private final Cancellation cancellation;
    private final Map<String, List<Finding>> findings = new HashMap<>();
    private final Map<String, ModelGrading> models = new LinkedHashMap<>();

    /**
     * @param calls null if no grader asks a model
     * @param cancellation of the checks that ask none
     */
    GradingRun(
            List<NamedCheck> graders,
            List<Example> examples,
            Consumer<GradingProgress> onProgress,
            @Nullable CallRun calls,
            Cancellation cancellation) {
        this.graders = graders;
        this.examples = examples;
        this.onProgress = onProgress;
        this.calls = calls;
        this.cancellation = cancellation;
    }

    GradingResult run() {
        for (NamedCheck named : graders) {
            if (named.check() instanceof LLMGrader grader) {
                models.put(named.name(), start(named.name(), grader));
            } else {
                findings.put(named.name(), judged(named.name(), named.check()));
                onProgress.accept(new GradingProgress(named.name(), examples.size(), examples.size(), usage()));
            }
        }
        inWaves(examples, models.values());
        models.forEach((name, grading) -> findings.put(name, named(name, grading.findings())));
        GradingResult result = new GradingResult(gradedExamples(), summaries(), usage());
        log(result);
        return result;
    }

    /** All graders see the first examples before one sees the next: what a run leaves that ends early is complete. */
    static void inWaves(List<Example> examples, Iterable<ModelGrading> graders) {
        int size = FIRST_WAVE;
        for (int from = 0; from < examples.size(); from += size, size = Math.min(GROWTH * size, LARGEST_WAVE)) {
            List<Example> wave = examples.subList(from, Math.min(examples.size(), from + size));
            graders.forEach(grader -> grader.grade(wave));
        }
    }

    private ModelGrading start(String name, LLMGrader grader) {
        CallRun part = Require.nonNull("calls", calls).part(grader.chatModel(), progress -> tell(name, progress));
        return new ModelGrading(grader, WaveRun.of(part, FIRST_WAVE));
    }

    private void tell(String name, CallProgress progress) {
        int done = Require.nonNull(name, models.get(name)).done(progress);
        onProgress.accept(new GradingProgress(name, done, examples.size(), usage()));
    }

    private RunUsage usage() {
        return calls == null ? RunUsage.NONE : calls.usage();
    }

    /** One finding an example: of several the worst; where a check says nothing, it has not judged. */
    private List<Finding> judged(String name, Check check) {
        Map<String, Finding> worst = new HashMap<>();
        String unjudged = "the check did not judge it";
        try {
            cancellation
                    .guard(() -> check.check(examples))
                    .forEach(finding -> worst.merge(finding.exampleId(), finding, GradingRun::worse));
        } catch (RuntimeException e) { // what others found is not lost for it
            log.warn("Check {} failed", name, e);
            unjudged = "the check failed: " + e;
        }
        List<Finding> judged = new ArrayList<>();
        for (Example example : examples) {
            Finding found = worst.get(example.id());
            judged.add(found != null ? found : Finding.error(name, example.id(), unjudged));
        }
        return named(name, judged);
    }

    private static Finding worse(Finding a, Finding b) {
        if (a.verdict() != b.verdict()) {
            return a.verdict().compareTo(b.verdict()) > 0 ? a : b; // PASS, FAIL, ERROR
        }
        return b.score().orElse(0) < a.score().orElse(0) ? b : a;
    }

    /** Under the name that it has in this run. */
    private static List<Finding> named(String name, List<Finding> findings) {
        return findings.stream()
                .map(f -> f.check().equals(name)
                        ? f
                        : new Finding(name, f.exampleId(), f.verdict(), f.score(), f.reason(), f.metadata()))
                .toList();
    }

    private List<GradedExample> gradedExamples() {
        List<GradedExample> graded = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Map<String, Finding> ofExample = new LinkedHashMap<>();
            double sum = 0;
            double weights = 0;
            for (NamedCheck grader : graders) {
                Finding finding = findings(grader.name()).get(i);
                ofExample.put(grader.name(), finding);
                if (finding.score().isPresent()) {
                    sum += grader.weight() * finding.score().getAsDouble();
                    weights += grader.weight();
                }
            }
            graded.add(new GradedExample(
                    examples.get(i),
                    ofExample,
                    weights > 0 ? OptionalDouble.of(sum / weights) : OptionalDouble.empty()));
        }
        return graded;
    }

    private Map<String, GraderSummary> summaries() {
        Map<String, GraderSummary> summaries = new LinkedHashMap<>();
        for (NamedCheck grader : graders) {
            ModelGrading model = models.get(grader.name());
            summaries.put(
                    grader.name(),
                    GraderSummary.of(
                            findings(grader.name()),
                            grader.weight(),
                            model == null ? RunUsage.NONE : model.waves().usage(),
                            model == null ? null : model.waves().stop()));
        }
        return summaries;
    }

    private List<Finding> findings(String grader) {
        return Require.nonNull(grader, findings.get(grader));
    }

    private static void log(GradingResult result) {
        log.info(
                "Graded {} examples by {} graders in {} calls",
                result.examples().size(),
                result.graders().size(),
                result.usage().calls());
        result.graders().forEach((name, grader) -> {
            if (grader.errors() > 0) {
                log.warn(
                        "Grader {}: {} of {} examples could not be judged{}",
                        name,
                        grader.errors(),
                        result.examples().size(),
                        grader.endedEarly() == null ? "" : "; " + grader.endedEarly());
            }
        });
    }
}
