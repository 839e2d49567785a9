package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to the files: the model is refused, with the file's name, or it is the model that was saved. */
class ModelDamageTest {

    @TempDir
    static Path saved;

    @TempDir
    Path directory;

    private static List<Map<String, Prediction>> predictions;
    private static byte[] goodManifest;
    private static byte[] goodWeights;
    private static String weightsName;

    private Path manifest;
    private Path weights;

    @BeforeAll
    static void save() throws IOException {
        try (MultiheadClassifier classifier = Samples.quick()
                .encoder(Encoders.ngrams().withDimension(2).withWords(1).withChars(2, 3))
                .splitter(Samples.NO_SPLIT)
                .build()) {
            classifier.train(Samples.fruitOrCar());
            classifier.save(saved);
            predictions = predictions(classifier);
        }
        try (Stream<Path> files = Files.list(saved)) {
            for (Path file : files.toList()) {
                if (file.endsWith("manifest.json")) {
                    goodManifest = Files.readAllBytes(file);
                } else {
                    goodWeights = Files.readAllBytes(file);
                    weightsName = file.getFileName().toString();
                }
            }
        }
    }

    @BeforeEach
    void copy() throws IOException {
        manifest = Files.write(directory.resolve("manifest.json"), goodManifest);
        weights = Files.write(directory.resolve(weightsName), goodWeights);
    }

    @Test
    void undamaged_loads() {
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(predictions(loaded)).isEqualTo(predictions);
        }
    }

    @Test
    void truncatedManifest_isRefused() throws IOException {
        // only the last line break may be missing
        for (int length = 0; length < goodManifest.length - 1; length++) {
            replace(manifest, Arrays.copyOf(goodManifest, length));
            assertRefused(manifest);
        }
    }

    @Test
    void truncatedWeights_areRefused() throws IOException {
        for (int length = 0; length < goodWeights.length; length += 1 + length / 20) {
            replace(weights, Arrays.copyOf(goodWeights, length));
            assertRefused(weights, "damaged: %s bytes, %s expected".formatted(length, goodWeights.length));
        }
        replace(weights, Arrays.copyOf(goodWeights, goodWeights.length + 1));
        assertRefused(weights);
    }

    @Test
    void flippedBitsInWeights_areRefused() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = goodWeights.clone();
            int at = i < 100 ? i : random.nextInt(damaged.length); // the length and the start of the header, each byte
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            replace(weights, damaged);
            assertRefused(weights);
        }
    }

    @Test
    void flippedBitsInTheManifest_areRefusedOrChangeNothing() throws IOException {
        for (int bit = 0; bit < 8 * goodManifest.length; bit++) {
            byte[] damaged = goodManifest.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefusedOrTheSame(damaged, "bit " + bit);
        }
    }

    @Test
    void mutatedManifest_isRefusedOrChangesNothing() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = mutate(goodManifest, random);
            assertRefusedOrTheSame(damaged, "mutation " + i);
        }
    }

    /** A few bytes overwritten, cut out, or doubled. */
    private static byte[] mutate(byte[] good, Random random) {
        int from = random.nextInt(good.length);
        int to = Math.min(good.length, from + 1 + random.nextInt(30));
        byte[] middle = Arrays.copyOfRange(good, from, to);
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(middle);
            case 1 -> middle = new byte[0];
            case 2 -> middle = (new String(middle, StandardCharsets.UTF_8).repeat(2)).getBytes(StandardCharsets.UTF_8);
            default -> Arrays.fill(middle, (byte) "0123456789{}[]\",:- \0".charAt(random.nextInt(20)));
        }
        ByteBuffer out = ByteBuffer.allocate(good.length - (to - from) + middle.length);
        return out.put(good, 0, from)
                .put(middle)
                .put(good, to, good.length - to)
                .array();
    }

    private void assertRefusedOrTheSame(byte[] damaged, String what) throws IOException {
        replace(manifest, damaged);
        String content = what + ": " + new String(damaged, StandardCharsets.UTF_8);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(predictions(loaded)).as(content).isEqualTo(predictions);
            assertThat(loaded.labels("thing")).as(content).containsExactly("car", "fruit");
        } catch (ModelFormatException e) {
            assertThat(e.file()).as(content).hasParentRaw(directory);
            assertThat(e).as(content).hasMessageStartingWith(e.file().toString());
        } catch (RuntimeException e) {
            throw new AssertionError(content, e);
        }
    }

    @Test
    void swappedFiles_areRefused() throws IOException {
        replace(manifest, goodWeights);
        assertRefused(manifest);
        replace(manifest, goodManifest);
        replace(weights, goodManifest);
        assertRefused(weights);
    }

    @Test
    void weightsOfAnotherModelOfTheSameSize_areRefused() throws IOException {
        byte[] other = goodWeights.clone();
        other[other.length - 1] ^= 1; // the last bias
        replace(weights, other);

        assertRefused(weights, "damaged: its checksum is not the manifest's");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 99_999_999, 1L << 40, Long.MAX_VALUE})
    void hugeHeader_isRefusedWithoutAllocatingIt(long length) throws IOException {
        byte[] damaged = goodWeights.clone();
        ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        Files.write(weights, damaged);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(weights, "damaged: a header of %s bytes in a file of %s".formatted(length, goodWeights.length));

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000_000);
    }

    @Test
    void newerFormat_isRefusedWithTheVersionToUse() throws IOException {
        edit(m -> m.replace("\"formatVersion\" : 2", "\"formatVersion\" : 6")
                .replaceAll("\"libraryVersion\" : \"[^\"]*\"", "\"libraryVersion\" : \"9.1.0\""));

        assertRefused(
                manifest,
                "written by a newer RapidFit (9.1.0, format 6; this one reads up to 5): use that version or newer");
    }

    @Test
    void newerFormat_isRefusedWhateverElseItHolds() throws IOException {
        Files.writeString(manifest, "{\"format\":\"rapidfit-model\",\"formatVersion\":7,\"tasks\":\"elsewhere\"}");

        assertRefused(
                manifest,
                "written by a newer RapidFit (unknown, format 7; this one reads up to 5): use that version or newer");
    }

    @Test
    void manifestWithFieldsOfALaterMinorVersion_loads() throws IOException {
        edit(m -> m.replaceFirst("\\{", "{ \"mood\" : [ \"good\" ],")
                .replace("\"minCount\" : 1", "\"minCount\" : 1, \"more\" : {}"));

        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
            assertThat(predictions(loaded)).isEqualTo(predictions);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "true",
                "[]",
                "{}",
                "\"rapidfit-model\"",
                "{\"name\":\"some-npm-package\",\"version\":\"1.0.0\"}",
                "{\"format\":\"rapidfit-model\"}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":0}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":-1}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":\"x\"}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":1}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":4294967297}",
                "{\"format\":\"rapidfit-model\",\"formatVersion\":1,\"tasks\":[null]}",
                "\u0000\u0000\u0000{",
                "\ufeff",
                "{\"format\":\"\u0000",
            })
    void foreignManifest_isRefused(String content) throws IOException {
        Files.writeString(manifest, content);

        assertRefused(manifest);
    }

    @Test
    void foreignManifest_saysThatItIsNotAModel() throws IOException {
        Files.writeString(manifest, "{\"name\":\"some-npm-package\"}");

        assertRefused(manifest, "not a RapidFit model: \"format\" is not \"rapidfit-model\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"type\" : \"ngrams-by-script\"|\"type\" : \"bert\"",
                "\"type\" : \"ngrams-by-script\"|\"type\" : null",
                "\"dimension\" : 2|\"dimension\" : 0",
                "\"dimension\" : 2|\"dimension\" : -2",
                "\"dimension\" : 2|\"dimension\" : null",
                "\"dimension\" : 2|\"dimension\" : 4097",
                "\"dimension\" : 2|\"dimension\" : 99999999999",
                "\"maxWords\" : 1|\"maxWords\" : 0",
                "\"maxWords\" : 1|\"maxWords\" : 2147483647",
                "\"minChars\" : 2|\"minChars\" : 0",
                "\"minChars\" : 2|\"minChars\" : 4", // more than maxChars
                "\"maxChars\" : 3|\"maxChars\" : -1",
                "\"maxChars\" : 3|\"maxChars\" : 2147483647",
                "\"minCount\" : 1|\"minCount\" : 0",
                "\"name\" : \"thing\"|\"name\" : null",
                "\"name\" : \"thing\"|\"name\" : \" \"",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : null",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : []",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\" ]",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\", \"car\" ]",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\", null ]",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\", \" \" ]",
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\", \"fruit\" ], \"labels\" : []", // twice
                "\"format\" : \"rapidfit-model\"|\"format\" : \"rapidfit-model\", \"format\" : \"rapidfit-model\"",
                "\"tasks\" : [|\"tasks\" : [ null,",
                "\"tasks\" : [|\"nothing\" : [",
                "\"training\" : {|\"training\" : 1, \"other\" : {",
            })
    void manifestWithABadField_isRefused(String good, String bad) throws IOException {
        edit(m -> m.replace(good, bad));

        assertRefused(manifest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"labels\" : [ \"car\", \"fruit\" ]|\"labels\" : [ \"car\", \"fruit\", \"plane\" ]",
                "\"dimension\" : 2|\"dimension\" : 4",
                "\"dimension\" : 2|\"dimension\" : 2147483647",
            })
    void manifestThatDoesNotFitTheWeights_isRefused(String good, String bad) throws IOException {
        edit(m -> m.replace(good, bad));

        assertThatThrownBy(() -> MultiheadClassifier.load(directory)).isInstanceOf(ModelFormatException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"minChars\" : 2|\"minChars\" : 3",
                "\"maxChars\" : 3|\"maxChars\" : 2",
                "\"maxChars\" : 3|\"maxChars\" : 0",
                "\"type\" : \"ngrams-by-script\"|\"type\" : \"ngrams\"",
                "\"name\" : \"thing\"|\"name\" : \"thong\"",
                "[ \"car\", \"fruit\" ]|[ \"cat\", \"fruit\" ]",
                "[ \"car\", \"fruit\" ]|[ \"fruit\", \"car\" ]",
            })
    void manifestWithAnotherPlausibleValue_isRefused(String good, String other) throws IOException {
        edit(m -> m.replace(good, other));

        assertRefused(manifest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../weights-0123456789ab.safetensors",
                "/etc/passwd",
                "..",
                "",
                "manifest.json",
                "weights-0123456789AB.safetensors",
                "weights-0123456789ab.safetensors\\u0000",
                "a/../weights-0123456789ab.safetensors",
            })
    void weightsElsewhere_areRefused(String name) throws IOException {
        edit(m -> m.replace(weightsName, name));

        assertRefused(manifest, "damaged: the name of the file of weights");
    }

    @Test
    void deepNesting_isRefused() throws IOException {
        Files.writeString(manifest, "[".repeat(1_000_000));
        assertRefused(manifest);
        edit(m -> m.replace(
                "\"training\" : {", "\"training\" : {\"x\" : " + "[".repeat(100_000) + "]".repeat(100_000) + ","));
        assertRefused(manifest);
    }

    @Test
    void hugeManifest_isRefused() throws IOException {
        try (var channel = Files.newByteChannel(manifest, StandardOpenOption.WRITE)) {
            channel.position(1L << 31).write(ByteBuffer.wrap(new byte[] {'}'})); // sparse: takes no space
        }

        assertRefused(manifest, "too large for a manifest");
    }

    @Test
    void longNumbersAndNames_areRefused() throws IOException {
        edit(m -> m.replace("\"dimension\" : 2", "\"dimension\" : " + "9".repeat(1_000_000)));
        assertRefused(manifest);
    }

    /** Deleted first: a file that is written over may have to be on disk when it is closed, and here are tens of thousands. */
    private static void replace(Path file, byte[] content) throws IOException {
        Files.delete(file);
        Files.write(file, content);
    }

    private void edit(UnaryOperator<String> change) throws IOException {
        String good = new String(goodManifest, StandardCharsets.UTF_8);
        String changed = change.apply(good);
        assertThat(changed).isNotEqualTo(good);
        Files.writeString(manifest, changed);
    }

    private void assertRefused(Path file, String why) {
        String remedy = why.startsWith("damaged") ? ". Save the model again, or copy it anew" : "";
        assertThatThrownBy(() -> MultiheadClassifier.load(directory)).hasMessage(file + ": " + why + remedy);
        assertRefused(file);
    }

    private void assertRefused(Path file) {
        Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> MultiheadClassifier.load(directory))
                        .isInstanceOf(ModelFormatException.class)
                        .hasMessageStartingWith(file + ": ")
                        .satisfies(e ->
                                assertThat(((ModelFormatException) e).file()).isEqualTo(file)));
    }

    private static List<Map<String, Prediction>> predictions(MultiheadClassifier classifier) {
        return Samples.texts(Samples.fruitOrCar()).stream()
                .map(classifier::predictAll)
                .toList();
    }
}
