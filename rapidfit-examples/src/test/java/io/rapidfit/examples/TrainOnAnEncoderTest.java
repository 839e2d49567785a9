package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.classifier.internal.files.Safetensors;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.data.DataSaver;
import io.rapidfit.data.SaveFormat;
import io.rapidfit.data.Split;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainOnAnEncoderTest {

    @TempDir
    Path work;

    private String data;

    @BeforeEach
    void saveALittleData() {
        data = work.resolve("data").toString();
        DataSaver.builder()
                .path(Path.of(data))
                .format(SaveFormat.JSONL)
                .build()
                .save(DemoData.start(2).only("sentiment").filter(s -> s.split() != Split.VALIDATION)); // no refit
    }

    private static String run(String... args) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        TrainOnAnEncoder.run(List.of(args), new PrintStream(printed, true, StandardCharsets.UTF_8));
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void run_withoutAnEncoderTrainsAndSaysHowToGiveOne() {
        assertThat(run(data))
                .contains("Trained on n-grams:", "sentiment", "To begin with an encoder")
                .doesNotContain("From n-grams to");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void run_tellsWhetherTheEncoderHelps(boolean fineTune) throws Exception {
        String encoder = writeEncoder(work.resolve("encoder")).toString();
        String printed = fineTune ? run("--fine-tune", data, "--encoder", encoder) : run("--encoder", encoder, data);

        assertThat(printed)
                .containsSubsequence(
                        "Trained on n-grams:",
                        "Trained on " + encoder + (fineTune ? ", fine-tuned:" : ":"),
                        "From n-grams to " + encoder)
                .doesNotContain("To begin with an encoder");
    }

    @Test
    void run_refusesWhatItDoesNotKnow() {
        for (List<String> args :
                List.of(List.of("--tune"), List.of("a", "b"), List.of("--encoder"), List.of("data", "--fine-tune"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> run(args.toArray(String[]::new)))
                    .withMessage("usage: TrainOnAnEncoder [DIRECTORY] [--encoder DIRECTORY-OR-NAME [--fine-tune]],"
                            + " but was called with " + args);
        }
    }

    @Test
    void run_asksNoHubForADirectoryThatIsNotThere() throws Exception {
        Files.createDirectories(work.resolve("models"));
        for (String given : List.of(
                work.resolve("models").resolve("minilm").toString(),
                "./minilm",
                "~/minilm",
                "models/to/minilm",
                "a\\b")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> run(data, "--encoder", given))
                    .withMessage("there is no directory " + Path.of(given).toAbsolutePath()
                            + ", and a name of the Hugging Face hub would be like organisation/model");
        }
        assertThatIllegalArgumentException() // whose parent is a directory here
                .isThrownBy(() -> run(data, "--encoder", "src/minilm"))
                .withMessageStartingWith("there is no directory ");
    }

    @Test
    void run_saysThatThereAreNoTestTexts() {
        String learnt = work.resolve("learnt").toString();
        DataSaver.builder()
                .path(Path.of(learnt))
                .format(SaveFormat.JSONL)
                .build()
                .save(DemoData.start(2).only("sentiment").filter(s -> s.split() == Split.TRAIN));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(learnt))
                .withMessageStartingWith("no test texts to compare on: ");
    }

    @Test
    void message_namesTheFileThatCouldNotBeRead() {
        assertThat(TrainOnAnEncoder.message(
                        new UncheckedIOException("cannot read", new NoSuchFileException("model.safetensors"))))
                .isEqualTo("cannot read: java.nio.file.NoSuchFileException: model.safetensors");
        assertThat(TrainOnAnEncoder.message(new IllegalArgumentException("usage")))
                .isEqualTo("usage");
    }

    /** One layer of random weights, which knows nothing, and two words. */
    private static Path writeEncoder(Path directory) throws Exception {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), """
                {"model_type": "bert", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
                 "intermediate_size": 32, "vocab_size": 3, "max_position_embeddings": 130}""");
        Files.writeString(directory.resolve("tokenizer.json"), """
                {"version": "1.0", "added_tokens": [], "normalizer": {"type": "Lowercase"},
                 "pre_tokenizer": {"type": "Whitespace"},
                 "post_processor": null, "decoder": null, "truncation": null, "padding": null,
                 "model": {"type": "WordLevel", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "the": 1, "not": 2}}}""");
        Random random = new Random(1);
        Map<String, List<Long>> shapes =
                PretrainedDirectory.read(directory).config().parameterShapes();
        try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
            Safetensors.writeFloats(shapes, name -> values(shapes.getOrDefault(name, List.of()), random), out);
        }
        return directory;
    }

    private static float[] values(List<Long> shape, Random random) {
        float[] values =
                new float[shape.stream().reduce(1L, Math::multiplyExact).intValue()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * random.nextGaussian());
        }
        return values;
    }
}
