package io.rapidfit.examples;

import io.rapidfit.classifier.DownloadProgress;
import io.rapidfit.classifier.Encoder;
import io.rapidfit.classifier.EncoderUnavailableException;
import io.rapidfit.classifier.Encoders;
import io.rapidfit.classifier.EngineUnavailableException;
import io.rapidfit.classifier.FineTuning;
import io.rapidfit.classifier.HuggingFaceEncoder;
import io.rapidfit.classifier.ModelFormatException;
import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.DataFormatException;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Trains on what a pretrained encoder knows, and tells from the test texts whether that helps: the same data is learnt with
 * n-grams first.
 *
 * <p>Takes a directory of labelled data, one file a task; without one it uses a few texts of the demo data. The encoder is
 * {@code --encoder} and a directory as Hugging Face publishes it, or a name on the hub, whose files are downloaded the first time.
 * With {@code --fine-tune} its upper layers learn, too. Without an encoder it trains with n-grams, asks nobody, and says how to
 * give one.
 */
public final class TrainOnAnEncoder {

    private static final String USAGE =
            "usage: TrainOnAnEncoder [DIRECTORY] [--encoder DIRECTORY-OR-NAME [--fine-tune]]";

    private TrainOnAnEncoder() {}

    /** See the class. */
    public static void main(String[] args) {
        try {
            run(List.of(args), new PrintStream(System.out, true, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException
                | DataFormatException
                | ModelFormatException
                | EncoderUnavailableException
                | EngineUnavailableException
                | UncheckedIOException e) { // data, encoder or machine, not the program
            System.err.println(message(e));
            System.exit(1);
        }
    }

    /** A file that could not be read is in the cause. */
    static String message(RuntimeException e) {
        return e instanceof UncheckedIOException
                ? e.getMessage() + ": " + e.getCause()
                : String.valueOf(e.getMessage());
    }

    static void run(List<String> args, PrintStream out) {
        List<String> rest = new ArrayList<>(args);
        boolean fineTune = rest.remove("--fine-tune");
        int option = rest.indexOf("--encoder");
        String given = null;
        if (option >= 0 && option + 1 < rest.size()) {
            rest.remove(option);
            given = rest.remove(option);
        }
        if (rest.size() > 1 || rest.stream().anyMatch(a -> a.startsWith("-")) || (fineTune && given == null)) {
            throw new IllegalArgumentException(USAGE + ", but was called with " + args);
        }
        Dataset dataset = rest.isEmpty()
                ? DemoData.start(8)
                : DataSaver.builder()
                        .path(Path.of(rest.get(0)))
                        .build()
                        .loadAll()
                        .split(Splitter.builder().build());
        if (dataset.samples(Split.TEST).isEmpty()) {
            throw new IllegalArgumentException(
                    "no test texts to compare on: add some with split TEST, or leave the splits"
                            + " out and give at least 3 different texts a label");
        }
        HuggingFaceEncoder encoder = given == null ? null : encoder(given);
        dataset.display(out);

        AnalysisResult ngrams = train("n-grams", Encoders.ngrams(), dataset, out);
        if (given == null || encoder == null) {
            out.printf("""
                    %nN-grams know nothing but these texts. To begin with an encoder that knows their languages, give a directory
                    with its config.json, tokenizer.json and model.safetensors, or its name on the Hugging Face hub:

                      -Dargs="--encoder sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"

                    which downloads 480 MB the first time. Add --fine-tune to let its upper layers learn, too.%n""");
            return;
        }
        AnalysisResult pretrained = fineTune
                ? train(given + ", fine-tuned", encoder.withFineTuning(FineTuning.defaults()), dataset, out)
                : train(given, encoder, dataset, out);
        out.printf("%nFrom n-grams to %s. ", given);
        Comparison.between(ngrams, pretrained).display(out);
    }

    /** A directory if there is one; a name of the hub's is an organisation and a model, with one slash between them. */
    private static HuggingFaceEncoder encoder(String given) {
        Path path = Path.of(given);
        if (Files.isDirectory(path)) {
            return Encoders.huggingFace(path);
        }
        Path parent = path.getParent();
        if (!given.matches("[^/\\\\.~][^/\\\\]*(/[^/\\\\]+)?") || (parent != null && Files.isDirectory(parent))) {
            throw new IllegalArgumentException("there is no directory " + path.toAbsolutePath()
                    + ", and a name of the Hugging Face hub would be like organisation/model");
        }
        return Encoders.huggingFace(given);
    }

    /** What came out on the test texts. */
    private static AnalysisResult train(String name, Encoder encoder, Dataset dataset, PrintStream out) {
        out.printf("%nTrained on %s:%n%n", name);
        // closed in the end: an encoder lies in native memory, which the garbage collector does not see
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .encoder(encoder)
                .onDownload(progress -> print(progress, out))
                .build()) {
            classifier.train(dataset);
            AnalysisResult analysis = classifier.analyze(Split.TEST);
            analysis.display(out);
            String text = dataset.samples(Split.TEST).get(0).text();
            out.printf("%n\"%s\"%n", text);
            classifier
                    .predictAll(text)
                    .forEach((task, p) ->
                            out.printf(Locale.ROOT, "    %-12s %-16s %.2f%n", task, p.label(), p.confidence()));
            return analysis;
        }
    }

    /** The begin of each file and its end; a program with a screen would draw a bar. */
    private static void print(DownloadProgress progress, PrintStream out) {
        if (progress.done() == 0 || progress.done() == progress.total()) {
            out.printf(
                    Locale.ROOT,
                    "%s: %.1f of %.1f MB%n",
                    progress.file(),
                    progress.done() / 1e6,
                    progress.total() / 1e6);
        }
    }
}
