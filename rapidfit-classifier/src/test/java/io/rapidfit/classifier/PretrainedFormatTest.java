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
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of pretrained encoders as format 5 keeps them: saved ones stay loadable, and damaged ones are refused. */
class PretrainedFormatTest {

    private static final String WITHIN = "encoder-824a5afd36a2";

    @TempDir
    Path copy;

    private static Path directory() throws URISyntaxException {
        return Path.of(Objects.requireNonNull(PretrainedFormatTest.class.getResource("/model-format-5"))
                .toURI());
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void load_readsFormat5() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory())) {
            assertThat(classifier.tasks()).containsExactly("mood");
            // as the version that saved it answered; the last digits are the processor's
            assertAnswer(classifier.predict("the film is good", "mood"), "glad", 0.9196655397872475);
            assertAnswer(classifier.predict("bad play .", "mood"), "sad", 0.830034670190597);
        }
    }

    private static void assertAnswer(Prediction prediction, String label, double confidence) {
        assertThat(prediction.label()).isEqualTo(label);
        assertThat(prediction.confidence()).isCloseTo(confidence, within(1e-5));
    }

    @Test
    void save_ofALoadedModelKeepsItsFormat() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory())) {
            classifier.save(copy);
        }
        assertThat(files(copy)).hasSameSizeAs(files(directory()));
        for (Path file : files(directory())) {
            assertThat(copy.resolve(directory().relativize(file))).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void load_refusesAnEncoderThatCannotBe() throws Exception {
        assertRefused(e -> e.put("dimension", 0), "damaged: the encoder is EncoderReference[place=" + WITHIN);
        assertRefused(e -> e.put("sha256", "824A"), "damaged: the encoder is EncoderReference[place=" + WITHIN);
        assertRefused(e -> e.put("inModel", ".."), "damaged: the encoder is EncoderReference[place=..");
        assertRefused(e -> e.put("inModel", "/etc"), "damaged: the encoder is EncoderReference[place=/etc");
        assertRefused(e -> e.remove("inModel"), "damaged: \"encoder\": \"inModel\" is missing");
        assertRefused(e -> e.put("hub", "org/model"), "damaged: \"encoder\": \"commit\" is missing");
        assertRefused(
                e -> e.put("hub", "org/model").put("commit", "main"),
                "damaged: the encoder is EncoderReference[place=org/model@main");
        assertRefused(
                e -> e.put("maxLength", 12), "damaged: its checksum is not that of its encoder, tasks and weights");
    }

    private void assertRefused(Consumer<ObjectNode> change, String why) throws Exception {
        for (Path file : files(directory())) {
            Path target = copy.resolve(directory().relativize(file).toString());
            Files.createDirectories(target.getParent());
            Files.write(target, Files.readAllBytes(file));
        }
        Path manifest = copy.resolve("manifest.json");
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = (ObjectNode) mapper.readTree(Files.readString(manifest));
        change.accept((ObjectNode) json.get("encoder"));
        Files.writeString(manifest, mapper.writeValueAsString(json));

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MultiheadClassifier.load(copy))
                .withMessageStartingWith(manifest + ": " + why);
    }
}
