package io.rapidfit.llm.generate;

import io.rapidfit.check.Check;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.llm.grade.GradingRunner;
import io.rapidfit.llm.grade.LLMGrader;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.WaveRun;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans examples: graders judge them, a model rewrites what falls short from what the graders said, and a rewrite that the same
 * graders find better takes the place of its original.
 *
 * <pre>{@code
 * DataRefinementPipeline pipeline = DataRefinementPipeline.builder()
 *         .chatModel(model)
 *         .grader(Graders.correctnessByReference(judge).build())
 *         .grader(Graders.completeness(judge).build())
 *         .check("personal-data", PersonalData.builder().build())
 *         .journal(Path.of("journal"))
 *         .build();
 * pipeline.forecast(items).display(System.out);
 * DataRefinementResult result = pipeline.refine(items);
 * result.display(System.out);
 * List<Example> good = result.clean();
 * }</pre>
 *
 * <p>An example falls short if a grader fails it or gives it less than the threshold. A rewrite is kept if it is no worse by every
 * grader, and better by one that the text fell short of; else the text stays as it was, and the next round sees what was wrong with
 * the attempt. An error is no judgement: an example that a grader could not judge is neither clean nor rewritten, a rewrite that one
 * could not judge is not kept, and either is the end of this example, as is a call that fails.
 *
 * <p>Examples of the validation and test split are shown to nobody and come back as they are. Rewrites are synthetic, for training
 * only, and have the original for their parent. Of equal examples one is graded and rewritten for all.
 *
 * <p>What graders reward is what they get: audit them first (see {@link io.rapidfit.llm.grade.GraderAudit}), and measure what comes
 * of it by something else, such as a classifier or people.
 *
 * <p>Immutable, and thread-safe if its checks are; but two runs at the same time must not have the same journal.
 */
public final class DataRefinementPipeline {

    private static final Logger log = LoggerFactory.getLogger(DataRefinementPipeline.class);

    /**
     * The prompt, with the places {@code example}, {@code field}, {@code text}, {@code criticism}, {@code attempts} and {@code
     * instruction}.
     */
    public static final PromptTemplate PROMPT = Rewriter.PROMPT;

    private static final String IMAGINED_REASON = "x".repeat(200);

    private final Rewriter rewriter;
    private final GradingRunner graders;
    private final List<String> names;
    private final Standard standard;
    private final int maxRounds;

    private DataRefinementPipeline(Builder builder, Rewriter rewriter, GradingRunner graders) {
        this.rewriter = rewriter;
        this.graders = graders;
        this.names = List.copyOf(builder.graders.keySet());
        this.standard = new Standard(builder.threshold);
        this.maxRounds = builder.maxRounds;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Cleans all examples. Does not throw because calls fail: outcomes and notes say so. */
    public DataRefinementResult refine(Collection<? extends Example> examples) {
        List<Example> given = rewriter.split(examples);
        Map<Example, Draft> drafts = drafts(given);
        String runId = rewriter.runId(List.of(names, standard.threshold(), maxRounds), given);
        PipelineRun run = new PipelineRun(rewriter, graders, runId);
        run.run(shown(drafts), maxRounds);
        List<RefinedExample> refined = given.stream()
                .map(example -> Require.nonNull("draft", drafts.get(example)).result())
                .toList();
        DataRefinementResult result = run.result(refined, GraderChange.of(names, refined, standard));
        log(result);
        return result;
    }

    /** By example: of equal ones there is one. */
    private Map<Example, Draft> drafts(List<Example> given) {
        Map<Example, Draft> drafts = new LinkedHashMap<>();
        given.forEach(example -> drafts.putIfAbsent(example, new Draft(example, standard)));
        return drafts;
    }

    private static List<Draft> shown(Map<Example, Draft> drafts) {
        return drafts.values().stream()
                .filter(draft -> !Rewriter.isHeldOut(draft.original()))
                .toList();
    }

    /**
     * What {@link #refine} is going to spend. Calls nobody. Least: everything is good enough. Most: everything falls short, whatever is
     * written, and each question is asked a second time.
     */
    public Forecast forecast(Collection<? extends Example> examples) {
        List<Example> shown = shown(drafts(rewriter.split(examples))).stream()
                .map(Draft::original)
                .toList();
        Forecast grading = graders.forecast(shown);
        List<Example> rewritten = shown.stream()
                .filter(example -> rewriter.text(example).isPresent())
                .toList();
        Forecast rewriting = WaveRun.forecast(
                rewriter.chatModel(), rewriter.budget(), rewriter.callsPerWave(), waves -> rehearse(rewritten, waves));
        Forecast all = grading.plus(rewriting);
        for (int round = 1; round <= maxRounds; round++) {
            all = all.plus(graders.forecast(rewritten)); // rewrites are taken to be as long as originals
        }
        return LLMAnnotator.range(grading, all);
    }

    private void rehearse(List<Example> rewritten, WaveRun waves) {
        List<Rewriter.Criticism> criticism = names.stream()
                .map(name -> new Rewriter.Criticism(name, IMAGINED_REASON))
                .toList();
        for (int round = 1; round <= maxRounds; round++) {
            int number = round;
            waves.inWaves(
                    rewritten,
                    wave -> waves.ask(wave.stream()
                            .map(example -> rewriter.ask(
                                    example, number, criticism, Collections.nCopies(number - 1, attempt(example))))
                            .toList()));
        }
    }

    private Rewriter.Attempt attempt(Example example) {
        return new Rewriter.Attempt(rewriter.text(example).orElseThrow(), IMAGINED_REASON);
    }

    private static void log(DataRefinementResult result) {
        log.info(
                "DataRefinementPipeline run {}: {} of {} examples clean, {} of them rewritten, in {} calls",
                result.runId(),
                result.clean().size(),
                result.examples().size(),
                result.count(Outcome.REFINED),
                result.usage().calls());
        if (result.count(Outcome.UNGRADED) > 0) {
            log.warn(
                    "DataRefinementPipeline run {}: {} of {} examples could not be graded",
                    result.runId(),
                    result.count(Outcome.UNGRADED),
                    result.examples().size());
        }
        if (result.endedEarly() != null) {
            log.warn("DataRefinementPipeline run {} ended early: {}", result.runId(), result.endedEarly());
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends RewriterBuilder<Builder> {

        private final Map<String, Check> graders = new LinkedHashMap<>();
        private double threshold = 0.7;
        private int maxRounds = 2;

        private Builder() {
            super("DataRefinementPipeline");
        }

        @Override
        Builder self() {
            return this;
        }

        /** Adds a grader under its own name. At least one grader or check is required. */
        public Builder grader(LLMGrader grader) {
            return check(Require.nonNull("grader", grader).name(), grader);
        }

        /**
         * Adds any check that judges an example by itself. It is asked about all examples, and then about the rewrites alone: one that
         * compares examples with each other, such as for duplicates, would not find in them what it finds in all. What a check says, as
         * what it does not, counts as for a {@link GradingRunner}.
         *
         * @throws IllegalArgumentException if there is one of this name already
         */
        public Builder check(String name, Check check) {
            if (graders.putIfAbsent(Require.notBlank("name", name), Require.nonNull("check", check)) != null) {
                throw new IllegalArgumentException(
                        "there is a grader '%s' already: give this one another name".formatted(name));
            }
            return this;
        }

        /**
         * The least score, in [0, 1], that is good enough from every grader. A FAIL never is, whatever its score: a grader's own
         * threshold may be higher. Defaults to 0.7.
         */
        public Builder threshold(double threshold) {
            this.threshold = Require.inRange("threshold", threshold, 0, 1);
            return this;
        }

        /** How often one example is rewritten at most, at least 1. Defaults to 2. */
        public Builder maxRounds(int maxRounds) {
            this.maxRounds = Require.inRange("maxRounds", maxRounds, 1, 100);
            return this;
        }

        /**
         * @throws IllegalStateException if {@code chatModel} or a grader is missing
         * @throws IllegalArgumentException if the budget is in money and the price of a model is not known
         */
        public DataRefinementPipeline build() {
            Rewriter rewriter = rewriter();
            if (graders.isEmpty()) {
                throw new IllegalStateException(
                        "a grader is required: DataRefinementPipeline.builder().grader(grader)");
            }
            GradingRunner.Builder runner = GradingRunner.builder()
                    .budget(rewriter.budget()) // for the prices of the graders' models; the run's is the pipeline's
                    .onProgress(progress -> rewriter.onProgress()
                            .accept(new GenerationProgress(
                                    "grading/" + progress.grader(),
                                    progress.done(),
                                    progress.total(),
                                    progress.usage())));
            graders.forEach(runner::check);
            return new DataRefinementPipeline(this, rewriter, runner.build());
        }
    }
}
