package io.rapidfit.examples.benchmark;

import io.rapidfit.check.NearDuplicates;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.llm.generate.RefinementLoop;
import io.rapidfit.llm.generate.RefinementResult;
import io.rapidfit.llm.generate.RefinementRound;
import io.rapidfit.llm.generate.Rejection;
import io.rapidfit.llm.run.PromptTemplate;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Whether error-driven refinement is worth more than as many texts without it. Five examples a class of hwu64 are known; all other
 * training texts are what a model could write: asked for texts of a label, an oracle serves real ones of that label, in random
 * order. The loop's model is measured on the given test split beside models that got as many of these texts at random, or evenly
 * by class.
 *
 * <p>Takes the directory that holds the datasets.
 */
public final class OracleRefinement {

    private static final String TASK = "intent";
    private static final int SHOTS = 5;
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

    /** The oracle's labels are right: whatever else the classifier does not know can be learnt. */
    private static final double MAX_KNOWN_CONFIDENCE = 0.8;

    /** All of the prompt that the oracle reads. */
    private static final PromptTemplate PROMPT = PromptTemplate.of("{count} texts of {label}");

    private static final Pattern ASKED = Pattern.compile("(\\d+) texts of \"(.*)\"");

    /** Of five examples, two or so are for finding errors: with fewer, luck decides which classes look weak. */
    private static final Splitter SPLITTER =
            Splitter.builder().testFraction(0).validationFraction(0.4).build();

    /**
     * @param start what is known, and the test split
     * @param pool what can be written
     */
    private record Setting(Dataset start, List<Sample> pool, long seed) {}

    private final PrintStream out;
    private final Map<String, List<Double>> accuracies = new LinkedHashMap<>();

    private OracleRefinement(PrintStream out) {
        this.out = out;
    }

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path hwu64 = Path.of(args.length > 0 ? args[0] : "../shared/data").resolve("hwu64");
        OracleRefinement benchmark = new OracleRefinement(out);
        for (long seed : SEEDS) {
            benchmark.run(setting(hwu64, seed));
        }
        benchmark.printMeans();
    }

    private void run(Setting setting) {
        out.printf("seed %d%n%n", setting.seed());
        try (MultiheadClassifier classifier = classifier(setting)) {
            AnalysisResult examples = measure(classifier, setting, List.of(), "the examples");
            List<Sample> written = loop(classifier, setting, MAX_KNOWN_CONFIDENCE);
            AnalysisResult loop = measure(classifier, setting, written, "the loop");
            AnalysisResult random = measure(classifier, setting, random(setting, written), "as many at random");
            measure(classifier, setting, even(setting, written), "as many, even by class");

            List<Sample> all = loop(classifier, setting, 1);
            measure(classifier, setting, all, "the loop, keeping what is known");
            measure(classifier, setting, random(setting, all), "as many as these at random");

            out.printf("%nThe examples, then the loop%n%n");
            Comparison.between(examples, loop).display(out);
            out.printf("%nAs many at random, then the loop%n%n");
            Comparison.between(random, loop).display(out);
            out.println();
        }
    }

    /** The loop beside as many texts at random, for one draw of the examples. */
    static Comparison randomAndLoop(Path hwu64, long seed, PrintStream out) {
        OracleRefinement benchmark = new OracleRefinement(out);
        Setting setting = setting(hwu64, seed);
        try (MultiheadClassifier classifier = classifier(setting)) {
            List<Sample> written = benchmark.loop(classifier, setting, MAX_KNOWN_CONFIDENCE);
            AnalysisResult loop = benchmark.measure(classifier, setting, written, "the loop");
            AnalysisResult random =
                    benchmark.measure(classifier, setting, random(setting, written), "as many at random");
            return Comparison.between(random, loop);
        }
    }

    private static MultiheadClassifier classifier(Setting setting) {
        return MultiheadClassifier.builder().seed(setting.seed()).build();
    }

    /** What the loop has written by the end of its best round. */
    private List<Sample> loop(MultiheadClassifier classifier, Setting setting, double maxKnownConfidence) {
        LLMRefiner refiner = LLMRefiner.builder()
                .chatModel(oracle(setting.pool()))
                .samplePrompt(PROMPT)
                .maxRefinedPerClass(8)
                .minSupport(5) // two validation texts a class do not tell which classes are weak
                .classifier(classifier)
                .contradictionConfidence(1) // the oracle's labels are right
                .maxKnownConfidence(maxKnownConfidence)
                .concurrency(1) // it serves each text once: the order of calls decides who gets it
                .build();
        RefinementResult result = RefinementLoop.builder()
                .classifier(classifier)
                .refiner(refiner)
                .build()
                .run(setting.start());
        result.display(out);
        int known = result.rounds().stream()
                .map(RefinementRound::refined)
                .filter(Objects::nonNull)
                .mapToInt(refined -> refined.rejections().getOrDefault(Rejection.KNOWN, 0))
                .sum();
        out.printf("  texts left out because the classifier knew them: %d%n%n", known);
        return result.dataset().filter(s -> s.origin().isSynthetic()).samples();
    }

    private AnalysisResult measure(MultiheadClassifier classifier, Setting setting, List<Sample> more, String name) {
        classifier.train(setting.start().plus(Dataset.of(more).withSplit(Split.TRAIN)));
        AnalysisResult analysis = classifier.analyze(Split.TEST);
        double accuracy = Objects.requireNonNull(analysis.tasks().get(TASK)).accuracy();
        accuracies.computeIfAbsent(name, n -> new ArrayList<>()).add(accuracy);
        out.printf(Locale.ROOT, "  %-32s %5d texts added, test accuracy %.4f%n", name, more.size(), accuracy);
        return analysis;
    }

    private void printMeans() {
        TextTable table =
                new TextTable().left("trained on").right("mean test accuracy").left("by seed");
        accuracies.forEach((name, values) -> table.row(
                name,
                String.format(
                        Locale.ROOT,
                        "%.4f",
                        values.stream().mapToDouble(v -> v).average().orElseThrow()),
                values.stream().map(v -> String.format(Locale.ROOT, "%.4f", v)).collect(Collectors.joining(" "))));
        table.print(out);
    }

    private static Setting setting(Path hwu64, long seed) {
        List<Sample> shuffled = new ArrayList<>(load(hwu64.resolve("train")).samples());
        Collections.shuffle(shuffled, new Random(seed));
        Map<String, Integer> taken = new HashMap<>();
        List<Sample> known = new ArrayList<>();
        List<Sample> pool = new ArrayList<>();
        for (Sample sample : shuffled) {
            (taken.merge(sample.label(), 1, Integer::sum) <= SHOTS ? known : pool).add(sample);
        }
        Dataset test = load(hwu64.resolve("test")).withSplit(Split.TEST);
        // The loop keeps nothing that is close to a test text. Neither may the others: that would be learning the test.
        NearDuplicates.Index tested = NearDuplicates.builder().build().index();
        test.samples().forEach(s -> tested.add(s.id(), s.text()));
        pool.removeIf(s -> tested.nearest(s.text()).isPresent());
        return new Setting(Dataset.of(known).split(SPLITTER).plus(test), pool, seed);
    }

    private static Dataset load(Path directory) {
        return DataSaver.builder().path(directory).build().load(TASK);
    }

    private static List<Sample> random(Setting setting, List<Sample> asMany) {
        return setting.pool().subList(0, asMany.size()); // shuffled when it was made
    }

    /** The first of each class, then the second of each, and so on. */
    private static List<Sample> even(Setting setting, List<Sample> asMany) {
        int count = asMany.size();
        Map<String, Deque<Sample>> byLabel = new LinkedHashMap<>();
        setting.pool()
                .forEach(s -> byLabel.computeIfAbsent(s.label(), l -> new ArrayDeque<>())
                        .add(s));
        List<Sample> all = new ArrayList<>();
        while (all.size() < count) {
            byLabel.values().stream()
                    .filter(left -> !left.isEmpty())
                    .limit(count - all.size())
                    .forEach(left -> all.add(left.remove()));
        }
        return all;
    }

    /** Serves each text of the pool once. It says nothing of classes: the first phase is of no use to it. */
    private static ChatModel oracle(List<Sample> pool) {
        Map<String, Deque<String>> left = new HashMap<>();
        pool.forEach(
                s -> left.computeIfAbsent(s.label(), l -> new ArrayDeque<>()).add(s.text()));
        return request -> {
            Matcher asked = ASKED.matcher(ScriptedChatModel.lastUserMessage(request));
            if (!asked.find()) {
                return ChatResponse.of("{\"classes\":[]}");
            }
            Deque<String> texts = left.getOrDefault(asked.group(2), new ArrayDeque<>());
            List<String> rows = new ArrayList<>();
            for (int i = Integer.parseInt(asked.group(1)); i > 0 && !texts.isEmpty(); i--) {
                rows.add("{\"text\":\"" + texts.remove().replace("\\", "\\\\").replace("\"", "\\\"") + "\"}");
            }
            return ChatResponse.of("{\"samples\":[" + String.join(",", rows) + "]}");
        };
    }
}
