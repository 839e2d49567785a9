package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.internal.hub.FakeHub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders by their name, from a hub on this machine. */
class HuggingFaceHubTest {

    private static final String FILES = "[1_Pooling/config.json, config.json, model.safetensors, modules.json,"
            + " sentence_bert_config.json, tokenizer.json]";

    @TempDir
    Path home;

    private final FakeHub server = new FakeHub();
    private final Map<String, String> environment = new HashMap<>();
    private Path model;

    @BeforeEach
    void publish() throws Exception {
        Path encoder = TinyEncoder.write(home.resolve("encoder"));
        try (Stream<Path> files = Files.walk(encoder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                server.files.put(encoder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        environment.put("HF_ENDPOINT", server.endpoint());
        environment.put("HF_HOME", home.resolve("hf").toString());
        environment.put("HF_HUB_OFFLINE", "0");
        model = home.resolve("model");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void train_downloadsTheEncoderOnceAndTheModelFindsItInTheCache() throws Exception {
        List<String> trained = run("train");

        assertThat(trained).hasSize(3);
        assertThat(trained.get(0)).isEqualTo(FILES);
        assertThat(trained.get(2)).isEqualTo(trained.get(1));
        assertThat(Files.readString(model.resolve("manifest.json")))
                .contains("\"hub\" : \"org/model\"")
                .contains("\"commit\" : \"" + FakeHub.COMMIT + "\"");

        server.close();
        assertThat(run("load")).containsExactly(trained.get(1)); // a commit is looked up nowhere
    }

    @Test
    void train_offlineNamesTheDirectoryToFill() throws Exception {
        environment.put("HF_HUB_OFFLINE", "1");

        assertThat(run("train"))
                .singleElement()
                .asString()
                .startsWith("org/model@main: HF_HUB_OFFLINE is set, and the cache lacks config.json, tokenizer.json,"
                        + " model.safetensors. Copy all of "
                        + home.resolve("hf/hub/models--org--model"));
    }

    @Test
    void load_withoutTheCacheNamesTheDirectoryToFill() throws Exception {
        run("train");
        environment.put("HF_HUB_OFFLINE", "1");
        environment.put("HF_HOME", home.resolve("other").toString());

        assertThat(run("load"))
                .singleElement()
                .asString()
                .startsWith("org/model@" + FakeHub.COMMIT
                        + ": HF_HUB_OFFLINE is set, and the cache lacks config.json, tokenizer.json,"
                        + " model.safetensors. Put what is missing into "
                        + home.resolve("other/hub/models--org--model/snapshots/" + FakeHub.COMMIT));
    }

    /** The lines that {@link HubProbe} prints. */
    private List<String> run(String what) throws IOException, InterruptedException {
        Path output = home.resolve("output.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dstdout.encoding=UTF-8",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HubProbe.class.getName(),
                        what,
                        model.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HF_"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(output);
    }
}
