package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.internal.torch.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service predicts for months: whatever a call leaves behind would add up. */
class MultiheadClassifierMemoryTest {

    /** 900,000 calls that left one small object each would leave three times as much. */
    private static final long HEAP_SLACK = 4 << 20;

    /** The JVM's own: compiled code, and heap that it has not given back. */
    private static final long RESIDENT_SLACK = 96 << 20;

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
    void predict_aMillionDifferentTextsLeaveNothingBehind() {
        List<Long> heap = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 100_000; i++) {
                classifier.predict(text(round * 100_000 + i), "thing");
            }
            measure(heap, resident);
        }

        assertFlat(heap, resident);
    }

    @Test
    void predict_aHundredThousandTimesFromEightThreadsLeavesNothingBehind() throws Exception {
        List<Long> heap = new ArrayList<>();
        List<Long> resident = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 4; round++) {
                List<Future<?>> running = new ArrayList<>();
                for (int thread = 0; thread < 8; thread++) {
                    int first = (round * 8 + thread) * 3125;
                    running.add(threads.submit(() -> {
                        for (int i = 0; i < 3125; i++) {
                            classifier.predictAll(text(first + i));
                        }
                    }));
                }
                for (Future<?> one : running) {
                    one.get(60, TimeUnit.SECONDS);
                }
                measure(heap, resident);
            }
        } finally {
            threads.shutdownNow();
        }

        assertFlat(heap, resident);
    }

    /** Never the same twice, and with n-grams that the model does not know. */
    private static String text(int number) {
        return "a ripe " + Integer.toString(number, 36) + " with a broken " + Integer.toHexString(number * 31);
    }

    private static void measure(List<Long> heap, List<Long> resident) {
        System.gc();
        heap.add(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        NativeMemory.resident().ifPresent(resident::add);
    }

    /** No point is much above the first. */
    private static void assertFlat(List<Long> heap, List<Long> resident) {
        assertThat(heap).as("heap").allSatisfy(bytes -> assertThat(bytes).isLessThan(heap.get(0) + HEAP_SLACK));
        assertThat(resident) // empty on systems without such a file
                .as("resident")
                .allSatisfy(bytes -> assertThat(bytes).isLessThan(resident.get(0) + RESIDENT_SLACK));
    }
}
