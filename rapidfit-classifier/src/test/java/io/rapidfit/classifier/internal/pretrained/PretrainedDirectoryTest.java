package io.rapidfit.classifier.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.pretrained.EncoderFiles.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PretrainedDirectoryTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "bert, BERT",
        "roberta, ROBERTA",
        "xlm-roberta, ROBERTA",
        "camembert, ROBERTA",
        "distilbert, DISTILBERT",
        "mpnet, MPNET"
    })
    void read_readsEachModelType(String modelType, Family family) throws Exception {
        PretrainedDirectory read = read(EncoderFiles.of(modelType));

        assertThat(read.config().family()).isEqualTo(family);
        assertThat(read.tokenizer()).isEqualTo(directory.resolve("tokenizer.json"));
        assertThat(read.config().parameterShapes()).containsExactlyEntriesOf(EncoderFiles.names(modelType));
        Map<String, Parameter> parameters = read.readParameters();
        assertThat(parameters.keySet())
                .containsExactlyElementsOf(EncoderFiles.names(modelType).keySet());
        assertThat(parameters.get("embeddings.word_embeddings.weight").shape()).containsExactly(10L, 4L);
        float[] positions =
                parameters.get("embeddings.position_embeddings.weight").values();
        assertThat(positions).hasSize(32).startsWith(1, 2, 3).endsWith(32); // the second tensor
    }

    @Test
    void read_takesWhatConfigSays() throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put("hidden_act", "gelu_new");
        files.config.put("type_vocab_size", 3);
        files.config.put("layer_norm_eps", 1e-5);
        files.config.put("pad_token_id", 7);
        files.config.put("hidden_dropout_prob", 0.25);
        files.config.put("attention_probs_dropout_prob", 0);
        files.config.put("position_embedding_type", "absolute");

        assertThat(read(files).config())
                .isEqualTo(new PretrainedConfig(
                        Family.BERT, 4, 2, 2, 6, HiddenActivation.GELU_TANH, 10, 8, 3, 1e-5, 7, 0, 0.25, 0));
    }

    @Test
    void read_hasTheDefaultsOfEachFamily() throws Exception {
        assertThat(read(EncoderFiles.of("bert")).config())
                .isEqualTo(new PretrainedConfig(
                        Family.BERT, 4, 2, 2, 6, HiddenActivation.GELU, 10, 8, 2, 1e-12, 0, 0, 0.1, 0.1));
        assertThat(read(EncoderFiles.of("roberta")).config())
                .isEqualTo(new PretrainedConfig(
                        Family.ROBERTA, 4, 2, 2, 6, HiddenActivation.GELU, 10, 8, 2, 1e-12, 1, 0, 0.1, 0.1));
        assertThat(read(EncoderFiles.of("distilbert")).config())
                .isEqualTo(new PretrainedConfig(
                        Family.DISTILBERT, 4, 2, 2, 6, HiddenActivation.GELU, 10, 8, 0, 1e-12, 0, 0, 0.1, 0.1));
        assertThat(read(EncoderFiles.of("mpnet")).config())
                .isEqualTo(new PretrainedConfig(
                        Family.MPNET, 4, 2, 2, 6, HiddenActivation.GELU, 10, 8, 0, 1e-12, 1, 32, 0.1, 0.1));
    }

    @Test
    void read_takesDistilBertsOwnNames() throws Exception {
        EncoderFiles files = EncoderFiles.of("distilbert");
        files.config.put("activation", "relu");
        files.config.put("dropout", 0.2);
        files.config.put("attention_dropout", 0.3);

        PretrainedConfig config = read(files).config();

        assertThat(config.activation()).isEqualTo(HiddenActivation.RELU);
        assertThat(config.hiddenDropout()).isEqualTo(0.2);
        assertThat(config.attentionDropout()).isEqualTo(0.3);
    }

    @ParameterizedTest
    @CsvSource({
        "gelu, GELU",
        "gelu_python, GELU",
        "gelu_new, GELU_TANH",
        "gelu_fast, GELU_TANH",
        "gelu_pytorch_tanh, GELU_TANH",
        "relu, RELU",
        "silu, SILU",
        "swish, SILU"
    })
    void read_knowsTheActivations(String name, HiddenActivation activation) throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put("hidden_act", name);

        assertThat(read(files).config().activation()).isEqualTo(activation);
    }

    @Test
    void maxTokens_leavesOutThePositionsBeforeTheFirst() throws Exception {
        // 8 positions; RoBERTa's and MPNet's first text token has the position after the padding token's id, 1
        assertThat(read(EncoderFiles.of("bert")).config().maxTokens()).isEqualTo(8);
        assertThat(read(EncoderFiles.of("distilbert")).config().firstPosition()).isZero();
        assertThat(read(EncoderFiles.of("roberta")).config().firstPosition()).isEqualTo(2);
        assertThat(read(EncoderFiles.of("roberta")).maxLength()).isEqualTo(6);
        assertThat(read(EncoderFiles.of("mpnet")).maxLength()).isEqualTo(6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_type | \"t5\" | model_type is t5; supported are bert, camembert, distilbert, mpnet, roberta, xlm-roberta",
                "model_type | null | model_type is missing; supported are bert, camembert",
                "model_type | 7 | \"model_type\" is not a text",
                "hidden_size | -4 | hidden_size must be in [1, 65536] but was -4",
                "hidden_size | 0 | hidden_size must be in [1, 65536] but was 0",
                "hidden_size | 2147483647 | hidden_size must be in [1, 65536] but was 2147483647",
                "hidden_size | 99999999999 | \"hidden_size\" is not a whole number below 2^31",
                "hidden_size | 4.5 | \"hidden_size\" is not a whole number",
                "hidden_size | null | \"hidden_size\" is missing",
                "hidden_size | 5 | 2 attention heads do not divide a hidden size of 5",
                "num_attention_heads | 3 | 3 attention heads do not divide a hidden size of 4",
                "num_hidden_layers | 1000000000 | num_hidden_layers must be in [1, 1000] but was 1000000000",
                "intermediate_size | 0 | intermediate_size must be in [1, 1000000] but was 0",
                "vocab_size | 2000000000 | vocab_size must be in [1, 10000000] but was 2000000000",
                "max_position_embeddings | -1 | max_position_embeddings must be in [1, 1000000] but was -1",
                "type_vocab_size | 0 | type_vocab_size must be in [1, 1000] but was 0",
                "layer_norm_eps | 0 | layer_norm_eps must be in",
                "layer_norm_eps | 1 | layer_norm_eps must be in",
                "pad_token_id | -1 | pad_token_id must be in [0, 10000000] but was -1",
                "pad_token_id | 10 | pad_token_id 10 is not below vocab_size 10",
                "hidden_dropout_prob | 1 | hidden_dropout_prob must be in [0.0, ",
                "attention_probs_dropout_prob | -0.1 | attention_probs_dropout_prob must be in [0.0, ",
                "hidden_act | \"tanh\" | hidden_act is tanh; supported are gelu, gelu_fast, gelu_new, gelu_python, gelu_pytorch_tanh, relu, silu, swish",
                "position_embedding_type | \"relative_key\" | position_embedding_type is relative_key; only absolute is supported",
                "is_decoder | true | is_decoder is true; only encoders are supported",
                "quantization_config | {} | quantization_config: quantised weights are not supported",
            })
    void read_refusesAConfigThatCannotBe(String name, String value, String message) throws IOException {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put(name, new StringBuilder(value)); // as JSON, not as a text

        assertRefused(() -> read(files), "config.json", message);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void read_refusesPositionsThatLeaveNoRoom(int positions) throws Exception {
        // RoBERTa's first text token has position 2, and one must fit between those around every text: 2 + 3
        EncoderFiles files = EncoderFiles.of("roberta");
        files.config.put("max_position_embeddings", positions);

        assertRefused(
                () -> read(files),
                "config.json",
                "max_position_embeddings " + positions + " leaves no room for a text");

        files.config.put("max_position_embeddings", 5);
        assertThat(read(files).maxLength()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "relative_attention_num_buckets, 64, relative_attention_num_buckets must be 32 but was 64",
        "pad_token_id, 0, pad_token_id must be 1 but was 0"
    })
    void read_refusesAnMpnetThatItsCodeWouldComputeOtherwise(String name, int value, String message) {
        EncoderFiles files = EncoderFiles.of("mpnet");
        files.config.put(name, value);

        assertRefused(() -> read(files), "config.json", message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"model_type\":\"bert\",\"model_type\":\"bert\"}", "{} {}"})
    void read_refusesAConfigThatIsNoJsonObject(String json) throws IOException {
        EncoderFiles.of("bert").writeTo(directory);
        Files.writeString(directory.resolve("config.json"), json);

        assertRefused(() -> PretrainedDirectory.read(directory), "config.json", "damaged");
    }

    @Test
    void read_refusesJsonThatIsTooLarge() throws IOException {
        EncoderFiles.of("bert").writeTo(directory);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("config.json").toFile(), "rw")) {
            file.setLength(100_000_001); // without taking any place
        }

        assertRefused(() -> PretrainedDirectory.read(directory), "config.json", "100000001 bytes, more than 100000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "tokenizer.json"})
    void read_namesTheFileThatIsMissing(String name) throws IOException {
        EncoderFiles.of("bert").writeTo(directory);
        Files.delete(directory.resolve(name));

        assertRefused(() -> PretrainedDirectory.read(directory), name, "missing");
    }

    @Test
    void read_refusesWhatIsNoDirectory() {
        assertThatThrownBy(() -> PretrainedDirectory.read(directory.resolve("nowhere")))
                .isInstanceOf(BadModelFile.class)
                .hasMessageEndingWith("nowhere: not a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0,\"b\":9}}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":9},\"merges\":[]},\"added_tokens\":[]}",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",0],[\"b\",-1.5]]},"
                        + "\"added_tokens\":[{\"id\":9,\"content\":\"<mask>\"}]}",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"type\":\"TemplateProcessing\","
                        + "\"special_tokens\":{\"[SEP]\":{\"id\":\"[SEP]\",\"ids\":[9,0],\"tokens\":[\"[SEP]\",\"a\"]}}}}",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"type\":\"BertProcessing\","
                        + "\"sep\":[\"[SEP]\",9],\"cls\":[\"[CLS]\",0]}}",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"type\":\"ByteLevel\",\"trim_offsets\":true}}",
            })
    void read_acceptsATokenizerWhoseIdsHaveRows(String tokenizer) throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.others.put("tokenizer.json", tokenizer);

        assertThat(read(files).config().vocabularySize()).isEqualTo(10);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0,\"b\":10}}} | token 'b' has id 10, but vocab_size is 10",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1}}} | token 'a' has id -1",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":1.5}}} | token 'a' has id 1.5",
                "{\"model\":{\"vocab\":{\"a\":99999999999}}} | token 'a' has id 99999999999",
                "{\"model\":{\"vocab\":{\"a\":null}}} | token 'a' has id null",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[1,2,3,4,5,6,7,8,9,10,11]}} | token 'the last of 11' has id 10",
                "{\"model\":{\"vocab\":{\"a\":0}},\"added_tokens\":[{\"id\":10,\"content\":\"<s>\"}]} | token '<s>' has id 10",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"special_tokens\":{\"[SEP]\":{\"id\":\"[SEP]\",\"ids\":[0,9999]}}}} | token '[SEP]' has id 9999, but vocab_size is 10",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"special_tokens\":{\"[SEP]\":{\"id\":\"[SEP]\"}}}} | has a token without \"ids\"",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"type\":\"RobertaProcessing\",\"sep\":[\"</s>\",10],\"cls\":[\"<s>\",0]}} | token '</s>' has id 10",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"sep\":[\"</s>\",9],\"cls\":[\"<s>\"]}} | \"cls\" of \"post_processor\" is no token and id",
                "{\"model\":{\"vocab\":{\"a\":0}},\"post_processor\":{\"type\":\"Sequence\",\"processors\":[{\"type\":\"ByteLevel\"},{\"special_tokens\":{\"s\":{\"id\":\"s\",\"ids\":[-1]}}}]}} | token 's' has id -1",
                "{\"model\":{\"vocab\":[]}} | \"vocab\" is neither an object nor a list of tokens",
                "{\"model\":{}} | \"vocab\" is neither an object nor a list of tokens",
                "{\"model\":{\"vocab\":{\"a\":0,\"a\":1}}} | Duplicate field",
                "{} | damaged",
                "[] | not a JSON object",
            })
    void read_refusesATokenizerOfAnotherEncoder(String tokenizer, String message) {
        EncoderFiles files = EncoderFiles.of("bert");
        files.others.put("tokenizer.json", tokenizer);

        assertRefused(() -> read(files), "tokenizer.json", message);
    }

    @ParameterizedTest
    @CsvSource({"bert, bert", "xlm-roberta, roberta", "distilbert, distilbert", "mpnet, mpnet"})
    void readParameters_dropsThePrefixAndWhatBelongsToHeads(String modelType, String prefix) throws Exception {
        EncoderFiles files = EncoderFiles.of(modelType);
        List.copyOf(files.tensors.keySet()).forEach(name -> files.rename(name, prefix + "." + name));
        for (String name : List.of(
                "cls.predictions.bias",
                "lm_head.dense.weight",
                "pooler.dense.weight",
                prefix + ".pooler.dense.bias",
                "classifier.weight",
                "pre_classifier.bias",
                "qa_outputs.weight",
                "vocab_transform.weight",
                "vocab_layer_norm.weight",
                "vocab_projector.bias")) {
            files.tensors.put(name, Tensor.floats(3L));
        }
        files.tensors.put(prefix + ".embeddings.position_ids", new Tensor("I64", List.of(1L, 8L)));
        files.tensors.put("embeddings.token_type_ids", new Tensor("I64", List.of(1L, 8L)));

        Map<String, Parameter> parameters = read(files).readParameters();

        assertThat(parameters.keySet())
                .containsExactlyElementsOf(EncoderFiles.names(modelType).keySet());
    }

    @Test
    void readParameters_knowsTheOldNamesOfNormalisations() throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        List.copyOf(files.tensors.keySet()).stream()
                .filter(name -> name.contains("LayerNorm"))
                .forEach(name -> files.rename(
                        name,
                        name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                .replace("LayerNorm.bias", "LayerNorm.beta")));
        int gamma = List.copyOf(files.tensors.keySet()).indexOf("embeddings.LayerNorm.gamma");

        Map<String, Parameter> parameters = read(files).readParameters();

        assertThat(parameters.get("embeddings.LayerNorm.weight").values()).startsWith(gamma, gamma + 1);
        assertThat(parameters).containsOnlyKeys(EncoderFiles.names("bert").keySet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"F32", "F16", "BF16"})
    void readParameters_widensTheTypesOfFloats(String type) throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.tensors.replaceAll((name, tensor) -> new Tensor(type, tensor.shape()));

        Map<String, Parameter> parameters = read(files).readParameters();

        float[] words = parameters.get("embeddings.word_embeddings.weight").values();
        assertThat(words).hasSize(40).startsWith(0, 1, 2, 3).endsWith(38, 39); // the first tensor
    }

    @Test
    void readParameters_namesTensorsThatAreMissing() {
        EncoderFiles files = EncoderFiles.of("bert");
        files.tensors.remove("encoder.layer.1.output.dense.bias");

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "tensors are missing: encoder.layer.1.output.dense.bias");
    }

    @Test
    void readParameters_namesTheFirstOfManyMissingTensors() {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put("num_hidden_layers", 3); // a layer has 16 tensors

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "encoder.layer.2.attention.self.query.weight, encoder.layer.2.attention.self.query.bias, "
                        + "encoder.layer.2.attention.self.key.weight, encoder.layer.2.attention.self.key.bias, "
                        + "encoder.layer.2.attention.self.value.weight and 11 more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encoder.layer.2.output.dense.bias",
                "roberta.embeddings.word_embeddings.weight",
                "something",
                "encoder.relative_attention_bias.weight"
            })
    void readParameters_namesTensorsThatAreNotExpected(String name) {
        EncoderFiles files = EncoderFiles.of("bert");
        files.tensors.put(name, Tensor.floats(4L));

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "tensors are not of this architecture: " + name);
    }

    @Test
    void readParameters_refusesATensorThatIsThereTwice() {
        EncoderFiles files = EncoderFiles.of("bert");
        files.tensors.put("bert.embeddings.LayerNorm.gamma", Tensor.floats(4L));

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "'bert.embeddings.LayerNorm.gamma' and 'embeddings.LayerNorm.weight' are the same tensor");
    }

    @Test
    void readParameters_refusesAnotherType() {
        EncoderFiles files = EncoderFiles.of("bert");
        files.tensors.put("embeddings.LayerNorm.bias", new Tensor("I16", List.of(4L)));

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "'embeddings.LayerNorm.bias' is of type I16; supported are F32, F16, BF16");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[4, 10]", "[40]", "[10, 4, 1]"})
    void readParameters_refusesAnotherShape(String shape) {
        EncoderFiles files = EncoderFiles.of("bert");
        List<Long> sizes = new ArrayList<>();
        for (String size : shape.replaceAll("[\\[\\] ]", "").split(",")) {
            sizes.add(Long.parseLong(size));
        }
        files.tensors.put("embeddings.word_embeddings.weight", new Tensor("F32", sizes));

        assertRefused(
                () -> read(files).readParameters(),
                "model.safetensors",
                "'embeddings.word_embeddings.weight' has shape " + shape + ", but config.json asks for [10, 4]");
    }

    @Test
    void readParameters_allocatesNothingForAConfigThatAsksForMuch() throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        files.config.put("hidden_size", 65_536);
        files.config.put("vocab_size", 10_000_000); // 2.6 TB
        PretrainedDirectory read = read(files);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertRefused(read::readParameters, "model.safetensors", "config.json asks for [10000000, 65536]");

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
    }

    @Test
    void readParameters_readsShards() throws Exception {
        EncoderFiles files = EncoderFiles.of("mpnet");
        writeShards(files, Map.of());

        Map<String, Parameter> parameters = PretrainedDirectory.read(directory).readParameters();

        assertThat(parameters.keySet())
                .containsExactlyElementsOf(EncoderFiles.names("mpnet").keySet());
        // the second tensor is the first of the second shard
        assertThat(parameters.get("embeddings.position_embeddings.weight").values())
                .startsWith(0, 1, 2);
    }

    @Test
    void readParameters_prefersTheSingleFile() throws Exception {
        EncoderFiles files = EncoderFiles.of("bert");
        writeShards(files, Map.of());
        files.writeTo(directory);

        Map<String, Parameter> parameters = PretrainedDirectory.read(directory).readParameters();

        assertThat(parameters.get("embeddings.position_embeddings.weight").values())
                .startsWith(1, 2, 3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil.safetensors",
                "/etc/x.safetensors",
                "a/b.safetensors",
                "..",
                "x.bin",
                "",
                "a\\\\b.safetensors"
            })
    void readParameters_refusesAShardOutsideOfTheDirectory(String shard) throws IOException {
        writeShards(EncoderFiles.of("bert"), Map.of("embeddings.word_embeddings.weight", shard));

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(),
                "model.safetensors.index.json",
                "is not the name of a shard in the directory");
    }

    @Test
    void readParameters_namesAShardThatIsMissing() throws IOException {
        writeShards(EncoderFiles.of("bert"), Map.of());
        Files.delete(directory.resolve("model-2.safetensors"));

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(),
                "model-2.safetensors",
                "missing, though model.safetensors.index.json names it");
    }

    @Test
    void readParameters_refusesAnIndexThatNamesAnotherShard() throws IOException {
        writeShards(EncoderFiles.of("bert"), Map.of("embeddings.position_embeddings.weight", "model-1.safetensors"));

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(),
                "model-2.safetensors",
                "it holds 'embeddings.position_embeddings.weight', but model.safetensors.index.json does not say so");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"weight_map\":{}} | it names no shard",
                "{} | damaged",
                "{\"weight_map\":{\"a\":7}} | \"a\" is not a text",
                "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}} | Duplicate field",
            })
    void readParameters_refusesAnIndexThatIsNone(String index, String message) throws IOException {
        EncoderFiles.of("bert").writeWithoutWeightsTo(directory);
        Files.writeString(directory.resolve("model.safetensors.index.json"), index);

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(), "model.safetensors.index.json", message);
    }

    @Test
    void readParameters_refusesAPickle() throws IOException {
        EncoderFiles.of("bert").writeWithoutWeightsTo(directory);
        Files.writeString(directory.resolve("pytorch_model.bin"), "anything");

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(),
                "pytorch_model.bin",
                "can run code when it is read, and so is not read here. Convert it to model.safetensors");
    }

    @Test
    void readParameters_namesTheWeightsThatAreMissing() throws IOException {
        EncoderFiles.of("bert").writeWithoutWeightsTo(directory);

        assertRefused(
                () -> PretrainedDirectory.read(directory).readParameters(),
                "model.safetensors",
                "missing, and so is model.safetensors.index.json");
    }

    @Test
    void readParameters_refusesEveryTruncationOfTheWeights() throws Exception {
        byte[] bytes = EncoderFiles.safetensors(EncoderFiles.of("bert").tensors);
        PretrainedDirectory read = read(EncoderFiles.of("bert"));
        for (int length = 0; length < bytes.length; length += 97) {
            Files.write(directory.resolve("model.safetensors"), java.util.Arrays.copyOf(bytes, length));
            assertRefused(read::readParameters, "model.safetensors", "damaged");
        }
    }

    /** The first tensor in one shard, the others in a second. */
    private void writeShards(EncoderFiles files, Map<String, String> instead) throws IOException {
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        Map<String, String> shards = new LinkedHashMap<>();
        files.tensors.forEach((name, tensor) -> {
            boolean isFirst = shards.isEmpty();
            shards.put(name, isFirst ? "model-1.safetensors" : "model-2.safetensors");
            (isFirst ? first : second).put(name, tensor);
        });
        shards.putAll(instead);
        files.writeWithoutWeightsTo(directory);
        Files.write(directory.resolve("model-1.safetensors"), EncoderFiles.safetensors(first));
        Files.write(directory.resolve("model-2.safetensors"), EncoderFiles.safetensors(second));
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                "{\"metadata\":{\"total_size\":1},\"weight_map\":" + EncoderFiles.json(shards) + "}");
    }

    private PretrainedDirectory read(EncoderFiles files) throws IOException, BadModelFile {
        return PretrainedDirectory.read(files.writeTo(directory));
    }

    private void assertRefused(ThrowingCallable reading, String file, String message) {
        assertThatThrownBy(reading)
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(directory.resolve(file) + ": ")
                .hasMessageContaining(message);
    }
}
