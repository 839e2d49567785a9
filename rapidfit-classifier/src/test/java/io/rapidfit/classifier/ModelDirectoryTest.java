package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.data.Dataset;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {

    private static MultiheadClassifier three;
    private static MultiheadClassifier fruit;

    @TempDir
    Path directory;

    @BeforeAll
    static void train() {
        three = Samples.quick().epochs(5).splitter(Samples.NO_SPLIT).build();
        three.train(Samples.threeTasks());
        fruit = Samples.fruitClassifier();
    }

    @AfterAll
    static void close() {
        three.close();
        fruit.close();
    }

    @Test
    void load_givesTheSamePredictions() {
        three.save(directory);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(loaded.tasks()).isEqualTo(three.tasks());
            for (String task : three.tasks()) {
                assertThat(loaded.labels(task)).isEqualTo(three.labels(task));
                List<String> texts = Samples.texts(Samples.threeTasks());
                assertThat(loaded.predict(texts, task)).isEqualTo(three.predict(texts, task));
            }
            assertThat(loaded.predict("never seen: \u4f60\u597d", "topic"))
                    .isEqualTo(three.predict("never seen: \u4f60\u597d", "topic"));
        }
    }

    @Test
    void save_ofALoadedModelGivesTheSameFiles() throws IOException {
        Path copy = directory.resolve("copy");
        three.save(directory.resolve("model"));
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory.resolve("model"))) {
            loaded.save(copy);
        }

        for (Path file : files(directory.resolve("model"))) {
            assertThat(copy.resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void loadedModel_canBeTrainedAnew() {
        fruit.save(directory);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            loaded.train(Samples.fruitOrCar().filter(s -> !s.text().contains("plum")));

            assertThat(loaded.analyze().tasks()).containsOnlyKeys("thing");
            assertThat(loaded.predict("a ripe apple", "thing").label()).isEqualTo("fruit");
        }
    }

    @Test
    void save_overAnOldModelLeavesOneFileOfWeights() throws IOException {
        three.save(directory);
        Path old = weights();
        fruit.save(directory);

        assertThat(files(directory)).hasSize(2);
        assertThat(weights()).isNotEqualTo(old);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(loaded.tasks()).containsExactly("thing");
        }
    }

    @Test
    void save_againChangesNothing() throws IOException {
        three.save(directory);
        byte[] manifest = Files.readAllBytes(directory.resolve("manifest.json"));
        Path weights = weights();
        three.save(directory);

        assertThat(files(directory)).containsExactlyInAnyOrder(directory.resolve("manifest.json"), weights);
        assertThat(directory.resolve("manifest.json")).hasBinaryContent(manifest);
    }

    @Test
    void save_createsDirectoriesAndKeepsOtherFiles() throws IOException {
        Path model = directory.resolve("a").resolve("b");
        Files.createDirectories(model.resolve("sub"));
        Files.writeString(model.resolve("notes.txt"), "mine");
        Files.writeString(model.resolve("weights.safetensors"), "mine too");
        Files.writeString(model.resolve("sub").resolve("weights-0123456789ab.safetensors"), "not here");

        three.save(model);
        fruit.save(model);

        assertThat(model.resolve("notes.txt")).hasContent("mine");
        assertThat(model.resolve("weights.safetensors")).hasContent("mine too");
        assertThat(model.resolve("sub").resolve("weights-0123456789ab.safetensors"))
                .exists();
        assertThat(files(model)).hasSize(5);
    }

    @Test
    void load_ignoresWhatASavingThatNeverEndedLeft() throws IOException {
        three.save(directory);
        Path orphan = directory.resolve("weights-0123456789ab.safetensors");
        Files.writeString(orphan, "half");

        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(loaded.tasks()).hasSize(3);
        }
        three.save(directory);
        assertThat(orphan).doesNotExist();
    }

    @Test
    void manifest_tellsWhatTheModelIs() throws IOException {
        three.save(directory);
        JsonNode manifest =
                new ObjectMapper().readTree(directory.resolve("manifest.json").toFile());

        assertThat(manifest.path("format").asText()).isEqualTo("rapidfit-model");
        assertThat(manifest.path("formatVersion").asInt()).isEqualTo(2);
        assertThat(manifest.path("libraryVersion").asText()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        assertThat(manifest.path("encoder").toString())
                .isEqualTo(
                        "{\"type\":\"ngrams-by-script\",\"dimension\":16,\"maxWords\":2,\"minChars\":2,\"maxChars\":4,"
                                + "\"minCount\":1}");
        assertThat(manifest.path("tasks").toString())
                .isEqualTo("[{\"name\":\"topic\",\"labels\":[\"account\",\"billing\",\"delivery\"]},"
                        + "{\"name\":\"urgency\",\"labels\":[\"high\",\"low\"]},"
                        + "{\"name\":\"sentiment\",\"labels\":[\"negative\",\"positive\"]}]");
        assertThat(manifest.path("training").path("texts").asInt()).isEqualTo(72);
        assertThat(manifest.path("training").path("samples").asInt()).isEqualTo(216);
        assertThat(manifest.path("training").path("learningRate").asDouble()).isEqualTo(0.02);
        assertThat(manifest.path("weights").path("file").asText())
                .isEqualTo(weights().getFileName().toString())
                .contains(manifest.path("weights").path("sha256").asText().substring(0, 12));
        assertThat(manifest.path("weights").path("bytes").asLong()).isEqualTo(Files.size(weights()));
        assertThat(Files.readString(directory.resolve("manifest.json"))).endsWith("}\n");
    }

    @Test
    void save_keepsTasksAndLabelsInAnyScript() {
        try (MultiheadClassifier classifier =
                Samples.quick().epochs(1).splitter(Samples.NO_SPLIT).build()) {
            classifier.train(Dataset.builder()
                    .add("\u0627\u0644\u0645\u0632\u0627\u062c / \"mood\"", "one", "\ud83d\ude00")
                    .add("\u0627\u0644\u0645\u0632\u0627\u062c / \"mood\"", "two", "a\nb\\")
                    .build());
            classifier.save(directory);
            try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
                assertThat(loaded.predictAll("one")).isEqualTo(classifier.predictAll("one"));
                assertThat(loaded.labels(loaded.tasks().get(0))).containsExactly("a\nb\\", "\ud83d\ude00");
            }
        }
    }

    @Test
    void load_duringSavingsFindsOneModelOrTheOtherWhole() throws Exception {
        three.save(directory);
        List<Prediction> predictions =
                List.of(three.predict("a ripe apple", "topic"), fruit.predict("a ripe apple", "thing"));
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<?> saving = threads.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    (i % 2 == 0 ? fruit : three).save(directory);
                }
            });
            do {
                try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
                    assertThat(loaded.predict("a ripe apple", loaded.tasks().get(0)))
                            .isIn(predictions);
                }
            } while (!saving.isDone());
            saving.get(60, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void save_fromTwoThreadsLeavesOneModelOrTheOtherWhole() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 40; i++) {
                Future<?> one = threads.submit(() -> three.save(directory));
                Future<?> other = threads.submit(() -> fruit.save(directory));
                one.get(60, TimeUnit.SECONDS);
                other.get(60, TimeUnit.SECONDS);

                assertThatCode(() -> MultiheadClassifier.load(directory).close())
                        .doesNotThrowAnyException();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void load_ofADirectoryWithoutAModelNamesTheManifest() {
        Path missing = directory.resolve("missing");
        for (Path path : List.of(directory, missing)) {
            assertThatThrownBy(() -> MultiheadClassifier.load(path))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("%s: no such file: %s holds no model, or its saving never ended"
                            .formatted(path.resolve("manifest.json"), path))
                    .satisfies(e ->
                            assertThat(((ModelFormatException) e).file()).isEqualTo(path.resolve("manifest.json")));
        }
    }

    @Test
    void load_withoutWeightsNamesTheirFile() throws IOException {
        three.save(directory);
        Path weights = weights();
        Files.delete(weights);

        assertThatThrownBy(() -> MultiheadClassifier.load(directory))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(weights + ": missing")
                .satisfies(e -> assertThat(((ModelFormatException) e).file()).isEqualTo(weights));
    }

    @Test
    void saveAndLoad_refuseNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> three.save(null))
                .withMessage("directory must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(null))
                .withMessage("directory must not be null");
    }

    @Test
    void save_withAPrecisionLeavesTheModelAsItIs() throws IOException {
        Path bytes = directory.resolve("bytes");
        Path floats = directory.resolve("floats");
        three.save(bytes, WeightPrecision.INT8);
        three.save(floats, WeightPrecision.FLOAT32);
        three.save(directory);

        for (Path file : files(floats)) {
            assertThat(directory.resolve(file.getFileName())).hasSameBinaryContentAs(file);
        }
        assertThat(tableType(bytes)).isEqualTo("I8");
        assertThat(tableType(floats)).isEqualTo("F32");
        try (MultiheadClassifier loaded = MultiheadClassifier.load(bytes)) {
            for (String text : Samples.texts(Samples.threeTasks())) {
                assertThat(loaded.predict(text, "topic").label())
                        .isEqualTo(three.predict(text, "topic").label());
            }
            loaded.save(floats); // keeps it
            assertThat(tableType(floats)).isEqualTo("I8");
        }
    }

    /** As the header of the weights tells. */
    private static String tableType(Path model) throws IOException {
        for (Path file : files(model)) {
            if (file.toString().endsWith(".safetensors")) {
                byte[] bytes = Files.readAllBytes(file);
                int length =
                        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
                return new ObjectMapper()
                        .readTree(bytes, 8, length)
                        .path("table")
                        .path("dtype")
                        .asText();
            }
        }
        throw new AssertionError("no weights in " + model);
    }

    @Test
    void save_withoutAPrecisionOrAModelIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> three.save(directory, null))
                .withMessage("precision must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> three.save(null, WeightPrecision.INT8))
                .withMessage("directory must not be null");
        try (MultiheadClassifier untrained = Samples.quick().build()) {
            assertThatThrownBy(() -> untrained.save(directory, WeightPrecision.INT8))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nothing was trained yet");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void save_toAFileSaysThatItCannot() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");

        assertThatThrownBy(() -> three.save(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot save the model to " + file);
        assertThat(file).hasContent("x");
    }

    private Path weights() throws IOException {
        return files(directory).stream()
                .filter(f -> f.toString().endsWith(".safetensors"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
