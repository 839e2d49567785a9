package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.Json;
import io.rapidfit.classifier.internal.files.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What sentence-transformers adds to an encoder: {@code modules.json} lists what a text passes, here a transformer, a
 * pooling and perhaps a normalisation; each but the first has a directory of its own. {@code sentence_bert_config.json}
 * belongs to the transformer, {@code config_sentence_transformers.json} to the whole.
 *
 * @param poolingFile where the pooling is described; null if there is no {@code modules.json}
 * @param isPoolingWritten whether the files say the same of the pooling
 * @param maxLength {@link Integer#MAX_VALUE} if nothing limits it
 */
record SentenceModules(
        Pooling pooling,
        @Nullable String poolingFile,
        boolean isPoolingWritten,
        boolean normalize,
        int maxLength,
        boolean lowerCase) {

    static final String MODULES = "modules.json";
    static final String TRANSFORMER_CONFIG = "sentence_bert_config.json";

    /** Is no part of what decides the vectors: what it could say to change them is refused. */
    static final String SENTENCE_CONFIG = "config_sentence_transformers.json";

    private static final String PREFIX = "pooling_mode_";

    /** Where sentence-transformers puts it. */
    private static final String POOLING = "1_Pooling";

    private static final String POOLING_FILE = POOLING + "/" + PretrainedDirectory.CONFIG;
    private static final String DIMENSION = "word_embedding_dimension";

    /** @param given used whatever the files say; null for what they say */
    static SentenceModules read(JsonFiles json, int hiddenSize, @Nullable Pooling given)
            throws IOException, BadModelFile {
        refuseDefaultPrompt(json);
        String poolingFile = null;
        boolean normalize = false;
        if (json.exists(MODULES)) {
            normalize = checkKinds(json.list(MODULES), json.path(MODULES));
            poolingFile = poolingFile(json);
        }
        Pooling written;
        try {
            written = poolingFile == null ? Pooling.MEAN : pooling(json, poolingFile, hiddenSize);
        } catch (BadModelFile e) {
            if (given == null) {
                throw e;
            }
            written = null;
        }
        Pooling pooling = given == null ? Objects.requireNonNull(written) : given;
        boolean isWritten = pooling == written;
        if (!json.exists(TRANSFORMER_CONFIG)) {
            return new SentenceModules(pooling, poolingFile, isWritten, normalize, Integer.MAX_VALUE, false);
        }
        JsonObject transformer = json.object(TRANSFORMER_CONFIG);
        return new SentenceModules(
                pooling,
                poolingFile,
                isWritten,
                normalize,
                maxLength(transformer, json.path(TRANSFORMER_CONFIG)),
                transformer.flag("do_lower_case", false));
    }

    /** A text that sentence-transformers puts before every other one, unless it is told otherwise. */
    private static void refuseDefaultPrompt(JsonFiles json) throws IOException, BadModelFile {
        if (!json.exists(SENTENCE_CONFIG)) {
            return;
        }
        JsonObject config = json.object(SENTENCE_CONFIG);
        String field = "default_prompt_name";
        if (!config.has(field)) {
            return;
        }
        String name = config.string(field);
        if (!"".equals(config.mapOrEmpty("prompts").get(name))) {
            throw new BadModelFile(
                    json.path(SENTENCE_CONFIG),
                    ("%s is %s: a prompt before every text is not supported. Put it there yourself, and give a copy of the"
                                    + " directory in which %s is null")
                            .formatted(field, name, field));
        }
    }

    SentenceModules withPoolingWritten() {
        String file = poolingFile == null ? POOLING_FILE : poolingFile;
        return new SentenceModules(pooling, file, true, normalize, maxLength, lowerCase);
    }

    /**
     * Files that say which pooling it is.
     *
     * @param modules the {@code modules.json} that there is; null for none
     */
    Map<String, byte[]> poolingFiles(byte @Nullable [] modules, int hiddenSize) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put(DIMENSION, hiddenSize);
        said.put(PREFIX + "cls_token", pooling == Pooling.CLS);
        said.put(PREFIX + "mean_tokens", pooling == Pooling.MEAN);
        said.put(PREFIX + "max_tokens", pooling == Pooling.MAX);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(
                MODULES,
                modules == null
                        ? Json.of(List.of(module(0, "Transformer", ""), module(1, "Pooling", POOLING)))
                        : modules);
        files.put(poolingFile == null ? POOLING_FILE : poolingFile, Json.of(said));
        return files;
    }

    private static Map<String, Object> module(int index, String kind, String path) {
        Map<String, Object> module = new LinkedHashMap<>();
        module.put("idx", index);
        module.put("name", String.valueOf(index));
        module.put("path", path);
        module.put("type", "sentence_transformers.models." + kind);
        return module;
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

    private static Pooling pooling(JsonFiles files, String name, int hiddenSize) throws IOException, BadModelFile {
        Path file = files.path(name);
        JsonObject json = files.object(name);
        if (json.has(DIMENSION) && json.integer(DIMENSION) != hiddenSize) {
            throw new BadModelFile(
                    file, "%s is %s, the encoder's is %s".formatted(DIMENSION, json.integer(DIMENSION), hiddenSize));
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
