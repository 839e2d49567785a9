package io.rapidfit.classifier.internal.pretrained;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.JsonObject;
import io.rapidfit.classifier.internal.files.Safetensors;
import io.rapidfit.classifier.internal.files.Safetensors.Stored;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files that hold an encoder's weights: one, or several shards with an index that names the shard of each tensor.
 *
 * @param shardOf the name of the file for each tensor, as the index says; empty if there is one file only
 */
record WeightFiles(Path directory, Map<String, String> shardOf) {

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";
    private static final String PICKLE = "pytorch_model.bin";

    /**
     * What the names of tensors begin with that are no part of the encoder: heads for masked words, sentence pairs,
     * classes, questions; the pooler, which sentence vectors do without; and buffers that count positions.
     */
    private static final List<String> IGNORED = List.of(
            "cls.",
            "lm_head.",
            "pooler.",
            "classifier.",
            "pre_classifier.",
            "qa_outputs.",
            "vocab_transform.",
            "vocab_layer_norm.",
            "vocab_projector.",
            "embeddings.position_ids",
            "embeddings.token_type_ids");

    /** How many names a message lists. */
    private static final int NAMED = 5;

    WeightFiles {
        shardOf = Map.copyOf(shardOf);
    }

    /** The single file comes first if both are there, as in the transformers library. */
    static WeightFiles find(Path directory) throws IOException, BadModelFile {
        if (Files.exists(directory.resolve(SINGLE))) {
            return new WeightFiles(directory, Map.of());
        }
        Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            Map<String, String> shards = shards(directory);
            for (String shard : new TreeSet<>(shards.values())) {
                if (!Files.exists(directory.resolve(shard))) {
                    throw new BadModelFile(directory.resolve(shard), "missing, though " + INDEX + " names it");
                }
            }
            return new WeightFiles(directory, shards);
        }
        if (Files.exists(directory.resolve(PICKLE))) {
            throw new BadModelFile(
                    directory.resolve(PICKLE),
                    "a pickle, which can run code when it is read, and so is not read here. Convert it to " + SINGLE);
        }
        throw new BadModelFile(directory.resolve(SINGLE), "missing, and so is " + INDEX);
    }

    /** The files, once each, in alphabetical order. */
    static Collection<String> shardNames(Path directory) throws IOException, BadModelFile {
        return new TreeSet<>(shards(directory).values());
    }

    private static Map<String, String> shards(Path directory) throws IOException, BadModelFile {
        Path index = directory.resolve(INDEX);
        JsonObject weightMap = new JsonFiles(directory).object(INDEX).object("weight_map");
        Map<String, String> shards = new HashMap<>();
        for (String tensor : weightMap.names()) {
            String shard = weightMap.string(tensor);
            if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors")) {
                throw new BadModelFile(index, "'" + shard + "' is not the name of a shard in the directory");
            }
            shards.put(tensor, shard);
        }
        if (shards.isEmpty()) {
            throw new BadModelFile(index, "it names no shard");
        }
        return shards;
    }

    /** Of the files. */
    List<String> names() {
        if (shardOf.isEmpty()) {
            return List.of(SINGLE);
        }
        List<String> names = new ArrayList<>(List.of(INDEX));
        names.addAll(new TreeSet<>(shardOf.values()));
        return names;
    }

    Map<String, Parameter> read(PretrainedConfig config) throws IOException, BadModelFile {
        Map<String, List<Long>> shapes = config.parameterShapes();
        Map<String, Place> places = places(config.family());
        check(shapes, places);

        Map<Path, Map<String, Stored>> wanted = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            Place place = Objects.requireNonNull(places.get(name)); // checked
            wanted.computeIfAbsent(place.file(), file -> new HashMap<>()).put(place.name(), place.stored());
        }
        Map<Path, Map<String, float[]>> values = new HashMap<>();
        for (Map.Entry<Path, Map<String, Stored>> file : wanted.entrySet()) {
            values.put(file.getKey(), Safetensors.readFloats(file.getKey(), file.getValue()));
        }
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> {
            Place place = Objects.requireNonNull(places.get(name));
            Map<String, float[]> ofFile = Objects.requireNonNull(values.get(place.file()));
            parameters.put(name, new Parameter(shape, Objects.requireNonNull(ofFile.get(place.name()))));
        });
        return Collections.unmodifiableMap(parameters);
    }

    /** Where a tensor stands, and under which name. */
    private record Place(Path file, String name, Stored stored) {}

    /** All tensors by canonical name, but for those that are ignored. */
    private Map<String, Place> places(Family family) throws IOException, BadModelFile {
        Map<String, Place> places = new LinkedHashMap<>();
        Set<String> files = shardOf.isEmpty() ? Set.of(SINGLE) : new TreeSet<>(shardOf.values());
        for (String fileName : files) {
            Path file = directory.resolve(fileName);
            for (Map.Entry<String, Stored> tensor : Safetensors.readHeader(file).entrySet()) {
                String name = tensor.getKey();
                if (!shardOf.isEmpty() && !fileName.equals(shardOf.get(name))) {
                    throw new BadModelFile(file, "it holds '" + name + "', but " + INDEX + " does not say so");
                }
                String canonical = family.canonicalName(name);
                if (IGNORED.stream().noneMatch(canonical::startsWith)) {
                    Place twin = places.put(canonical, new Place(file, name, tensor.getValue()));
                    if (twin != null) {
                        throw new BadModelFile(file, "'" + name + "' and '" + twin.name() + "' are the same tensor");
                    }
                }
            }
        }
        return places;
    }

    private void check(Map<String, List<Long>> shapes, Map<String, Place> places) throws BadModelFile {
        Path named = directory.resolve(shardOf.isEmpty() ? SINGLE : INDEX);
        List<String> missing = new ArrayList<>(shapes.keySet());
        missing.removeAll(places.keySet());
        if (!missing.isEmpty()) {
            throw new BadModelFile(named, "tensors are missing: " + list(missing));
        }
        List<String> unexpected = new ArrayList<>(places.keySet());
        unexpected.removeAll(shapes.keySet());
        if (!unexpected.isEmpty()) {
            throw new BadModelFile(named, "tensors are not of this architecture: " + list(unexpected));
        }
        for (Map.Entry<String, Place> entry : places.entrySet()) {
            Place place = entry.getValue();
            Stored stored = place.stored();
            if (!Safetensors.FLOAT_TYPES.contains(stored.type())) {
                throw new BadModelFile(
                        place.file(),
                        "'%s' is of type %s; supported are %s"
                                .formatted(place.name(), stored.type(), String.join(", ", Safetensors.FLOAT_TYPES)));
            }
            if (!stored.shape().equals(shapes.get(entry.getKey()))) {
                throw new BadModelFile(
                        place.file(),
                        "'%s' has shape %s, but config.json asks for %s"
                                .formatted(place.name(), stored.shape(), shapes.get(entry.getKey())));
            }
        }
    }

    /** As a single file. */
    static void write(Map<String, Parameter> parameters, OutputStream out) throws IOException {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> shapes.put(name, parameter.shape()));
        Safetensors.writeFloats(
                shapes, name -> Objects.requireNonNull(parameters.get(name)).values(), out);
    }

    private static String list(List<String> names) {
        String listed = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
        return names.size() > NAMED ? listed + " and " + (names.size() - NAMED) + " more" : listed;
    }
}
