package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models saved by earlier versions stay loadable, and answer as they did. */
class SavedFormatTest {

    private static final String MOOD = "\u0627\u0644\u0645\u0632\u0627\u062c";
    private static final String BILL_IN_ARABIC = "\u0641\u0627\u062a\u0648\u0631\u0629 \ud83d\ude9a";
    private static final String PARCEL_IN_CHINESE = "\u5305\u88f9\u8fd8\u6ca1\u5230"; // has not arrived
    private static final String BILL_IN_THAI =
            "\u0e1a\u0e34\u0e25\u0e02\u0e2d\u0e07\u0e09\u0e31\u0e19 \ud83d\ude9a"; // my bill

    @Test
    void load_readsFormat1() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory("model-format-1"))) {
            assertThat(classifier.tasks()).containsExactly("topic", "urgency");
            assertThat(classifier.labels("topic")).containsExactly("billing", "delivery");
            // as the version that saved it answered; English, then Arabic with an emoji
            assertAnswer(classifier, "where is the parcel, I need it now", "topic", "delivery", 0.9711015596943292);
            assertAnswer(classifier, "where is the parcel, I need it now", "urgency", "high", 0.5171862090445092);
            assertAnswer(
                    classifier,
                    "\u0641\u0627\u062a\u0648\u0631\u0629 \ud83d\ude9a",
                    "topic",
                    "billing",
                    0.5915985152425449);
            assertAnswer(
                    classifier,
                    "\u0641\u0627\u062a\u0648\u0631\u0629 \ud83d\ude9a",
                    "urgency",
                    "low",
                    0.640821406968986);
        }
    }

    @Test
    void load_readsFormat2() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory("model-format-2"))) {
            assertAnswer(classifier, "where is the parcel, I need it now", "topic", "delivery", 0.9993316726033745);
            assertAnswer(classifier, PARCEL_IN_CHINESE, "topic", "delivery", 0.794454756425971);
            assertAnswer(classifier, BILL_IN_THAI, "topic", "billing", 0.8111914274950358);
            assertAnswer(classifier, BILL_IN_THAI, "urgency", "low", 0.9662786100954905);
        }
    }

    @Test
    void load_readsFormat2WithBytes() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory("model-format-2-int8"))) {
            assertAnswer(classifier, "where is the parcel, I need it now", "topic", "delivery", 0.9993341512712318);
            assertAnswer(classifier, PARCEL_IN_CHINESE, "topic", "delivery", 0.7949330232082881);
            assertAnswer(classifier, BILL_IN_THAI, "topic", "billing", 0.8121557216085512);
            assertAnswer(classifier, BILL_IN_THAI, "urgency", "low", 0.9664584105671342);
        }
    }

    /** A nested head, a temperature and a threshold; what is strange; layers of its own. */
    @Test
    void load_readsFormat3() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory("model-format-3"))) {
            assertThat(classifier.tasks()).containsExactly("coarse", "fine", MOOD, "plain");
            String text = "where is the parcel, I need it now";
            assertAnswer(classifier, text, "coarse", "billing", 0.6519531407158632);
            assertAnswer(classifier, text, "fine", "bill", 0.5469340849605396);
            assertAnswer(classifier, text, MOOD, "bad", 0.8379701966297208);
            assertAnswer(classifier, text, "plain", "no", 0.7389405800241399);
            assertThat(classifier.predict(text, "coarse").abstained()).isTrue(); // below 0.75
            assertThat(classifier.predict(text, "fine").abstained()).isFalse();
            assertThat(classifier.predict(text, "coarse").outOfScope().orElseThrow())
                    .isCloseTo(0.875, within(1e-6));
            assertThat(classifier.predict(text, "plain").outOfScope()).isEmpty();
            assertAnswer(classifier, BILL_IN_ARABIC, "coarse", "billing", 0.9554390160699591);
            assertAnswer(classifier, BILL_IN_ARABIC, MOOD, "bad", 0.8542310879316338);
            assertThat(classifier.predict(BILL_IN_ARABIC, "coarse").abstained()).isFalse();
        }
    }

    @Test
    void load_readsFormat3WithBytes() throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory("model-format-3-int8"))) {
            assertAnswer(classifier, BILL_IN_ARABIC, "coarse", "billing", 0.954807492657172);
            assertAnswer(classifier, BILL_IN_ARABIC, "fine", "bill", 0.7140576594599064);
            assertAnswer(classifier, BILL_IN_ARABIC, MOOD, "bad", 0.9561980318005178);
        }
    }

    /** The library that saved it can go on reading it, and so can this one: as the same model. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "model-format-1",
                "model-format-2",
                "model-format-2-int8",
                "model-format-3",
                "model-format-3-int8"
            })
    void save_ofALoadedModelKeepsItsFormat(String name, @TempDir Path copy) throws Exception {
        try (MultiheadClassifier classifier = MultiheadClassifier.load(directory(name))) {
            classifier.save(copy);
        }
        try (Stream<Path> files = Files.list(directory(name))) {
            for (Path file : files.toList()) {
                assertThat(copy.resolve(file.getFileName())).hasSameBinaryContentAs(file);
            }
        }
    }

    private static Path directory(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(SavedFormatTest.class.getResource("/" + name))
                .toURI());
    }

    private static void assertAnswer(
            MultiheadClassifier classifier, String text, String task, String label, double confidence) {
        assertThat(classifier.predict(text, task).label()).isEqualTo(label);
        assertThat(classifier.predict(text, task).confidence()).isCloseTo(confidence, within(1e-6));
    }
}
