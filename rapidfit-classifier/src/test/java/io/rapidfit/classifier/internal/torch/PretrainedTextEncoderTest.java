package io.rapidfit.classifier.internal.torch;

import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.assertClose;
import static io.rapidfit.classifier.internal.torch.TransformerEncoderTest.managed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderReference;
import io.rapidfit.classifier.internal.files.EncoderReference.InDirectory;
import io.rapidfit.classifier.internal.pretrained.EncoderFiles;
import io.rapidfit.classifier.internal.pretrained.EncoderFiles.Tensor;
import io.rapidfit.classifier.internal.pretrained.Parameter;
import io.rapidfit.classifier.internal.pretrained.Pooling;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With directories of random weights; their tokenizer is that of {@link TokenizerTest}. */
class PretrainedTextEncoderTest {

    private static final String MODULES = "[{\"path\":\"\",\"type\":\"a.Transformer\"},"
            + "{\"path\":\"1_Pooling\",\"type\":\"a.Pooling\"},{\"path\":\"2_Normalize\",\"type\":\"a.Normalize\"}]";

    @TempDir
    Path directory;

    /** What was written there. */
    private Map<String, Parameter> parameters;

    @ParameterizedTest
    @CsvSource({
        "bert, MEAN",
        "roberta, CLS",
        "xlm-roberta, MEAN",
        "camembert, MAX",
        "distilbert, MEAN",
        "distilbert, CLS",
        "mpnet, MEAN",
        "mpnet, MAX"
    })
    void encode_givesWhatAPlainForwardPassOfTheDirectoryGives(String modelType, Pooling pooling) throws Exception {
        EncoderFiles files = files(modelType);
        files.others.put("modules.json", MODULES);
        files.others.put(
                "1_Pooling/config.json", "{\"pooling_mode\":\"" + pooling.name().toLowerCase(Locale.ROOT) + "\"}");
        PretrainedDirectory read = write(files);
        PlainTransformer plain = new PlainTransformer(read.config(), parameters);
        try (PretrainedTextEncoder encoder = load(read, 128)) {
            List<float[]> vectors =
                    encoder.encode(List.of("The film!", "grief", "", "good bad good bad good bad good"));

            // [CLS] 2, [SEP] 3; the second word is not in the vocabulary; of 8 positions RoBERTa and MPNet have 6 for
            // tokens
            long[] longest =
                    read.maxLength() == 8 ? new long[] {2, 4, 5, 4, 5, 4, 5, 3} : new long[] {2, 4, 5, 4, 5, 3};
            List<long[]> tokens =
                    List.of(new long[] {2, 9, 10, 13, 3}, new long[] {2, 1, 3}, new long[] {2, 3}, longest);
            assertThat(vectors).hasSameSizeAs(tokens);
            for (int i = 0; i < tokens.size(); i++) {
                assertClose(vectors.get(i), plain.vector(tokens.get(i), pooling, true), 1e-4);
            }
        }
    }

    @Test
    void encode_averagesAndLeavesTheLengthWhereNothingElseIsSaid() throws Exception {
        PretrainedDirectory read = write(files("bert"));
        PlainTransformer plain = new PlainTransformer(read.config(), parameters);
        try (PretrainedTextEncoder encoder = load(read, 128)) {
            assertClose(
                    encoder.encode(List.of("film")).get(0),
                    plain.vector(new long[] {2, 10, 3}, Pooling.MEAN, false),
                    1e-4);
        }
    }

    @Test
    void encode_lowersTheCaseIfTheDirectorySaysSo() throws Exception {
        EncoderFiles files = files("bert");
        files.others.compute(
                "tokenizer.json", (name, json) -> json.replace("\"lowercase\": true", "\"lowercase\": false"));
        assertThat(tokens(write(files), 128, "THE film")).containsExactly(2, 1, 10, 3);

        files.others.put("sentence_bert_config.json", "{\"do_lower_case\":true}");
        assertThat(tokens(write(files), 128, "THE film")).containsExactly(2, 9, 10, 3);
    }

    @Test
    void encode_takesTheShorterOfBothLengths() throws Exception {
        EncoderFiles files = files("bert");
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":5}");
        PretrainedDirectory read = write(files);

        assertThat(tokens(read, 4, "good bad good bad")).containsExactly(2, 4, 5, 3);
        assertThat(tokens(read, 6, "good bad good bad")).containsExactly(2, 4, 5, 4, 3);
        assertThat(tokens(read, Integer.MAX_VALUE, "good bad good bad")).containsExactly(2, 4, 5, 4, 3);
    }

    private static long[] tokens(PretrainedDirectory read, int maxLength, String text) throws Exception {
        try (PretrainedTextEncoder encoder = load(read, maxLength)) {
            return encoder.tokenizer().encode(List.of(text)).get(0);
        }
    }

    @Test
    void load_refusesALengthThatLeavesNoRoomForText() throws Exception {
        PretrainedDirectory read = write(files("bert"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> load(read, 2))
                .withMessage("maxLength must be at least 3 but was 2");
    }

    @Test
    void load_refusesWeightsOfAnotherEncoderAndLeavesNothingBehind() throws Exception {
        EncoderFiles files = files("bert");
        files.tensors.remove("encoder.layer.0.output.dense.bias");
        PretrainedDirectory read = write(files);
        int before = managed();

        assertThatExceptionOfType(BadModelFile.class)
                .isThrownBy(() -> load(read, 128))
                .withMessageEndingWith("model.safetensors: tensors are missing: encoder.layer.0.output.dense.bias");
        assertThat(managed()).isEqualTo(before);
    }

    @Test
    void load_refusesATokenizerThatTheLibraryCannotRead() throws Exception {
        EncoderFiles files = files("bert");
        files.others.put("tokenizer.json", "{\"model\":{\"type\":\"Unheard\",\"vocab\":{\"a\":0}}}");
        PretrainedDirectory read = write(files);

        assertThatExceptionOfType(BadModelFile.class)
                .isThrownBy(() -> load(read, 128))
                .withMessageStartingWith(read.tokenizer() + ": no tokenizer that can be read: ");
    }

    @Test
    void close_closesBoth() throws Exception {
        int before = managed();
        PretrainedTextEncoder encoder = load(write(files("bert")), 128);
        assertThat(managed()).isGreaterThan(before);
        encoder.close();
        encoder.close();

        assertThat(managed()).isEqualTo(before);
        assertThatIllegalStateException().isThrownBy(() -> encoder.tokenizer().encode(List.of("film")));
        assertThatIllegalStateException().isThrownBy(() -> encoder.encoder().encode(List.of(new long[] {2, 3})));
    }

    static PretrainedTextEncoder load(PretrainedDirectory read, int maxLength) throws Exception {
        EncoderReference reference = new EncoderReference(
                new InDirectory(read.directory().toString()),
                read.config().hiddenSize(),
                maxLength,
                read.pooling().name(),
                read.copy().sha256());
        return PretrainedTextEncoder.load(read, reference, false);
    }

    private static EncoderFiles files(String modelType) throws Exception {
        EncoderFiles files = EncoderFiles.of(modelType);
        files.config.put("vocab_size", 17);
        files.others.put("tokenizer.json", Files.readString(Path.of("src/test/resources/wordpiece/tokenizer.json")));
        return files;
    }

    /** With random weights for the tensors that the files have. */
    private PretrainedDirectory write(EncoderFiles files) throws Exception {
        PretrainedDirectory read = PretrainedDirectory.read(files.writeTo(directory));
        parameters = PlainTransformer.randomParameters(read.config(), 1);
        files.tensors.replaceAll((name, tensor) -> Tensor.of(parameters.get(name)));
        files.writeTo(directory);
        return read;
    }
}
