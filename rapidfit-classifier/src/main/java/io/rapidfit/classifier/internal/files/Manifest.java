package io.rapidfit.classifier.internal.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rapidfit.classifier.internal.features.Segmentation;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a model directory holds, as {@code manifest.json}. Fields that a later minor version adds are ignored by this one;
 * a change that it could not read raises {@link #FORMAT_VERSION}.
 *
 * @param libraryVersion the RapidFit that wrote it; for people
 * @param training how the model was trained; for people
 */
@JsonPropertyOrder({"format", "formatVersion", "libraryVersion", "encoder", "tasks", "training", "weights", "sha256"})
record Manifest(
        @JsonProperty(required = true) String format,
        @JsonProperty(required = true) int formatVersion,
        String libraryVersion,
        @JsonProperty(required = true) NGramsEntry encoder,
        @JsonProperty(required = true) List<TaskEntry> tasks,
        Map<String, Object> training,
        @JsonProperty(required = true) WeightsEntry weights,
        @JsonProperty(required = true) String sha256) {

    static final String FILE = "manifest.json";
    static final String FORMAT = "rapidfit-model";
    static final int FORMAT_VERSION = 2;

    private static final int MAX_BYTES = 64 << 20;

    private static final Pattern WEIGHTS_NAME = Pattern.compile("weights-[0-9a-f]{12}\\.safetensors");

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** The encoder; {@code type} says what its words are, and leaves room for others. */
    record NGramsEntry(
            @JsonProperty(required = true) String type,
            @JsonProperty(required = true) int dimension,
            @JsonProperty(required = true) int maxWords,
            @JsonProperty(required = true) int minChars,
            @JsonProperty(required = true) int maxChars,
            @JsonProperty(required = true) int minCount) {

        /** The first is the only one that format 1 knows. */
        private static final Map<String, Segmentation> TYPES =
                Map.of("ngrams", Segmentation.RUNS, "ngrams-by-script", Segmentation.SCRIPTS);

        static String type(Segmentation segmentation) {
            return TYPES.entrySet().stream()
                    .filter(type -> type.getValue() == segmentation)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
        }

        @Nullable Segmentation segmentation() {
            return TYPES.get(type);
        }
    }

    /** A task with its labels in the order of the head's rows. */
    record TaskEntry(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) List<String> labels) {}

    /** The file of weights: it counts only if it is what was written. */
    record WeightsEntry(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) long bytes,
            @JsonProperty(required = true) String sha256) {}

    /** Of everything that decides predictions. */
    static String checksum(NGramsEntry encoder, List<TaskEntry> tasks, WeightsEntry weights) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(List.of(encoder, tasks, weights));
            return HexFormat.of().formatHex(Sha256.newDigest().digest(json));
        } catch (JacksonException e) {
            throw new AssertionError("records of strings and numbers can be written", e);
        }
    }

    void write(Path directory) throws IOException {
        AtomicFile.replace(directory.resolve(FILE), out -> {
            out.write(MAPPER.writeValueAsBytes(this));
            out.write('\n');
        });
    }

    static Manifest read(Path directory) throws IOException, BadModelFile {
        Path file = directory.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadModelFile(file, "too large for a manifest");
            }
            JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
            checkFormat(file, json);
            Manifest manifest = MAPPER.treeToValue(json, Manifest.class);
            manifest.check(file);
            return manifest;
        } catch (NoSuchFileException e) {
            throw new BadModelFile(file, "no such file: " + directory + " holds no model, or its saving never ended");
        } catch (JacksonException e) {
            throw BadModelFile.damaged(file, "" + e.getOriginalMessage());
        }
    }

    /** Before anything else is read: the rest may look different in another version. */
    private static void checkFormat(Path file, JsonNode json) throws BadModelFile {
        if (!json.path("format").asText().equals(FORMAT)) {
            throw new BadModelFile(file, "not a RapidFit model: \"format\" is not \"" + FORMAT + "\"");
        }
        int version = json.path("formatVersion").asInt();
        if (version > FORMAT_VERSION) {
            throw new BadModelFile(
                    file,
                    "written by a newer RapidFit (%s, format %s; this one reads up to %s): use that version or newer"
                            .formatted(json.path("libraryVersion").asText("unknown"), version, FORMAT_VERSION));
        }
        if (version < 1) {
            throw BadModelFile.damaged(file, "\"formatVersion\" is " + json.path("formatVersion"));
        }
    }

    private void check(Path file) throws BadModelFile {
        if (encoder.segmentation() == null) {
            throw new BadModelFile(file, "unknown encoder \"" + encoder.type() + "\"");
        }
        boolean sizes = encoder.dimension() >= 1
                && encoder.dimension() <= 4096
                && encoder.maxWords() >= 1
                && encoder.maxWords() <= 5
                && encoder.minChars() >= 1
                && encoder.minChars() <= 8
                && (encoder.maxChars() == 0 || encoder.maxChars() >= encoder.minChars())
                && encoder.maxChars() <= 8
                && encoder.minCount() >= 1;
        if (!sizes) {
            throw BadModelFile.damaged(file, "the encoder's sizes are " + encoder);
        }
        if (tasks.isEmpty()
                || tasks.stream().anyMatch(t -> t == null || t.name().isBlank())
                || tasks.stream().map(TaskEntry::name).distinct().count() != tasks.size()) {
            throw BadModelFile.damaged(file, "no tasks, or one that comes twice");
        }
        for (TaskEntry task : tasks) {
            if (task.labels().size() < 2
                    || task.labels().stream().distinct().count()
                            != task.labels().size()
                    || task.labels().stream().anyMatch(l -> l == null || l.isBlank())) {
                throw BadModelFile.damaged(file, "the labels of task '" + task.name() + "'");
            }
        }
        if (!WEIGHTS_NAME.matcher(weights.file()).matches()) {
            throw BadModelFile.damaged(file, "the name of the file of weights");
        }
        if (!sha256.equals(checksum(encoder, tasks, weights))) {
            throw BadModelFile.damaged(file, "its checksum is not that of its encoder, tasks and weights");
        }
    }

    /** Whether a file is one that {@link ModelDirectory} writes weights to. */
    static boolean isWeightsFile(Path file) {
        return WEIGHTS_NAME.matcher(file.getFileName().toString()).matches();
    }
}
