package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.classifier.internal.files.ModelDirectory;
import io.rapidfit.classifier.internal.files.ModelFixtures;
import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Precision;
import io.rapidfit.internal.Sha256;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand models, each damaged in another way; half of them by somebody who makes all checksums right again, so that
 * what lies behind them is reached. A model is refused with the name of a file, or it can be used; without right
 * checksums, it is the model that was saved.
 */
class ModelMutationTest {

    private static final int MUTATIONS = 1000;

    /** What loading the model takes, and as much again many times. */
    private static final long MAX_ALLOCATED = 20_000_000;

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** The two files of a model. */
    private record Model(
            String weightsName, byte[] manifest, byte[] weights, List<Map<String, Prediction>> predictions) {

        static Model of(Path directory, SavedModel saved, Precision precision) throws IOException {
            ModelDirectory.save(directory, saved, precision);
            try (Stream<Path> files = Files.list(directory);
                    MultiheadClassifier loaded = MultiheadClassifier.load(directory)) {
                Path weights = files.filter(f -> f.toString().endsWith(".safetensors"))
                        .findFirst()
                        .orElseThrow();
                return new Model(
                        weights.getFileName().toString(),
                        Files.readAllBytes(directory.resolve("manifest.json")),
                        Files.readAllBytes(weights),
                        ModelMutationTest.predictions(loaded));
            }
        }
    }

    @TempDir
    static Path directory;

    private static List<Model> models;

    private Model model;
    private byte[] manifest;
    private byte[] weights;
    private Random random;

    @BeforeAll
    static void save() throws IOException {
        SavedModel saved = ModelFixtures.everything(Activation.GELU, 5);
        models = List.of(
                Model.of(directory.resolve("floats"), saved, Precision.FLOAT32),
                Model.of(directory.resolve("bytes"), saved, Precision.INT8));
    }

    @Test
    void load_refusesOrGivesAModelThatCanBeUsed() {
        Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
            int[] refused = new int[2];
            int byChecksum = 0;
            for (int i = 0; i < MUTATIONS; i++) {
                random = new Random(i);
                model = models.get(i / 2 % 2);
                manifest = model.manifest().clone();
                weights = model.weights().clone();
                boolean forged = i % 2 == 1;
                String what;
                if (forged) {
                    what = forge();
                    putChecksumsRight();
                } else {
                    what = damage();
                }
                String refusal = refusal("mutation " + i + ", " + what, forged);
                refused[i % 2] += refusal.isEmpty() ? 0 : 1;
                byChecksum += forged && refusal.contains("checksum") ? 1 : 0;
            }
            assertThat(refused[0])
                    .isBetween(400, 490); // otherwise they were hardly mutations, or not all kinds of them
            assertThat(refused[1]).isBetween(350, 490);
            assertThat(byChecksum).isLessThan(20); // otherwise nothing behind it was reached
        });
    }

    /** Why it is refused; empty if it is not. */
    private String refusal(String what, boolean forged) throws IOException {
        Path damaged = Files.createDirectories(directory.resolve("damaged"));
        String name = forged ? weightsName(weights) : model.weightsName();
        try (Stream<Path> files = Files.list(damaged)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        if (manifest != null) {
            Files.write(damaged.resolve("manifest.json"), manifest);
        }
        if (weights != null) {
            Files.write(damaged.resolve(name), weights);
        }
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        ModelFormatException refusal = null;
        try (MultiheadClassifier loaded = MultiheadClassifier.load(damaged)) {
            List<Map<String, Prediction>> predictions = predictions(loaded);
            if (!forged) {
                assertThat(predictions).as(what).isEqualTo(model.predictions());
            }
        } catch (ModelFormatException e) {
            refusal = e;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what, e);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                .as(what)
                .isLessThan(MAX_ALLOCATED + 20L * (manifest == null ? 0 : manifest.length));
        if (refusal != null) {
            assertThat(refusal.file()).as(what).hasParentRaw(damaged);
            assertThat(refusal).as(what).hasMessageStartingWith(refusal.file() + ": ");
        }
        return refusal == null ? "" : "" + refusal.getMessage();
    }

    /** As disks, networks and hasty hands do. */
    private String damage() throws IOException {
        switch (random.nextInt(10)) {
            case 0 -> {
                int flips = 1 + random.nextInt(3);
                for (int i = 0; i < flips; i++) {
                    flip(manifest);
                }
                return "bits flipped in the manifest";
            }
            case 1 -> {
                flip(weights);
                return "bit flipped in the weights";
            }
            case 2 -> {
                manifest = Arrays.copyOf(manifest, random.nextInt(manifest.length));
                return "truncated manifest";
            }
            case 3 -> {
                weights = Arrays.copyOf(weights, random.nextInt(weights.length + 100));
                return "truncated or longer weights";
            }
            case 4 -> {
                manifest = random.nextBoolean() ? new byte[random.nextInt(3)] : manifest;
                weights = random.nextBoolean() ? new byte[random.nextInt(9)] : null;
                return "empty or missing files";
            }
            case 5 -> {
                byte[] kept = manifest;
                manifest = random.nextInt(3) == 0 ? null : weights;
                weights = kept;
                return "swapped files";
            }
            case 6 -> {
                Model other = models.get(model == models.get(0) ? 1 : 0);
                manifest = random.nextBoolean() ? other.manifest() : manifest;
                weights = random.nextBoolean() ? other.weights() : weights;
                return "files of another model";
            }
            case 7 -> {
                ObjectMapper compact = new ObjectMapper();
                JsonNode json = JSON.readTree(manifest);
                manifest = compact.writeValueAsBytes(json);
                return "no line breaks";
            }
            case 8 -> {
                ByteBuffer.wrap(weights)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, random.nextBoolean() ? random.nextLong() : random.nextInt(1 << 20));
                return "another length of the header";
            }
            default -> {
                byte[] target = random.nextBoolean() ? manifest : weights;
                int from = random.nextInt(target.length);
                int to = Math.min(target.length, from + 1 + random.nextInt(200));
                Arrays.fill(target, from, to, (byte) random.nextInt(256));
                return "a stretch overwritten";
            }
        }
    }

    private void flip(byte[] bytes) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }

    /** Changes what checksums would tell. */
    private String forge() throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> {
                ObjectNode json = (ObjectNode) JSON.readTree(manifest);
                List<ContainerNode<?>> places = new ArrayList<>();
                collect(json.get(random.nextInt(4) == 0 ? "encoder" : "tasks"), places);
                String what = change(places.get(random.nextInt(places.size())), values());
                manifest = JSON.writeValueAsBytes(json);
                return "manifest: " + what;
            }
            case 3 -> {
                String field = List.of("\"name\"", "\"labels\"", "\"type\"", "\"temperature\"", "\"tasks\"")
                        .get(random.nextInt(5));
                String text = new String(manifest, StandardCharsets.UTF_8);
                manifest = text.replaceFirst(field + " :", field + " : null, " + field + " :")
                        .getBytes(StandardCharsets.UTF_8);
                return field + " twice";
            }
            case 4 -> {
                String deep = (random.nextBoolean() ? "[" : "{\"a\":").repeat(1 + random.nextInt(100_000));
                String text = new String(manifest, StandardCharsets.UTF_8);
                manifest = (random.nextBoolean() ? deep : text.replaceFirst("\"seed\" : 1", "\"x\" : " + deep))
                        .getBytes(StandardCharsets.UTF_8);
                return "deep manifest";
            }
            case 5, 6 -> {
                ObjectNode header = header();
                List<ContainerNode<?>> places = new ArrayList<>();
                collect(header, places);
                String what = change(places.get(random.nextInt(places.size())), values());
                weights = withHeader(JSON.writeValueAsString(header));
                return "header: " + what;
            }
            case 7 -> {
                ObjectNode header = header();
                List<String> names = new ArrayList<>();
                header.fieldNames().forEachRemaining(names::add);
                String one = names.get(random.nextInt(names.size()));
                String other = names.get(random.nextInt(names.size()));
                JsonNode place = header.get(one);
                header.set(one, header.get(other));
                header.set(other, place);
                weights = withHeader(header + " ".repeat(random.nextInt(50_000)));
                return one + " and " + other + " exchanged";
            }
            case 8 -> {
                String text = header().toString();
                weights = withHeader(
                        switch (random.nextInt(4)) {
                            case 0 -> "[".repeat(1 + random.nextInt(100_000));
                            case 1 -> text.substring(0, text.length() - 1) + "," + text.substring(1);
                            case 2 -> text + text;
                            default -> text.replace(",", ",\"a\":" + "9".repeat(2000) + ",");
                        });
                return "header that is none";
            }
            default -> {
                return "tensor: " + changeValues();
            }
        }
    }

    private List<JsonNode> values() throws IOException {
        return List.of(
                JSON.readTree("null"),
                JSON.readTree("-1"),
                JSON.readTree("0"),
                JSON.readTree("1"),
                JSON.readTree("2.5"),
                JSON.readTree("1e308"),
                JSON.readTree("1e-308"),
                JSON.readTree("-1e999"),
                JSON.readTree("2147483647"),
                JSON.readTree("9223372036854775807"),
                JSON.readTree("9".repeat(500)),
                JSON.readTree("true"),
                JSON.readTree("\"\""),
                JSON.readTree("\"fine\""),
                JSON.readTree("\"" + "x".repeat(100_000) + "\""),
                JSON.readTree("[]"),
                JSON.readTree("[0,1]"),
                JSON.readTree("[[[]]]"),
                JSON.readTree("{}"));
    }

    /** Everything with something in it. */
    private static void collect(JsonNode node, List<ContainerNode<?>> places) {
        if (node instanceof ContainerNode<?> container && !container.isEmpty()) {
            places.add(container);
            container.forEach(child -> collect(child, places));
        }
    }

    private String change(ContainerNode<?> place, List<JsonNode> values) {
        JsonNode value = values.get(random.nextInt(values.size()));
        boolean removes = random.nextInt(5) == 0;
        String shown = removes
                ? "nothing"
                : value.toString().substring(0, Math.min(20, value.toString().length()));
        if (place instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (removes) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
            return name + " is now " + shown;
        }
        ArrayNode array = (ArrayNode) place;
        int at = random.nextInt(array.size());
        if (removes) {
            array.remove(at);
        } else {
            array.set(at, value);
        }
        return "element " + at + " is now " + shown;
    }

    private String changeValues() throws IOException {
        ObjectNode header = header();
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        String name = names.get(random.nextInt(names.size()));
        JsonNode tensor = header.get(name);
        int data = 8 + headerLength();
        int from = data + tensor.path("data_offsets").path(0).asInt();
        int to = data + tensor.path("data_offsets").path(1).asInt();
        ByteBuffer buffer = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.path("dtype").asText().equals("F32")) {
            float value = List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -3f, 0f, 1e-40f)
                    .get(random.nextInt(6));
            buffer.putFloat(from + 4 * random.nextInt((to - from) / 4), value);
            return name + " with " + value;
        }
        if (tensor.path("dtype").asText().equals("I64")) {
            long value = List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE).get(random.nextInt(4));
            buffer.putLong(from + 8 * random.nextInt((to - from) / 8), value);
            return name + " with " + value;
        }
        for (int i = from; i < to; i++) {
            weights[i] = (byte) random.nextInt(256);
        }
        return name + " at random";
    }

    private int headerLength() {
        return (int)
                ByteBuffer.wrap(model.weights()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private ObjectNode header() throws IOException {
        return (ObjectNode) JSON.readTree(new String(model.weights(), 8, headerLength(), StandardCharsets.UTF_8));
    }

    private byte[] withHeader(String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        int data = 8 + headerLength();
        return ByteBuffer.allocate(8 + json.length + weights.length - data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(weights, data, weights.length - data)
                .array();
    }

    /** Those of the weights and of the manifest, where it is JSON at all. */
    private void putChecksumsRight() {
        try {
            ObjectNode json = (ObjectNode) JSON.readTree(manifest);
            ObjectNode entry = (ObjectNode) json.get("weights");
            entry.put("file", weightsName(weights));
            entry.put("bytes", weights.length);
            entry.put("sha256", sha256(weights));
            byte[] covered = JSON.writeValueAsString(JSON.createArrayNode()
                            .add(json.get("encoder"))
                            .add(json.get("tasks"))
                            .add(entry))
                    .replace(System.lineSeparator(), "\n")
                    .getBytes(StandardCharsets.UTF_8);
            String text = new String(manifest, StandardCharsets.UTF_8);
            manifest = text.replaceFirst("(\"file\" : \")[^\"]*", "$1" + weightsName(weights))
                    .replaceFirst("(\"bytes\" : )\\d+", "$1" + weights.length)
                    .replaceFirst("(\"sha256\" : \")[0-9a-f]{64}", "$1" + sha256(weights))
                    .replaceFirst("(\"sha256\" : \")[0-9a-f]{64}(\"\\s*}\\s*)$", "$1" + sha256(covered) + "$2")
                    .getBytes(StandardCharsets.UTF_8);
        } catch (IOException | ClassCastException e) {
            // not JSON, or too deep even for that: there is no checksum to be put right
        }
    }

    private static String weightsName(byte[] weights) {
        return "weights-" + sha256(weights).substring(0, 12) + ".safetensors";
    }

    private static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.newDigest().digest(bytes));
    }

    private static List<Map<String, Prediction>> predictions(MultiheadClassifier classifier) {
        return ModelFixtures.TEXTS.stream().map(classifier::predictAll).toList();
    }
}
