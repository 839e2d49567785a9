package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of embeddings as format 4 keeps them: saved ones stay loadable, and damaged ones are refused. */
class EmbeddingFormatTest {

    @TempDir
    Path copy;

    private final EmbeddingEncoder encoder = new Embedding().encoder();

    private static Path directory() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(EmbeddingFormatTest.class.getResource("/model-format-4"))
                .toURI());
    }

    @Test
    void load_readsFormat4() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory(), encoder)) {
            assertThat(classifier.tasks()).containsExactly("thing");
            // as the version that saved it answered
            assertAnswer(classifier.predict("a sweet mango", "thing"), "fruit", 0.8435537117895009);
            assertAnswer(classifier.predict("the wheel needs repair", "thing"), "car", 0.7236444485134191);
        }
    }

    private static void assertAnswer(Prediction prediction, String label, double confidence) {
        assertThat(prediction.label()).isEqualTo(label);
        assertThat(prediction.confidence()).isCloseTo(confidence, within(1e-6));
    }

    @Test
    void save_ofALoadedModelKeepsItsFormat() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory(), encoder)) {
            classifier.save(copy);
        }
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                assertThat(copy.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    @Test
    void load_refusesAnEncoderThatCannotBe() throws Exception {
        assertRefused(e -> e.put("name", " "), "damaged: the encoder is EmbeddingEntry[name= , dimension=24]");
        assertRefused(e -> e.put("dimension", 0), "damaged: the encoder is EmbeddingEntry[name=words, dimension=0]");
        assertRefused(e -> e.remove("name"), "damaged: \"encoder\": \"name\" is missing");
        assertRefused(e -> e.put("dimension", "24"), "damaged: \"encoder\": \"dimension\" is not a whole number");
        assertRefused(
                e -> e.put("name", "other"), "damaged: its checksum is not that of its encoder, tasks and weights");
        assertRefused(e -> e.put("type", "hearsay"), "unknown encoder \"hearsay\"");
    }

    private void assertRefused(Consumer<ObjectNode> change, String why) throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                Files.write(copy.resolve(file.getFileName()), Files.readAllBytes(file));
            }
        }
        Path manifest = copy.resolve("manifest.json");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(manifest));
        change.accept((ObjectNode) json.get("encoder"));
        Files.writeString(manifest, mapper.writeValueAsString(json));

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MultiheadClassifier.load(copy, encoder))
                .withMessageStartingWith(manifest + ": " + why);
    }
}
