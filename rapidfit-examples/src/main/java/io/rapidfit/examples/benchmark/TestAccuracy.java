package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.Encoder;
import io.rapidfit.classifier.Encoders;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Accuracy of a classifier with default options on public datasets, beside what classical methods are known to reach:
 * trained on all of {@code train} (and {@code val}, where there is one), or on ten or five examples a class of it, and
 * measured on the given {@code test}, which played no part in choosing anything.
 *
 * <p>Takes the directory that holds the datasets and the names of what to run: datasets ({@code banking77}, {@code
 * hwu64}, {@code tweeteval}) and parts ({@code full}, {@code few-shot}); without a dataset all of them, without a part
 * both. Each dataset has a directory a split, each with one file a task; all tasks of a dataset are learnt together.
 */
public final class TestAccuracy {

    /** What was measured on one dataset. */
    record Measured(AnalysisResult analysis, int trainingTexts, Duration training) {}

    private static final String FULL = "full";
    private static final String FEW_SHOT = "few-shot";
    private static final List<String> DATASETS = List.of("banking77", "hwu64", "tweeteval");

    /** The datasets that are also learnt from few examples, in this one task. */
    private static final List<String> FEW_SHOT_DATASETS = List.of("banking77", "hwu64");

    private static final String FEW_SHOT_TASK = "intent";
    private static final List<Integer> SHOTS = List.of(10, 5);
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);

    /** A linear SVM over TF-IDF of n-grams; macro-F1 on tweeteval, accuracy elsewhere. */
    private static final Map<String, String> CLASSICAL = Map.ofEntries(
            Map.entry("banking77 intent", "0.912"),
            Map.entry("banking77 intent 10", "0.73"),
            Map.entry("banking77 intent 5", "0.63"),
            Map.entry("hwu64 intent", "0.886"),
            Map.entry("hwu64 intent 10", "0.705"),
            Map.entry("hwu64 intent 5", "0.60"),
            Map.entry("hwu64 scenario", "0.925"),
            Map.entry("tweeteval emotion", "F1 0.661"),
            Map.entry("tweeteval irony", "F1 0.690"),
            Map.entry("tweeteval offensive", "F1 0.716"));

    private TestAccuracy() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path root = Path.of(args.length > 0 ? args[0] : "../shared/data");
        List<String> wanted = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        for (String name : wanted) {
            if (!DATASETS.contains(name) && !name.equals(FULL) && !name.equals(FEW_SHOT)) {
                System.err.printf("'%s' is none of %s, %s and %s%n", name, DATASETS, FULL, FEW_SHOT);
                System.exit(1);
            }
        }
        boolean full = wanted.contains(FULL) || !wanted.contains(FEW_SHOT);
        boolean fewShot = wanted.contains(FEW_SHOT) || !wanted.contains(FULL);
        List<String> datasets = wanted.stream().filter(DATASETS::contains).toList();
        datasets = datasets.isEmpty() ? DATASETS : datasets;
        if (full) {
            printFull(root, datasets, out);
        }
        datasets = datasets.stream().filter(FEW_SHOT_DATASETS::contains).toList();
        if (fewShot && !datasets.isEmpty()) {
            out.printf("%s%n", full ? "\nFew examples\n" : "");
            printFewShot(root, datasets, out);
        }
    }

    private static void printFull(Path root, List<String> datasets, PrintStream out) {
        TextTable table = new TextTable()
                .left("dataset")
                .left("task")
                .right("accuracy")
                .right("macro-F1")
                .right("TF-IDF + linear SVM")
                .right("training texts")
                .right("test texts")
                .right("training s");
        for (String name : datasets) {
            Measured measured = measure(root.resolve(name));
            measured.analysis()
                    .tasks()
                    .forEach((task, analysis) -> table.row(
                            name,
                            task,
                            number("%.4f", analysis.accuracy()),
                            number("%.4f", analysis.macroF1()),
                            CLASSICAL.getOrDefault(name + " " + task, ""),
                            String.valueOf(measured.trainingTexts()),
                            String.valueOf(analysis.outcomes().size()),
                            seconds(measured.training())));
        }
        table.print(out);
    }

    private static void printFewShot(Path root, List<String> datasets, PrintStream out) {
        TextTable table = new TextTable()
                .left("dataset")
                .left("task")
                .right("a class")
                .right("mean accuracy")
                .right("lowest - highest")
                .right("TF-IDF + linear SVM")
                .right("training s");
        for (String name : datasets) {
            for (int shots : SHOTS) {
                DoubleSummaryStatistics accuracy = new DoubleSummaryStatistics();
                Duration training = Duration.ZERO;
                for (long seed : SEEDS) {
                    Measured measured = measureFew(root.resolve(name), FEW_SHOT_TASK, shots, seed);
                    accuracy.accept(
                            Objects.requireNonNull(measured.analysis().tasks().get(FEW_SHOT_TASK))
                                    .accuracy());
                    training = training.plus(measured.training());
                }
                table.row(
                        name,
                        FEW_SHOT_TASK,
                        String.valueOf(shots),
                        number("%.4f", accuracy.getAverage()),
                        number("%.4f", accuracy.getMin()) + " - " + number("%.4f", accuracy.getMax()),
                        CLASSICAL.getOrDefault(name + " " + FEW_SHOT_TASK + " " + shots, ""),
                        seconds(training.dividedBy(SEEDS.size())));
            }
        }
        table.print(out);
    }

    /** All tasks, learnt from everything but {@code test}. */
    static Measured measure(Path directory) {
        return measure(training(directory), load(directory.resolve("test")), MultiheadClassifier.builder());
    }

    /** One task, learnt from {@link #fewPerLabel few} examples. */
    static Measured measureFew(Path directory, String task, int perLabel, long seed) {
        return measureFew(directory, task, perLabel, seed, Encoders.ngrams());
    }

    /** The same with another encoder. */
    static Measured measureFew(Path directory, String task, int perLabel, long seed, Encoder encoder) {
        return measure(
                fewPerLabel(training(directory).only(task), perLabel, seed),
                load(directory.resolve("test")).only(task),
                MultiheadClassifier.builder().encoder(encoder).seed(seed));
    }

    private static Measured measure(Dataset train, Dataset test, MultiheadClassifier.Builder builder) {
        Splitter notForTest = Splitter.builder().testFraction(0).build();
        try (MultiheadClassifier classifier = builder.splitter(notForTest).build()) {
            long start = System.nanoTime();
            classifier.train(train);
            Duration training = Duration.ofNanos(System.nanoTime() - start);
            int texts =
                    (int) train.samples().stream().map(Sample::text).distinct().count();
            return new Measured(classifier.analyze(test), texts, training);
        }
    }

    /**
     * The first {@code perLabel} samples of each label, after {@link Collections#shuffle} by {@code new Random(seed)} has
     * put the samples of one task, in the order of their file, into another.
     */
    static Dataset fewPerLabel(Dataset train, int perLabel, long seed) {
        List<Sample> shuffled = new ArrayList<>(train.samples());
        Collections.shuffle(shuffled, new Random(seed));
        Map<String, Integer> taken = new HashMap<>();
        return Dataset.of(shuffled.stream()
                .filter(sample -> taken.merge(sample.label(), 1, Integer::sum) <= perLabel)
                .toList());
    }

    /** {@code train} and, where there is one, {@code val}; the files know no splits, so neither do the samples. */
    private static Dataset training(Path directory) {
        Dataset train = load(directory.resolve("train"));
        Path validation = directory.resolve("val");
        return Files.isDirectory(validation) ? train.plus(load(validation)) : train;
    }

    static Dataset load(Path directory) {
        return DataSaver.builder().path(directory).build().loadAll();
    }

    private static String seconds(Duration duration) {
        return number("%.1f", duration.toMillis() / 1000.0);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
