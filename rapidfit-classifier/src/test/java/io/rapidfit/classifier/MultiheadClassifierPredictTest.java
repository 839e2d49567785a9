package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Split;
import io.rapidfit.metrics.LabelDistribution;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultiheadClassifierPredictTest {

    private static MultiheadClassifier classifier;

    @BeforeAll
    static void train() {
        classifier = Samples.quick().splitter(Samples.NO_SPLIT).build();
        classifier.train(Samples.threeTasks());
    }

    @AfterAll
    static void close() {
        classifier.close();
    }

    @Test
    void predict_knowsNewTexts() {
        assertThat(classifier
                        .predict("I forgot the password of my account", "topic")
                        .label())
                .isEqualTo("account");
        assertThat(classifier.predict("urgent, answer today", "urgency").label())
                .isEqualTo("high");
        assertThat(classifier.predict("terrible, I am angry", "sentiment").label())
                .isEqualTo("negative");
        assertThat(classifier
                        .predict("\u0634\u0643\u0631\u0627 \u062c\u0632\u064a\u0644\u0627", "sentiment")
                        .label())
                .isEqualTo("positive");
    }

    @Test
    void predict_ofOneAndOfManyAndOfAllTasksAgree() {
        List<String> texts = Samples.texts(Samples.threeTasks());
        for (String task : classifier.tasks()) {
            List<Prediction> batch = classifier.predict(texts, task);
            assertThat(batch).hasSameSizeAs(texts);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(classifier.predict(texts.get(i), task)).isEqualTo(batch.get(i));
                assertThat(classifier.predictAll(texts.get(i))).containsEntry(task, batch.get(i));
            }
        }
    }

    @Test
    void predict_ofNoTextsIsEmpty() {
        assertThat(classifier.predict(List.of(), "topic")).isEmpty();
    }

    @Test
    void predict_tellsTheProbabilityOfEveryLabel() {
        Prediction prediction = classifier.predict("a ripe apple", "topic");

        assertThat(prediction.distribution().labels()).isEqualTo(classifier.labels("topic"));
        assertThat(prediction.top(100).stream()
                        .mapToDouble(LabelDistribution.Scored::probability)
                        .sum())
                .isCloseTo(1, within(1e-9));
        assertThat(prediction.top(1))
                .containsExactly(new LabelDistribution.Scored(prediction.label(), prediction.confidence()));
        assertThat(prediction.abstained()).isFalse();
        assertThat(prediction.outOfScope()).isEmpty();
    }

    @Test
    void confidence_isThatOfTheMostProbableLabel() {
        for (String text : Samples.texts(Samples.threeTasks())) {
            for (Map.Entry<String, Prediction> answer :
                    classifier.predictAll(text).entrySet()) {
                List<String> labels = classifier.labels(answer.getKey());
                assertThat(labels).contains(answer.getValue().label());
                // the largest of n shares is at least 1/n
                assertThat(answer.getValue().confidence()).isBetween(1.0 / labels.size(), 1.0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zzz",
                "\u4f60\u597d",
                "\ud83d\udc69\u200d\ud83d\udc69",
                "\ud800",
                "\u0000",
                "!",
                "\u200b",
                "\u0301"
            })
    void predict_answersAnything(String text) {
        assertThat(classifier.predict(text, "topic").confidence()).isBetween(1.0 / 3, 1.0);
    }

    @Test
    void predict_answersAMegabyteInBoundedTime() {
        String text = "the invoice is wrong and ".repeat(40_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(classifier.predictAll(text)).hasSize(3));
    }

    @Test
    void predict_doesNotDependOnTheDefaultLocale() {
        String text = "THE INVOICE IS WRONG \u0130I";
        Prediction before = classifier.predict(text, "topic");
        Locale locale = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        try {
            assertThat(classifier.predict(text, "topic")).isEqualTo(before);
        } finally {
            Locale.setDefault(locale);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "\u2003", "\u00a0", "\u0085"})
    void predict_refusesABlankText(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(text, "topic"))
                .withMessage("the text is blank: there is nothing to classify");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predictAll(text))
                .withMessage("the text is blank: there is nothing to classify");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(List.of("fine", text, "fine"), "topic"))
                .withMessage("text 2 of 3 is blank: leave it out");
    }

    @Test
    void predict_refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict((String) null, "topic"))
                .withMessage("text must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predictAll((String) null))
                .withMessage("text must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict((List<String>) null, "topic"))
                .withMessage("texts must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(Arrays.asList("fine", null), "topic"))
                .withMessage("text 2 of 2 must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict("fine", null))
                .withMessage("no task 'null'; this classifier has [topic, urgency, sentiment]");
    }

    @Test
    void predict_refusesAnUnknownTaskAndListsThoseThereAre() {
        String message = "no task 'mood'; this classifier has [topic, urgency, sentiment]";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict("hello", "mood"))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.predict(List.of("hello"), "mood"))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.labels("mood"))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze("topic", "mood"))
                .withMessage(message);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.analyze(Split.TRAIN, "mood"))
                .withMessage(message);
    }

    @Test
    void predict_fromManyThreadsDuringATrainingIsAlwaysTheOldModelOrTheNew() throws Exception {
        List<String> texts = Samples.texts(Samples.fruitOrCar());
        try (MultiheadClassifier serving =
                Samples.quick().splitter(Samples.NO_SPLIT).build()) {
            serving.train(Samples.fruitOrCar());
            List<Prediction> old = serving.predict(texts, "thing");
            AtomicBoolean trained = new AtomicBoolean();
            AtomicReference<List<Prediction>> fresh = new AtomicReference<>();
            List<List<Prediction>> answers = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(9);
            try {
                List<Future<List<List<Prediction>>>> readers = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    readers.add(threads.submit(() -> {
                        List<List<Prediction>> seen = new ArrayList<>();
                        boolean last;
                        do {
                            last = trained.get();
                            List<Prediction> now = serving.predict(texts, "thing");
                            if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(now)) {
                                seen.add(now);
                            }
                        } while (!last);
                        return seen;
                    }));
                }
                threads.submit(() -> {
                            try {
                                serving.train(Samples.fruitOrCar()
                                        .filter(s -> !s.text().contains("plum")));
                                fresh.set(serving.predict(texts, "thing"));
                            } finally {
                                trained.set(true);
                            }
                        })
                        .get(60, TimeUnit.SECONDS);
                for (Future<List<List<Prediction>>> reader : readers) {
                    answers.addAll(reader.get(60, TimeUnit.SECONDS));
                }
            } finally {
                threads.shutdownNow();
            }

            assertThat(fresh.get()).isNotEqualTo(old);
            assertThat(answers).containsOnly(old, fresh.get()).hasSizeLessThanOrEqualTo(16);
        }
    }

    @Test
    void close_letsACallThatIsUnderWayFinish() {
        MultiheadClassifier closing = Samples.fruitClassifier();
        List<String> texts = Samples.texts(Samples.fruitOrCar());
        List<Prediction> expected = closing.predict(texts, "thing");
        List<String> closesWhenLookedAt = new AbstractList<>() {
            @Override
            public String get(int index) {
                closing.close();
                return texts.get(index);
            }

            @Override
            public int size() {
                return texts.size();
            }
        };

        assertThat(closing.predict(closesWhenLookedAt, "thing")).isEqualTo(expected);
        assertThatIllegalStateException()
                .isThrownBy(() -> closing.predict(texts, "thing"))
                .withMessage("this classifier is closed");
    }

    @Test
    void close_duringPredictionsFromManyThreadsAnswersOrRefuses(@TempDir Path model) throws Exception {
        String text = "a ripe apple";
        Prediction expected;
        try (MultiheadClassifier saved = Samples.fruitClassifier()) {
            expected = saved.predict(text, "thing");
            saved.save(model);
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 100; round++) {
                MultiheadClassifier closing = MultiheadClassifier.load(model);
                CountDownLatch answered = new CountDownLatch(4);
                List<Future<?>> readers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    readers.add(threads.submit(() -> {
                        while (closing.predict(text, "thing").equals(expected)) {
                            answered.countDown();
                        }
                    }));
                }
                assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
                closing.close();
                for (Future<?> reader : readers) { // none ends with another answer than the expected one
                    assertThatThrownBy(() -> reader.get(60, TimeUnit.SECONDS))
                            .hasCauseInstanceOf(IllegalStateException.class);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
