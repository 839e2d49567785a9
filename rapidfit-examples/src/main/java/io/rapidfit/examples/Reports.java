package io.rapidfit.examples;

import io.rapidfit.check.DatasetAnalyzer;
import io.rapidfit.check.PersonalData;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.model.TrainableClassifier;
import io.rapidfit.report.HtmlReport;
import java.io.PrintStream;
import java.nio.file.Path;

/** What can be said of data, of a classifier and of a change, as pages to open in a browser. */
public final class Reports {

    private Reports() {}

    /**
     * On the demo data: does it help to label four times as many messages? Takes the directory to write to, {@code
     * target/reports} if there is none.
     */
    public static void main(String[] args) {
        Path directory = Path.of(args.length == 0 ? "target/reports" : args[0]);
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(DemoData.start(8), DemoData.start(32), directory, classifier, System.out);
        }
    }

    static void run(Dataset few, Dataset more, Path directory, TrainableClassifier classifier, PrintStream out) {
        HtmlReport.of(DatasetAnalyzer.builder()
                        .check(PersonalData.builder().build())
                        .build()
                        .analyze(more))
                .write(directory.resolve("dataset.html"));

        classifier.train(few);
        AnalysisResult before = classifier.analyze(Split.TEST);
        classifier.train(more);
        HtmlReport.of(classifier.analyze()).write(directory.resolve("analysis.html"));

        Comparison comparison = Comparison.between(before, classifier.analyze(Split.TEST));
        HtmlReport.of(comparison)
                .withTitle("From few training messages to more")
                .write(directory.resolve("comparison.html"));
        out.println("dataset.html, analysis.html and comparison.html are in " + directory.toAbsolutePath());
    }
}
