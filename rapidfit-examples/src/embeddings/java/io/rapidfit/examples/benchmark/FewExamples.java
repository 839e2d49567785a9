package io.rapidfit.examples.benchmark;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.rapidfit.classifier.EmbeddingEncoder;
import io.rapidfit.classifier.Encoder;
import io.rapidfit.classifier.Encoders;
import io.rapidfit.examples.benchmark.TestAccuracy.Measured;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.text.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a pretrained embedding is worth where examples are few: ten or five a class of banking77 and hwu64, learnt from with
 * n-grams and with the vectors of LangChain4j's all-MiniLM-L6-v2 (quantised), which runs in this process. Default options
 * for both; three seeds, of the drawing of the examples and of the training; measured on the given {@code test}.
 *
 * <p>Takes the directory that holds the datasets. In a profile of its own, since the model and its runtime are large:
 *
 * <pre>
 * ./mvnw -q -Pembeddings -pl rapidfit-examples -am compile exec:exec -Dexample=benchmark.FewExamples
 * </pre>
 */
public final class FewExamples {

    private static final String TASK = "intent";

    private FewExamples() {}

    /** See the class. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path root = Path.of(args.length > 0 ? args[0] : "../shared/data");
        EmbeddingEncoder minilm = minilm();
        TextTable table = new TextTable()
                .left("dataset")
                .right("a class")
                .left("encoder")
                .right("mean accuracy")
                .right("lowest - highest")
                .right("mean macro-F1")
                .right("ECE");
        for (String dataset : List.of("banking77", "hwu64")) {
            for (int perLabel : List.of(10, 5)) {
                addRow(table, root.resolve(dataset), perLabel, "n-grams", Encoders.ngrams());
                addRow(table, root.resolve(dataset), perLabel, minilm.name(), minilm);
            }
        }
        table.print(out);
    }

    private static EmbeddingEncoder minilm() {
        EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();
        return Encoders.embedding(
                        "all-minilm-l6-v2-q",
                        384,
                        texts -> model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                                .map(Embedding::vector)
                                .toList())
                .withCacheSize(30_000); // all texts of both datasets, for all seeds
    }

    private static void addRow(TextTable table, Path directory, int perLabel, String name, Encoder encoder) {
        DoubleSummaryStatistics accuracy = new DoubleSummaryStatistics();
        DoubleSummaryStatistics macroF1 = new DoubleSummaryStatistics();
        DoubleSummaryStatistics ece = new DoubleSummaryStatistics();
        for (long seed : List.of(1L, 2L, 3L)) {
            Measured measured = TestAccuracy.measureFew(directory, TASK, perLabel, seed, encoder);
            TaskAnalysis analysis =
                    Objects.requireNonNull(measured.analysis().tasks().get(TASK));
            accuracy.accept(analysis.accuracy());
            macroF1.accept(analysis.macroF1());
            ece.accept(analysis.calibration().ece());
        }
        table.row(
                directory.getFileName().toString(),
                String.valueOf(perLabel),
                name,
                number(accuracy.getAverage()),
                number(accuracy.getMin()) + " - " + number(accuracy.getMax()),
                number(macroF1.getAverage()),
                number(ece.getAverage()));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
