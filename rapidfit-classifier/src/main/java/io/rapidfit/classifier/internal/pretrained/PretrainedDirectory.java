package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderCopy;
import io.rapidfit.classifier.internal.files.Json;
import io.rapidfit.classifier.internal.files.JsonObject;
import io.rapidfit.internal.AtomicFile.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pretrained encoder as Hugging Face publishes it: {@code config.json}, {@code tokenizer.json} and
 * {@code model.safetensors}, or its shards with {@code model.safetensors.index.json}. Where there is a
 * {@code modules.json}, as sentence-transformers writes it, it says how tokens become a vector; without one they are
 * averaged and not normalised, as sentence-transformers does, too.
 *
 * <p>All but the weights is kept as it was read: a model that has learnt can be saved when the directory is gone.
 */
public final class PretrainedDirectory {

    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";

    /**
     * In the config.json of an encoder that has learnt here: what it was made of. Other libraries pass over it. It must
     * stand in the encoder's own files, from where others may take it for a new training.
     */
    public static final String FINE_TUNED_FROM = "rapidfit_fine_tuned_from";

    private final Path directory;
    private final PretrainedConfig config;
    private final SentenceModules modules;
    private final @Nullable String fineTunedFrom;

    /** All but the weights, by their places, in the order that the hash has them. */
    private final Map<String, byte[]> files;

    private PretrainedDirectory(
            Path directory,
            PretrainedConfig config,
            SentenceModules modules,
            @Nullable String fineTunedFrom,
            Map<String, byte[]> files) {
        this.directory = directory;
        this.config = config;
        this.modules = modules;
        this.fineTunedFrom = fineTunedFrom;
        this.files = files;
    }

    /**
     * Reads all but the weights.
     *
     * @throws BadModelFile naming the file that is missing, damaged or of a kind that is not supported
     */
    public static PretrainedDirectory read(Path directory) throws IOException, BadModelFile {
        return read(directory, null);
    }

    /**
     * The same with another pooling than the files say.
     *
     * @param pooling null for that of the files
     */
    public static PretrainedDirectory read(Path directory, @Nullable Pooling pooling) throws IOException, BadModelFile {
        JsonFiles json = new JsonFiles(directory);
        PretrainedConfig config = readConfig(json, directory);
        SentenceModules modules = SentenceModules.read(json, config.hiddenSize(), pooling);
        TokenizerFile.check(json.object(TOKENIZER), json.path(TOKENIZER), config.vocabularySize());
        List<String> names = new ArrayList<>(List.of(CONFIG, TOKENIZER));
        names.addAll(SentenceModules.files(json));
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, json.bytes(name));
        }
        JsonObject configured = json.object(CONFIG);
        String fineTunedFrom = configured.has(FINE_TUNED_FROM) ? configured.string(FINE_TUNED_FROM) : null;
        return new PretrainedDirectory(directory, config, modules, fineTunedFrom, files);
    }

    /**
     * Looks at what says whether the encoder is supported at all, its tokenizer and its weights aside.
     *
     * @param pooling null for that of the files
     * @throws BadModelFile if it is not
     */
    static void check(Path directory, @Nullable Pooling pooling) throws IOException, BadModelFile {
        JsonFiles json = new JsonFiles(directory);
        SentenceModules.read(json, readConfig(json, directory).hiddenSize(), pooling);
    }

    private static PretrainedConfig readConfig(JsonFiles json, Path directory) throws IOException, BadModelFile {
        if (!Files.isDirectory(directory)) {
            throw new BadModelFile(directory, "not a directory");
        }
        return PretrainedConfig.of(json.object(CONFIG), json.path(CONFIG));
    }

    public Path directory() {
        return directory;
    }

    public PretrainedConfig config() {
        return config;
    }

    public Pooling pooling() {
        return modules.pooling();
    }

    /** Whether the pooled vector is brought to length 1. */
    public boolean normalize() {
        return modules.normalize();
    }

    /** How many tokens of a text count, those included that open and close it. */
    public int maxLength() {
        return Math.min(modules.maxLength(), config.maxTokens());
    }

    /** Whether texts are to be lower-cased before the tokenizer sees them. */
    public boolean lowerCase() {
        return modules.lowerCase();
    }

    /** What the encoder was made of, if it has learnt from labelled texts here; null for any other. */
    public @Nullable String fineTunedFrom() {
        return fineTunedFrom;
    }

    /** The same as the files of an encoder that has learnt: they say so, and how its vectors are made. */
    public PretrainedDirectory fineTuned(String madeOf) throws BadModelFile {
        PretrainedDirectory written = withPoolingWritten();
        Map<String, byte[]> marked = new LinkedHashMap<>(written.files);
        byte[] read = Objects.requireNonNull(files.get(CONFIG));
        marked.put(CONFIG, Json.read(read, directory.resolve(CONFIG), "").toJsonWith(FINE_TUNED_FROM, madeOf));
        return new PretrainedDirectory(directory, config, written.modules, madeOf, marked);
    }

    /** The same with files that say which pooling is used, if it is not that of the directory's. */
    public PretrainedDirectory withPoolingWritten() {
        if (modules.isPoolingWritten()) {
            return this;
        }
        Map<String, byte[]> written = new LinkedHashMap<>();
        written.put(CONFIG, Objects.requireNonNull(files.get(CONFIG)));
        written.put(TOKENIZER, Objects.requireNonNull(files.get(TOKENIZER)));
        written.putAll(modules.poolingFiles(files.get(SentenceModules.MODULES), config.hiddenSize()));
        files.forEach(written::putIfAbsent);
        return new PretrainedDirectory(directory, config, modules.withPoolingWritten(), fineTunedFrom, written);
    }

    /** What was read, with the weights that the directory has. */
    public EncoderCopy copy() throws IOException, BadModelFile {
        Map<String, Content> contents = contentsWithoutWeights();
        for (String file : WeightFiles.find(directory).names()) {
            contents.put(file, out -> Files.copy(directory.resolve(file), out));
        }
        return new EncoderCopy(contents);
    }

    /** What was read, with these weights, in one file. The directory need not be there any more. */
    public EncoderCopy copy(Map<String, Parameter> weights) {
        Map<String, Content> contents = contentsWithoutWeights();
        contents.put(WeightFiles.SINGLE, out -> WeightFiles.write(weights, out));
        return new EncoderCopy(contents);
    }

    private Map<String, Content> contentsWithoutWeights() {
        Map<String, Content> contents = new LinkedHashMap<>();
        files.forEach((name, bytes) -> contents.put(name, out -> out.write(bytes)));
        return contents;
    }

    public Path tokenizer() {
        return directory.resolve(TOKENIZER);
    }

    /**
     * Reads the weights, which are not kept here. 16-bit floats are widened. Heads for other purposes and buffers that
     * follow from the configuration are left out; any other tensor that is not expected is refused.
     *
     * @return all of {@link PretrainedConfig#parameterShapes()}, in that order
     * @throws BadModelFile naming tensors that are missing, not expected, or of another type or shape; before memory is
     *     taken for any of them
     */
    public Map<String, Parameter> readParameters() throws IOException, BadModelFile {
        return WeightFiles.find(directory).read(config);
    }
}
