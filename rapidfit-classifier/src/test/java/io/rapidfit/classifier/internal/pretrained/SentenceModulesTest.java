package io.rapidfit.classifier.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderCopy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceModulesTest {

    private static final String TRANSFORMER =
            "{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"}";
    private static final String POOLING =
            "{\"idx\":1,\"name\":\"1\",\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"}";
    private static final String NORMALIZE =
            "{\"idx\":2,\"name\":\"2\",\"path\":\"2_Normalize\",\"type\":\"sentence_transformers.models.Normalize\"}";

    @TempDir
    Path directory;

    private final EncoderFiles files = EncoderFiles.of("bert");

    @Test
    void read_averagesWithoutModules() throws Exception {
        PretrainedDirectory read = read();

        assertThat(read.pooling()).isEqualTo(Pooling.MEAN);
        assertThat(read.normalize()).isFalse();
        assertThat(read.maxLength()).isEqualTo(8); // the positions
        assertThat(read.lowerCase()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mean_tokens, MEAN",
        "cls_token, CLS",
        "max_tokens, MAX",
    })
    void read_takesTheOneModeThatIsOn(String mode, Pooling pooling) throws Exception {
        modules(TRANSFORMER, POOLING);
        files.others.put(
                "1_Pooling/config.json",
                ("{\"word_embedding_dimension\":4,\"pooling_mode_cls_token\":false,\"pooling_mode_mean_tokens\":false,"
                                + "\"pooling_mode_max_tokens\":false,\"pooling_mode_mean_sqrt_len_tokens\":false,"
                                + "\"include_prompt\":true}")
                        .replace("_" + mode + "\":false", "_" + mode + "\":true"));

        assertThat(read().pooling()).isEqualTo(pooling);
    }

    @ParameterizedTest
    @CsvSource({"mean, MEAN", "cls, CLS", "max, MAX"})
    void read_takesAModeByItsName(String mode, Pooling pooling) throws Exception {
        modules(TRANSFORMER, POOLING);
        files.others.put("1_Pooling/config.json", "{\"pooling_mode\":\"" + mode + "\"}");

        assertThat(read().pooling()).isEqualTo(pooling);
    }

    @Test
    void read_averagesIfNoModeIsNamed() throws Exception {
        modules(TRANSFORMER, POOLING);
        files.others.put("1_Pooling/config.json", "{\"word_embedding_dimension\":4}");

        assertThat(read().pooling()).isEqualTo(Pooling.MEAN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":true} | pooling is cls_token with mean_tokens; supported are mean, cls and max, one of them",
                "{\"pooling_mode_mean_tokens\":false} | pooling is ; supported",
                "{\"pooling_mode_lasttoken\":true} | pooling is lasttoken;",
                "{\"pooling_mode_weightedmean_tokens\":true,\"pooling_mode_mean_tokens\":false} | pooling is weightedmean_tokens;",
                "{\"pooling_mode\":\"lasttoken\"} | pooling is lasttoken;",
                "{\"pooling_mode\":7} | \"pooling_mode\" is not a text",
                "{\"pooling_mode_cls_token\":1} | \"pooling_mode_cls_token\" is neither true nor false",
                "{\"pooling_mode\":\"mean\",\"word_embedding_dimension\":5} | word_embedding_dimension is 5, the encoder's is 4",
            })
    void read_refusesAnotherPooling(String pooling, String message) {
        modules(TRANSFORMER, POOLING);
        files.others.put("1_Pooling/config.json", pooling);

        assertRefused(Path.of("1_Pooling", "config.json"), message);
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void read_takesThePoolingThatIsGivenWhateverTheFilesSay(Pooling pooling) throws Exception {
        modules(TRANSFORMER, POOLING, NORMALIZE);
        files.others.put("1_Pooling/config.json", "{\"pooling_mode\":\"lasttoken\"}");

        PretrainedDirectory read = PretrainedDirectory.read(files.writeTo(directory), pooling);

        assertThat(read.pooling()).isEqualTo(pooling);
        assertThat(read.normalize()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withPoolingWritten_saysSoInTheFiles(boolean modules) throws Exception {
        if (modules) {
            modules(TRANSFORMER, POOLING.replace("1_Pooling", "somewhere"), NORMALIZE);
            files.others.put("somewhere/config.json", "{\"pooling_mode\":\"max\"}");
        }
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":5}");
        PretrainedDirectory used = PretrainedDirectory.read(files.writeTo(directory), Pooling.CLS);
        EncoderCopy copy = used.withPoolingWritten().copy();
        copy.writeTo(directory.resolve("copy"));

        PretrainedDirectory read = PretrainedDirectory.read(directory.resolve("copy"));
        assertThat(read.pooling()).isEqualTo(Pooling.CLS);
        assertThat(read.normalize()).isEqualTo(modules);
        assertThat(read.maxLength()).isEqualTo(5);
        assertThat(read.copy().sha256())
                .isEqualTo(copy.sha256())
                .isNotEqualTo(used.copy().sha256());
    }

    @ParameterizedTest
    @CsvSource({"MAX, true", "MEAN, false"})
    void withPoolingWritten_leavesFilesThatSayTheSame(Pooling pooling, boolean modules) throws Exception {
        if (modules) {
            modules(TRANSFORMER, POOLING);
            files.others.put("1_Pooling/config.json", "{\"pooling_mode\":\"max\"}");
        }
        PretrainedDirectory used = PretrainedDirectory.read(files.writeTo(directory), pooling);

        assertThat(used.withPoolingWritten()).isSameAs(used);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"default_prompt_name\":\"query\",\"prompts\":{\"query\":\"query: \"}}",
                "{\"default_prompt_name\":\"query\",\"prompts\":{\"document\":\"\"}}", // it fails there, too
                "{\"default_prompt_name\":\"query\"}"
            })
    void read_refusesAPromptBeforeEveryText(String config) {
        files.others.put("config_sentence_transformers.json", config);

        assertRefused(
                Path.of("config_sentence_transformers.json"),
                "default_prompt_name is query: a prompt before every text is not supported. Put it there yourself, and give"
                        + " a copy of the directory in which default_prompt_name is null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"default_prompt_name\":null,\"prompts\":{\"query\":\"query: \"}}",
                "{\"default_prompt_name\":\"none\",\"prompts\":{\"none\":\"\"}}"
            })
    void read_takesPromptsThatAreUsedIfAskedForOnly(String config) throws Exception {
        String before = read().copy().sha256();
        files.others.put("config_sentence_transformers.json", config);

        assertThat(read().copy().sha256()).isEqualTo(before);
    }

    @Test
    void read_normalizesIfAModuleSaysSo() throws Exception {
        modules(TRANSFORMER, POOLING, NORMALIZE);
        files.others.put(
                "1_Pooling/config.json", "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":false}");

        PretrainedDirectory read = read();

        assertThat(read.normalize()).isTrue();
        assertThat(read.pooling()).isEqualTo(Pooling.CLS);
    }

    @Test
    void read_knowsModulesByTheLastPartOfTheirNames() throws Exception {
        modules(
                TRANSFORMER.replace("models.Transformer", "base.modules.transformer.Transformer"),
                POOLING.replace("models.Pooling", "sentence_transformer.modules.pooling.Pooling"));
        files.others.put("1_Pooling/config.json", "{\"pooling_mode\":\"max\"}");

        assertThat(read().pooling()).isEqualTo(Pooling.MAX);
    }

    @Test
    void read_namesAModuleThatIsNotSupported() {
        modules(TRANSFORMER, POOLING, NORMALIZE.replace("Normalize", "Dense"));

        assertRefused(
                Path.of("modules.json"),
                "modules are [Transformer, Pooling, Dense]; supported are Transformer, Pooling and perhaps Normalize");
    }

    @Test
    void read_refusesModulesInAnotherOrder() {
        modules(TRANSFORMER, NORMALIZE, POOLING);

        assertRefused(Path.of("modules.json"), "modules are [Transformer, Normalize, Pooling]");
    }

    @Test
    void read_refusesATransformerElsewhere() {
        modules(TRANSFORMER.replace("\"path\":\"\"", "\"path\":\"0_BERT\""), POOLING);

        assertRefused(Path.of("modules.json"), "the Transformer must be in the directory itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../other", "/etc", "a/b", "a\\\\b", "."})
    void read_refusesAPoolingOutsideOfTheDirectory(String path) {
        modules(TRANSFORMER, POOLING.replace("1_Pooling", path));

        assertRefused(Path.of("modules.json"), "is not the name of a directory for the Pooling");
    }

    @Test
    void read_namesAPoolingThatIsMissing() {
        modules(TRANSFORMER, POOLING);

        assertRefused(Path.of("1_Pooling", "config.json"), "missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "7", "[7]", "[{}]", "[", "[] []"})
    void read_refusesModulesThatAreNoListOfModules(String json) {
        files.others.put("modules.json", json);

        assertRefused(Path.of("modules.json"), "damaged");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "5, 5", "8, 8", "512, 8", "null, 8"})
    void read_limitsTheLengthAsToldAndToThePositions(String told, int length) throws Exception {
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":" + told + ",\"do_lower_case\":true}");

        PretrainedDirectory read = read();

        assertThat(read.maxLength()).isEqualTo(length);
        assertThat(read.lowerCase()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2, must be at least 3 but was 2", "-3, must be at least 3 but was -3", "3.5, is not a whole number"})
    void read_refusesALengthThatCannotBe(String told, String message) {
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":" + told + "}");

        assertRefused(Path.of("sentence_bert_config.json"), message);
    }

    private void modules(String... modules) {
        files.others.put("modules.json", "[" + String.join(",", modules) + "]");
    }

    private PretrainedDirectory read() throws IOException, BadModelFile {
        return PretrainedDirectory.read(files.writeTo(directory));
    }

    private void assertRefused(Path file, String message) {
        assertThatThrownBy(this::read)
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(directory.resolve(file) + ": ")
                .hasMessageContaining(message);
    }
}
