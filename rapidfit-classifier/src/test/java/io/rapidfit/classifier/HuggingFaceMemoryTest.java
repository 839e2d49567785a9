package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.torch.NativeMemory;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import io.rapidfit.data.Split;
import io.rapidfit.model.Prediction;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an encoder of Hugging Face's has in native memory: the collector does not see it. */
class HuggingFaceMemoryTest {

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
    void predict_leavesNothingBehind() throws Exception {
        try (MultiheadClassifier classifier = trained()) {
            classifier.predict("the film", "mood");
            int arrays = NativeMemory.arrays();
            for (int i = 0; i < 2000; i++) {
                classifier.predict(i % 2 == 0 ? "the film is good" : "bad play", "mood");
            }
            assertThat(NativeMemory.arrays()).isEqualTo(arrays);
        }
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
