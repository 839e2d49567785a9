package io.rapidfit.classifier.internal.files;

import com.fasterxml.jackson.core.JsonGenerator;
import io.rapidfit.classifier.internal.features.Segmentation;
import io.rapidfit.classifier.internal.files.EncoderReference.InDirectory;
import io.rapidfit.classifier.internal.files.EncoderReference.InModel;
import io.rapidfit.classifier.internal.files.EncoderReference.OnHub;
import io.rapidfit.classifier.internal.files.EncoderReference.Place;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
record Manifest(
        int formatVersion,
        String libraryVersion,
        EncoderEntry encoder,
        List<TaskEntry> tasks,
        Map<String, Object> training,
        WeightsEntry weights) {

    static final String FILE = "manifest.json";
    static final String FORMAT = "rapidfit-model";
    static final int FORMAT_VERSION = 5;

    private static final int MAX_BYTES = 64 << 20;

    private static final Pattern WEIGHTS_NAME = Pattern.compile("weights-[0-9a-f]{12}\\.safetensors");

    private static final Pattern ENCODER_NAME = Pattern.compile("encoder-[0-9a-f]{12}");

    /** What makes the hidden layer. */
    sealed interface EncoderEntry {

        int dimension();

        void writeTo(JsonGenerator out) throws IOException;

        void check(Path file) throws BadModelFile;

        private static EncoderEntry of(JsonObject json, Path file) throws BadModelFile {
            String type = json.string("type");
            if (type.equals(EmbeddingEntry.TYPE)) {
                return EmbeddingEntry.of(json);
            }
            if (type.equals(PretrainedEntry.TYPE)) {
                return PretrainedEntry.of(json);
            }
            if (NGramsEntry.TYPES.containsKey(type)) {
                return NGramsEntry.of(json);
            }
            throw new BadModelFile(file, "unknown encoder \"" + type + "\"");
        }
    }

    /** A function that whoever loads the model has to give: since format 4. */
    record EmbeddingEntry(String name, int dimension) implements EncoderEntry {

        private static final String TYPE = "embedding";

        private static EmbeddingEntry of(JsonObject json) throws BadModelFile {
            return new EmbeddingEntry(json.string("name"), json.integer("dimension"));
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("type", TYPE);
            out.writeStringField("name", name);
            out.writeNumberField("dimension", dimension);
            out.writeEndObject();
        }

        @Override
        public void check(Path file) throws BadModelFile {
            if (name.isBlank() || dimension < 1) {
                throw BadModelFile.damaged(file, "the encoder is " + this);
            }
        }
    }

    /** A pretrained encoder, which says where it is by the name of one field: since format 5. */
    record PretrainedEntry(EncoderReference reference) implements EncoderEntry {

        private static final String TYPE = "hugging-face";

        private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
        private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

        private static PretrainedEntry of(JsonObject json) throws BadModelFile {
            return new PretrainedEntry(new EncoderReference(
                    place(json),
                    json.integer("dimension"),
                    json.integer("maxLength"),
                    json.string("pooling"),
                    json.string("sha256")));
        }

        private static Place place(JsonObject json) throws BadModelFile {
            if (json.has("hub")) {
                return new OnHub(json.string("hub"), json.string("commit"));
            }
            return json.has("directory")
                    ? new InDirectory(json.string("directory"))
                    : new InModel(json.string("inModel"));
        }

        @Override
        public int dimension() {
            return reference.dimension();
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("type", TYPE);
            if (reference.place() instanceof OnHub hub) {
                out.writeStringField("hub", hub.name());
                out.writeStringField("commit", hub.commit());
            } else if (reference.place() instanceof InDirectory directory) {
                out.writeStringField("directory", directory.path());
            } else if (reference.place() instanceof InModel inside) {
                out.writeStringField("inModel", inside.directory());
            }
            out.writeNumberField("dimension", reference.dimension());
            out.writeNumberField("maxLength", reference.maxLength());
            out.writeStringField("pooling", reference.pooling());
            out.writeStringField("sha256", reference.sha256());
            out.writeEndObject();
        }

        @Override
        public void check(Path file) throws BadModelFile {
            boolean isPlausible = reference.dimension() >= 1
                    && SHA256.matcher(reference.sha256()).matches()
                    && (!(reference.place() instanceof OnHub hub)
                            || COMMIT.matcher(hub.commit()).matches())
                    && (!(reference.place() instanceof InModel inside)
                            || ENCODER_NAME.matcher(inside.directory()).matches());
            if (!isPlausible) {
                throw BadModelFile.damaged(file, "the encoder is " + reference);
            }
        }
    }

    /** N-grams; {@code type} says what their words are. */
    record NGramsEntry(String type, int dimension, int maxWords, int minChars, int maxChars, int minCount)
            implements EncoderEntry {

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

        private static NGramsEntry of(JsonObject json) throws BadModelFile {
            return new NGramsEntry(
                    json.string("type"),
                    json.integer("dimension"),
                    json.integer("maxWords"),
                    json.integer("minChars"),
                    json.integer("maxChars"),
                    json.integer("minCount"));
        }

        @Override
        public void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("type", type);
            out.writeNumberField("dimension", dimension);
            out.writeNumberField("maxWords", maxWords);
            out.writeNumberField("minChars", minChars);
            out.writeNumberField("maxChars", maxChars);
            out.writeNumberField("minCount", minCount);
            out.writeEndObject();
        }

        @Override
        public void check(Path file) throws BadModelFile {
            if (!isPlausible()) {
                throw BadModelFile.damaged(file, "the encoder's sizes are " + this);
            }
        }

        private boolean isPlausible() {
            return dimension >= 1
                    && dimension <= 4096
                    && maxWords >= 1
                    && maxWords <= 5
                    && minChars >= 1
                    && minChars <= 8
                    && (maxChars == 0 || maxChars >= minChars)
                    && maxChars <= 8
                    && minCount >= 1;
        }
    }

    /**
     * A task with its labels in the order of the head's rows. What comes after them is written only where it says
     * something: format 2 knows none of it.
     *
     * @param hidden outputs of each layer but the last; none for a linear head
     * @param activation after each of these; null without any
     * @param nestedIn the task that decides this one, which then has no layers; or null
     * @param groups for each label of {@code nestedIn} the index of the label that it belongs to
     */
    record TaskEntry(
            String name,
            List<String> labels,
            List<Integer> hidden,
            @Nullable Activation activation,
            @Nullable String nestedIn,
            List<Integer> groups,
            double temperature,
            @Nullable Double threshold) {

        /** Layers that a head has at most but for the last: more than anybody trains, and few enough to go through. */
        private static final int MAX_HIDDEN = 7;

        /** Far beyond what any calibration finds; further out probabilities are lost to rounding. */
        private static final double MAX_TEMPERATURE = 1000;

        static TaskEntry linear(String name, List<String> labels) {
            return new TaskEntry(name, labels, List.of(), null, null, List.of(), 1, null);
        }

        /** Whether format 2 says all of it. */
        boolean isPlain() {
            return hidden.isEmpty() && nestedIn == null && temperature == 1 && threshold == null;
        }

        private static TaskEntry of(JsonObject json, Path file) throws BadModelFile {
            return new TaskEntry(
                    json.string("name"),
                    json.strings("labels"),
                    json.has("hidden") ? json.integers("hidden") : List.of(),
                    json.has("activation") ? activation(json.string("activation"), file) : null,
                    json.has("nestedIn") ? json.string("nestedIn") : null,
                    json.has("groups") ? json.integers("groups") : List.of(),
                    json.has("temperature") ? json.number("temperature") : 1,
                    json.has("threshold") ? json.number("threshold") : null);
        }

        private static Activation activation(String name, Path file) throws BadModelFile {
            for (Activation activation : Activation.values()) {
                if (name(activation).equals(name)) {
                    return activation;
                }
            }
            throw new BadModelFile(file, "unknown activation \"" + name + "\"");
        }

        private static String name(Activation activation) {
            return activation.name().toLowerCase(Locale.ROOT);
        }

        private void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("name", name);
            out.writeFieldName("labels");
            Json.writeValue(out, labels);
            if (!hidden.isEmpty()) {
                out.writeFieldName("hidden");
                Json.writeValue(out, hidden);
            }
            if (activation != null) {
                out.writeStringField("activation", name(activation));
            }
            if (nestedIn != null) {
                out.writeStringField("nestedIn", nestedIn);
                out.writeFieldName("groups");
                Json.writeValue(out, groups);
            }
            if (temperature != 1) {
                out.writeNumberField("temperature", temperature);
            }
            if (threshold != null) {
                out.writeNumberField("threshold", threshold);
            }
            out.writeEndObject();
        }

        private void check(Map<String, TaskEntry> tasks, Path file) throws BadModelFile {
            String task = " of task '" + name + "'";
            if (labels.size() < 2 || new HashSet<>(labels).size() != labels.size() || anyBlank(labels)) {
                throw BadModelFile.damaged(file, "the labels" + task);
            }
            if (hidden.size() > MAX_HIDDEN
                    || !allIn(hidden, 1, Integer.MAX_VALUE)
                    || hidden.isEmpty() != (activation == null)) {
                throw BadModelFile.damaged(file, "the layers" + task);
            }
            if (!(temperature >= 1 / MAX_TEMPERATURE && temperature <= MAX_TEMPERATURE)) {
                throw BadModelFile.damaged(file, "the temperature" + task + " is " + temperature);
            }
            TaskEntry finer = nestedIn == null ? null : tasks.get(nestedIn);
            if (nestedIn != null && (finer == null || finer.nestedIn != null || !hidden.isEmpty())) {
                throw BadModelFile.damaged(file, "what decides" + task);
            }
            if (groups.size() != (finer == null ? 0 : finer.labels.size()) || !allIn(groups, 0, labels.size() - 1)) {
                throw BadModelFile.damaged(file, "the groups" + task);
            }
        }
    }

    /** The file of weights: it counts only if it is what was written. */
    record WeightsEntry(String file, long bytes, String sha256) {

        private static WeightsEntry of(JsonObject json) throws BadModelFile {
            return new WeightsEntry(json.string("file"), json.longInteger("bytes"), json.string("sha256"));
        }

        private void writeTo(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("file", file);
            out.writeNumberField("bytes", bytes);
            out.writeStringField("sha256", sha256);
            out.writeEndObject();
        }
    }

    /** Of everything that decides predictions. */
    String sha256() {
        byte[] json = Json.indented(out -> {
            out.writeStartArray();
            encoder.writeTo(out);
            writeTasks(out);
            weights.writeTo(out);
            out.writeEndArray();
        });
        return HexFormat.of().formatHex(Sha256.newDigest().digest(json));
    }

    private void writeTasks(JsonGenerator out) throws IOException {
        out.writeStartArray();
        for (TaskEntry task : tasks) {
            task.writeTo(out);
        }
        out.writeEndArray();
    }

    void write(Path directory) throws IOException {
        byte[] json = Json.indented(out -> {
            out.writeStartObject();
            out.writeStringField("format", FORMAT);
            out.writeNumberField("formatVersion", formatVersion);
            out.writeStringField("libraryVersion", libraryVersion);
            out.writeFieldName("encoder");
            encoder.writeTo(out);
            out.writeFieldName("tasks");
            writeTasks(out);
            out.writeFieldName("training");
            Json.writeValue(out, training);
            out.writeFieldName("weights");
            weights.writeTo(out);
            out.writeStringField("sha256", sha256());
            out.writeEndObject();
            out.writeRaw('\n');
        });
        AtomicFile.replace(directory.resolve(FILE), out -> out.write(json));
    }

    static Manifest read(Path directory) throws IOException, BadModelFile {
        Path file = directory.resolve(FILE);
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BadModelFile(file, "too large for a manifest");
            }
            return of(Json.read(Files.readAllBytes(file), file, ""), file);
        } catch (NoSuchFileException e) {
            throw new BadModelFile(file, "no such file: " + directory + " holds no model, or its saving never ended");
        }
    }

    private static Manifest of(JsonObject json, Path file) throws BadModelFile {
        int formatVersion = formatVersion(json, file);
        List<TaskEntry> tasks = new ArrayList<>();
        for (JsonObject task : json.objects("tasks")) {
            tasks.add(TaskEntry.of(task, file));
        }
        Manifest manifest = new Manifest(
                formatVersion,
                json.has("libraryVersion") ? json.string("libraryVersion") : "unknown",
                EncoderEntry.of(json.object("encoder"), file),
                tasks,
                json.mapOrEmpty("training"),
                WeightsEntry.of(json.object("weights")));
        manifest.check(file);
        if (!json.string("sha256").equals(manifest.sha256())) {
            throw BadModelFile.damaged(file, "its checksum is not that of its encoder, tasks and weights");
        }
        return manifest;
    }

    /** Before anything else is looked at: the rest may look different in another version. */
    private static int formatVersion(JsonObject json, Path file) throws BadModelFile {
        if (!json.has("format") || !json.string("format").equals(FORMAT)) {
            throw new BadModelFile(file, "not a RapidFit model: \"format\" is not \"" + FORMAT + "\"");
        }
        int version = json.integer("formatVersion");
        if (version > FORMAT_VERSION) {
            throw new BadModelFile(
                    file,
                    "written by a newer RapidFit (%s, format %s; this one reads up to %s): use that version or newer"
                            .formatted(
                                    json.has("libraryVersion") ? json.string("libraryVersion") : "unknown",
                                    version,
                                    FORMAT_VERSION));
        }
        if (version < 1) {
            throw BadModelFile.damaged(file, "\"formatVersion\" is " + version);
        }
        return version;
    }

    private void check(Path file) throws BadModelFile {
        encoder.check(file);
        Map<String, TaskEntry> byName = new LinkedHashMap<>();
        for (TaskEntry task : tasks) {
            byName.put(task.name(), task);
        }
        if (tasks.isEmpty() || byName.size() != tasks.size() || anyBlank(byName.keySet())) {
            throw BadModelFile.damaged(file, "no tasks, or one without a name, or one that comes twice");
        }
        for (TaskEntry task : tasks) {
            task.check(byName, file);
        }
        if (!WEIGHTS_NAME.matcher(weights.file()).matches()) {
            throw BadModelFile.damaged(file, "the name of the file of weights");
        }
    }

    private static boolean anyBlank(Collection<String> names) {
        for (String name : names) { // no streams on the way to a first prediction: starting them takes a while
            if (name.isBlank()) {
                return true;
            }
        }
        return false;
    }

    private static boolean allIn(List<Integer> numbers, int min, int max) {
        for (int number : numbers) {
            if (number < min || number > max) {
                return false;
            }
        }
        return true;
    }

    /** Whether a directory is one that {@link ModelDirectory} writes an encoder to. */
    static boolean isEncoderDirectory(Path directory) {
        return ENCODER_NAME.matcher(directory.getFileName().toString()).matches();
    }

    /** Whether a file is one that {@link ModelDirectory} writes weights to. */
    static boolean isWeightsFile(Path file) {
        return WEIGHTS_NAME.matcher(file.getFileName().toString()).matches();
    }
}
