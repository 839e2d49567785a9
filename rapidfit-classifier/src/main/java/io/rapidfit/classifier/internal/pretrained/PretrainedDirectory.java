package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.internal.AtomicFile;
import io.rapidfit.internal.AtomicFile.Content;
import io.rapidfit.internal.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A pretrained encoder as Hugging Face publishes it: {@code config.json}, {@code tokenizer.json} and
 * {@code model.safetensors}, or its shards with {@code model.safetensors.index.json}. Where there is a
 * {@code modules.json}, as sentence-transformers writes it, it says how tokens become a vector; without one they are
 * averaged and not normalised, as sentence-transformers does, too.
 *
 * @param normalize whether the pooled vector is brought to length 1
 * @param maxLength how many tokens of a text count, those included that open and close it
 * @param lowerCase whether texts are to be lower-cased before the tokenizer sees them
 */
public record PretrainedDirectory(
        Path directory, PretrainedConfig config, Pooling pooling, boolean normalize, int maxLength, boolean lowerCase) {

    static final String CONFIG = "config.json";
    static final String TOKENIZER = "tokenizer.json";

    /**
     * Reads all but the weights.
     *
     * @throws BadModelFile naming the file that is missing, damaged or of a kind that is not supported
     */
    public static PretrainedDirectory read(Path directory) throws IOException, BadModelFile {
        PretrainedDirectory read = readWithoutTokenizer(directory);
        TokenizerFile.check(read.tokenizer(), read.config.vocabularySize());
        return read;
    }

    /** Reads what says whether the encoder is supported at all. */
    static PretrainedDirectory readWithoutTokenizer(Path directory) throws IOException, BadModelFile {
        if (!Files.isDirectory(directory)) {
            throw new BadModelFile(directory, "not a directory");
        }
        PretrainedConfig config = PretrainedConfig.read(directory.resolve(CONFIG));
        SentenceModules modules = SentenceModules.read(directory, config.hiddenSize());
        return new PretrainedDirectory(
                directory,
                config,
                modules.pooling(),
                modules.normalize(),
                Math.min(modules.maxLength(), config.maxTokens()),
                modules.lowerCase());
    }

    /** The same with another pooling than the files say. */
    public PretrainedDirectory withPooling(Pooling newPooling) {
        return new PretrainedDirectory(directory, config, newPooling, normalize, maxLength, lowerCase);
    }

    /** Changes when anything does that decides the vectors: of the names of all files that do, and the SHA-256 of each. */
    public String sha256() throws IOException, BadModelFile {
        return hash(contents());
    }

    /** What {@link #sha256()} is of a copy with other weights. */
    public String sha256(Map<String, Parameter> weights) throws IOException, BadModelFile {
        return hash(contents(weights));
    }

    /** Copies all files that decide the vectors. */
    public void copyTo(Path target) throws IOException, BadModelFile {
        write(target, contents());
    }

    /** The same with other weights, in one file. */
    public void copyTo(Path target, Map<String, Parameter> weights) throws IOException, BadModelFile {
        write(target, contents(weights));
    }

    private static String hash(Map<String, Content> contents) throws IOException {
        MessageDigest all = Sha256.newDigest();
        for (Map.Entry<String, Content> file : contents.entrySet()) {
            MessageDigest one = Sha256.newDigest();
            try (OutputStream digest = new DigestOutputStream(OutputStream.nullOutputStream(), one)) {
                file.getValue().writeTo(digest);
            }
            String line = file.getKey() + " " + HexFormat.of().formatHex(one.digest()) + "\n";
            all.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    private static void write(Path target, Map<String, Content> contents) throws IOException {
        for (Map.Entry<String, Content> file : contents.entrySet()) {
            AtomicFile.replace(target.resolve(file.getKey()), file.getValue());
        }
    }

    /** Of all files, by their places in the directory, with slashes. */
    private Map<String, Content> contents() throws IOException, BadModelFile {
        Map<String, Content> contents = contentsWithoutWeights();
        for (String file : WeightFiles.find(directory).names()) {
            contents.put(file, copy(file));
        }
        return contents;
    }

    private Map<String, Content> contents(Map<String, Parameter> weights) throws IOException, BadModelFile {
        Map<String, Content> contents = contentsWithoutWeights();
        contents.put(WeightFiles.SINGLE, out -> WeightFiles.write(weights, out));
        return contents;
    }

    private Map<String, Content> contentsWithoutWeights() throws IOException, BadModelFile {
        List<String> files = new ArrayList<>(List.of(CONFIG, TOKENIZER));
        files.addAll(SentenceModules.files(directory));
        Map<String, Content> contents = new LinkedHashMap<>();
        files.forEach(file -> contents.put(file, copy(file)));
        return contents;
    }

    private Content copy(String file) {
        return out -> Files.copy(directory.resolve(file), out);
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
