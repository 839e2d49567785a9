package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

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

    private static void assertAnswer(
            MultiheadClassifier classifier, String text, String task, String label, double confidence) {
        assertThat(classifier.predict(text, task).label()).isEqualTo(label);
        assertThat(classifier.predict(text, task).confidence()).isCloseTo(confidence, within(1e-6));
    }
}
