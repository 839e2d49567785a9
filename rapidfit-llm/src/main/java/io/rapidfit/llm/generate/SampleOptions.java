package io.rapidfit.llm.generate;

import io.rapidfit.check.Check;
import io.rapidfit.data.Splitter;
import io.rapidfit.model.TextClassifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link SampleGeneratorBuilder} collects.
 *
 * @param maxCallsPerClass null if it follows from what is wanted
 */
record SampleOptions(
        RunOptions run,
        Splitter splitter,
        int batchSize,
        double maxTemperature,
        @Nullable Integer maxCallsPerClass,
        int minLength,
        int maxLength,
        double maxSimilarity,
        List<Check> checks,
        @Nullable TextClassifier classifier,
        double contradictionConfidence,
        double maxKnownConfidence) {

    /** Fewer calls would end too early where a class wants only a few texts. */
    private static final int LEAST_CALLS = 5;

    SampleOptions {
        checks = List.copyOf(checks);
    }

    int maxCalls(int wanted) {
        return maxCallsPerClass != null
                ? maxCallsPerClass
                : Math.max(LEAST_CALLS, 2 * ((wanted + batchSize - 1) / batchSize));
    }

    /** What decides what is asked and kept. Checks and the classifier do too, but cannot be written down. */
    List<Object> fingerprint() {
        List<Object> all = new ArrayList<>(run.fingerprint());
        all.addAll(List.of(
                splitter.seed(),
                splitter.testFraction(),
                splitter.validationFraction(),
                batchSize,
                maxTemperature,
                String.valueOf(maxCallsPerClass),
                minLength,
                maxLength,
                maxSimilarity,
                contradictionConfidence,
                maxKnownConfidence));
        return all;
    }

    SampleOptions within(RunOptions whole) {
        return new SampleOptions(
                run.within(whole),
                splitter,
                batchSize,
                maxTemperature,
                maxCallsPerClass,
                minLength,
                maxLength,
                maxSimilarity,
                checks,
                classifier,
                contradictionConfidence,
                maxKnownConfidence);
    }

    /** For a forecast: nothing is saved, and nobody is asked who might want money. */
    SampleOptions rehearsed() {
        return new SampleOptions(
                run.rehearsed(),
                splitter,
                batchSize,
                maxTemperature,
                maxCallsPerClass,
                1,
                Integer.MAX_VALUE,
                maxSimilarity,
                List.of(),
                null,
                contradictionConfidence,
                maxKnownConfidence);
    }
}
