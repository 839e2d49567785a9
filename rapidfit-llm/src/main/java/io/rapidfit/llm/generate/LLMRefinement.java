package io.rapidfit.llm.generate;

import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.generate.Refinement.Stop;
import io.rapidfit.llm.grade.LLMRanker;
import io.rapidfit.llm.grade.Ranking;
import io.rapidfit.llm.run.Ask;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a model write a text anew as long as that makes it better: it writes a candidate, a ranking puts it in order with all before
 * it, and what the ranking says goes into the next. It ends as soon as the new text is not preferred, and keeps the best text, not
 * the last.
 *
 * <pre>{@code
 * LLMRefinement refinement = LLMRefinement.builder()
 *         .chatModel(model)
 *         .ranker(Graders.preference(judge).shuffles(2).build())
 *         .instruction("Answers must be correct and answer every part of the query.")
 *         .build();
 * Refinement refined = refinement.refine(item);
 * Example best = refined.best();                      // the item itself where nothing better was written
 * refined.steps().forEach(step -> log(step.reason()));
 * }</pre>
 *
 * <p>A judge that also wrote the texts favours them (Panickssery et al., "LLM Evaluators Recognize and Favor Their Own Generations",
 * 2024): let another model rank. Judges are led by places too, and the newest candidate stands last: let the ranker {@linkplain
 * LLMRanker.Builder#shuffles shuffle}.
 *
 * <p>Any error ends the refinement of its example with the best so far: a call that fails, an answer of no use, a ranking that lacks
 * one of its passes. Examples of the validation and test split are shown to nobody and come back as they are. Candidates are synthetic,
 * for training only, and have the original for their parent.
 *
 * <p>Immutable, and thread-safe if its ranker is; but two runs at the same time must not have the same journal.
 */
public final class LLMRefinement {

    private static final Logger log = LoggerFactory.getLogger(LLMRefinement.class);

    /**
     * The prompt, with the places {@code example}, {@code field}, {@code text}, {@code criticism}, {@code attempts}, which is always
     * empty here, and {@code instruction}.
     */
    public static final PromptTemplate PROMPT = Rewriter.PROMPT;

    private static final String STAGE = "refinement";

    private final Rewriter rewriter;
    private final LLMRanker ranker;
    private final int maxIterations;

    private LLMRefinement(Rewriter rewriter, LLMRanker ranker, int maxIterations) {
        this.rewriter = rewriter;
        this.ranker = ranker;
        this.maxIterations = maxIterations;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Refines one example; as {@link #refine(Collection)} does. */
    public Refinement refine(Example example) {
        return refine(List.of(example)).examples().get(0);
    }

    /**
     * Refines each example for itself, as many at once as the writing model lets calls through. Does not throw because calls fail: a
     * refinement says so. Where all examples of a wave end with an error, the rest are left.
     *
     * @throws IllegalArgumentException if an example becomes another in a field that the ranker shows once for all candidates, such as
     *     the query
     */
    public Refinements refine(Collection<? extends Example> examples) {
        List<Example> given = rewriter.split(examples);
        String runId = rewriter.runId(List.of(ranker.toString(), maxIterations), given);
        Map<Example, Refinement> refined = new LinkedHashMap<>(); // equal examples are refined once
        List<Example> open = new ArrayList<>();
        for (Example example : given.stream().distinct().toList()) {
            if (Rewriter.isHeldOut(example)) {
                refined.put(example, untouched(example, Stop.HELD_OUT, ""));
            } else if (rewriter.text(example).isEmpty()) {
                refined.put(example, untouched(example, Stop.ERROR, rewriter.missingText(example)));
            } else {
                open.add(example);
            }
        }
        int total = refined.size() + open.size();
        CallRun calls = rewriter.calls()
                .onProgress(progress -> rewriter.onProgress()
                        .accept(new GenerationProgress(
                                STAGE, refined.size() + progress.done(), total, progress.usage())))
                .build();
        String endedEarly = inWaves(open, calls, runId, refined);
        Refinements result = new Refinements(
                given.stream()
                        .map(example -> Require.nonNull("refinement", refined.get(example)))
                        .toList(),
                calls.usage(),
                endedEarly,
                runId);
        log(result);
        return result;
    }

    /** @return why some of the open examples were left; null if none were */
    private @Nullable String inWaves(
            List<Example> open, CallRun calls, String runId, Map<Example, Refinement> refined) {
        CallRun part = calls.part(rewriter.chatModel(), progress -> {}); // told of whole refinements, not of calls
        for (int from = 0; from < open.size(); from += rewriter.callsPerWave()) {
            int to = Math.min(open.size(), from + rewriter.callsPerWave());
            List<Refinement> wave = calls.doAll(
                    open.subList(from, to),
                    example -> refine(example, part, runId),
                    (example, failure) -> untouched(example, Stop.ERROR, String.valueOf(failure.getMessage())));
            wave.forEach(refinement -> refined.put(refinement.original(), refinement));
            if (to < open.size() && wave.stream().allMatch(r -> r.stop() == Stop.ERROR)) {
                String stop = "every refinement of a wave ended with an error: "
                        + wave.get(0).error();
                open.subList(to, open.size())
                        .forEach(example ->
                                refined.put(example, untouched(example, Stop.ERROR, "not begun, since " + stop)));
                return stop;
            }
        }
        return null;
    }

    private Refinement refine(Example original, CallRun calls, String runId) {
        List<RefinementStep> steps = new ArrayList<>();
        List<Example> candidates = new ArrayList<>(List.of(original));
        List<Rewriter.Criticism> criticism = List.of();
        Example best = original;
        while (steps.size() < maxIterations) {
            Ask ask = rewriter.ask(best, steps.size() + 1, criticism, List.of());
            Rewriter.Written written = rewriter.read(
                    original, calls.askAll(List.of(ask.question())).get(0), runId);
            Example candidate = written.example();
            if (candidate == null) {
                return new Refinement(original, steps, best, Stop.ERROR, written.error());
            }
            if (candidates.stream().anyMatch(earlier -> rewriter.saysTheSame(earlier, candidate))) {
                return new Refinement(original, steps, best, Stop.REPEATED, "");
            }
            candidates.add(candidate);
            Ranking ranking = ranker.rank(candidates, calls);
            steps.add(new RefinementStep(candidate, written.changes(), ranking));
            if (!ranking.errors().isEmpty()) { // what a part of the passes says may be places alone
                return new Refinement(
                        original, steps, best, Stop.ERROR, "the ranking failed: " + String.join(" ", ranking.errors()));
            }
            best = candidates.get(ranking.order().get(0)); // it saw all of them; of equals the earliest
            if (!best.equals(candidate)) {
                return new Refinement(original, steps, best, Stop.NOT_PREFERRED, "");
            }
            criticism = List.of(new Rewriter.Criticism(ranker.name(), ranking.reason()));
        }
        return new Refinement(original, steps, best, Stop.MAX_ITERATIONS, "");
    }

    private static Refinement untouched(Example example, Stop stop, String error) {
        return new Refinement(example, List.of(), example, stop, error);
    }

    private static void log(Refinements result) {
        log.info(
                "LLMRefinement run {}: {} of {} examples improved in {} calls",
                result.runId(),
                result.examples().stream().filter(Refinement::isImproved).count(),
                result.examples().size(),
                result.usage().calls());
        long errors = result.examples().stream()
                .filter(refinement -> refinement.stop() == Stop.ERROR)
                .count();
        if (errors > 0) {
            log.warn(
                    "LLMRefinement run {}: {} of {} refinements ended with an error",
                    result.runId(),
                    errors,
                    result.examples().size());
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends RewriterBuilder<Builder> {

        private @Nullable LLMRanker ranker;
        private int maxIterations = 3;

        private Builder() {
            super("LLMRefinement");
        }

        @Override
        Builder self() {
            return this;
        }

        /** What puts the texts in order. Required. It shows the rewritten field of each candidate. */
        public Builder ranker(LLMRanker ranker) {
            this.ranker = Require.nonNull("ranker", ranker);
            return this;
        }

        /** The most candidates that are written for one example, at least 1. Defaults to 3. */
        public Builder maxIterations(int maxIterations) {
            this.maxIterations = Require.inRange("maxIterations", maxIterations, 1, 100);
            return this;
        }

        /**
         * @throws IllegalStateException if {@code chatModel} or {@code ranker} is missing
         * @throws IllegalArgumentException if the budget is in money and the price of a model is not known
         */
        public LLMRefinement build() {
            Rewriter rewriter = rewriter();
            if (ranker == null) {
                throw new IllegalStateException("ranker is required: LLMRefinement.builder().ranker(ranker)");
            }
            rewriter.budget().requirePrice(ranker.chatModel().modelId());
            return new LLMRefinement(rewriter, ranker, maxIterations);
        }
    }
}
