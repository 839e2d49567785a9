package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.classifier.TrainingProgress;
import io.rapidfit.data.DataFormatException;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * From labelled texts to a trained classifier: loads, trains, analyses, predicts, saves and loads again.
 *
 * <p>Takes a directory of labelled data, one file a task; without one it uses the demo data.
 */
public final class Quickstart {

    private static final List<String> NEW_MESSAGES = List.of(
            "I was charged twice for the same order, please give me my money back today!",
            "Love the new lamp, it looks even better than in the pictures",
            "¿Dónde está mi paquete? Lleva una semana sin moverse",
            "نسيت كلمة المرور ولا أستطيع الدخول إلى حسابي");

    private Quickstart() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path work = Files.createTempDirectory("rapidfit-quickstart");
        Path data = args.length > 0 ? Path.of(args[0]) : DemoData.copyTo(work.resolve("customer-messages"));
        try {
            run(data, args.length > 0, work.resolve("model"), out);
        } catch (IllegalArgumentException | DataFormatException e) { // the data, not the program
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** The whole program; {@code own} says that the data is the user's: then some of its own texts are classified. */
    static void run(Path data, boolean own, Path model, PrintStream out) {
        Dataset dataset = DataSaver.builder()
                .path(data)
                .build()
                .loadAll()
                .split(Splitter.builder().build());
        out.printf("Loaded %s%n%n", data);
        dataset.display(out);

        out.printf("%nTraining%n%n");
        try (MultiheadClassifier classifier = train(dataset, out)) {
            out.printf("%nWhat it gets right and wrong%n%n");
            classifier.analyze(Split.TEST).display(out);

            List<String> texts = own ? someTestTexts(dataset) : NEW_MESSAGES;
            out.printf("%s, all tasks at once%n%n", own ? "Some of the test texts" : "New messages");
            texts.forEach(text -> print(text, classifier.predictAll(text), out));

            classifier.save(model);
            try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
                boolean same =
                        texts.stream().allMatch(text -> loaded.predictAll(text).equals(classifier.predictAll(text)));
                out.printf("Saved to %s and loaded again: %s%n", model, same ? "the same predictions" : "OTHERS");
            }
        }
    }

    private static MultiheadClassifier train(Dataset dataset, PrintStream out) {
        try (Bar bar = new Bar(out)) {
            MultiheadClassifier classifier =
                    MultiheadClassifier.builder().onProgress(bar::show).build();
            classifier.train(dataset);
            return classifier;
        }
    }

    private static List<String> someTestTexts(Dataset dataset) {
        return dataset.samples(Split.TEST).stream()
                .map(sample -> sample.text())
                .distinct()
                .limit(4)
                .toList();
    }

    private static void print(String text, Map<String, Prediction> predictions, PrintStream out) {
        out.printf("  \"%s\"%n", text);
        predictions.forEach(
                (task, p) -> out.printf(Locale.ROOT, "      %-12s %-16s %.2f%n", task, p.label(), p.confidence()));
        out.println();
    }

    /** Draws the progress events that a training sends. */
    private static final class Bar implements AutoCloseable {

        private final ProgressBar bar;

        Bar(PrintStream out) {
            bar = new ProgressBarBuilder()
                    .setTaskName("  training")
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new me.tongfei.progressbar.ConsoleProgressBarConsumer(out, 100))
                    .build();
        }

        void show(TrainingProgress progress) {
            bar.maxHint(progress.epochs());
            bar.stepTo(progress.epoch());
            progress.validationScore()
                    .ifPresent(score -> bar.setExtraMessage(
                            String.format(Locale.ROOT, "loss %.3f, validation F1 %.3f", progress.loss(), score)));
        }

        @Override
        public void close() {
            bar.close();
        }
    }
}
