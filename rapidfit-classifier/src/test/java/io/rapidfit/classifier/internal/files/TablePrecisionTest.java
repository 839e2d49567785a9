package io.rapidfit.classifier.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.features.Segmentation;
import io.rapidfit.classifier.internal.files.Manifest.NGramsEntry;
import io.rapidfit.classifier.internal.files.Manifest.TaskEntry;
import io.rapidfit.classifier.internal.files.Manifest.WeightsEntry;
import io.rapidfit.classifier.internal.files.Safetensors.Tensor;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Precision;
import io.rapidfit.internal.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Models whose table is one of 8-bit integers, and files made up by somebody, with checksums that are right. */
class TablePrecisionTest {

    private static final int DIMENSION = 6;
    private static final List<String> TEXTS = List.of("where is my parcel", "the bill is wrong", "\u6211\u7684\u5305");
    private static final NGramVocabulary VOCABULARY = NGramVocabulary.fit(TEXTS, new NGramSizes(2, 2, 4), 1);

    private final Random random = new Random(1);

    @TempDir
    Path directory;

    private SavedModel floats;

    @BeforeEach
    void makeModel() {
        floats = new SavedModel(model(VOCABULARY), 1, Map.of("seed", 1));
    }

    private NGramModel model(NGramVocabulary vocabulary) {
        Head head = Head.linear("t", List.of("a", "b"), gaussian(2 * DIMENSION), gaussian(2));
        return new NGramModel(vocabulary, gaussian(vocabulary.size() * DIMENSION), gaussian(DIMENSION), List.of(head));
    }

    private float[] gaussian(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void save_keepsThePrecisionUnlessAskedForAnother() throws Exception {
        ModelDirectory.save(directory, floats);
        assertThat(precision(directory)).isEqualTo(Precision.FLOAT32);

        ModelDirectory.save(directory, floats, Precision.INT8);
        SavedModel bytes = ModelDirectory.load(directory);
        assertThat(precision(directory)).isEqualTo(Precision.INT8);
        assertThat(bytes.minCount()).isEqualTo(1);
        assertThat(bytes.training()).isEqualTo(Map.of("seed", 1));

        Path again = directory.resolve("again");
        ModelDirectory.save(again, bytes);
        for (Path file : files(again)) {
            assertThat(file).hasSameBinaryContentAs(directory.resolve(file.getFileName()));
        }

        ModelDirectory.save(directory, bytes, Precision.FLOAT32);
        assertThat(precision(directory)).isEqualTo(Precision.FLOAT32);
        assertThat(ModelFixtures.ngrams(ModelDirectory.load(directory)).table())
                .isEqualTo(ModelFixtures.ngrams(bytes).table());
    }

    private static Precision precision(Path directory) throws Exception {
        return ModelFixtures.ngrams(ModelDirectory.load(directory)).embeddings().precision();
    }

    @Test
    void save_asInt8AnswersNearlyTheSame() throws Exception {
        ModelDirectory.save(directory, floats, Precision.INT8);
        NGramModel bytes = ModelFixtures.ngrams(ModelDirectory.load(directory));

        for (String text : TEXTS) {
            float[] expected = floats.model().encode(text);
            // a weight is 1 / 127 of the row's maximum (at most 4) off by half; some 40 weights of 0.2
            assertThat(bytes.encode(text)).containsExactly(expected, within(0.1f));
            assertThat(bytes.encode(text)).isNotEqualTo(expected);
        }
    }

    @Test
    void save_ofAnOldModelAsInt8NeedsTheNewFormat() throws Exception {
        NGramVocabulary old =
                NGramVocabulary.of(VOCABULARY.sizes(), Segmentation.RUNS, VOCABULARY.hashes(), VOCABULARY.idf());
        SavedModel saved = new SavedModel(model(old), 1, Map.of());

        ModelDirectory.save(directory, saved);
        assertThat(Manifest.read(directory).formatVersion()).isEqualTo(1);
        ModelDirectory.save(directory, saved, Precision.INT8);
        assertThat(Manifest.read(directory).formatVersion()).isEqualTo(2);
        assertThat(ModelFixtures.ngrams(ModelDirectory.load(directory))
                        .vocabulary()
                        .segmentation())
                .isEqualTo(Segmentation.RUNS);
    }

    @Test
    void write_makesWhatSaveMakes() throws Exception {
        write(tensors());
        assertThat(ModelFixtures.ngrams(ModelDirectory.load(directory))
                        .embeddings()
                        .precision())
                .isEqualTo(Precision.INT8);
    }

    static Stream<Arguments> badTensors() {
        int rows = VOCABULARY.size();
        byte[] bytes = new byte[rows * DIMENSION];
        float[] negative = new float[rows];
        negative[3] = -1;
        float[] notANumber = new float[rows];
        notANumber[0] = Float.NaN;
        float[] infinite = new float[rows];
        infinite[rows - 1] = Float.POSITIVE_INFINITY;
        String notFinite = "'table.scales' has a value that is not a finite number";
        String shape = "is missing or has another type or shape";
        return Stream.of(
                Arguments.of("table", Tensor.of(bytes, DIMENSION, rows), "'table' " + shape),
                Arguments.of("table", Tensor.of(bytes, (long) rows * DIMENSION), "'table' " + shape),
                Arguments.of(
                        "table", Tensor.of(new byte[bytes.length + rows], rows, DIMENSION + 1), "'table' " + shape),
                Arguments.of("table", Tensor.of(new float[bytes.length], rows, DIMENSION), "'table' " + shape),
                Arguments.of("table", null, "'table' " + shape),
                Arguments.of("table.scales", null, "'table' " + shape),
                Arguments.of("table.scales", Tensor.of(new float[rows - 1], rows - 1), "'table.scales' " + shape),
                Arguments.of("table.scales", Tensor.of(new float[rows], rows, 1), "'table.scales' " + shape),
                Arguments.of("table.scales", Tensor.of(new byte[rows], rows), "'table.scales' " + shape),
                Arguments.of("table.scales", Tensor.of(negative, rows), "a row's scale is -1.0"),
                Arguments.of("table.scales", Tensor.of(notANumber, rows), notFinite),
                Arguments.of("table.scales", Tensor.of(infinite, rows), notFinite),
                Arguments.of("vocabulary.idf", Tensor.of(new byte[rows], rows), "'vocabulary.idf' " + shape),
                Arguments.of("vocabulary.hashes", Tensor.of(new long[rows], rows), "a hash comes twice"),
                Arguments.of(
                        "vocabulary.hashes",
                        Tensor.of(LongStream.range(0, rows).map(i -> -i).toArray(), rows),
                        "the hashes do not ascend"),
                Arguments.of("hidden.bias", Tensor.of(new byte[DIMENSION], DIMENSION), "'hidden.bias' " + shape));
    }

    @ParameterizedTest
    @MethodSource("badTensors")
    void load_refusesTensorsThatDoNotFit(String name, Tensor tensor, String why) throws Exception {
        Map<String, Tensor> tensors = tensors();
        if (tensor == null) {
            tensors.remove(name);
        } else {
            tensors.put(name, tensor);
        }
        Path file = write(tensors);

        assertThatThrownBy(() -> ModelDirectory.load(directory))
                .isInstanceOf(BadModelFile.class)
                .hasMessage(file + ": damaged: " + why + ". Save the model again, or copy it anew");
    }

    private static Map<String, Tensor> tensors() {
        int rows = VOCABULARY.size();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("vocabulary.hashes", Tensor.of(VOCABULARY.hashes(), rows));
        tensors.put("vocabulary.idf", Tensor.of(VOCABULARY.idf(), rows));
        tensors.put("table", Tensor.of(new byte[rows * DIMENSION], rows, DIMENSION));
        tensors.put("table.scales", Tensor.of(new float[rows], rows));
        tensors.put("hidden.bias", Tensor.of(new float[DIMENSION], DIMENSION));
        tensors.put("heads.0.weights", Tensor.of(new float[2 * DIMENSION], 2, DIMENSION));
        tensors.put("heads.0.bias", Tensor.of(new float[2], 2));
        return tensors;
    }

    /** With a manifest that fits. */
    private Path write(Map<String, Tensor> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Safetensors.write(tensors, out);
        String checksum = HexFormat.of().formatHex(Sha256.newDigest().digest(out.toByteArray()));
        Path file = Files.write(
                directory.resolve("weights-" + checksum.substring(0, 12) + ".safetensors"), out.toByteArray());
        NGramsEntry encoder = new NGramsEntry("ngrams-by-script", DIMENSION, 2, 2, 4, 1);
        List<TaskEntry> tasks = List.of(TaskEntry.linear("t", List.of("a", "b")));
        WeightsEntry weights = new WeightsEntry(file.getFileName().toString(), out.size(), checksum);
        new Manifest(2, "test", encoder, tasks, Map.of(), weights).write(directory);
        return file;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
