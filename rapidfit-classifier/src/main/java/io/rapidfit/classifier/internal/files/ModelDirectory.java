package io.rapidfit.classifier.internal.files;

import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.features.Segmentation;
import io.rapidfit.classifier.internal.files.EncoderReference.InModel;
import io.rapidfit.classifier.internal.files.Manifest.EmbeddingEntry;
import io.rapidfit.classifier.internal.files.Manifest.EncoderEntry;
import io.rapidfit.classifier.internal.files.Manifest.NGramsEntry;
import io.rapidfit.classifier.internal.files.Manifest.PretrainedEntry;
import io.rapidfit.classifier.internal.files.Manifest.TaskEntry;
import io.rapidfit.classifier.internal.files.Manifest.WeightsEntry;
import io.rapidfit.classifier.internal.files.Safetensors.Tensor;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Centering;
import io.rapidfit.classifier.internal.serve.EmbeddingTable;
import io.rapidfit.classifier.internal.serve.FloatTable;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Int8Table;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Precision;
import io.rapidfit.classifier.internal.serve.Scope;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.serve.VectorModel;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Saves and loads a model as a directory: {@code manifest.json} and a file of weights that bears the start of its own
 * checksum in its name. The manifest is written last and replaced atomically, so a reader, or a crash at any point, finds
 * the old model or the new one, whole.
 */
public final class ModelDirectory {

    private static final String HASHES = "vocabulary.hashes";
    private static final String IDF = "vocabulary.idf";
    private static final String TABLE = "table";

    /** With a table of 8-bit integers: the factor of each row. */
    private static final String SCALES = "table.scales";

    private static final String BIAS = "hidden.bias";

    /** What a model of embeddings does with them before its heads. */
    private static final String MEAN = "vectors.mean";

    private static final String SCALE = "vectors.scale";

    /** What comes after the name of a layer, and of a head. */
    private static final String WEIGHTS = ".weights";

    private static final String LAYER_BIAS = ".bias";
    private static final String MEANS = ".means";
    private static final String FAMILIAR = ".familiar";

    /** How often a model that is replaced while it is read is looked for. */
    private static final int ATTEMPTS = 50;

    /** Two savings at once would delete each other's weights. */
    private static final Object SAVING = new Object();

    private ModelDirectory() {}

    /** Keeps the precision that the model has. */
    public static void save(Path given, SavedModel saved) throws IOException {
        save(given, saved, saved.model().precision());
    }

    public static void save(Path given, SavedModel saved, Precision precision) throws IOException {
        SavedModel converted =
                new SavedModel(saved.model().withPrecision(precision), saved.minCount(), saved.training());
        synchronized (SAVING) {
            saveAlone(given.toAbsolutePath(), converted);
        }
    }

    private static void saveAlone(Path directory, SavedModel saved) throws IOException {
        Map<String, Tensor> tensors = tensors(saved.model());
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            if (!tensor.getValue().isFinite()) { // loading would refuse it, and the old model would be gone
                throw new IllegalStateException("the model cannot be saved: " + notFinite(tensor.getKey()));
            }
        }
        MessageDigest digest = Sha256.newDigest();
        Safetensors.write(tensors, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
        String checksum = HexFormat.of().formatHex(digest.digest());
        Path weights = directory.resolve("weights-" + checksum.substring(0, 12) + ".safetensors");
        AtomicFile.replace(weights, out -> Safetensors.write(tensors, out));
        EncoderEntry encoder = saveEncoder(directory, saved);
        WeightsEntry entry = new WeightsEntry(weights.getFileName().toString(), Files.size(weights), checksum);
        manifest(saved, encoder, entry).write(directory);
        deleteAllBut(weights, encoder);
    }

    private static Manifest manifest(SavedModel saved, EncoderEntry encoder, WeightsEntry weights) {
        List<TaskEntry> tasks =
                saved.model().heads().stream().map(ModelDirectory::taskEntry).toList();
        return new Manifest(
                formatVersion(saved.model(), tasks), BuildInfo.version(), encoder, tasks, saved.training(), weights);
    }

    /** Writes the encoder's files if the model is to have them; returns what the manifest says of the encoder. */
    private static EncoderEntry saveEncoder(Path directory, SavedModel saved) throws IOException {
        if (saved.model() instanceof NGramModel model) {
            NGramSizes sizes = model.vocabulary().sizes();
            return new NGramsEntry(
                    NGramsEntry.type(model.vocabulary().segmentation()),
                    model.dimension(),
                    sizes.maxWords(),
                    sizes.minChars(),
                    sizes.maxChars(),
                    saved.minCount());
        }
        TextEncoder encoder = ((VectorModel) saved.model()).encoder();
        if (encoder instanceof PretrainedEncoder pretrained) {
            return new PretrainedEntry(saveEncoder(directory, pretrained));
        }
        return new EmbeddingEntry(encoder.name(), encoder.dimension());
    }

    private static EncoderReference saveEncoder(Path directory, PretrainedEncoder encoder) throws IOException {
        EncoderCopy copy = encoder.copy();
        if (copy == null) {
            return encoder.reference();
        }
        String sha256 = copy.sha256();
        InModel place = new InModel("encoder-" + sha256.substring(0, 12));
        copy.writeTo(directory.resolve(place.directory()));
        return encoder.reference().withSha256(sha256).at(place);
    }

    /** The oldest that says it all: so the library that saved an old model can go on reading it. */
    private static int formatVersion(TextModel model, List<TaskEntry> tasks) {
        if (model instanceof VectorModel vectors) {
            return vectors.encoder() instanceof PretrainedEncoder ? 5 : 4;
        }
        NGramModel ngrams = (NGramModel) model;
        if (!tasks.stream().allMatch(TaskEntry::isPlain)
                || model.heads().stream().anyMatch(head -> head.scope() != null)) {
            return 3;
        }
        return ngrams.vocabulary().segmentation() == Segmentation.RUNS
                        && ngrams.embeddings().precision() == Precision.FLOAT32
                ? 1
                : 2;
    }

    private static TaskEntry taskEntry(Head head) {
        List<Layer> hidden = head.layers().subList(0, Math.max(0, head.layers().size() - 1));
        return new TaskEntry(
                head.task(),
                head.labels(),
                hidden.stream().map(Layer::outputs).toList(),
                hidden.isEmpty() ? null : head.activation(),
                head.finer() == null ? null : head.finer().task(),
                head.groups(),
                head.temperature(),
                head.threshold());
    }

    private static Map<String, Tensor> tensors(TextModel model) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (model instanceof NGramModel ngrams) {
            putNGrams(ngrams, tensors);
        } else {
            Centering centering = ((VectorModel) model).centering();
            tensors.put(MEAN, Tensor.of(centering.mean(), model.dimension()));
            tensors.put(SCALE, Tensor.of(new float[] {centering.scale()}, 1));
        }
        putHeads(model, tensors);
        return tensors;
    }

    private static void putNGrams(NGramModel model, Map<String, Tensor> tensors) {
        int rows = model.vocabulary().size();
        int dimension = model.dimension();
        tensors.put(HASHES, Tensor.of(model.vocabulary().hashes(), rows));
        tensors.put(IDF, Tensor.of(model.vocabulary().idf(), rows));
        if (model.embeddings() instanceof Int8Table table) {
            tensors.put(TABLE, Tensor.of(table.toBytes(), rows, dimension));
            tensors.put(SCALES, Tensor.of(table.scales(), rows));
        } else {
            tensors.put(TABLE, Tensor.of(model.table(), rows, dimension));
        }
        tensors.put(BIAS, Tensor.of(model.bias(), dimension));
    }

    private static void putHeads(TextModel model, Map<String, Tensor> tensors) {
        for (int i = 0; i < model.heads().size(); i++) {
            Head head = model.heads().get(i);
            for (int j = 0; j < head.layers().size(); j++) {
                Layer layer = head.layers().get(j);
                String name = layer(i, j, head.layers().size() - 1);
                tensors.put(name + WEIGHTS, Tensor.of(layer.weights(), layer.outputs(), layer.inputs()));
                tensors.put(name + LAYER_BIAS, Tensor.of(layer.bias(), layer.outputs()));
            }
            Scope scope = head.scope();
            if (scope != null) {
                tensors.put(
                        head(i) + MEANS, Tensor.of(scope.means(), head.labels().size(), model.dimension()));
                tensors.put(head(i) + FAMILIAR, Tensor.of(scope.familiar(), scope.familiar().length));
            }
        }
    }

    private static String head(int head) {
        return "heads." + head;
    }

    private static String notFinite(String tensor) {
        return "'" + tensor + "' has a value that is not a finite number";
    }

    /** The last layer has the name that the only one of a linear head has. */
    private static String layer(int head, int layer, int last) {
        return layer == last ? head(head) : head(head) + ".hidden." + layer;
    }

    private static void deleteAllBut(Path weights, EncoderEntry encoder) throws IOException {
        String kept = encoder instanceof PretrainedEntry pretrained
                ? pretrained.reference().place().toString()
                : "";
        List<Path> old;
        try (Stream<Path> files = Files.list(weights.getParent())) {
            old = files.filter(f -> (Manifest.isWeightsFile(f) && !f.equals(weights))
                            || (Manifest.isEncoderDirectory(f)
                                    && !f.getFileName().toString().equals(kept)))
                    .toList();
        }
        for (Path path : old) {
            delete(path);
        }
    }

    private static void delete(Path path) throws IOException {
        List<Path> contents;
        try (Stream<Path> tree = Files.walk(path)) {
            contents = tree.sorted(Comparator.reverseOrder()).toList(); // what is in a directory before the directory
        }
        for (Path content : contents) {
            Files.deleteIfExists(content);
        }
    }

    /** Of a model that needs no encoder but its own n-grams. */
    public static SavedModel load(Path directory) throws IOException, BadModelFile {
        return load(directory, null, (reference, model) -> {
            throw new IllegalArgumentException(
                    "the model in %s was trained on encoder %s".formatted(model, reference.place()));
        });
    }

    /**
     * @param given what makes the vectors of a model of embeddings; null where there is none
     * @param opener of a pretrained encoder
     * @throws BadModelFile naming the file that is missing, damaged or too new
     * @throws IllegalArgumentException if the model needs another encoder than the given one
     */
    public static SavedModel load(Path directory, @Nullable TextEncoder given, PretrainedEncoder.Opener opener)
            throws IOException, BadModelFile {
        for (int attempt = 1; ; attempt++) {
            Manifest manifest = Manifest.read(directory);
            requireFitting(directory, manifest.encoder(), given);
            try {
                return load(directory, manifest, given, opener);
            } catch (NoSuchFileException e) { // perhaps a saving has just replaced the model
                if (attempt == ATTEMPTS) {
                    throw new BadModelFile(directory.resolve(manifest.weights().file()), "missing");
                }
            } catch (BadModelFile e) {
                if (attempt == ATTEMPTS || Manifest.read(directory).equals(manifest)) {
                    throw e;
                }
            }
        }
    }

    private static void requireFitting(Path directory, EncoderEntry entry, @Nullable TextEncoder given) {
        if (entry instanceof EmbeddingEntry embedding) {
            String needed = "the model in %s was trained on embedding '%s' of dimension %s"
                    .formatted(directory, embedding.name(), embedding.dimension());
            if (given == null) {
                throw new IllegalArgumentException(
                        ("%s, whose function is not saved with it: load it with MultiheadClassifier.load(directory,"
                                        + " Encoders.embedding(\"%s\", %s, function))")
                                .formatted(needed, embedding.name(), embedding.dimension()));
            }
            if (!given.name().equals(embedding.name()) || given.dimension() != embedding.dimension()) {
                throw new IllegalArgumentException("%s, and cannot be loaded with embedding '%s' of dimension %s"
                        .formatted(needed, given.name(), given.dimension()));
            }
        } else if (given != null) {
            throw new IllegalArgumentException(
                    "the model in %s has %s, and takes no other: load it with MultiheadClassifier.load(directory)"
                            .formatted(
                                    directory,
                                    entry instanceof PretrainedEntry pretrained
                                            ? "encoder "
                                                    + pretrained.reference().place()
                                            : "its own n-grams"));
        }
    }

    private static SavedModel load(
            Path directory, Manifest manifest, @Nullable TextEncoder given, PretrainedEncoder.Opener opener)
            throws IOException, BadModelFile {
        Path file = directory.resolve(manifest.weights().file());
        Tensors tensors = new Tensors(readWeights(file, manifest.weights()), file);
        Function<TextEncoder, VectorModel> ready;
        try {
            if (manifest.encoder() instanceof NGramsEntry ngrams) {
                return new SavedModel(ngramModel(ngrams, manifest, tensors), ngrams.minCount(), manifest.training());
            }
            ready = vectorModel(manifest, tensors);
        } catch (IllegalArgumentException e) {
            throw BadModelFile.damaged(file, "" + e.getMessage());
        }
        // Last, when all else is known to be good; what goes wrong here is not the fault of this file.
        TextEncoder encoder = manifest.encoder() instanceof PretrainedEntry entry
                ? open(opener, entry.reference(), directory)
                : Objects.requireNonNull(given);
        return new SavedModel(ready.apply(encoder), 0, manifest.training());
    }

    private static PretrainedEncoder open(PretrainedEncoder.Opener opener, EncoderReference reference, Path directory)
            throws IOException, BadModelFile {
        try {
            return opener.open(reference, directory);
        } catch (NoSuchFileException e) { // of the encoder's, while it was read
            throw new BadModelFile(Path.of(e.getFile()), "missing");
        }
    }

    /** All but the encoder, whose dimension is known to be the manifest's. */
    private static Function<TextEncoder, VectorModel> vectorModel(Manifest manifest, Tensors tensors)
            throws BadModelFile {
        List<Head> heads = heads(manifest, tensors);
        int dimension = manifest.encoder().dimension();
        Centering centering = new Centering(tensors.floats(MEAN, dimension), tensors.floats(SCALE, 1)[0]);
        return encoder -> new VectorModel(encoder, centering, heads);
    }

    private static Map<String, Tensor> readWeights(Path file, WeightsEntry expected) throws IOException, BadModelFile {
        MessageDigest digest = Sha256.newDigest();
        Map<String, Tensor> tensors;
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long size = Files.size(file);
            if (size != expected.bytes()) {
                throw BadModelFile.damaged(file, size + " bytes, " + expected.bytes() + " expected");
            }
            tensors = Safetensors.read(in, size, file);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(expected.sha256())) {
            throw BadModelFile.damaged(file, "its checksum is not the manifest's");
        }
        return tensors;
    }

    private static NGramModel ngramModel(NGramsEntry encoder, Manifest manifest, Tensors tensors) throws BadModelFile {
        int dimension = encoder.dimension();
        long[] hashes = tensors.longs(HASHES);
        int rows = hashes.length;
        NGramVocabulary vocabulary = NGramVocabulary.of(
                new NGramSizes(encoder.maxWords(), encoder.minChars(), encoder.maxChars()),
                Objects.requireNonNull(encoder.segmentation()), // the manifest was checked
                hashes,
                tensors.floats(IDF, rows));
        EmbeddingTable table = tensors.has(SCALES)
                ? new Int8Table(tensors.bytes(TABLE, rows, dimension), tensors.floats(SCALES, rows), dimension)
                : new FloatTable(tensors.floats(TABLE, rows, dimension), rows, dimension);
        return new NGramModel(vocabulary, table, tensors.floats(BIAS, dimension), heads(manifest, tensors));
    }

    private static List<Head> heads(Manifest manifest, Tensors tensors) throws BadModelFile {
        Map<String, Head> own = new HashMap<>();
        for (int i = 0; i < manifest.tasks().size(); i++) {
            TaskEntry task = manifest.tasks().get(i);
            if (task.nestedIn() == null) {
                own.put(task.name(), ownHead(task, i, manifest.encoder().dimension(), tensors));
            }
        }
        List<Head> heads = new ArrayList<>();
        for (TaskEntry task : manifest.tasks()) {
            Head finer = own.get(task.nestedIn());
            Head head = finer == null
                    ? Objects.requireNonNull(own.get(task.name()))
                    : Head.nested(task.name(), task.labels(), finer, task.groups())
                            .calibrated(task.temperature(), task.threshold());
            heads.add(head);
        }
        return heads;
    }

    /** A head with layers of its own. */
    private static Head ownHead(TaskEntry task, int index, int dimension, Tensors tensors) throws BadModelFile {
        List<Layer> layers = new ArrayList<>();
        int labels = task.labels().size();
        int last = task.hidden().size();
        int inputs = dimension;
        for (int j = 0; j <= last; j++) {
            int outputs = j == last ? labels : task.hidden().get(j);
            String name = layer(index, j, last);
            layers.add(new Layer(
                    tensors.floats(name + WEIGHTS, outputs, inputs), tensors.floats(name + LAYER_BIAS, outputs)));
            inputs = outputs;
        }
        Activation activation = task.activation() == null ? Activation.RELU : task.activation();
        Head head = Head.of(task.name(), task.labels(), layers, activation)
                .calibrated(task.temperature(), task.threshold());
        String means = head(index) + MEANS;
        return tensors.has(means)
                ? head.withScope(new Scope(
                        tensors.floats(means, labels, dimension), dimension, tensors.floats(head(index) + FAMILIAR)))
                : head;
    }

    /** The tensors of a file, each asked for by name and shape. */
    private record Tensors(Map<String, Tensor> byName, Path file) {

        boolean has(String name) {
            return byName.containsKey(name);
        }

        byte[] bytes(String name, long... shape) throws BadModelFile {
            Tensor tensor = byName.get(name);
            if (tensor != null && tensor.values() instanceof byte[] values && tensor.hasShape(shape)) {
                return values;
            }
            throw unfit(name);
        }

        float[] floats(String name, long... shape) throws BadModelFile {
            Tensor tensor = byName.get(name);
            if (tensor != null && tensor.values() instanceof float[] values && tensor.hasShape(shape)) {
                if (!tensor.isFinite()) { // otherwise a prediction would be the first to find out
                    throw BadModelFile.damaged(file, notFinite(name));
                }
                return values;
            }
            throw unfit(name);
        }

        /** Of one dimension, however many. */
        float[] floats(String name) throws BadModelFile {
            Tensor tensor = byName.get(name);
            return floats(name, tensor != null && tensor.values() instanceof float[] values ? values.length : 0);
        }

        long[] longs(String name) throws BadModelFile {
            Tensor tensor = byName.get(name);
            if (tensor != null && tensor.values() instanceof long[] values && tensor.hasShape(values.length)) {
                return values;
            }
            throw unfit(name);
        }

        private BadModelFile unfit(String name) {
            return BadModelFile.damaged(file, "'" + name + "' is missing or has another type or shape");
        }
    }
}
