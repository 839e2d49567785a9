package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What sentence-transformers adds to an encoder: {@code modules.json} lists what a text passes, here a transformer, a
 * pooling and perhaps a normalisation; each but the first has a directory of its own. {@code sentence_bert_config.json}
 * belongs to the transformer.
 *
 * @param maxLength {@link Integer#MAX_VALUE} if nothing limits it
 */
record SentenceModules(Pooling pooling, boolean normalize, int maxLength, boolean lowerCase) {

    static final String MODULES = "modules.json";
    static final String TRANSFORMER_CONFIG = "sentence_bert_config.json";

    private static final String PREFIX = "pooling_mode_";

    static SentenceModules read(Path directory, int hiddenSize) throws IOException, BadModelFile {
        Pooling pooling = Pooling.MEAN;
        boolean normalize = false;
        Path modulesFile = directory.resolve(MODULES);
        if (Files.exists(modulesFile)) {
            List<JsonObject> modules = JsonFiles.readList(modulesFile);
            normalize = checkKinds(modules, modulesFile);
            pooling = pooling(directory.resolve(poolingFile(directory)), hiddenSize);
        }
        Path transformerFile = directory.resolve(TRANSFORMER_CONFIG);
        if (!Files.exists(transformerFile)) {
            return new SentenceModules(pooling, normalize, Integer.MAX_VALUE, false);
        }
        JsonObject transformer = JsonFiles.read(transformerFile);
        return new SentenceModules(
                pooling, normalize, maxLength(transformer, transformerFile), transformer.flag("do_lower_case", false));
    }

    /** Those that are there, with slashes. */
    static List<String> files(Path directory) throws IOException, BadModelFile {
        List<String> files = new ArrayList<>();
        if (Files.exists(directory.resolve(MODULES))) {
            files.add(MODULES);
            files.add(poolingFile(directory));
        }
        if (Files.exists(directory.resolve(TRANSFORMER_CONFIG))) {
            files.add(TRANSFORMER_CONFIG);
        }
        return files;
    }

    private static int maxLength(JsonObject transformer, Path file) throws BadModelFile {
        String name = "max_seq_length";
        if (!transformer.has(name)) {
            return Integer.MAX_VALUE;
        }
        int length = transformer.integer(name);
        int min = PretrainedConfig.MIN_TOKENS;
        if (length < min) {
            throw new BadModelFile(file, "%s must be at least %s but was %s".formatted(name, min, length));
        }
        return length;
    }

    /** @return whether the vectors are normalised */
    private static boolean checkKinds(List<JsonObject> modules, Path file) throws BadModelFile {
        List<String> kinds = new ArrayList<>();
        for (JsonObject module : modules) {
            String type = module.string("type");
            kinds.add(type.substring(type.lastIndexOf('.') + 1)); // packages differ from version to version
        }
        boolean normalize = kinds.equals(List.of("Transformer", "Pooling", "Normalize"));
        if (!normalize && !kinds.equals(List.of("Transformer", "Pooling"))) {
            throw new BadModelFile(
                    file, "modules are " + kinds + "; supported are Transformer, Pooling and perhaps Normalize");
        }
        if (!modules.get(0).string("path").isEmpty()) {
            throw new BadModelFile(file, "the Transformer must be in the directory itself, its path empty");
        }
        return normalize;
    }

    /**
     * Where the pooling is described, as far as {@code modules.json} names a place inside of the directory. With slashes.
     *
     * @param directory has a {@code modules.json}
     */
    static String poolingFile(Path directory) throws IOException, BadModelFile {
        Path file = directory.resolve(MODULES);
        for (JsonObject module : JsonFiles.readList(file)) {
            if (module.string("type").endsWith(".Pooling")) {
                String path = module.string("path");
                if (!path.matches("[A-Za-z0-9_-]+")) {
                    throw new BadModelFile(file, "'" + path + "' is not the name of a directory for the Pooling");
                }
                return path + "/" + PretrainedDirectory.CONFIG;
            }
        }
        throw new BadModelFile(file, "no Pooling");
    }

    private static Pooling pooling(Path file, int hiddenSize) throws IOException, BadModelFile {
        JsonObject json = JsonFiles.read(file);
        String dimension = "word_embedding_dimension";
        if (json.has(dimension) && json.integer(dimension) != hiddenSize) {
            throw new BadModelFile(
                    file, "%s is %s, the encoder's is %s".formatted(dimension, json.integer(dimension), hiddenSize));
        }
        List<String> modes = new ArrayList<>();
        if (json.has("pooling_mode")) {
            modes.add(json.string("pooling_mode"));
        } else {
            for (String name : json.names()) {
                if (name.startsWith(PREFIX) && json.flag(name, false)) {
                    modes.add(name.substring(PREFIX.length()));
                }
            }
            if (!json.has(PREFIX + "mean_tokens") && modes.isEmpty()) {
                modes.add("mean_tokens"); // sentence-transformers' default for a flag that is not there
            }
        }
        return switch (String.join("+", modes)) {
            case "mean", "mean_tokens" -> Pooling.MEAN;
            case "cls", "cls_token" -> Pooling.CLS;
            case "max", "max_tokens" -> Pooling.MAX;
            default ->
                throw new BadModelFile(
                        file,
                        "pooling is " + String.join(" with ", modes)
                                + "; supported are mean, cls and max, one of them");
        };
    }
}
