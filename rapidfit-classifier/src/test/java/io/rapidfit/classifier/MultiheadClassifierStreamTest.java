package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.Sample;
import io.rapidfit.model.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MultiheadClassifierStreamTest {

    private static final List<String> TEXTS = Samples.texts(Samples.fruitOrCar());

    private static MultiheadClassifier classifier;

    @BeforeAll
    static void train() {
        classifier = Samples.fruitClassifier();
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void stream_isWhatTheListGives() {
        List<Prediction> expected = classifier.predict(TEXTS, "thing");

        assertThat(classifier.predict(TEXTS.stream(), "thing").toList()).isEqualTo(expected);
        assertThat(classifier.predict(TEXTS.parallelStream(), "thing").toList()).isEqualTo(expected);
        assertThat(classifier.predict(Stream.of(), "thing").toList()).isEmpty();
        assertThat(rest(classifier.predict(TEXTS.iterator(), "thing"))).isEqualTo(expected);
        assertThat(classifier.predictAll(TEXTS.stream()).toList())
                .isEqualTo(TEXTS.stream().map(classifier::predictAll).toList())
                .allSatisfy(all -> assertThat(all).containsOnlyKeys("thing"));
    }

    @Test
    void stream_mayBeEndless() {
        AtomicInteger asked = new AtomicInteger();
        Stream<String> endless = Stream.generate(() -> "a ripe apple " + asked.incrementAndGet());

        Stream<Prediction> predictions = classifier.predict(endless, "thing");
        assertThat(asked).hasValue(0);
        assertThat(predictions.limit(5).toList()).hasSize(5);
        assertThat(asked).hasValue(5);
        assertThat(classifier.predictAll(Stream.generate(() -> "x")).limit(3).toList())
                .hasSize(3);
    }

    @Test
    void stream_closesWhatItReads() {
        AtomicBoolean closed = new AtomicBoolean();
        try (Stream<Prediction> predictions =
                classifier.predict(TEXTS.stream().onClose(() -> closed.set(true)), "thing")) {
            assertThat(predictions.findFirst()).isPresent();
            assertThat(closed).isFalse();
        }
        assertThat(closed).isTrue();
    }

    @Test
    void stream_refusesABlankTextWhenItsTurnComes() {
        List<Prediction> seen = new ArrayList<>();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier
                        .predict(Stream.of("one", "two", " ", "four"), "thing")
                        .forEachOrdered(seen::add))
                .withMessage("the text is blank: there is nothing to classify");
        assertThat(seen).hasSize(2);

        Iterator<Prediction> predictions =
                classifier.predict(Arrays.asList("one", "\t", null, "four").iterator(), "thing");
        assertThat(predictions.next()).isEqualTo(classifier.predict("one", "thing"));
        assertThatIllegalArgumentException()
                .isThrownBy(predictions::next)
                .withMessage("the text is blank: there is nothing to classify");
        assertThatIllegalArgumentException().isThrownBy(predictions::next).withMessage("text must not be null");
        assertThat(predictions.next()).isEqualTo(classifier.predict("four", "thing")); // who will may go on
        assertThat(predictions.hasNext()).isFalse();
    }

    @Test
    void stream_refusesWhatIsWrongBeforeItsFirstText() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(Stream.of("x"), "mood"))
                .withMessage("no task 'mood'; this classifier has [thing]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(List.of("x").iterator(), "mood"))
                .withMessage("no task 'mood'; this classifier has [thing]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict((Stream<String>) null, "thing"))
                .withMessage("texts must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predictAll((Stream<String>) null))
                .withMessage("texts must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict((Iterator<String>) null, "thing"))
                .withMessage("texts must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(TEXTS.iterator(), "thing", null))
                .withMessage("onProgress must not be null");
    }

    @Test
    void iterator_tellsEveryThousandTextsAndTheEnd() {
        assertThat(progressOf(2500)).containsExactly(1000L, 2000L, 2500L);
        assertThat(progressOf(2000)).containsExactly(1000L, 2000L); // the end is told once
        assertThat(progressOf(3)).containsExactly(3L);
        assertThat(progressOf(0)).isEmpty();
    }

    private static List<Long> progressOf(int texts) {
        List<Long> events = new ArrayList<>();
        Iterator<Prediction> predictions = classifier.predict(
                IntStream.range(0, texts).mapToObj(i -> "text " + i).iterator(), "thing", events::add);
        assertThat(rest(predictions)).hasSize(texts);
        assertThat(predictions.hasNext()).isFalse(); // asking again tells nothing
        assertThatThrownBy(predictions::next).isInstanceOf(NoSuchElementException.class);
        return events;
    }

    @Test
    void iterator_looksAtATextWhenItsPredictionIsAskedFor() {
        List<String> taken = new ArrayList<>();
        Iterator<String> texts = TEXTS.stream().peek(taken::add).iterator();
        List<Long> events = new ArrayList<>();
        Iterator<Prediction> predictions = classifier.predict(texts, "thing", events::add);

        assertThat(taken).isEmpty();
        predictions.next();
        predictions.next();
        assertThat(taken).hasSize(2);
        assertThat(events).isEmpty();
    }

    @Test
    void iterator_passesOnWhatTheListenerThrows() {
        Iterator<Prediction> predictions = classifier.predict(List.of("x").iterator(), "thing", done -> {
            throw new IllegalStateException("the listener's own");
        });

        predictions.next();
        assertThatIllegalStateException().isThrownBy(predictions::hasNext).withMessage("the listener's own");
        assertThat(predictions.hasNext()).isFalse();
    }

    @Test
    void stream_keepsItsModelWhateverIsTrainedMeanwhile() {
        try (MultiheadClassifier serving = Samples.fruitClassifier()) {
            List<Prediction> before = serving.predict(TEXTS, "thing");
            Map<String, Prediction> all = serving.predictAll(TEXTS.get(0));
            Stream<Prediction> stream = serving.predict(TEXTS.stream(), "thing");
            Stream<Map<String, Prediction>> allStream = serving.predictAll(TEXTS.stream());
            Iterator<Prediction> iterator = serving.predict(TEXTS.iterator(), "thing");
            List<Prediction> seen = new ArrayList<>(List.of(iterator.next()));

            serving.train(Samples.fruitOrCar().plus(List.of(Sample.of("thing", "a blue sofa", "chair"))));
            assertThat(serving.predict(TEXTS, "thing")).isNotEqualTo(before);

            seen.addAll(rest(iterator));
            assertThat(seen).isEqualTo(before);
            assertThat(stream.toList()).isEqualTo(before);
            assertThat(allStream.findFirst()).hasValue(all);
        }
    }

    @Test
    void stream_thatWasBegunOutlivesTheClassifier() {
        MultiheadClassifier closing = Samples.fruitClassifier();
        List<Prediction> expected = closing.predict(TEXTS, "thing");
        Stream<Prediction> begun = closing.predict(TEXTS.stream(), "thing");
        closing.close();

        assertThat(begun.toList()).isEqualTo(expected);
        assertThatIllegalStateException()
                .isThrownBy(() -> closing.predict(TEXTS.stream(), "thing"))
                .withMessage("this classifier is closed");
    }

    private static List<Prediction> rest(Iterator<Prediction> predictions) {
        List<Prediction> all = new ArrayList<>();
        predictions.forEachRemaining(all::add);
        return all;
    }
}
