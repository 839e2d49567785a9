package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.io.IOException;
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

    static SentenceModules read(JsonFiles json, int hiddenSize) throws IOException, BadModelFile {
        Pooling pooling = Pooling.MEAN;
        boolean normalize = false;
        if (json.exists(MODULES)) {
            normalize = checkKinds(json.list(MODULES), json.path(MODULES));
            pooling = pooling(json, hiddenSize);
        }
        if (!json.exists(TRANSFORMER_CONFIG)) {
            return new SentenceModules(pooling, normalize, Integer.MAX_VALUE, false);
        }
        JsonObject transformer = json.object(TRANSFORMER_CONFIG);
        return new SentenceModules(
                pooling,
                normalize,
                maxLength(transformer, json.path(TRANSFORMER_CONFIG)),
                transformer.flag("do_lower_case", false));
    }

    SentenceModules withPooling(Pooling newPooling) {
        return new SentenceModules(newPooling, normalize, maxLength, lowerCase);
    }

    /** Those that are there, with slashes. */
    static List<String> files(JsonFiles json) throws IOException, BadModelFile {
        List<String> files = new ArrayList<>();
        if (json.exists(MODULES)) {
            files.add(MODULES);
            files.add(poolingFile(json));
        }
        if (json.exists(TRANSFORMER_CONFIG)) {
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
     * @param json has a {@code modules.json}
     */
    static String poolingFile(JsonFiles json) throws IOException, BadModelFile {
        Path file = json.path(MODULES);
        for (JsonObject module : json.list(MODULES)) {
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

    private static Pooling pooling(JsonFiles files, int hiddenSize) throws IOException, BadModelFile {
        String name = poolingFile(files);
        Path file = files.path(name);
        JsonObject json = files.object(name);
        String dimension = "word_embedding_dimension";
        if (json.has(dimension) && json.integer(dimension) != hiddenSize) {
            throw new BadModelFile(
                    file, "%s is %s, the encoder's is %s".formatted(dimension, json.integer(dimension), hiddenSize));
        }
        List<String> modes = new ArrayList<>();
        if (json.has("pooling_mode")) {
            modes.add(json.string("pooling_mode"));
        } else {
            for (String field : json.names()) {
                if (field.startsWith(PREFIX) && json.flag(field, false)) {
                    modes.add(field.substring(PREFIX.length()));
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
