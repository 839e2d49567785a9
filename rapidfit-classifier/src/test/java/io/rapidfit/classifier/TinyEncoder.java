package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.pretrained.EncoderFiles;
import io.rapidfit.classifier.internal.pretrained.EncoderFiles.Tensor;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.data.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Writes a pretrained encoder of 2 layers and 16 dimensions, whose weights are random; and texts in its few words. */
public final class TinyEncoder {

    public static final int DIMENSION = 16;

    private static final String MODULES = "[{\"path\":\"\",\"type\":\"a.Transformer\"},"
            + "{\"path\":\"1_Pooling\",\"type\":\"a.Pooling\"},{\"path\":\"2_Normalize\",\"type\":\"a.Normalize\"}]";

    private static final List<String> WORDS =
            List.of("the", "film", "is", "play", "playing", "played", "plays", "!", ".");

    private TinyEncoder() {}

    /** As sentence-transformers writes it: the mean of the tokens, normalised. */
    public static Path write(Path directory) throws Exception {
        return write(directory, 1);
    }

    static Path write(Path directory, long seed) throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put("hidden_size", DIMENSION);
        files.config.put("intermediate_size", 2 * DIMENSION);
        files.config.put("vocab_size", 17);
        files.config.put("max_position_embeddings", 32);
        files.others.put("tokenizer.json", Files.readString(Path.of("src/test/resources/wordpiece/tokenizer.json")));
        files.others.put("modules.json", MODULES);
        files.others.put("1_Pooling/config.json", "{\"pooling_mode\":\"mean\"}");
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":24}");
        Files.createDirectories(directory);
        files.writeTo(directory); // the weights follow from the configuration
        Random random = new Random(seed);
        files.tensors.clear();
        PretrainedDirectory.read(directory)
                .config()
                .parameterShapes()
                .forEach((name, shape) -> files.tensors.put(name, Tensor.of(parameter(name, shape, random))));
        return files.writeTo(directory);
    }

    private static Parameter parameter(String name, List<Long> shape, Random random) {
        float[] values = new float[shape.stream().reduce(1L, (a, b) -> a * b).intValue()];
        boolean isNorm = name.toLowerCase(Locale.ROOT).contains("norm") && name.endsWith("weight");
        double deviation = name.contains("word_embeddings") ? 1 : 0.1; // so that words can be told apart
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian() + (isNorm ? 1 : 0));
        }
        return new Parameter(shape, values);
    }

    /** Texts of task mood, each of which has one word that decides. */
    public static Dataset moods(int count) {
        Random random = new Random(7);
        Dataset.Builder samples = Dataset.builder();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int decisive = random.nextInt(5);
            for (int word = 0; word < 5; word++) {
                String neutral = WORDS.get(random.nextInt(WORDS.size()));
                text.append(word == decisive ? i % 2 == 0 ? "good" : "bad" : neutral)
                        .append(' ');
            }
            samples.add("mood", text.toString().strip(), i % 2 == 0 ? "glad" : "sad");
        }
        return samples.build();
    }
}
