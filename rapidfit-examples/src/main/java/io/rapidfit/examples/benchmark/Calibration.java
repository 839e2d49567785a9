package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.Abstention;
import io.rapidfit.classifier.EvaluationConfig;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How well confidences fit, with and without the temperature that is fitted on validation samples, and what becomes of an
 * error rate of 3% that is asked for: trained on {@code train} of banking77 and hwu64, measured on {@code test}.
 *
 * <p>Takes the directory that holds the datasets.
 */
public final class Calibration {

    private static final double MAX_ERROR_RATE = 0.03;

    private Calibration() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path root = Path.of(args.length > 0 ? args[0] : "../shared/data");
        TextTable table = new TextTable()
                .left("dataset")
                .left("task")
                .left("calibrated")
                .right("ECE")
                .right("adaptive ECE")
                .right("Brier")
                .right("answered")
                .right("wrong among these");
        for (String dataset : List.of("banking77", "hwu64")) {
            for (boolean calibrate : new boolean[] {false, true}) {
                analyze(root.resolve(dataset), calibrate)
                        .forEach((task, analysis) -> table.row(
                                dataset,
                                task,
                                calibrate ? "yes" : "no",
                                number(analysis.calibration().ece()),
                                number(analysis.calibration().adaptiveEce()),
                                number(analysis.calibration().brier()),
                                number(analysis.coverage()),
                                number(analysis.answeredErrorRate().orElse(0))));
            }
        }
        table.print(out);
    }

    private static Map<String, TaskAnalysis> analyze(Path directory, boolean calibrate) {
        EvaluationConfig evaluation = EvaluationConfig.defaults()
                .withCalibrate(calibrate)
                .withAbstention(Abstention.maxErrorRate(MAX_ERROR_RATE));
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .splitter(Splitter.builder().testFraction(0).build())
                .evaluation(evaluation)
                .build()) {
            classifier.train(TestAccuracy.load(directory.resolve("train")));
            return classifier
                    .analyze(TestAccuracy.load(directory.resolve("test")))
                    .tasks();
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
