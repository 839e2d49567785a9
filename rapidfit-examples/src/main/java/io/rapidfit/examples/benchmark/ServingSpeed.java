package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Splitter;
import io.rapidfit.model.Prediction;
import io.rapidfit.text.TextTable;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import opennlp.tools.doccat.BagOfWordsFeatureGenerator;
import opennlp.tools.doccat.DoccatFactory;
import opennlp.tools.doccat.DocumentCategorizerME;
import opennlp.tools.doccat.DocumentSample;
import opennlp.tools.doccat.FeatureGenerator;
import opennlp.tools.tokenize.SimpleTokenizer;
import opennlp.tools.util.ObjectStreamUtils;
import opennlp.tools.util.TrainingParameters;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.liblinear.LibLinearClassificationTrainer;
import org.tribuo.classification.liblinear.LinearClassificationType;
import org.tribuo.classification.liblinear.LinearClassificationType.LinearType;
import org.tribuo.data.text.TextFeatureExtractor;
import org.tribuo.data.text.impl.TextFeatureExtractorImpl;
import org.tribuo.data.text.impl.TokenPipeline;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.util.tokens.universal.UniversalTokenizer;

/**
 * Accuracy and speed on one thread beside two other libraries for the JVM, on the two tasks of hwu64: a document
 * categorizer of Apache OpenNLP (maximum entropy over a bag of words) and a logistic regression of Tribuo's LibLinear
 * (over words and pairs of words), each one model a task. What is timed begins with a text and ends with a label for
 * either task.
 *
 * <p>The others' settings are the best of a few that were tried on the very texts they are measured on; ours are the
 * defaults.
 *
 * <p>Takes the directory that holds the datasets, and {@code start} to measure instead the time from the start of a JVM
 * to the first prediction of a loaded model. That takes a third argument, the directory of a saved model; without it one
 * is trained on hwu64.
 */
public final class ServingSpeed {

    private static final int WARM_UP = 30;
    private static final int ROUNDS = 51;
    private static final int STARTS = 7;

    /** A label for each task of a text. */
    private record Contender(String name, double trainingSeconds, Function<String, Map<String, String>> classify) {}

    private ServingSpeed() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path data = Path.of(args.length > 0 ? args[0] : "../shared/data").resolve("hwu64");
        Path model = args.length > 2 ? Path.of(args[2]) : Files.createTempDirectory("rapidfit-speed");
        if (args.length > 1 && !args[1].equals("start")) {
            System.err.println("'" + args[1] + "' is not 'start'");
            System.exit(1);
        }
        if (args.length > 2) {
            printStart(model, out);
        } else {
            Dataset train = TestAccuracy.load(data.resolve("train"));
            try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                    .splitter(Splitter.builder().testFraction(0).build())
                    .build()) {
                long start = System.nanoTime();
                classifier.train(train);
                double trainingSeconds = secondsSince(start);
                classifier.save(model);
                if (args.length > 1) {
                    printStart(model, out);
                } else {
                    compare(classifier, trainingSeconds, train, TestAccuracy.load(data.resolve("test")), out);
                    printModel(model, out);
                }
            }
        }
    }

    private static void compare(
            MultiheadClassifier classifier, double trainingSeconds, Dataset train, Dataset test, PrintStream out)
            throws IOException {
        List<Contender> contenders = List.of(
                new Contender("RapidFit", trainingSeconds, text -> labels(classifier.predictAll(text))),
                openNlp(train),
                tribuo(train));
        List<String> texts = texts(test);
        TextTable table = new TextTable().left("on " + texts.size() + " test texts, one thread");
        test.tasks().forEach(task -> table.right(task + " accuracy"));
        table.right("p50 us").right("p99 us").right("texts/s").right("training s");
        for (Contender contender : contenders) {
            List<String> cells = new ArrayList<>(List.of(contender.name()));
            test.tasks().forEach(task -> cells.add(number("%.4f", accuracy(contender, test.samples(task)))));
            double[] micros = latencies(texts, contender.classify());
            cells.add(number("%.0f", micros[micros.length / 2]));
            cells.add(number("%.0f", micros[micros.length * 99 / 100]));
            cells.add(number(
                    "%,.0f",
                    textsPerSecond(
                            texts,
                            () -> texts.forEach(text ->
                                    Objects.requireNonNull(contender.classify().apply(text))))));
            cells.add(number("%.1f", contender.trainingSeconds()));
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        out.println();
        for (String task : classifier.tasks()) {
            out.printf(
                    Locale.ROOT,
                    "RapidFit, one task (%s): a list of %,d texts in one call: %,.0f texts/s%n",
                    task,
                    texts.size(),
                    textsPerSecond(texts, () -> classifier.predict(texts, task)));
        }
    }

    private static Map<String, String> labels(Map<String, Prediction> predictions) {
        Map<String, String> labels = new LinkedHashMap<>();
        predictions.forEach((task, prediction) -> labels.put(task, prediction.label()));
        return labels;
    }

    private static Contender openNlp(Dataset train) throws IOException {
        TrainingParameters parameters = new TrainingParameters();
        parameters.put(TrainingParameters.ITERATIONS_PARAM, 100);
        parameters.put(TrainingParameters.CUTOFF_PARAM, 1);
        Map<String, DocumentCategorizerME> models = new LinkedHashMap<>();
        long start = System.nanoTime();
        for (String task : train.tasks()) {
            List<DocumentSample> samples = train.samples(task).stream()
                    .map(sample -> new DocumentSample(sample.label(), tokens(sample.text())))
                    .toList();
            models.put(
                    task,
                    new DocumentCategorizerME(DocumentCategorizerME.train(
                            "en",
                            ObjectStreamUtils.createObjectStream(samples),
                            parameters,
                            new DoccatFactory(new FeatureGenerator[] {new BagOfWordsFeatureGenerator()}))));
        }
        return new Contender("OpenNLP doccat", secondsSince(start), text -> {
            String[] tokens = tokens(text);
            Map<String, String> labels = new LinkedHashMap<>();
            models.forEach((task, model) -> labels.put(task, model.getBestCategory(model.categorize(tokens))));
            return labels;
        });
    }

    private static String[] tokens(String text) {
        return SimpleTokenizer.INSTANCE.tokenize(text.toLowerCase(Locale.ROOT));
    }

    private static Contender tribuo(Dataset train) {
        TextFeatureExtractor<Label> extractor =
                new TextFeatureExtractorImpl<>(new TokenPipeline(new UniversalTokenizer(), 2, false));
        LibLinearClassificationTrainer trainer =
                new LibLinearClassificationTrainer(new LinearClassificationType(LinearType.L2R_LR), 10, 1000, 0.1);
        Map<String, Model<Label>> models = new LinkedHashMap<>();
        long start = System.nanoTime();
        for (String task : train.tasks()) {
            LabelFactory factory = new LabelFactory();
            MutableDataset<Label> examples =
                    new MutableDataset<>(new SimpleDataSourceProvenance(task, factory), factory);
            train.samples(task)
                    .forEach(sample -> examples.add(extractor.extract(
                            new Label(sample.label()), sample.text().toLowerCase(Locale.ROOT))));
            models.put(task, trainer.train(examples));
        }
        return new Contender("Tribuo LibLinear", secondsSince(start), text -> {
            var example = extractor.extract(LabelFactory.UNKNOWN_LABEL, text.toLowerCase(Locale.ROOT));
            Map<String, String> labels = new LinkedHashMap<>();
            models.forEach((task, model) ->
                    labels.put(task, model.predict(example).getOutput().getLabel()));
            return labels;
        });
    }

    private static double accuracy(Contender contender, List<Sample> samples) {
        long right = samples.stream()
                .filter(sample -> sample.label()
                        .equals(contender.classify().apply(sample.text()).get(sample.task())))
                .count();
        return (double) right / samples.size();
    }

    /** Microseconds of each call, ascending. */
    private static double[] latencies(List<String> texts, Function<String, ?> call) {
        double[] micros = new double[texts.size() * ROUNDS];
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (int i = 0; i < texts.size(); i++) {
                long start = System.nanoTime();
                Objects.requireNonNull(call.apply(texts.get(i)));
                micros[Math.max(0, round) * texts.size() + i] = (System.nanoTime() - start) / 1e3;
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    /** The median of several rounds, each over all texts. */
    private static double textsPerSecond(List<String> texts, Runnable allTexts) {
        IntStream.range(0, WARM_UP).forEach(round -> allTexts.run());
        return texts.size()
                / median(ROUNDS, () -> {
                    long start = System.nanoTime();
                    allTexts.run();
                    return secondsSince(start);
                });
    }

    private static void printModel(Path model, PrintStream out) throws IOException {
        double seconds = median(ROUNDS, () -> {
            long start = System.nanoTime();
            MultiheadClassifier.load(model).close();
            return secondsSince(start);
        });
        long bytes = 0;
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        out.printf(
                Locale.ROOT,
                "RapidFit, model on disk: %.1f MB, loaded in %.0f ms by a JVM that has loaded one before%n",
                bytes / 1e6,
                seconds * 1e3);
    }

    private static void printStart(Path model, PrintStream out) throws IOException {
        TextTable table = new TextTable()
                .left("milliseconds, of " + STARTS + " starts")
                .right("lowest")
                .right("median");
        List<double[]> empty = new ArrayList<>();
        List<double[]> starts = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            empty.add(startOnce());
            starts.add(startOnce(model.toString()));
        }
        row(table, "java to its first prediction", starts, 0);
        row(table, "of that: loading the model", starts, 1);
        row(table, "of that: the prediction", starts, 2);
        row(table, "a JVM that does nothing", empty, 0);
        table.print(out);
    }

    private static void row(TextTable table, String name, List<double[]> runs, int column) {
        double[] sorted = runs.stream().mapToDouble(run -> run[column]).sorted().toArray();
        table.row(name, number("%.0f", sorted[0]), number("%.0f", sorted[sorted.length / 2]));
    }

    /** Milliseconds from the start of a JVM to its line of output, and the two that it prints. */
    private static double[] startOnce(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                absolute(System.getProperty("java.class.path")),
                FirstPrediction.class.getName()));
        command.addAll(List.of(args));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            double millis = secondsSince(start) * 1e3;
            if (line == null) {
                throw new IllegalStateException("no prediction from " + FirstPrediction.class.getName());
            }
            String[] parts = line.split(" ", -1);
            return new double[] {millis, Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
        } finally {
            process.destroy();
        }
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                Arrays.stream(classPath.split(File.pathSeparator, -1))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    private static List<String> texts(Dataset dataset) {
        return dataset.samples().stream().map(Sample::text).distinct().toList();
    }

    private static double median(int rounds, DoubleSupplier measured) {
        double[] values = IntStream.range(0, rounds)
                .mapToDouble(i -> measured.getAsDouble())
                .sorted()
                .toArray();
        return values[rounds / 2];
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
