package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.torch.NativeMemory;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an encoder of Hugging Face's has in native memory: the collector does not see it. */
class HuggingFaceMemoryTest {

    /** The JVM's own: compiled code, and heap that it has not given back. A leak of 13 kB a call is more. */
    private static final long SLACK = 64 << 20;

    @TempDir
    Path home;

    private MultiheadClassifier trained() throws Exception {
        MultiheadClassifier classifier = MultiheadClassifier.builder()
                .encoder(Encoders.huggingFace(TinyEncoder.write(home.resolve("encoder"))))
                .epochs(5)
                .build();
        classifier.train(TinyEncoder.moods(40));
        return classifier;
    }

    @Test
    void close_freesTheEncoderOfATrainedAndOfALoadedClassifier() throws Exception {
        int before = NativeMemory.arrays();
        try (MultiheadClassifier classifier = trained()) {
            assertThat(NativeMemory.arrays()).isGreaterThan(before);
            classifier.save(home.resolve("model"));
        }
        assertThat(NativeMemory.arrays()).isEqualTo(before);

        MultiheadClassifier loaded = MultiheadClassifier.load(home.resolve("model"));
        assertThat(NativeMemory.arrays()).isGreaterThan(before);
        loaded.close();
        loaded.close();
        assertThat(NativeMemory.arrays()).isEqualTo(before);
    }

    @Test
    void load_thatIsRefusedLeavesNothingBehind() throws Exception {
        int before;
        try (MultiheadClassifier classifier = trained()) {
            classifier.save(home.resolve("model"));
        }
        before = NativeMemory.arrays();
        TinyEncoder.write(home.resolve("encoder"), 2);

        assertThatThrownBy(() -> MultiheadClassifier.load(home.resolve("model")))
                .isInstanceOf(ModelFormatException.class);
        assertThat(NativeMemory.arrays()).isEqualTo(before);
    }

    @Test
    void predict_fiveThousandTimesLeavesNothingBehind() throws Exception {
        try (MultiheadClassifier classifier = trained()) {
            predict(classifier, 1000);
            int arrays = NativeMemory.arrays();
            OptionalLong resident = residentAfterCollection();
            predict(classifier, 5000);

            assertThat(NativeMemory.arrays()).isEqualTo(arrays);
            assertFlat(resident);
        }
    }

    private static void predict(MultiheadClassifier classifier, int times) {
        for (int i = 0; i < times; i++) {
            classifier.predict(i % 2 == 0 ? "the film is good" : "bad play", "mood");
        }
    }

    @Test
    void train_twoHundredStepsLeaveNothingBehind() throws Exception {
        HuggingFaceEncoder encoder = Encoders.huggingFace(TinyEncoder.write(home.resolve("encoder")))
                .withFineTuning(FineTuning.defaults().withFreezeEpochs(0).withMicroBatchSize(2));
        AtomicReference<OptionalLong> warm = new AtomicReference<>();
        try (MultiheadClassifier classifier = MultiheadClassifier.builder()
                .encoder(encoder)
                .training(TrainingConfig.defaults().withLabelNames(false))
                .splitter(
                        Splitter.builder().validationFraction(0).testFraction(0).build())
                .epochs(25)
                .batchSize(4) // 10 steps an epoch
                .onProgress(progress -> {
                    if (progress.epoch() == 5) {
                        warm.set(residentAfterCollection());
                    }
                })
                .build()) {
            classifier.train(TinyEncoder.moods(40));

            assertFlat(warm.get());
        }
    }

    /** The least of several: the JVM gives heap that it had taken for garbage back little by little. */
    private static OptionalLong residentAfterCollection() {
        return IntStream.range(0, 10)
                .mapToObj(i -> {
                    System.gc();
                    return NativeMemory.resident();
                })
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    private static void assertFlat(OptionalLong before) {
        OptionalLong after = residentAfterCollection();
        for (int i = 0; i < 20 && after.orElse(0) >= before.orElse(0) + SLACK; i++) {
            after = residentAfterCollection();
        }
        assertThat(after.orElse(0)).isLessThan(before.orElse(0) + SLACK);
    }

    @Test
    void close_waitsForTheLastCallThatIsUnderWay() throws Exception {
        int before = NativeMemory.arrays();
        NativeEncoder pretrained =
                new NativeEncoder(Encoders.huggingFace(TinyEncoder.write(home.resolve("encoder"))), progress -> {});
        pretrained.begin();
        pretrained.begin();
        PretrainedTextEncoder encoder = pretrained.get();
        pretrained.close();

        assertThatIllegalStateException().isThrownBy(pretrained::begin).withMessage("this classifier is closed");
        pretrained.end();
        assertThat(encoder.encode(List.of("the film"))).hasSize(1);
        pretrained.end();
        assertThat(NativeMemory.arrays()).isEqualTo(before);
        assertThatIllegalStateException().isThrownBy(() -> encoder.encode(List.of("the film")));
    }

    @Test
    void close_raceLetsACallFinishOrRefusesIt() throws Exception {
        int before = NativeMemory.arrays();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<String> texts = Collections.nCopies(3000, "the film is good"); // several times what is encoded at once
        try {
            for (int round = 0; round < 5; round++) {
                MultiheadClassifier classifier = trained();
                CountDownLatch begun = new CountDownLatch(2);
                List<Future<?>> running = List.of(
                        threads.submit(() -> untilRefused(classifier, List.of("the film"), begun)),
                        threads.submit(() -> untilRefused(classifier, texts, begun)));
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
                classifier.close();

                for (Future<?> one : running) {
                    assertThatThrownBy(() -> one.get(60, TimeUnit.SECONDS))
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .hasRootCauseMessage("this classifier is closed");
                }
                assertThat(NativeMemory.arrays()).isEqualTo(before);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void untilRefused(MultiheadClassifier classifier, List<String> texts, CountDownLatch begun) {
        while (true) {
            assertThat(classifier.predict(texts, "mood")).hasSameSizeAs(texts);
            begun.countDown();
        }
    }

    @Test
    void close_endsAStreamThatWasBegun() throws Exception {
        MultiheadClassifier classifier = trained();
        Stream<Prediction> begun = classifier.predict(Stream.of("the film"), "mood");
        classifier.close();

        assertThatIllegalStateException().isThrownBy(begun::toList).withMessage("this classifier is closed");
    }

    @Test
    void close_duringATrainingFreesTheEncoderWhenItEnds() throws Exception {
        int before = NativeMemory.arrays();
        MultiheadClassifier[] itself = new MultiheadClassifier[1];
        itself[0] = MultiheadClassifier.builder()
                .encoder(Encoders.huggingFace(TinyEncoder.write(home.resolve("encoder"))))
                .epochs(2)
                .onProgress(progress -> itself[0].close())
                .build();

        assertThatIllegalStateException()
                .isThrownBy(() -> itself[0].train(TinyEncoder.moods(40)))
                .withMessage("this classifier is closed");
        assertThat(NativeMemory.arrays()).isEqualTo(before);
    }

    @Test
    void analyze_needsNoMoreThanItHas() throws Exception {
        try (MultiheadClassifier classifier = trained()) {
            int arrays = NativeMemory.arrays();
            classifier.analyze(Split.TEST);
            classifier.crossValidate(TinyEncoder.moods(40), 2);
            assertThat(NativeMemory.arrays()).isEqualTo(arrays);
        }
    }
}
