package io.rapidfit.classifier.internal.pretrained;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of a small encoder, as a test wants them: 2 layers, 2 heads, 4 dimensions, 6 in between, 10 tokens, 8
 * positions. {@link #writeTo} writes what the fields hold then.
 */
public final class EncoderFiles {

    /** Fields of config.json: numbers, texts and truth values. */
    public final Map<String, Object> config = new LinkedHashMap<>();

    /** By the name in the file. */
    public final Map<String, Tensor> tensors = new LinkedHashMap<>();

    /** Content by path; tokenizer.json is one of them. */
    public final Map<String, String> others = new LinkedHashMap<>();

    /**
     * A tensor of a file.
     *
     * @param values of an F32; where there are none the n-th tensor of its file, from 0, has n + 0, n + 1, ...
     */
    public record Tensor(
            String type, List<Long> shape, @Nullable List<Float> values) {

        Tensor(String type, List<Long> shape) {
            this(type, shape, null);
        }

        static Tensor floats(Long... shape) {
            return new Tensor("F32", List.of(shape));
        }

        public static Tensor of(Parameter parameter) {
            List<Float> values = new ArrayList<>();
            for (float value : parameter.values()) {
                values.add(value);
            }
            return new Tensor("F32", parameter.shape(), values);
        }
    }

    private EncoderFiles() {}

    /**
     * Those of a model whose tensors count.
     *
     * @param modelType of config.json
     */
    public static EncoderFiles of(String modelType) {
        EncoderFiles files = new EncoderFiles();
        boolean distil = modelType.equals("distilbert");
        files.config.put("model_type", modelType);
        files.config.put(distil ? "dim" : "hidden_size", 4);
        files.config.put(distil ? "n_layers" : "num_hidden_layers", 2);
        files.config.put(distil ? "n_heads" : "num_attention_heads", 2);
        files.config.put(distil ? "hidden_dim" : "intermediate_size", 6);
        files.config.put("vocab_size", 10);
        files.config.put("max_position_embeddings", 8);
        names(modelType).forEach((name, shape) -> files.tensors.put(name, new Tensor("F32", shape)));
        files.others.put(
                "tokenizer.json", "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[PAD]\":0,\"b\":9,\"a\":8}}}");
        return files;
    }

    /** Hugging Face's names and shapes of such a model, written down here a second time. */
    static Map<String, List<Long>> names(String modelType) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shapes.put("embeddings.word_embeddings.weight", List.of(10L, 4L));
        shapes.put("embeddings.position_embeddings.weight", List.of(8L, 4L));
        if (!modelType.equals("distilbert") && !modelType.equals("mpnet")) {
            shapes.put("embeddings.token_type_embeddings.weight", List.of(2L, 4L));
        }
        addBoth(shapes, "embeddings.LayerNorm", List.of(4L));
        if (modelType.equals("mpnet")) {
            shapes.put("encoder.relative_attention_bias.weight", List.of(32L, 2L));
        }
        String[] squares;
        String[] norms;
        String up;
        String down;
        switch (modelType) {
            case "distilbert" -> {
                squares = new String[] {"attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"};
                norms = new String[] {"sa_layer_norm", "output_layer_norm"};
                up = "ffn.lin1";
                down = "ffn.lin2";
            }
            case "mpnet" -> {
                squares = new String[] {"attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"};
                norms = new String[] {"attention.LayerNorm", "output.LayerNorm"};
                up = "intermediate.dense";
                down = "output.dense";
            }
            default -> {
                squares = new String[] {
                    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"
                };
                norms = new String[] {"attention.output.LayerNorm", "output.LayerNorm"};
                up = "intermediate.dense";
                down = "output.dense";
            }
        }
        for (int i = 0; i < 2; i++) {
            String layer = (modelType.equals("distilbert") ? "transformer.layer." : "encoder.layer.") + i + ".";
            for (String square : squares) {
                addBoth(shapes, layer + square, List.of(4L, 4L));
            }
            addBoth(shapes, layer + norms[0], List.of(4L));
            addBoth(shapes, layer + up, List.of(6L, 4L));
            addBoth(shapes, layer + down, List.of(4L, 6L));
            addBoth(shapes, layer + norms[1], List.of(4L));
        }
        return shapes;
    }

    /** A bias has as many values as the weights have rows. */
    private static void addBoth(Map<String, List<Long>> shapes, String name, List<Long> weight) {
        shapes.put(name + ".weight", weight);
        shapes.put(name + ".bias", weight.subList(0, 1));
    }

    void rename(String from, String to) {
        tensors.put(to, tensors.remove(from));
    }

    /** With config.json and all others. */
    public Path writeTo(Path directory) throws IOException {
        writeWithoutWeightsTo(directory);
        Files.write(directory.resolve("model.safetensors"), safetensors(tensors));
        return directory;
    }

    void writeWithoutWeightsTo(Path directory) throws IOException {
        Files.writeString(directory.resolve("config.json"), json(config));
        for (Map.Entry<String, String> other : others.entrySet()) {
            Path file = directory.resolve(other.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, other.getValue());
        }
    }

    static String json(Map<String, ?> fields) {
        List<String> written = new ArrayList<>();
        fields.forEach((name, value) ->
                written.add("\"" + name + "\":" + (value instanceof String ? "\"" + value + "\"" : value)));
        return "{" + String.join(",", written) + "}";
    }

    static byte[] safetensors(Map<String, Tensor> tensors) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        Map<String, String> header = new LinkedHashMap<>();
        int number = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            int begin = data.size();
            data.writeBytes(values(entry.getValue(), number++));
            header.put(
                    entry.getKey(),
                    "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}"
                            .formatted(entry.getValue().type(), entry.getValue().shape(), begin, data.size()));
        }
        StringBuilder json = new StringBuilder();
        header.forEach((name, value) -> json.append(json.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(value));
        byte[] bytes = json.append(json.isEmpty() ? "{}" : "}").toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .put(bytes)
                .put(data.toByteArray())
                .array();
    }

    private static byte[] values(Tensor tensor, int first) {
        long count = tensor.shape().stream().reduce(1L, (a, b) -> a * b);
        int width = tensor.type().equals("I64") ? 8 : tensor.type().equals("F32") ? 4 : 2;
        ByteBuffer buffer = ByteBuffer.allocate((int) count * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (tensor.type()) {
                case "F32" ->
                    buffer.putFloat(
                            tensor.values() == null
                                    ? first + i
                                    : tensor.values().get(i));
                case "BF16" -> buffer.putShort((short) (Float.floatToRawIntBits(first + i) >> 16));
                case "F16" -> buffer.putShort(half(first + i));
                case "I64" -> buffer.putLong(first + i);
                default -> buffer.putShort((short) (first + i));
            }
        }
        return buffer.array();
    }

    /** Of a whole number in [0, 2048), which 11 binary digits hold. */
    private static short half(int value) {
        if (value == 0) {
            return 0;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(value);
        return (short) (exponent + 15 << 10 | (value << 10 >> exponent) & 0x3ff);
    }
}
