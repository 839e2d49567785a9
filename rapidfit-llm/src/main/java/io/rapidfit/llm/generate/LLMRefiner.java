package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.ClassMetrics;
import io.rapidfit.metrics.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes what a classifier gets wrong. For every class that it recognises badly, a model looks at what the class is confused
 * with and at the errors, says what tells it apart, and then writes contrastive samples.
 *
 * <pre>{@code
 * AnalysisResult weak = classifier.analyze();
 * GenerationResult refined = LLMRefiner.builder()
 *         .chatModel(model)
 *         .minF1Threshold(0.85)
 *         .saver(DataSaver.builder().path(Path.of("saved_refined")).build())
 *         .build()
 *         .refine(weak, dataset);
 * classifier.train(refined.dataset());
 * }</pre>
 *
 * <p>The model sees training samples and the analysed errors, and never a text of the dataset's test split. An analysis of that
 * split is refused: what is written from test errors makes every later measurement on them worthless. Samples pass the same gate
 * as those of {@link LLMAugmenter}. Immutable and thread-safe.
 */
public final class LLMRefiner {

    /** The first phase's prompt, with the places {@code task}, {@code labels} and {@code classes}. */
    public static final PromptTemplate INSTRUCTION_PROMPT =
            PromptTemplate.resource(LLMRefiner.class, "refine-instructions.txt");

    /**
     * The second phase's prompt, with the places {@code task}, {@code labels}, {@code label}, {@code count}, {@code
     * instructions}, {@code errors}, {@code examples}, {@code contrast} and {@code known}.
     */
    public static final PromptTemplate SAMPLE_PROMPT = PromptTemplate.resource(LLMRefiner.class, "refine-samples.txt");

    private static final int EXAMPLES_FOR_INSTRUCTIONS = 5;
    private static final int ERRORS_FOR_INSTRUCTIONS = 8;

    /** Few of each: a sample must not be judged by a model that learnt what was made from it, so each costs some of them. */
    private static final int EXAMPLES_FOR_SAMPLES = 1;

    private static final int ERRORS_FOR_SAMPLES = 1;

    private static final Map<String, Object> IMAGINED = Map.of(
            "confused_with", List.of("another", "yet another"),
            "differentiators", Collections.nCopies(4, "What tells the class from another, in some words"),
            "emphasize", Collections.nCopies(4, "A situation of which more texts are needed"),
            "avoid", Collections.nCopies(3, "What would make a text ambiguous"),
            "languages", List.of("English 100%"),
            "min_words", 5L,
            "max_words", 30L);

    private final SampleOptions options;
    private final double minF1Threshold;
    private final int maxRefinedPerClass;
    private final Set<String> labels;
    private final int minSupport;
    private final boolean includeZeroSupport;
    private final boolean allowTestErrors;
    private final PromptTemplate instructionPrompt;
    private final PromptTemplate samplePrompt;

    private LLMRefiner(Builder builder) {
        this.options = builder.sampleOptions();
        this.minF1Threshold = builder.minF1Threshold;
        this.maxRefinedPerClass = builder.maxRefinedPerClass;
        this.labels = builder.labels;
        this.minSupport = builder.minSupport;
        this.includeZeroSupport = builder.includeZeroSupport;
        this.allowTestErrors = builder.allowTestErrors;
        this.instructionPrompt = builder.instructionPrompt;
        this.samplePrompt = builder.samplePrompt;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Writes new samples for the weak classes of the analysed tasks.
     *
     * @param analysis what the classifier gets wrong; {@link AnalysisResult#only} chooses tasks
     * @param dataset what it was trained on, all tasks
     * @return the dataset, each sample with its split, and what was written; the dataset alone if no class is weak
     * @throws IllegalArgumentException if the analysis is one of test samples, or was made of data that was divided otherwise,
     *     an analysed task is not in the dataset, or no analysed task has a label that {@link Builder#labels} names
     * @throws io.rapidfit.llm.LLMException if not a single call was answered
     */
    public GenerationResult refine(AnalysisResult analysis, Dataset dataset) {
        RunInput input = input(analysis, dataset);
        return run(analysis, GenerationRun.start(input, options.run()), options);
    }

    /** What {@link #refine} is going to spend. Calls nobody. */
    public Forecast forecast(AnalysisResult analysis, Dataset dataset) {
        SampleOptions rehearsed = options.rehearsed();
        RunInput input = input(analysis, dataset);
        return options.run()
                .forecast(waves -> run(analysis, GenerationRun.rehearse(input, rehearsed.run(), waves), rehearsed));
    }

    /** The classes that {@link #refine} would write for, by task. */
    public Map<String, List<String>> weakClasses(AnalysisResult analysis) {
        Map<String, List<String>> weak = new LinkedHashMap<>();
        analysis.tasks().forEach((task, found) -> {
            List<String> labels = found.classes().values().stream()
                    .filter(this::isWeak)
                    .map(c -> c.label())
                    .toList();
            if (!labels.isEmpty()) {
                weak.put(task, labels);
            }
        });
        return weak;
    }

    private boolean isWeak(ClassMetrics measured) {
        if (!labels.isEmpty()) {
            return labels.contains(measured.label());
        }
        if (measured.support() == 0) {
            return includeZeroSupport;
        }
        return measured.f1() < minF1Threshold || measured.support() < minSupport;
    }

    Dataset split(Dataset dataset) {
        return dataset.split(options.splitter());
    }

    /** Saves a dataset in place of what {@link #refine} saved. */
    List<Path> save(Dataset dataset) {
        return options.run().saver() == null ? List.of() : options.run().saver().save(dataset);
    }

    private RunInput input(AnalysisResult analysis, Dataset dataset) {
        if (isOfTestSamples(analysis) && !allowTestErrors) {
            throw new IllegalArgumentException(
                    "this is an analysis of the test split: texts written from its errors would make it worthless for"
                            + " measuring. Use classifier.analyze(), or crossValidate for small data. Whoever has"
                            + " other data to measure on says so with allowTestErrors(true)");
        }
        for (String task : analysis.tasks().keySet()) {
            dataset.samples(task); // refuses an unknown one
        }
        for (String label : labels) {
            if (analysis.tasks().values().stream().noneMatch(t -> t.labels().contains(label))) {
                throw new IllegalArgumentException(
                        "no analysed task has the label '%s' that labels(...) names".formatted(label));
            }
        }
        List<Object> fingerprint = new ArrayList<>(options.fingerprint());
        fingerprint.addAll(List.of(
                minF1Threshold,
                maxRefinedPerClass,
                new TreeSet<>(labels),
                minSupport,
                includeZeroSupport,
                allowTestErrors,
                instructionPrompt.text(),
                samplePrompt.text()));
        analysis.tasks().values().forEach(task -> {
            fingerprint.add(List.copyOf(task.classes().values()));
            task.errors().forEach(e -> fingerprint.add(List.of(e.id(), e.text(), e.trueLabel(), e.predictedLabel())));
        });
        RunInput input = RunInput.of(dataset, options.splitter(), fingerprint);
        if (!allowTestErrors) {
            requireSameSplits(analysis, input.base());
        }
        return input;
    }

    /** Whatever its basis: whoever analyses test samples as data of their own has looked at them too. */
    private static boolean isOfTestSamples(AnalysisResult analysis) {
        return analysis.basis() == Basis.TEST
                || outcomes(analysis).anyMatch(o -> o.sample().split() == Split.TEST);
    }

    private static Stream<Outcome> outcomes(AnalysisResult analysis) {
        return analysis.tasks().values().stream().flatMap(task -> task.outcomes().stream());
    }

    /** Else what the classifier calls test might be shown as a training sample. */
    private static void requireSameSplits(AnalysisResult analysis, Dataset base) {
        Map<String, Split> splits = new HashMap<>();
        base.samples().forEach(s -> splits.put(s.id(), s.split()));
        outcomes(analysis).map(Outcome::sample).forEach(analysed -> {
            Split here = splits.get(analysed.id());
            if (here != null && analysed.split() != null && here != analysed.split()) {
                throw new IllegalArgumentException(
                        ("sample %s is in %s where it was analysed and in %s here: the classifier divided the data by"
                                        + " another Splitter. Split the dataset once, before training: dataset.split(splitter)")
                                .formatted(analysed.id(), analysed.split(), here));
            }
        });
    }

    private GenerationResult run(AnalysisResult analysis, GenerationRun run, SampleOptions options) {
        List<ClassDemand> demands = new ArrayList<>();
        weakClasses(analysis)
                .forEach((task, labels) ->
                        labels.forEach(label -> demands.add(new ClassDemand(task, label, maxRefinedPerClass))));
        ClassExamples examples = new ClassExamples(run.base(), run.options().maxTextLength());
        Weaknesses weaknesses = new Weaknesses(
                analysis, errorsNotToShow(run.base()), run.options().maxTextLength());
        Map<ClassDemand, Map<String, Object>> instructions = new Instructions(
                        run, instructionPrompt, LLMRefiner::describing, IMAGINED)
                .ask(demands, (demand, draw) -> {
                    Map<String, Object> shown = weaknesses.describe(demand.task, demand.label);
                    shown.put(
                            "errors",
                            weaknesses
                                    .errors(demand.task, demand.label, ERRORS_FOR_INSTRUCTIONS, draw)
                                    .texts());
                    shown.put(
                            "examples",
                            ClassExamples.texts(
                                    examples.some(demand.task, demand.label, EXAMPLES_FOR_INSTRUCTIONS, draw)));
                    return shown;
                });
        new SampleLoop(run, options, samplePrompt, (demand, draw) -> {
                    Weaknesses.Errors errors = weaknesses.errors(demand.task, demand.label, ERRORS_FOR_SAMPLES, draw);
                    List<ClassExamples.Shown> shown =
                            examples.some(demand.task, demand.label, EXAMPLES_FOR_SAMPLES, draw);
                    List<String> parents = new ArrayList<>(ClassExamples.ids(shown));
                    errors.ids().stream().filter(id -> !parents.contains(id)).forEach(parents::add);
                    return new SampleLoop.Shown(
                            Map.of(
                                    "instructions", instructions.getOrDefault(demand, Map.of()),
                                    "errors", errors.texts(),
                                    "examples", ClassExamples.texts(shown),
                                    "contrast", contrast(demand, weaknesses, examples, draw)),
                            parents);
                })
                .holdOut(analysed(analysis))
                .run(demands);
        return run.finish(demands);
    }

    /** A classifier that learns what it is judged on looks better than it is; samples of the dataset are known anyway. */
    private static List<Sample> analysed(AnalysisResult analysis) {
        return analysis.basis() != Basis.GIVEN
                ? List.of()
                : outcomes(analysis).map(Outcome::sample).toList();
    }

    /** Whoever allows test errors wants them shown. */
    private Dataset errorsNotToShow(Dataset base) {
        return allowTestErrors ? Dataset.of(List.of()) : base.filter(s -> s.split() == Split.TEST);
    }

    private static List<Map<String, String>> contrast(
            ClassDemand demand, Weaknesses weaknesses, ClassExamples examples, Draw draw) {
        List<Map<String, String>> contrast = new ArrayList<>();
        for (String label : weaknesses.confusedWith(demand.task, demand.label, 2)) {
            for (String text : ClassExamples.texts(examples.some(demand.task, label, 2, draw))) {
                Map<String, String> one = new LinkedHashMap<>();
                one.put("label", label);
                one.put("text", text);
                contrast.add(one);
            }
        }
        return contrast;
    }

    private static ReplyShape describing(ReplyShape.Builder shape) {
        return shape.strings("confused_with")
                .strings("differentiators")
                .strings("emphasize")
                .strings("avoid")
                .strings("languages")
                .integer("min_words", 1, 10_000)
                .integer("max_words", 1, 10_000)
                .build();
    }

    /** Not thread-safe. */
    public static final class Builder extends TwoPhaseBuilder<Builder> {

        private double minF1Threshold = 0.9;
        private int maxRefinedPerClass = 16;
        private Set<String> labels = Set.of();
        private int minSupport;
        private boolean includeZeroSupport;
        private boolean allowTestErrors;

        private Builder() {
            super("LLMRefiner", INSTRUCTION_PROMPT, SAMPLE_PROMPT);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Classes with an F1 below this, in [0, 1], get new samples. Defaults to 0.9. */
        public Builder minF1Threshold(double minF1Threshold) {
            this.minF1Threshold = Require.inRange("minF1Threshold", minF1Threshold, 0, 1);
            return this;
        }

        /** How many new samples each of them gets, at least 1. Defaults to 16. */
        public Builder maxRefinedPerClass(int maxRefinedPerClass) {
            this.maxRefinedPerClass = Require.inRange("maxRefinedPerClass", maxRefinedPerClass, 1, 10_000_000);
            return this;
        }

        /**
         * Writes for these labels, whatever their F1, and for no others: to mend one confused pair, say. By default the threshold
         * decides.
         */
        public Builder labels(String... labels) {
            List<String> named = List.of(labels);
            named.forEach(label -> Require.notBlank("label", label));
            this.labels = Set.copyOf(named);
            return this;
        }

        /**
         * Classes with fewer analysed samples than this, though at least one, count as weak whatever their F1: it says little then.
         * New samples are for training, so a loop does not make them more: it goes on until it helps no more. Defaults to 0.
         */
        public Builder minSupport(int minSupport) {
            this.minSupport = Require.inRange("minSupport", minSupport, 0, Integer.MAX_VALUE);
            return this;
        }

        /** Whether classes that no analysed sample has count as weak. Defaults to false. */
        public Builder includeZeroSupport(boolean includeZeroSupport) {
            this.includeZeroSupport = includeZeroSupport;
            return this;
        }

        /** Whether an analysis of the test split is accepted, and test texts are shown. Defaults to false. */
        public Builder allowTestErrors(boolean allowTestErrors) {
            this.allowTestErrors = allowTestErrors;
            return this;
        }

        /** @throws IllegalStateException if {@code chatModel} is missing */
        public LLMRefiner build() {
            return new LLMRefiner(this);
        }
    }
}
