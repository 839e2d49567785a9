package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.WriteMode;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Makes a training set of a handful of examples. A model first looks at the examples of each class and says what such texts are
 * like, then writes new ones, most for the classes that have the fewest.
 *
 * <pre>{@code
 * GenerationResult augmented = LLMAugmenter.builder()
 *         .chatModel(model)
 *         .saver(DataSaver.builder().path(Path.of("saved")).build())
 *         .build()
 *         .augment(seed);
 * augmented.display(System.out);
 * }</pre>
 *
 * <p>The model sees training samples only: what has no split yet gets one first. What it writes takes its label from the class
 * that was asked for, is a training sample, and is kept only if it passes the gate: within the length range, not equal or too
 * similar to any other text, and not refused by the checks and the classifier that were given.
 *
 * <p>Every loop is bounded; a class that gets less than it should is a {@link Shortfall}. Immutable and thread-safe.
 */
public final class LLMAugmenter {

    /** The first phase's prompt, with the places {@code task}, {@code labels} and {@code classes}. */
    public static final PromptTemplate INSTRUCTION_PROMPT =
            PromptTemplate.resource(LLMAugmenter.class, "augment-instructions.txt");

    /**
     * The second phase's prompt, with the places {@code task}, {@code labels}, {@code label}, {@code count}, {@code
     * instructions}, {@code examples} and {@code known}.
     */
    public static final PromptTemplate SAMPLE_PROMPT =
            PromptTemplate.resource(LLMAugmenter.class, "augment-samples.txt");

    private static final int EXAMPLES_FOR_INSTRUCTIONS = 8;
    private static final int EXAMPLES_FOR_SAMPLES = 4;

    private static final Map<String, Object> IMAGINED = Map.of(
            "languages",
            List.of("English 100%"),
            "style",
            "A sentence or two that say how people write, casual and with the occasional typo.",
            "min_words",
            5L,
            "max_words",
            30L,
            "do",
            Collections.nCopies(6, "A point of about this length on what the texts are about"));

    private final SampleOptions options;
    private final int maxSamplesPerTask;
    private final WriteMode writeMode;
    private final PromptTemplate instructionPrompt;
    private final PromptTemplate samplePrompt;

    private LLMAugmenter(Builder builder) {
        this.options = builder.sampleOptions();
        this.maxSamplesPerTask = builder.maxSamplesPerTask;
        this.writeMode = builder.writeMode;
        this.instructionPrompt = builder.instructionPrompt;
        this.samplePrompt = builder.samplePrompt;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes new samples for every task of the seed.
     *
     * @param seed at least one training sample; a few per label make better texts
     * @return the seed, each sample with its split, and what was written
     * @throws IllegalArgumentException if the seed has no training sample
     * @throws io.rapidfit.llm.LLMException if not a single call was answered
     */
    public GenerationResult augment(Dataset seed) {
        RunInput input = input(seed);
        return run(seed, GenerationRun.start(input, options.run()), options);
    }

    /** What {@link #augment} is going to spend. Calls nobody, and reads what is saved where it is to be added to. */
    public Forecast forecast(Dataset seed) {
        SampleOptions rehearsed = options.rehearsed();
        RunInput input = input(seed);
        return options.run()
                .forecast(waves -> run(seed, GenerationRun.rehearse(input, rehearsed.run(), waves), rehearsed));
    }

    private RunInput input(Dataset seed) {
        List<Object> fingerprint = new ArrayList<>(options.fingerprint());
        fingerprint.addAll(List.of(maxSamplesPerTask, instructionPrompt.text(), samplePrompt.text()));
        RunInput input = writeMode == WriteMode.OVERWRITE
                ? RunInput.of(seed, options.splitter(), fingerprint)
                : RunInput.append(
                        seed,
                        Objects.requireNonNull(options.run().saver()), // build() made sure
                        Objects.requireNonNull(options.run().journal()),
                        options.splitter(),
                        fingerprint);
        if (input.base().samples(Split.TRAIN).isEmpty()) {
            throw new IllegalArgumentException("the seed has no training sample to write others from: add some, or give"
                    + " a splitter that leaves some in TRAIN");
        }
        return input;
    }

    private GenerationResult run(Dataset seed, GenerationRun run, SampleOptions options) {
        List<ClassDemand> demands = demands(seed, run.base());
        ClassExamples examples = new ClassExamples(run.base(), run.options().maxTextLength());
        Map<ClassDemand, Map<String, Object>> instructions = new Instructions(
                        run, instructionPrompt, LLMAugmenter::describing, IMAGINED)
                .ask(
                        demands,
                        (demand, draw) -> Map.of(
                                "texts",
                                ClassExamples.texts(
                                        examples.some(demand.task, demand.label, EXAMPLES_FOR_INSTRUCTIONS, draw))));
        new SampleLoop(run, options, samplePrompt, (demand, draw) -> {
                    List<ClassExamples.Shown> shown =
                            examples.some(demand.task, demand.label, EXAMPLES_FOR_SAMPLES, draw);
                    return new SampleLoop.Shown(
                            Map.of(
                                    "instructions", instructions.getOrDefault(demand, Map.of()),
                                    "examples", ClassExamples.texts(shown)),
                            ClassExamples.ids(shown));
                })
                .run(demands);
        return run.finish(demands);
    }

    private List<ClassDemand> demands(Dataset seed, Dataset base) {
        List<ClassDemand> demands = new ArrayList<>();
        for (String task : seed.tasks()) {
            Map<String, Integer> has = new LinkedHashMap<>();
            base.labels(task).forEach(label -> has.put(label, 0));
            base.samples(task).stream()
                    .filter(s -> s.split() == Split.TRAIN)
                    .map(Sample::label)
                    .forEach(label -> has.merge(label, 1, Integer::sum));
            Shares.level(has, maxSamplesPerTask).forEach((label, share) -> {
                if (share > 0) {
                    demands.add(new ClassDemand(task, label, share));
                }
            });
        }
        return demands;
    }

    private static ReplyShape describing(ReplyShape.Builder shape) {
        return shape.strings("languages")
                .string("style")
                .integer("min_words", 1, 10_000)
                .integer("max_words", 1, 10_000)
                .strings("do")
                .build();
    }

    /** Not thread-safe. */
    public static final class Builder extends TwoPhaseBuilder<Builder> {

        private int maxSamplesPerTask = 128;
        private WriteMode writeMode = WriteMode.OVERWRITE;

        private Builder() {
            super("LLMAugmenter", INSTRUCTION_PROMPT, SAMPLE_PROMPT);
        }

        @Override
        Builder self() {
            return this;
        }

        /** How many new samples each task gets, at least 1. Defaults to 128. */
        public Builder maxSamplesPerTask(int maxSamplesPerTask) {
            this.maxSamplesPerTask = Require.inRange("maxSamplesPerTask", maxSamplesPerTask, 1, 10_000_000);
            return this;
        }

        /**
         * What happens to what the saver's directory holds already. {@link WriteMode#APPEND} keeps it: it counts as seed, its
         * splits win, and a finished run, made again, writes more. Defaults to {@link WriteMode#OVERWRITE}.
         */
        public Builder writeMode(WriteMode writeMode) {
            this.writeMode = Require.nonNull("writeMode", writeMode);
            return this;
        }

        /** @throws IllegalStateException if {@code chatModel} is missing, or what is saved is to be kept and there is no saver */
        public LLMAugmenter build() {
            SampleOptions options = sampleOptions();
            if (writeMode == WriteMode.APPEND && options.run().saver() == null) {
                throw new IllegalStateException(
                        "APPEND needs something to append to: LLMAugmenter.builder().saver(...)");
            }
            return new LLMAugmenter(this);
        }
    }
}
