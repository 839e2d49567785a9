package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Accuracy of the default encoder on public datasets: trained on all of {@code train}, measured on the given
 * {@code test}, which is seen by nobody before.
 *
 * <p>Takes the directory that holds the datasets and their names, {@code banking77 hwu64} by default. Each dataset has a
 * directory {@code train} and one {@code test}, each with one file a task; all tasks of a dataset are learnt together.
 */
public final class TestAccuracy {

    /** What was measured on one dataset. */
    record Measured(AnalysisResult analysis, Duration training) {}

    private TestAccuracy() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path root = Path.of(args.length > 0 ? args[0] : "../shared/data");
        List<String> names =
                args.length > 1 ? Arrays.asList(args).subList(1, args.length) : List.of("banking77", "hwu64");
        TextTable table = new TextTable()
                .left("dataset")
                .left("task")
                .right("accuracy")
                .right("macro-F1")
                .right("test texts")
                .right("training s");
        for (String name : names) {
            Measured measured = measure(root.resolve(name));
            measured.analysis()
                    .tasks()
                    .forEach((task, analysis) -> table.row(
                            name,
                            task,
                            number("%.4f", analysis.accuracy()),
                            number("%.4f", analysis.macroF1()),
                            String.valueOf(analysis.outcomes().size()),
                            number("%.1f", measured.training().toMillis() / 1000.0)));
        }
        table.print(out);
    }

    static Measured measure(Path directory) {
        Dataset train = load(directory.resolve("train"));
        Splitter all = Splitter.builder().testFraction(0).validationFraction(0).build();
        try (MultiheadClassifier classifier =
                MultiheadClassifier.builder().splitter(all).build()) {
            long start = System.nanoTime();
            classifier.train(train);
            Duration training = Duration.ofNanos(System.nanoTime() - start);
            return new Measured(classifier.analyze(load(directory.resolve("test"))), training);
        }
    }

    private static Dataset load(Path directory) {
        return DataSaver.builder().path(directory).build().loadAll();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
