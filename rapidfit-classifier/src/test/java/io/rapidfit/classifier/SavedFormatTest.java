package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models saved by earlier versions stay loadable, and answer as they did. */
class SavedFormatTest {

    @Test
    void load_readsFormat1() throws URISyntaxException {
        URL directory = Objects.requireNonNull(SavedFormatTest.class.getResource("/model-format-1"));
        try (MultiheadClassifier classifier = MultiheadClassifier.load(Path.of(directory.toURI()))) {
            assertThat(classifier.tasks()).containsExactly("topic", "urgency");
            assertThat(classifier.labels("topic")).containsExactly("billing", "delivery");
            // as the version that saved it answered; English, then Arabic with an emoji
            assertAnswer(classifier, "where is the parcel, I need it now", "topic", "delivery", 0.9711015596943292);
            assertAnswer(classifier, "where is the parcel, I need it now", "urgency", "high", 0.5171862090445092);
            assertAnswer(classifier, "فاتورة 🚚", "topic", "billing", 0.5915985152425449);
            assertAnswer(classifier, "فاتورة 🚚", "urgency", "low", 0.640821406968986);
        }
    }

    /** The library that saved it can go on reading it, and so can this one: as the same model. */
    @Test
    void save_ofALoadedModelKeepsItsFormat(@TempDir Path copy) throws Exception {
        Path format1 = Path.of(Objects.requireNonNull(SavedFormatTest.class.getResource("/model-format-1"))
                .toURI());
        try (MultiheadClassifier classifier = MultiheadClassifier.load(format1)) {
            classifier.save(copy);
        }
        for (String file : List.of("manifest.json", "weights-a4ae3ff28fd1.safetensors")) {
            assertThat(copy.resolve(file)).hasSameBinaryContentAs(format1.resolve(file));
        }
    }

    private static void assertAnswer(
            MultiheadClassifier classifier, String text, String task, String label, double confidence) {
        assertThat(classifier.predict(text, task).label()).isEqualTo(label);
        assertThat(classifier.predict(text, task).confidence()).isCloseTo(confidence, within(1e-6));
    }
}
