package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.run.PromptTemplate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Writes samples for labels that have too few, or none, after examples that there are. For whole training sets {@link
 * LLMAugmenter} is the better choice: it looks at the texts of each class before it writes.
 *
 * <pre>{@code
 * GenerationResult filled = LLMSynthesizer.builder()
 *         .chatModel(model)
 *         .minSamplesPerLabel(16)
 *         .build()
 *         .fill(dataset, List.of(AnnotationTask.of("topic", "billing", "delivery", "returns")));
 * }</pre>
 *
 * <p>Each call shows training samples of the label, drawn by chance; where it has none, of the task's other labels. What is
 * written passes the same gate as with {@link LLMAugmenter}. Immutable and thread-safe.
 */
public final class LLMSynthesizer {

    /**
     * The prompt, with the places {@code task}, {@code labels}, {@code instruction}, {@code label}, {@code count}, {@code
     * examples} and {@code known}.
     */
    public static final PromptTemplate PROMPT = PromptTemplate.resource(LLMSynthesizer.class, "synthesize.txt");

    private static final int EXAMPLES = 8;

    private final SampleOptions options;
    private final int minSamplesPerLabel;
    private final PromptTemplate prompt;

    private LLMSynthesizer(Builder builder) {
        this.options = builder.sampleOptions();
        this.minSamplesPerLabel = builder.minSamplesPerLabel;
        this.prompt = builder.prompt;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes what the labels of these tasks lack. What such a run had saved before it broke off may be given too: then it goes
     * on from there.
     *
     * @param dataset may lack labels and tasks, and may be empty
     * @param tasks at least one, each with another name
     * @return the dataset, each sample with its split, and what was written
     * @throws io.rapidfit.llm.LLMException if not a single call was answered
     */
    public GenerationResult fill(Dataset dataset, List<AnnotationTask> tasks) {
        List<AnnotationTask> checked = AnnotationTask.copyOf(tasks);
        RunInput input = RunInput.resume(
                Require.nonNull("dataset", dataset), options.run().journal(), options.splitter(), fingerprint(checked));
        return run(checked, GenerationRun.start(input, options.run()), options);
    }

    /** What {@link #fill} is going to spend. Calls nobody. */
    public Forecast forecast(Dataset dataset, List<AnnotationTask> tasks) {
        List<AnnotationTask> checked = AnnotationTask.copyOf(tasks);
        SampleOptions rehearsed = options.rehearsed();
        RunInput input = RunInput.of(Require.nonNull("dataset", dataset), options.splitter(), fingerprint(checked));
        return options.run()
                .forecast(waves -> run(checked, GenerationRun.rehearse(input, rehearsed.run(), waves), rehearsed));
    }

    /** Goes on where another run has ended, as a part of it. */
    GenerationResult fillAfter(GenerationRun before, List<AnnotationTask> tasks) {
        SampleOptions part = options.within(before.options());
        RunInput input = RunInput.of(before.dataset(), options.splitter(), fingerprint(tasks));
        return run(tasks, before.next(input, part.run()), part);
    }

    private List<Object> fingerprint(List<AnnotationTask> tasks) {
        List<Object> fingerprint = new ArrayList<>(options.fingerprint());
        fingerprint.addAll(List.of(minSamplesPerLabel, prompt.text()));
        fingerprint.addAll(AnnotationTask.fingerprint(tasks));
        return fingerprint;
    }

    private GenerationResult run(List<AnnotationTask> tasks, GenerationRun run, SampleOptions options) {
        Map<String, AnnotationTask> byName =
                tasks.stream().collect(Collectors.toMap(AnnotationTask::name, task -> task));
        List<ClassDemand> demands = demands(tasks, run.base());
        ClassExamples examples = new ClassExamples(run.base(), run.options().maxTextLength());
        new SampleLoop(run, options, prompt, (demand, draw) -> {
                    AnnotationTask task = Require.nonNull("task", byName.get(demand.task));
                    List<Example> shown = examples(task, demand.label, examples, draw);
                    return new SampleLoop.Shown(
                            Map.of(
                                    "labels", task.labels(),
                                    "instruction", task.instruction(),
                                    "examples",
                                            shown.stream().map(Example::json).toList()),
                            shown.stream().map(Example::id).toList());
                })
                .run(demands);
        return run.finish(demands);
    }

    private List<ClassDemand> demands(List<AnnotationTask> tasks, Dataset base) {
        Map<List<String>, Integer> has = new LinkedHashMap<>();
        for (Sample sample : base.samples(Split.TRAIN)) {
            has.merge(List.of(sample.task(), sample.label()), 1, Integer::sum);
        }
        List<ClassDemand> demands = new ArrayList<>();
        for (AnnotationTask task : tasks) {
            for (String label : task.labels()) {
                int lacks = minSamplesPerLabel - has.getOrDefault(List.of(task.name(), label), 0);
                if (lacks > 0) {
                    demands.add(new ClassDemand(task.name(), label, lacks));
                }
            }
        }
        return demands;
    }

    private record Example(String id, String text, String label) {

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>(); // the order is part of the prompt
            json.put("text", text);
            json.put("label", label);
            return json;
        }
    }

    private static List<Example> examples(AnnotationTask task, String label, ClassExamples examples, Draw draw) {
        List<Example> own = examples(task, List.of(label), examples, draw);
        if (!own.isEmpty()) {
            return own;
        }
        List<String> others =
                task.labels().stream().filter(other -> !other.equals(label)).toList();
        return draw.some(EXAMPLES, examples(task, others, examples, draw));
    }

    /** Some of each label. */
    private static List<Example> examples(AnnotationTask task, List<String> labels, ClassExamples examples, Draw draw) {
        return labels.stream()
                .flatMap(label -> examples.some(task.name(), label, EXAMPLES, draw).stream()
                        .map(shown -> new Example(shown.id(), shown.text(), label)))
                .toList();
    }

    /** Not thread-safe. */
    public static final class Builder extends SampleGeneratorBuilder<Builder> {

        private int minSamplesPerLabel = 16;
        private PromptTemplate prompt = PROMPT;

        private Builder() {
            super("LLMSynthesizer");
        }

        @Override
        Builder self() {
            return this;
        }

        /** Labels with fewer training samples than this get what they lack, at least 1. Defaults to 16. */
        public Builder minSamplesPerLabel(int minSamplesPerLabel) {
            this.minSamplesPerLabel = Require.inRange("minSamplesPerLabel", minSamplesPerLabel, 1, 1_000_000);
            return this;
        }

        /**
         * Replaces {@link #PROMPT}.
         *
         * @throws IllegalArgumentException if the place for label or count is missing, or a place is unknown
         */
        public Builder prompt(PromptTemplate prompt) {
            this.prompt = Require.nonNull("prompt", prompt)
                    .require(
                            Set.of("label", "count"),
                            Set.of("task", "labels", "instruction", "label", "count", "examples", "known"));
            return this;
        }

        /** @throws IllegalStateException if {@code chatModel} is missing */
        public LLMSynthesizer build() {
            return new LLMSynthesizer(this);
        }
    }
}
