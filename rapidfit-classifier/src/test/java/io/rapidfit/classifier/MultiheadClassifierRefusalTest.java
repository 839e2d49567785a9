package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MultiheadClassifierRefusalTest {

    @TempDir
    Path directory;

    @Test
    void train_refusesNoData() {
        try (MultiheadClassifier classifier = Samples.quick().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(Dataset.of(List.of())))
                    .withMessage("no data: the dataset has no samples. Add some with"
                            + " Dataset.builder().add(task, text, label)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar().withSplit(Split.TEST)))
                    .withMessage("no training samples: add some with Dataset.builder().add(task, text, label), or let"
                            + " the splitter leave some in TRAIN");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train((Dataset) null))
                    .withMessage("dataset must not be null");
        }
    }

    @Test
    void train_refusesATaskWithOneLabel() {
        Dataset dataset = Samples.fruitOrCar().plus(List.of(Sample.of("mood", "fine", "good")));
        try (MultiheadClassifier classifier = Samples.quick().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(dataset))
                    .withMessage("task 'mood' has training samples of one label only, 'good': add samples of another"
                            + " label, or leave the task out with dataset.only(...)");
        }
    }

    @Test
    void train_refusesABlankTextInAnySplit() {
        for (Split split : Split.values()) {
            Sample blank = Sample.of("thing", " \n", "fruit").withSplit(split);
            try (MultiheadClassifier classifier = Samples.quick().build()) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> classifier.train(Samples.fruitOrCar().plus(List.of(blank))))
                        .withMessage(
                                "1 samples have an empty text, the first in task 'thing' with label 'fruit' and id "
                                        + blank.id()
                                        + ": leave them out with dataset.filter(s -> !TextNormalizer.isBlank(s.text()))");
            }
        }
    }

    @Test
    void everyMethod_beforeTrainingSaysWhatToDo() {
        String message = "nothing was trained yet: call train(dataset) first, or MultiheadClassifier.load(directory)";
        try (MultiheadClassifier classifier = Samples.quick().build()) {
            Map<String, ThrowingCallable> calls = calls(classifier);
            calls.keySet().removeAll(List.of("train", "train directory", "crossValidate", "tasks"));

            calls.forEach((name, call) -> assertThatThrownBy(call)
                    .as(name)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message));
            assertThat(classifier.tasks()).isEmpty();
            assertThat(classifier).hasToString("MultiheadClassifier[not trained]");
        }
    }

    @Test
    void everyMethod_afterCloseIsRefused() {
        MultiheadClassifier classifier = Samples.fruitClassifier();
        classifier.close();
        classifier.close(); // twice does no harm

        calls(classifier)
                .forEach((name, call) -> assertThatThrownBy(call)
                        .as(name)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("this classifier is closed"));
    }

    private Map<String, ThrowingCallable> calls(MultiheadClassifier classifier) {
        Path data = directory.resolve("data");
        DataSaver.builder().path(data).build().save(Samples.fruitOrCar());
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("train", () -> classifier.train(Samples.fruitOrCar()));
        calls.put("train directory", () -> classifier.train(data));
        calls.put("tasks", classifier::tasks);
        calls.put("labels", () -> classifier.labels("thing"));
        calls.put("predict", () -> classifier.predict("hello", "thing"));
        calls.put("predict many", () -> classifier.predict(List.of("hello"), "thing"));
        calls.put("predict stream", () -> classifier.predict(Stream.of("hello"), "thing"));
        calls.put("predict iterator", () -> classifier.predict(List.of("hello").iterator(), "thing"));
        calls.put("predictAll stream", () -> classifier.predictAll(Stream.of("hello")));
        calls.put("predictAll", () -> classifier.predictAll("hello"));
        calls.put("analyze", classifier::analyze);
        calls.put("analyze split", () -> classifier.analyze(Split.TRAIN));
        calls.put("analyze dataset", () -> classifier.analyze(Samples.fruitOrCar()));
        calls.put("crossValidate", () -> classifier.crossValidate(Samples.fruitOrCar(), 2));
        calls.put("save", () -> classifier.save(directory.resolve("model")));
        return calls;
    }

    @Test
    void close_duringATrainingEndsInARefusal() {
        try (MultiheadClassifier classifier = closingAfterOneEpoch()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .withMessage("this classifier is closed");
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.predict("a ripe apple", "thing")) // no model came back
                    .withMessage("this classifier is closed");
            assertThat(classifier).hasToString("MultiheadClassifier[not trained]");
        }
    }

    @Test
    void close_raceIsAlwaysToldAsClosed() throws Exception {
        Path model = directory.resolve("model");
        try (MultiheadClassifier saved = Samples.fruitClassifier()) {
            saved.save(model);
        }
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 100; round++) {
                MultiheadClassifier closing = MultiheadClassifier.load(model);
                CountDownLatch begun = new CountDownLatch(3);
                List<Future<?>> readers = List.of(
                        threads.submit(() -> untilRefused(
                                begun, () -> assertThat(closing.tasks()).containsExactly("thing"))),
                        threads.submit(() -> untilRefused(begun, () -> closing.labels("thing"))),
                        threads.submit(() -> untilRefused(begun, () -> closing.predictAll("hello"))));
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
                closing.close();
                for (Future<?> reader : readers) {
                    assertThatThrownBy(() -> reader.get(60, TimeUnit.SECONDS))
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .hasRootCauseMessage("this classifier is closed");
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void untilRefused(CountDownLatch begun, Runnable call) {
        call.run();
        begun.countDown();
        while (true) {
            call.run();
        }
    }

    private static MultiheadClassifier closingAfterOneEpoch() {
        MultiheadClassifier[] itself = new MultiheadClassifier[1];
        itself[0] = Samples.quick()
                .epochs(2)
                .onProgress(e -> {
                    if (e.epoch() == 1) {
                        itself[0].close();
                    }
                })
                .build();
        return itself[0];
    }

    @Test
    void train_thatRefusesItsDataKeepsTheOldModel() {
        try (MultiheadClassifier classifier = Samples.fruitClassifier()) {
            Prediction before = classifier.predict("a ripe apple", "thing");

            assertThatThrownBy(() -> classifier.train(Dataset.of(List.of())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> classifier.train(
                            Dataset.builder().add("a", "b", "c").build()))
                    .isInstanceOf(IllegalArgumentException.class);

            assertStillServes(classifier, before);
        }
    }

    @Test
    void train_whoseListenerThrowsKeepsTheOldModel() {
        AtomicInteger events = new AtomicInteger();
        AtomicInteger failAt = new AtomicInteger(Integer.MAX_VALUE);
        try (MultiheadClassifier classifier = Samples.quick()
                .splitter(Samples.NO_SPLIT)
                .epochs(3)
                .onProgress(e -> {
                    if (events.incrementAndGet() == failAt.get()) {
                        throw new IllegalStateException("the listener's own");
                    }
                })
                .build()) {
            classifier.train(Samples.fruitOrCar());
            Prediction before = classifier.predict("a ripe apple", "thing");

            for (int event = 1; event <= 4; event++) { // the features, then each of three epochs
                events.set(0);
                failAt.set(event);
                assertThatIllegalStateException()
                        .isThrownBy(() -> classifier.train(Samples.threeTasks()))
                        .withMessage("the listener's own");
                assertStillServes(classifier, before);
            }
            failAt.set(Integer.MAX_VALUE);
            classifier.train(Samples.threeTasks());
            assertThat(classifier.tasks()).hasSize(3);
        }
    }

    @Test
    void train_thatIsInterruptedKeepsTheOldModelAndTheInterrupt() throws Exception {
        try (MultiheadClassifier classifier = interruptingItself()) {
            classifier.train(Samples.fruitOrCar());
            Prediction before = classifier.predict("a ripe apple", "thing");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try {
                boolean interrupted = thread.submit(() -> {
                            assertThatThrownBy(() -> classifier.train(Samples.threeTasks()))
                                    .isInstanceOf(CancellationException.class)
                                    .hasMessage("training was interrupted in epoch 2");
                            return Thread.interrupted();
                        })
                        .get(60, TimeUnit.SECONDS);
                assertThat(interrupted).isTrue();
            } finally {
                thread.shutdownNow();
            }
            assertStillServes(classifier, before);
        }
    }

    @Test
    void train_thatDivergesKeepsTheOldModel() {
        try (MultiheadClassifier classifier =
                Samples.quick().learningRate(1e30).splitter(Samples.NO_SPLIT).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .withMessageContaining("diverged")
                    .withMessageContaining("learning rate");
            assertThat(classifier.tasks()).isEmpty();
        }
    }

    @Test
    void train_thatWaitsForAnotherEndsWhenInterrupted() throws Exception {
        CountDownLatch trains = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (MultiheadClassifier first = Samples.quick()
                        .epochs(1)
                        .onProgress(e -> {
                            if (e.epoch() == 1) {
                                trains.countDown();
                                await(goOn);
                            }
                        })
                        .build();
                MultiheadClassifier second = Samples.quick().epochs(1).build()) {
            Future<?> training = threads.submit(() -> first.train(Samples.fruitOrCar()));
            trains.await();
            Future<Boolean> waiting = threads.submit(() -> {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> second.train(Samples.fruitOrCar())).isInstanceOf(CancellationException.class);
                return Thread.interrupted();
            });
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue(); // while the first still trains
            goOn.countDown();
            training.get(20, TimeUnit.SECONDS);
        } finally {
            goOn.countDown();
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** In the second training, after its first epoch. */
    private static MultiheadClassifier interruptingItself() {
        AtomicInteger trainings = new AtomicInteger();
        return Samples.quick()
                .splitter(Samples.NO_SPLIT)
                .onProgress(e -> {
                    if (e.epoch() == 1 && trainings.incrementAndGet() == 2) {
                        Thread.currentThread().interrupt();
                    }
                })
                .build();
    }

    private static void assertStillServes(MultiheadClassifier classifier, Prediction before) {
        assertThat(classifier.tasks()).containsExactly("thing");
        assertThat(classifier.predict("a ripe apple", "thing")).isEqualTo(before);
        assertThat(classifier.analyze(Split.TRAIN).tasks().get("thing").outcomes())
                .hasSize(24);
    }
}
