package io.rapidfit.llm.evaluate;

import io.rapidfit.data.Example;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.metrics.PairedComparison;
import io.rapidfit.metrics.PairedScores;
import io.rapidfit.metrics.Resampling;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one model answers better than another, such as a tuned one than the same with a few shots in its prompt: both are asked
 * about the same examples, once each, and measured against the answers that these should get.
 *
 * <pre>{@code
 * ModelComparisonResult result = ModelComparison.builder()
 *         .before(Contestant.of("few-shot", model, example -> fewShotPrompt(example)))
 *         .after(Contestant.of("tuned", tunedModel))
 *         .shape(shape)
 *         .evidence(evidence)
 *         .build()
 *         .compare(ExampleFile.items(Path.of("holdout.jsonl")).load());
 * result.display(System.out);
 * }</pre>
 *
 * <p>A call that fails counts: every rate is a share of all examples, and an example without an answer has 0 by every metric.
 * How the differences are tested, {@link PairedComparison} says. As there, the examples vouch for these two models and prompts
 * only, and who tries many prompts on the same examples will sooner or later be lucky.
 *
 * <p>Each model gets as many calls at once as its policy lets through, see {@link io.rapidfit.llm.CallPolicy}; latencies are those
 * under this load.
 *
 * <p>Immutable, and thread-safe if its contestants and functions are; but two runs at the same time must not have the same
 * journal.
 */
public final class ModelComparison {

    private static final Logger log = LoggerFactory.getLogger(ModelComparison.class);

    private static final String JOURNAL = "model-comparison.jsonl";

    /** How many examples one contestant is asked about before the other: few, so that a model that is down is noticed soon. */
    private static final int WAVE = 32;

    private final Contestant before;
    private final Contestant after;
    private final String promptPath;
    private final String completionPath;
    private final boolean includeTraining;
    private final @Nullable ReplyShape shape;
    private final @Nullable EvidenceCheck evidence;
    private final Set<ModelMetric> metrics;
    private final Resampling resampling;
    private final @Nullable Path journal;
    private final Budget budget;
    private final Cancellation cancellation;
    private final InstantSource clock;
    private final Consumer<ComparisonProgress> onProgress;

    private ModelComparison(Builder builder, Contestant before, Contestant after) {
        this.before = before;
        this.after = after;
        this.promptPath = builder.promptPath;
        this.completionPath = builder.completionPath;
        this.includeTraining = builder.includeTraining;
        this.shape = builder.shape;
        this.evidence = builder.evidence;
        this.metrics = Set.copyOf(builder.metrics);
        this.resampling = builder.resampling;
        this.journal = builder.journal;
        this.budget = builder.budget;
        this.cancellation = builder.cancellation;
        this.clock = builder.clock;
        this.onProgress = builder.onProgress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Asks both about every example and compares.
     *
     * @param holdout examples with a prompt and the answer that it should get, of which neither contestant has learnt; ids differ
     * @throws IllegalArgumentException before the first call, naming the example, if the holdout is empty, has an example twice,
     *     one without prompt or answer, or one that was there to be learnt from; if a metric does not suit it; or if the budget
     *     is in money and the price of a model is not known
     * @throws io.rapidfit.llm.LLMException if a contestant did not answer a single call
     */
    public ModelComparisonResult compare(Collection<? extends Example> holdout) {
        List<Example> examples = checked(holdout);
        List<String> expected = examples.stream().map(this::expected).toList();
        Set<ModelMetric> measured = measured(examples, expected);
        Path file = journal == null ? null : journal.resolve(JOURNAL);
        Setup setup = new Setup(promptPath, budget, cancellation, file, clock);
        List<GivenAnswer> first = new ArrayList<>();
        List<GivenAnswer> second = new ArrayList<>();
        String endedEarly = ask(examples, before.start(examples, setup), after.start(examples, setup), first, second);

        AnswerScorer scorer = new AnswerScorer(measured, shape, evidence);
        List<ComparedExample> compared = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            compared.add(new ComparedExample(
                    examples.get(i),
                    expected.get(i),
                    scorer.score(examples.get(i), expected.get(i), first.get(i)),
                    scorer.score(examples.get(i), expected.get(i), second.get(i))));
        }
        ModelComparisonResult result = new ModelComparisonResult(
                summary(before, compared, ComparedExample::before),
                summary(after, compared, ComparedExample::after),
                compare(measured, compared, endedEarly != null),
                compared,
                endedEarly);
        log(result);
        return result;
    }

    private List<Example> checked(Collection<? extends Example> holdout) {
        List<Example> examples = List.copyOf(Require.nonNull("holdout", holdout));
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("the holdout is empty: nothing can be said of either contestant");
        }
        Set<String> ids = new HashSet<>();
        for (Example example : examples) {
            if (!ids.add(example.id())) {
                throw new IllegalArgumentException(
                        "the holdout has example %s twice: keep one, or give them ids of their own"
                                .formatted(example.id()));
            }
            boolean training =
                    example.split() == Split.TRAIN || example.origin().isSynthetic();
            if (training && !includeTraining) {
                throw new IllegalArgumentException(
                        ("example %s is for training, and an answer to what was learnt from proves nothing: leave it out, or"
                                        + " call includeTraining(true)")
                                .formatted(example.id()));
            }
        }
        return examples;
    }

    private String expected(Example example) {
        return Require.notBlank(
                "'%s' of example %s".formatted(completionPath, example.id()),
                example.field(completionPath).orElse(""));
    }

    private Set<ModelMetric> measured(List<Example> examples, List<String> expected) {
        int text = 0;
        while (text < expected.size() && JsonValues.expected(expected.get(text)).isPresent()) {
            text++;
        }
        boolean allJson = text == expected.size();
        if (metrics.isEmpty()) {
            Set<ModelMetric> all = EnumSet.of(ModelMetric.EXACT_MATCH, ModelMetric.BLEU, ModelMetric.ROUGE_L);
            addIf(shape != null, ModelMetric.SCHEMA, all);
            addIf(evidence != null, ModelMetric.EVIDENCE, all);
            addIf(allJson, ModelMetric.FIELD_ACCURACY, all);
            return all;
        }
        if (metrics.contains(ModelMetric.FIELD_ACCURACY) && !allJson) {
            throw new IllegalArgumentException(
                    "%s needs a JSON object or array as the expected answer, which example %s does not have"
                            .formatted(
                                    ModelMetric.FIELD_ACCURACY,
                                    examples.get(text).id()));
        }
        return EnumSet.copyOf(metrics); // in order
    }

    private static void addIf(boolean measurable, ModelMetric metric, Set<ModelMetric> metrics) {
        if (measurable) {
            metrics.add(metric);
        }
    }

    /**
     * Both take turns, so that a run that ends early has asked both about the same examples.
     *
     * @return why not all were asked; null if they were
     */
    private @Nullable String ask(
            List<Example> examples,
            Answering first,
            Answering second,
            List<GivenAnswer> firstAnswers,
            List<GivenAnswer> secondAnswers) {
        String stop = null;
        for (int from = 0; from < examples.size() && stop == null; from += WAVE) {
            List<Example> wave = examples.subList(from, Math.min(examples.size(), from + WAVE));
            firstAnswers.addAll(first.answer(wave));
            secondAnswers.addAll(second.answer(wave));
            onProgress.accept(new ComparisonProgress(firstAnswers.size(), examples.size()));
            stop = first.stop() != null ? first.stop() : second.stop();
        }
        first.end();
        second.end();
        while (firstAnswers.size() < examples.size()) {
            firstAnswers.add(GivenAnswer.failed("not asked", false));
            secondAnswers.add(GivenAnswer.failed("not asked", false));
        }
        boolean allAsked =
                Stream.concat(firstAnswers.stream(), secondAnswers.stream()).allMatch(GivenAnswer::asked);
        return allAsked ? null : stop; // what stopped the last wave may be no more than calls that failed
    }

    private Map<ModelMetric, PairedComparison> compare(
            Set<ModelMetric> measured, List<ComparedExample> compared, boolean endedEarly) {
        List<PairedScores> scores = measured.stream()
                .map(metric -> new PairedScores(
                        metric.description(),
                        scores(metric, compared, ComparedExample::before),
                        scores(metric, compared, ComparedExample::after)))
                .toList();
        List<PairedComparison> results = PairedComparison.of(scores, resampling);
        Map<ModelMetric, PairedComparison> byMetric = new EnumMap<>(ModelMetric.class);
        int i = 0;
        for (ModelMetric metric : measured) {
            PairedComparison result = results.get(i++);
            byMetric.put(metric, endedEarly ? result.withoutVerdict() : result);
        }
        return byMetric;
    }

    private static List<Double> scores(
            ModelMetric metric,
            List<ComparedExample> compared,
            Function<ComparedExample, ContestantAnswer> contestant) {
        return compared.stream()
                .map(example -> contestant.apply(example).scores().getOrDefault(metric, 0.0))
                .toList();
    }

    private static ContestantSummary summary(
            Contestant contestant, List<ComparedExample> compared, Function<ComparedExample, ContestantAnswer> answer) {
        return ContestantSummary.of(
                contestant.name(), compared.stream().map(answer).toList());
    }

    private static void log(ModelComparisonResult result) {
        log.info(
                "Compared two contestants on {} examples by {} metrics",
                result.examples().size(),
                result.metrics().size());
        int errors = result.before().errors() + result.after().errors();
        if (errors > 0) {
            log.warn(
                    "{} of {} answers are missing and count as wrong{}",
                    errors,
                    2 * result.examples().size(),
                    result.endedEarly() == null ? "" : "; " + result.endedEarly());
        }
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable Contestant before;
        private @Nullable Contestant after;
        private String promptPath = "prompt";
        private String completionPath = "completion";
        private boolean includeTraining;
        private @Nullable ReplyShape shape;
        private @Nullable EvidenceCheck evidence;
        private Set<ModelMetric> metrics = Set.of();
        private Resampling resampling = Resampling.DEFAULT;
        private @Nullable Path journal;
        private Budget budget = Budget.UNLIMITED;
        private Cancellation cancellation = new Cancellation();
        private InstantSource clock = InstantSource.system();
        private Consumer<ComparisonProgress> onProgress = progress -> {};

        private Builder() {}

        /** What there is. Required. */
        public Builder before(Contestant before) {
            this.before = Require.nonNull("before", before);
            return this;
        }

        /** What is to be better. Required; its name differs from the other's. */
        public Builder after(Contestant after) {
            this.after = Require.nonNull("after", after);
            return this;
        }

        /** Where an example has its prompt, see {@link Example#field}. Defaults to {@code prompt}. */
        public Builder promptPath(String promptPath) {
            this.promptPath = Require.notBlank("promptPath", promptPath);
            return this;
        }

        /** Where an example has the answer that it should get. Defaults to {@code completion}. */
        public Builder completionPath(String completionPath) {
            this.completionPath = Require.notBlank("completionPath", completionPath);
            return this;
        }

        /**
         * Whether examples of the training split and synthetic ones may be in the holdout: for a look at what was learnt by heart,
         * which proves nothing. Defaults to false.
         */
        public Builder includeTraining(boolean includeTraining) {
            this.includeTraining = includeTraining;
            return this;
        }

        /** The shape that answers must have, for {@link ModelMetric#SCHEMA}. It is not told to the models. By default none. */
        public Builder shape(ReplyShape shape) {
            this.shape = Require.nonNull("shape", shape);
            return this;
        }

        /** What checks evidence, for {@link ModelMetric#EVIDENCE}. By default nothing does. What it throws ends the comparison. */
        public Builder evidence(EvidenceCheck evidence) {
            this.evidence = Require.nonNull("evidence", evidence);
            return this;
        }

        /**
         * What to measure; few metrics make the verdict on each of them sharper. Defaults to all that can be: schema and evidence
         * where they are given, field accuracy where every expected answer is a JSON object or array, and all others.
         */
        public Builder metrics(ModelMetric... metrics) {
            Require.atLeast("number of metrics", metrics.length, 1);
            this.metrics = EnumSet.copyOf(Arrays.asList(metrics));
            return this;
        }

        /** How intervals and p-values are found. Defaults to {@link Resampling#DEFAULT}. */
        public Builder resampling(Resampling resampling) {
            this.resampling = Require.nonNull("resampling", resampling);
            return this;
        }

        /**
         * The directory of the journal, {@code model-comparison.jsonl}, where answers are kept and found: a comparison that
         * broke off goes on from there, and asks again what failed; one with a new prompt for one contestant asks only that. By
         * default there is none.
         */
        public Builder journal(Path directory) {
            this.journal = Require.nonNull("journal", directory);
            return this;
        }

        /**
         * The most that both together may spend, earlier tries included, and the prices of models. Where it caps tokens or money,
         * answers end after 4096 tokens unless the request says otherwise. Defaults to {@link Budget#UNLIMITED}.
         */
        public Builder budget(Budget budget) {
            this.budget = Require.nonNull("budget", budget);
            return this;
        }

        /** Ends a run from another thread; what was answered so far is returned. By default only an interrupt does. */
        public Builder cancellation(Cancellation cancellation) {
            this.cancellation = Require.nonNull("cancellation", cancellation);
            return this;
        }

        /** Times classifiers, whose answers say no latency, and dates the journal. Defaults to the system's. */
        public Builder clock(InstantSource clock) {
            this.clock = Require.nonNull("clock", clock);
            return this;
        }

        /** After each wave of examples, on the thread of the run. What it throws ends the run. */
        public Builder onProgress(Consumer<ComparisonProgress> onProgress) {
            this.onProgress = Require.nonNull("onProgress", onProgress);
            return this;
        }

        /**
         * Checks that everything fits.
         *
         * @throws IllegalStateException if a contestant is missing, both have one name, or a metric lacks what it measures by
         */
        public ModelComparison build() {
            if (before == null || after == null) {
                throw new IllegalStateException(
                        "before and after are required: ModelComparison.builder().before(...).after(...)");
            }
            if (before.name().equals(after.name())) {
                throw new IllegalStateException(
                        "before and after are both called '%s': give them different names".formatted(before.name()));
            }
            requireGiven(ModelMetric.SCHEMA, shape, "shape");
            requireGiven(ModelMetric.EVIDENCE, evidence, "evidence");
            return new ModelComparison(this, before, after);
        }

        private void requireGiven(ModelMetric metric, @Nullable Object given, String option) {
            if (given == null && metrics.contains(metric)) {
                throw new IllegalStateException(
                        "%s is measured by what %s(...) gives: call it".formatted(metric, option));
            }
        }
    }
}
