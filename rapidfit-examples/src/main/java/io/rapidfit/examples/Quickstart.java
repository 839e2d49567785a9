package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.classifier.TrainingProgress;
import io.rapidfit.data.DataFormatException;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.generate.GenerationResult;
import io.rapidfit.llm.generate.LLMAugmenter;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.llm.generate.Rejection;
import io.rapidfit.llm.provider.OpenAIChatModel;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.ClassMetrics;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import io.rapidfit.text.DisplayWidth;
import io.rapidfit.text.TextTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * From a handful of labelled texts to a classifier that is measured: a language model writes more of them, the classifier learns,
 * its errors decide what is written next, and untouched test texts tell whether that helped.
 *
 * <p>Takes a directory of labelled data, one file a task; without one it uses the demo data. The model is OpenAI's, or another at
 * {@code OPENAI_BASE_URL}, if {@code OPENAI_API_KEY} is set; it is asked only after a forecast and a question, which {@code --yes}
 * answers. Without a key a script stands in, for the demo data; other data is trained on as it is.
 */
public final class Quickstart {

    /** Few enough to write in an hour, enough to show a model what each label means. */
    private static final int SEEDS_PER_LABEL = 8;

    private static final int NEW_SAMPLES_PER_TASK = 96;

    private static final int CONCURRENCY = 8;

    private static final int SHOWN_LABELS = 15;

    private static final List<String> NEW_MESSAGES = List.of(
            "I was charged twice for the same order, please give me my money back today!",
            "Love the new lamp, it looks even better than in the pictures",
            "¿Dónde está mi paquete? Lleva una semana sin moverse",
            "نسيت كلمة المرور ولا أستطيع الدخول إلى حسابي");

    /** What the loop was trained and measured on, for tests. */
    record Loop(Dataset start, Dataset augmented, @Nullable Dataset refined, List<Comparison> comparisons) {}

    private final Path work;
    private final BufferedReader in;
    private final PrintStream out;
    private final boolean askBeforeSpending;
    private Consumer<TrainingProgress> onProgress = progress -> {};

    /**
     * @param work a directory for what is written
     * @param in where questions are answered; its end is a no
     */
    private Quickstart(Path work, BufferedReader in, PrintStream out, boolean askBeforeSpending) {
        this.work = work;
        this.in = in;
        this.out = out;
        this.askBeforeSpending = askBeforeSpending;
    }

    /** See the class. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            Path work = Files.createTempDirectory("rapidfit-quickstart");
            run(List.of(args), System.getenv(), ScriptedReplies.model(), work, in, out);
        } catch (IllegalArgumentException | DataFormatException | LLMException e) { // data or model, not the program
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** The whole program; null where nothing was generated. */
    static @Nullable Loop run(
            List<String> args,
            Map<String, String> environment,
            ChatModel script,
            Path work,
            BufferedReader in,
            PrintStream out) {
        List<String> directories = args.stream().filter(a -> !a.equals("--yes")).toList();
        if (directories.size() > 1 || directories.stream().anyMatch(d -> d.startsWith("-"))) {
            throw new IllegalArgumentException("usage: Quickstart [DIRECTORY] [--yes], but was called with " + args);
        }
        ChatModel real = realModel(environment, out);
        Quickstart quickstart = new Quickstart(work, in, out, real != null && !args.contains("--yes"));
        if (directories.isEmpty()) {
            Dataset start = DemoData.start(SEEDS_PER_LABEL);
            out.printf(
                    """
                    The demo data, as somebody has it who starts: %d training messages of each label. The validation messages,
                    from which a classifier learns too once they have judged it, and the test messages are those of all
                    the data.%s%n""", SEEDS_PER_LABEL, real == null ? " Forecasts are for a model: the script costs nothing." : "");
            return real == null
                    ? quickstart.loop(start, script, 1, NEW_MESSAGES) // one call at a time: it counts what it served
                    : quickstart.loop(start, real, CONCURRENCY, NEW_MESSAGES);
        }
        Dataset data = DataSaver.builder()
                .path(Path.of(directories.get(0)))
                .build()
                .loadAll()
                .split(Splitter.builder().build());
        if (real == null) {
            quickstart.trainOnly(data);
            return null;
        }
        return quickstart.loop(data, real, CONCURRENCY, someTestTexts(data));
    }

    /** Says which model is used; null without a key. */
    private static @Nullable ChatModel realModel(Map<String, String> environment, PrintStream out) {
        String key = environment.getOrDefault("OPENAI_API_KEY", "");
        if (key.isBlank()) {
            out.println("""
                    No OPENAI_API_KEY is set, so no language model is called. A script stands in for it: it serves texts
                    that were written by hand for the demo data, without looking at the test messages. To have a model
                    write, set OPENAI_API_KEY, and OPENAI_BASE_URL and OPENAI_MODEL if it is not OpenAI's usual one. You
                    are asked before anything is spent.
                    """);
            return null;
        }
        OpenAIChatModel.Builder builder = OpenAIChatModel.builder().apiKey(key);
        String baseUrl = environment.getOrDefault("OPENAI_BASE_URL", "");
        if (!baseUrl.isBlank()) {
            builder.baseUrl(baseUrl);
        }
        String modelId = environment.getOrDefault("OPENAI_MODEL", "");
        if (!modelId.isBlank()) {
            builder.modelId(modelId);
        }
        ChatModel model = builder.build();
        out.printf(
                "OPENAI_API_KEY is set: the texts are written by %s%s.%n%n",
                model.modelId(), baseUrl.isBlank() ? "" : ", at OPENAI_BASE_URL");
        return model;
    }

    /** The whole loop; null if nothing was to be spent. */
    @Nullable Loop loop(Dataset start, ChatModel model, int concurrency, List<String> newTexts) {
        if (start.samples(Split.TEST).isEmpty()) { // before anything is paid for
            throw new IllegalArgumentException(
                    "there is no test sample to measure on: a label needs three texts to have one, or say \"split\":\"test\"");
        }
        title("1. What there is");
        start.display(out);
        out.printf("%nNo model sees a test text, neither to write nor to learn. They are for the end.%n");

        title("2. Augment: a model reads the training texts and writes others like them");
        DataSaver saver = DataSaver.builder().path(work.resolve("data")).build();
        LLMAugmenter augmenter = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(NEW_SAMPLES_PER_TASK)
                .saver(saver)
                .concurrency(concurrency)
                .build();
        if (!agreed(augmenter.forecast(start))) {
            out.println("Nothing was asked, and nothing spent. Without OPENAI_API_KEY the demo runs on a script.");
            return null;
        }
        GenerationResult augmented = augmenter.augment(start);
        print(augmented);

        title("3. Train, and look at what goes wrong");
        try (MultiheadClassifier classifier = classifier()) {
            train("as it was", classifier, start);
            AnalysisResult testOfStart = classifier.analyze(Split.TEST);
            train("augmented", classifier, augmented.dataset());
            AnalysisResult testOfAugmented = classifier.analyze(Split.TEST);
            AnalysisResult analysis = classifier.analyze();
            LLMRefiner refiner = LLMRefiner.builder()
                    .chatModel(model)
                    .saver(saver)
                    .concurrency(concurrency)
                    .build();
            print(analysis, refiner.weakClasses(analysis));

            title("4. Refine: a model reads the errors and writes what tells these labels apart");
            Dataset refined = null;
            if (agreed(refiner.forecast(analysis, augmented.dataset()))) {
                GenerationResult result = refiner.refine(analysis, augmented.dataset());
                print(result);
                out.println();
                refined = result.dataset();
                train("refined", classifier, refined);
            } else {
                out.println("Nothing is refined, and nothing more spent.");
            }

            title("5. Did it help? The test texts say");
            List<Comparison> comparisons = new ArrayList<>();
            comparisons.add(compare("From the data as it was to augmented", testOfStart, testOfAugmented));
            if (refined != null) {
                comparisons.add(compare("From augmented to refined", testOfAugmented, classifier.analyze(Split.TEST)));
            }
            use(classifier, newTexts);
            out.printf("All samples, each with its origin, are in %s%n", saver.path());
            return new Loop(start, augmented.dataset(), refined, comparisons);
        }
    }

    private Comparison compare(String what, AnalysisResult before, AnalysisResult after) {
        out.print(what + ". ");
        Comparison comparison = Comparison.between(before, after);
        comparison.display(out);
        return comparison;
    }

    /** Prints the forecast and, where it costs somebody something, asks. */
    private boolean agreed(Forecast forecast) {
        forecast.display(out);
        out.println();
        if (!askBeforeSpending) {
            return true;
        }
        out.print("Go on? [y/N] ");
        out.flush();
        try {
            String answer = in.readLine();
            out.println();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
        } catch (IOException e) {
            return false;
        }
    }

    private void print(GenerationResult result) {
        out.printf(
                "%d texts written in %d calls%s%n%n",
                result.samples().size(), result.usage().calls(), notKept(result.rejections()));
        TextTable table = new TextTable().left("for example").left("task").left("label");
        Map<String, List<Sample>> byTask = result.samples().stream()
                .collect(Collectors.groupingBy(Sample::task, LinkedHashMap::new, Collectors.toList()));
        byTask.values()
                .forEach(samples -> samples.stream()
                        .limit(2)
                        .forEach(s -> table.row(DisplayWidth.fit(s.text(), 80), s.task(), s.label())));
        table.print(out);
        result.shortfalls().forEach(shortfall -> out.println("  fewer than wanted: " + shortfall));
    }

    private static String notKept(Map<Rejection, Integer> rejections) {
        return rejections.isEmpty()
                ? ""
                : rejections.entrySet().stream()
                        .map(e -> e.getKey().description() + " " + e.getValue())
                        .collect(Collectors.joining(", ", "; not kept: ", ""));
    }

    private void print(AnalysisResult analysis, Map<String, List<String>> weak) {
        out.printf("%nOn %s, weakest first:%n%n", analysis.basis().description());
        TextTable table = new TextTable()
                .left("task")
                .left("label")
                .right("F1")
                .right("samples")
                .left("taken for");
        analysis.tasks()
                .values()
                .forEach(task -> task.classes().values().stream()
                        .filter(c -> weak.getOrDefault(task.task(), List.of()).contains(c.label()))
                        .sorted(Comparator.comparingDouble(ClassMetrics::f1))
                        .limit(SHOWN_LABELS)
                        .forEach(c -> table.row(
                                task.task(),
                                c.label(),
                                String.format(Locale.ROOT, "%.2f", c.f1()),
                                String.valueOf(c.support()),
                                takenFor(task, c.label()))));
        table.print(out);
    }

    private static String takenFor(TaskAnalysis task, String label) {
        return task.confusion().mostConfused().stream()
                .filter(pair -> pair.trueLabel().equals(label))
                .limit(3)
                .map(pair -> pair.predictedLabel() + " " + pair.count())
                .collect(Collectors.joining(", "));
    }

    /** Without a model to write: what can be done with the data as it is. */
    private void trainOnly(Dataset data) {
        out.printf("The script has texts for the demo data only: your data is trained on as it is.%n%n");
        data.display(out);
        title("Training");
        try (MultiheadClassifier classifier = classifier()) {
            train("training", classifier, data);
            title("What it gets right and wrong");
            classifier.analyze(Split.TEST).display(out);
            use(classifier, someTestTexts(data));
        }
    }

    private MultiheadClassifier classifier() {
        return MultiheadClassifier.builder()
                .onProgress(progress -> onProgress.accept(progress))
                .build();
    }

    private void train(String what, MultiheadClassifier classifier, Dataset dataset) {
        try (Bar bar = new Bar(what, out)) {
            onProgress = bar::show;
            classifier.train(dataset);
        }
    }

    /** Classifies, saves and loads. */
    private void use(MultiheadClassifier classifier, List<String> texts) {
        title("Use it");
        texts.forEach(text -> print(text, classifier.predictAll(text)));
        Path model = work.resolve("model");
        classifier.save(model);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            boolean same =
                    texts.stream().allMatch(text -> loaded.predictAll(text).equals(classifier.predictAll(text)));
            out.printf("Saved to %s and loaded again: %s%n", model, same ? "the same predictions" : "OTHERS");
        }
    }

    private static List<String> someTestTexts(Dataset dataset) {
        return dataset.samples(Split.TEST).stream()
                .map(Sample::text)
                .distinct()
                .limit(4)
                .toList();
    }

    private void print(String text, Map<String, Prediction> predictions) {
        out.printf("  \"%s\"%n", text);
        predictions.forEach(
                (task, p) -> out.printf(Locale.ROOT, "      %-12s %-16s %.2f%n", task, p.label(), p.confidence()));
        out.println();
    }

    private void title(String title) {
        out.printf("%n%s%n%s%n%n", title, "-".repeat(title.length()));
    }

    /** Draws the progress events that a training sends. */
    private static final class Bar implements AutoCloseable {

        private final ProgressBar bar;

        Bar(String what, PrintStream out) {
            bar = new ProgressBarBuilder()
                    .setTaskName("  " + what)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setConsumer(new ConsoleProgressBarConsumer(out, 100))
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
