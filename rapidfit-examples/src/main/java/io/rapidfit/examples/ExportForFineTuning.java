package io.rapidfit.examples;

import io.rapidfit.data.Dataset;
import io.rapidfit.finetune.CompletionShape;
import io.rapidfit.finetune.ExportResult;
import io.rapidfit.finetune.FineTuneExporter;
import io.rapidfit.finetune.FineTuneValidator;
import io.rapidfit.finetune.PromptStrategy;
import io.rapidfit.finetune.ValidationReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes labelled data as files to fine-tune a language model on, and looks at them before anything is paid for. */
public final class ExportForFineTuning {

    private static final String DEFINITIONS = """
            Classify a message to an online shop. Answer with JSON such as {"topic": "returns"}.
            account: signing in, personal details
            billing: payments, invoices
            delivery: where an order is
            product: questions before buying
            returns: what goes back
            technical: the app or the website fails
            """;

    private ExportForFineTuning() {}

    /** On the demo data. The argument is the directory to write to; without one it is a temporary one. */
    public static void main(String[] args) throws IOException {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("rapidfit-fine-tuning");
        run(DemoData.start(1000), directory, System.out);
    }

    static ValidationReport run(Dataset dataset, Path directory, PrintStream out) {
        Dataset topic = dataset.only("topic");
        List<String> labels = topic.labels("topic");
        PromptStrategy definitions = PromptStrategy.of(
                        "definitions", DEFINITIONS, "Language: {tags.language}\nMessage: \"{text}\"")
                .withLabels(labels); // several, in a file of one's own, are read by PromptStrategy.load
        ExportResult exported = FineTuneExporter.builder()
                .directory(directory)
                .systemPrompt("Say what a message to an online shop is about. Answer with JSON.")
                .userTemplate("Message: \"{text}\"")
                .assistantLabel("topic", "label")
                .strategies(List.of(definitions))
                .build()
                .export(topic); // the test samples stay here: they are for measuring the tuned model
        out.println("Written to " + directory);
        exported.display(out);

        FineTuneValidator validator = FineTuneValidator.builder()
                .labelField("topic")
                .shape(CompletionShape.builder().choice("topic", labels).build())
                .build();
        ValidationReport report = validator.validate(exported.files().stream()
                .filter(file -> file.strategy().equals(FineTuneExporter.SIMPLE))
                .map(ExportResult.ExportedFile::path)
                .toArray(Path[]::new)); // the one to train on first
        out.println();
        report.display(out);

        Path train = report.files().get(0).file();
        Path validation = report.files().get(1).file();
        out.println();
        Path clean = directory.resolve("train_clean.jsonl");
        validator.mask(train, clean).display(out);
        validator.dedupe(clean, clean, validation).display(out); // in place
        return report;
    }
}
