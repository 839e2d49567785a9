package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.llm.run.RunId;
import io.rapidfit.text.TextNormalizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a model label texts, for one task or several.
 *
 * <pre>{@code
 * AnnotationTask sentiment = AnnotationTask.of("sentiment", "positive", "negative")
 *         .withInstruction("Irony counts as what is meant.");
 * AnnotationResult annotated = LLMAnnotator.builder()
 *         .chatModel(model)
 *         .saver(DataSaver.builder().path(Path.of("annotated")).build())
 *         .build()
 *         .annotate(texts, List.of(sentiment));
 * annotated.display(System.out);
 * }</pre>
 *
 * <p>Texts that are equal after {@linkplain TextNormalizer#normalize normalising} are asked about once a task, and labelled
 * once. A text that the model leaves out is asked about again, {@link Builder#maxCallsPerText} times at most; one that it
 * cannot label, or gives a label that does not exist, is among {@link AnnotationResult#unlabelled()}.
 *
 * <p>What is saved replaces the files of these tasks. Immutable and thread-safe.
 */
public final class LLMAnnotator {

    private static final Logger log = LoggerFactory.getLogger(LLMAnnotator.class);

    /** What a model says instead of a label where it cannot tell, in whatever case it writes it. */
    public static final String SKIP = "SKIP";

    /** The prompt, with the places {@code task}, {@code labels}, {@code instruction} and {@code texts}. */
    public static final PromptTemplate PROMPT = PromptTemplate.resource(LLMAnnotator.class, "annotate.txt");

    private final RunOptions options;
    private final int batchSize;
    private final double temperature;
    private final int maxCallsPerText;
    private final PromptTemplate prompt;
    private final @Nullable LLMSynthesizer synthesizer;

    private LLMAnnotator(Builder builder) {
        this.options = builder.runOptions();
        this.batchSize = builder.batchSize;
        this.temperature = builder.temperature;
        this.maxCallsPerText = builder.maxCallsPerText;
        this.prompt = builder.prompt;
        this.synthesizer = builder.synthesizer;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Labels every text for every task.
     *
     * @param texts in any number; blank ones are recorded as skipped, and nobody is asked about them
     * @param tasks at least one, each with another name
     * @throws io.rapidfit.llm.LLMException if not a single call was answered
     */
    public AnnotationResult annotate(Collection<String> texts, List<AnnotationTask> tasks) {
        List<AnnotationTask> checked = AnnotationTask.copyOf(tasks);
        List<String> distinct = distinct(texts);
        GenerationRun run = GenerationRun.start(input(distinct, checked), options);
        List<Unlabelled> unlabelled = annotate(run, distinct, checked);
        List<Path> paths = run.end();
        log(run, unlabelled);
        GenerationResult synthesized =
                synthesizer == null || run.waves().stop() != null ? null : synthesizer.fillAfter(run, checked);
        return new AnnotationResult(
                synthesized == null ? run.dataset() : synthesized.dataset(),
                unlabelled,
                checked,
                run.waves().usage(),
                synthesized,
                run.waves().stop(),
                synthesized == null ? paths : synthesized.paths(),
                run.id());
    }

    /**
     * What {@link #annotate} is going to spend, the synthesizer's share included. Calls nobody. Least: every text gets a label,
     * each as often as the others. Most: none gets one, however often it is asked about.
     */
    public Forecast forecast(Collection<String> texts, List<AnnotationTask> tasks) {
        List<AnnotationTask> checked = AnnotationTask.copyOf(tasks);
        List<String> distinct = distinct(texts);
        RunInput input = input(distinct, checked);
        List<Dataset> labelled = new ArrayList<>(); // at best, and at worst
        Forecast annotation = options.forecast(waves -> {
            GenerationRun run = GenerationRun.rehearse(input, options.rehearsed(), waves);
            annotate(run, distinct, checked);
            labelled.add(run.dataset());
        });
        return synthesizer == null
                ? annotation
                : annotation.plus(range(
                        synthesizer.forecast(labelled.get(0), checked),
                        synthesizer.forecast(labelled.get(1), checked)));
    }

    /** From the least of one to the most of another. */
    static Forecast range(Forecast best, Forecast worst) {
        return new Forecast(
                best.leastCalls(),
                worst.mostCalls(),
                best.leastTokens(),
                worst.mostTokens(),
                best.leastCost(),
                worst.mostCost());
    }

    private List<Unlabelled> annotate(GenerationRun run, List<String> texts, List<AnnotationTask> tasks) {
        return new AnnotationLoop(run, prompt, batchSize, temperature, maxCallsPerText).run(tasks, texts);
    }

    private RunInput input(List<String> texts, List<AnnotationTask> tasks) {
        List<Object> fingerprint = new ArrayList<>(options.fingerprint());
        fingerprint.addAll(List.of(batchSize, temperature, maxCallsPerText, prompt.text()));
        String id = new RunId()
                .add(fingerprint)
                .add(AnnotationTask.fingerprint(tasks))
                .add(texts)
                .name();
        return new RunInput(Dataset.of(List.of()), id);
    }

    /** The first of each text, in order. */
    private static List<String> distinct(Collection<String> texts) {
        List<String> distinct = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (String text : Require.nonNull("texts", texts)) {
            String given = TextNormalizer.wellFormed(Require.nonNull("texts[" + i + "]", text));
            if (seen.add(TextNormalizer.normalize(given))) {
                distinct.add(given);
            }
            i++;
        }
        return distinct;
    }

    private static void log(GenerationRun run, List<Unlabelled> unlabelled) {
        log.info(
                "{} run {}: {} labels in {} calls",
                run.options().generator(),
                run.id(),
                run.dataset().size(),
                run.waves().usage().calls());
        if (!unlabelled.isEmpty()) {
            log.warn(
                    "{} run {}: {} texts got no label{}",
                    run.options().generator(),
                    run.id(),
                    unlabelled.size(),
                    run.waves().stop() == null ? "" : "; " + run.waves().stop());
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends GeneratorBuilder<Builder> {

        private int batchSize = 16;
        private double temperature = 0.3;
        private int maxCallsPerText = 3;
        private PromptTemplate prompt = PROMPT;
        private @Nullable LLMSynthesizer synthesizer;

        private Builder() {
            super("LLMAnnotator");
        }

        @Override
        Builder self() {
            return this;
        }

        /** How many texts one call has labelled, at least 1. Texts asked about again go in smaller batches. Defaults to 16. */
        public Builder batchSize(int batchSize) {
            this.batchSize = Require.inRange("batchSize", batchSize, 1, 1000);
            return this;
        }

        /** Of every call, from 0 to 2. Defaults to 0.3. */
        public Builder temperature(double temperature) {
            this.temperature = Require.inRange("temperature", temperature, 0, 2);
            return this;
        }

        /**
         * In how many calls, at least 1, a text may be asked about until one has a label for it; an answer that lacks texts is
         * questioned once within its call. Defaults to 3.
         */
        public Builder maxCallsPerText(int maxCallsPerText) {
            this.maxCallsPerText = Require.inRange("maxCallsPerText", maxCallsPerText, 1, 100);
            return this;
        }

        /**
         * Replaces {@link #PROMPT}.
         *
         * @throws IllegalArgumentException if the place for labels or texts is missing, or a place is unknown
         */
        public Builder prompt(PromptTemplate prompt) {
            this.prompt = Require.nonNull("prompt", prompt)
                    .require(Set.of("labels", "texts"), Set.of("task", "labels", "instruction", "texts"));
            return this;
        }

        /**
         * Writes samples for the labels that too few texts got, once all have been asked about. It keeps its model, budget and
         * other options, but is saved, journalled, cancelled and told of with the annotator: its own {@code saver}, {@code
         * journal}, {@code incrementalSaving}, {@code cancellation} and {@code onProgress} are left aside. By default there is
         * none.
         */
        public Builder synthesizer(LLMSynthesizer synthesizer) {
            this.synthesizer = Require.nonNull("synthesizer", synthesizer);
            return this;
        }

        /** @throws IllegalStateException if {@code chatModel} is missing */
        public LLMAnnotator build() {
            return new LLMAnnotator(this);
        }
    }
}
