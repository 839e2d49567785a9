package io.rapidfit.examples.benchmark;

import io.rapidfit.classifier.MultiheadClassifier;
import java.nio.file.Path;

/**
 * Loads the model in a directory, classifies one text and ends: what {@link ServingSpeed} starts in a JVM of its own.
 * Without a directory it only ends, which is what a JVM costs by itself.
 */
public final class FirstPrediction {

    private FirstPrediction() {}

    /** Prints the milliseconds from {@code main} to the loaded model, and from there to the prediction. */
    public static void main(String[] args) {
        if (args.length == 0) {
            System.out.println("0 0");
            return;
        }
        long start = System.nanoTime();
        try (MultiheadClassifier classifier = MultiheadClassifier.load(Path.of(args[0]))) {
            long loaded = System.nanoTime();
            if (classifier.predictAll("wake me up at six").isEmpty()) {
                throw new IllegalStateException("a model without tasks");
            }
            // no String.format: it alone would take some ten milliseconds
            System.out.println((loaded - start) / 1e6 + " " + (System.nanoTime() - loaded) / 1e6);
        }
    }
}
