package io.rapidfit.classifier.internal.pretrained;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.hub.FakeHub;
import io.rapidfit.classifier.internal.hub.Hub;
import io.rapidfit.classifier.internal.hub.HubException;
import io.rapidfit.classifier.internal.hub.HubModel;
import io.rapidfit.classifier.internal.hub.HubSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedDownloadTest {

    @TempDir
    Path home;

    private final FakeHub server = new FakeHub();
    private final EncoderFiles files = EncoderFiles.of("bert");

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void fetch_bringsWhatTheReaderReads() throws Exception {
        files.others.put(
                "modules.json",
                "[{\"path\":\"\",\"type\":\"a.Transformer\"},{\"path\":\"1_Pooling\",\"type\":\"a.Pooling\"},"
                        + "{\"path\":\"2_Normalize\",\"type\":\"a.Normalize\"}]");
        files.others.put("1_Pooling/config.json", "{\"pooling_mode_cls_token\":true}");
        files.others.put("sentence_bert_config.json", "{\"max_seq_length\":5}");
        files.others.put("README.md", "nobody reads it");
        publish(EncoderFiles.safetensors(files.tensors));

        PretrainedDirectory read = PretrainedDirectory.read(fetch());

        assertThat(read.pooling()).isEqualTo(Pooling.CLS);
        assertThat(read.normalize()).isTrue();
        assertThat(read.maxLength()).isEqualTo(5);
        assertThat(read.readParameters())
                .containsOnlyKeys(EncoderFiles.names("bert").keySet());
        assertThat(server.downloads("README.md")).isZero();
        assertThat(server.downloads("model.safetensors")).isEqualTo(1);
    }

    @Test
    void fetch_bringsShards() throws Exception {
        publish(null);
        Map<String, String> shards = new LinkedHashMap<>();
        files.tensors.keySet().forEach(name -> shards.put(name, "model-00001-of-00001.safetensors"));
        server.files.put(
                "model.safetensors.index.json",
                ("{\"weight_map\":" + EncoderFiles.json(shards) + "}").getBytes(StandardCharsets.UTF_8));
        server.files.put("model-00001-of-00001.safetensors", EncoderFiles.safetensors(files.tensors));

        assertThat(PretrainedDirectory.read(fetch()).readParameters())
                .containsOnlyKeys(EncoderFiles.names("bert").keySet());
    }

    @Test
    void fetch_bringsNoWeightsOfAModelThatIsNotSupported() {
        files.config.put("model_type", "t5");
        publish(EncoderFiles.safetensors(files.tensors));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("model_type is t5; supported are");
        assertThat(server.downloads("model.safetensors")).isZero();
    }

    @Test
    void fetch_bringsNoWeightsOfAModelWithAPromptBeforeEveryText() {
        files.others.put(
                "config_sentence_transformers.json",
                "{\"default_prompt_name\":\"query\",\"prompts\":{\"query\":\"query: \"}}");
        publish(EncoderFiles.safetensors(files.tensors));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("default_prompt_name is query: a prompt before every text is not supported");
        assertThat(server.downloads("model.safetensors")).isZero();
    }

    @Test
    void fetch_asksForNoFileOutsideOfTheModel() {
        files.others.put(
                "modules.json",
                "[{\"path\":\"\",\"type\":\"a.Transformer\"},{\"path\":\"../other\",\"type\":\"a.Pooling\"}]");
        publish(EncoderFiles.safetensors(files.tensors));

        assertThatThrownBy(this::fetch)
                .isInstanceOf(BadModelFile.class)
                .hasMessageContaining("'../other' is not the name of a directory for the Pooling");
    }

    @Test
    void fetch_saysThatThereAreNoSafetensors() {
        publish(null);
        server.files.put("pytorch_model.bin", new byte[] {1});

        assertThatThrownBy(this::fetch)
                .isInstanceOf(HubException.class)
                .hasMessage("org/model@" + FakeHub.COMMIT + ": the model has no model.safetensors.");
        assertThat(server.downloads("pytorch_model.bin")).isZero();
    }

    @Test
    void fetch_worksAgainWithoutAConnection() throws Exception {
        publish(EncoderFiles.safetensors(files.tensors));
        Path directory = fetch();
        server.close();

        assertThat(fetch()).isEqualTo(directory);
        try (Stream<Path> found = Files.list(directory)) {
            assertThat(found.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("config.json", "tokenizer.json", "model.safetensors");
        }
    }

    private void publish(byte[] weights) {
        server.files.put("config.json", EncoderFiles.json(files.config).getBytes(StandardCharsets.UTF_8));
        files.others.forEach((name, text) -> server.files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        if (weights != null) {
            server.files.put("model.safetensors", weights);
        }
    }

    private Path fetch() throws Exception {
        Hub hub = new Hub(HubSettings.of(Map.of("HF_ENDPOINT", server.endpoint()), home));
        return PretrainedDownload.fetch(hub, HubModel.of("org/model"), null, (file, done, total) -> {})
                .directory();
    }
}
