package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
