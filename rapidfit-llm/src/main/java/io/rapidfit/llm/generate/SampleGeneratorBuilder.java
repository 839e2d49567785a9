package io.rapidfit.llm.generate;

import io.rapidfit.check.Check;
import io.rapidfit.data.Splitter;
import io.rapidfit.internal.Require;
import io.rapidfit.model.TextClassifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of generators that write samples. Not thread-safe.
 *
 * @param <B> the generator's own builder
 */
abstract class SampleGeneratorBuilder<B extends SampleGeneratorBuilder<B>> extends GeneratorBuilder<B> {

    private Splitter splitter = Splitter.builder().build();
    private int batchSize = 8;
    private double maxTemperature = 0.9;
    private @Nullable Integer maxCallsPerClass;
    private int minLength = 2;
    private int maxLength = 2000;
    private double maxSimilarity = 0.8;
    private final List<Check> checks = new ArrayList<>();
    private @Nullable TextClassifier classifier;
    private double contradictionConfidence = 0.9;
    private double maxKnownConfidence = 1;

    SampleGeneratorBuilder(String generator) {
        super(generator);
    }

    /** Divides what has no split yet, before anything else: only training samples are shown. Defaults to the default Splitter. */
    public B splitter(Splitter splitter) {
        this.splitter = Require.nonNull("splitter", splitter);
        return self();
    }

    /** How many texts one call asks for, at least 1. Defaults to 8. */
    public B batchSize(int batchSize) {
        this.batchSize = Require.inRange("batchSize", batchSize, 1, 1000);
        return self();
    }

    /**
     * The highest temperature, from 0 to 2. Each call has its own, drawn between 0.5 and this; one below 0.5 holds for all
     * calls. Defaults to 0.9.
     */
    public B maxTemperature(double maxTemperature) {
        this.maxTemperature = Require.inRange("maxTemperature", maxTemperature, 0, 2);
        return self();
    }

    /**
     * The most calls that ask for texts of one class, at least 1. Defaults to twice as many as would do if every text were
     * kept, and to 5 where that is more. That an answer which cannot be read is asked for a second time does not count.
     */
    public B maxCallsPerClass(int maxCallsPerClass) {
        this.maxCallsPerClass = Require.inRange("maxCallsPerClass", maxCallsPerClass, 1, Integer.MAX_VALUE);
        return self();
    }

    /** Texts with fewer or more code points are not kept. Defaults to 2 and 2000. */
    public B lengthRange(int min, int max) {
        this.minLength = Require.inRange("min", min, 1, max);
        this.maxLength = max;
        return self();
    }

    /**
     * A text that is as similar as this to another, or more, is not kept: the Jaccard index of their character n-grams, see
     * {@link io.rapidfit.check.NearDuplicates}; above 0 and at most 1, where only equal ones are refused. Defaults to 0.8.
     */
    public B maxSimilarity(double maxSimilarity) {
        this.maxSimilarity = Require.inRange("maxSimilarity", Require.positive("maxSimilarity", maxSimilarity), 0, 1);
        return self();
    }

    /**
     * Adds a check, such as a judge model that confirms the label: texts that it fails, or cannot judge, are not kept. Called
     * once a wave with what passed everything else, checks in the order in which they were
     * added. What it throws ends the run; the same call again goes on from the journal.
     */
    public B check(Check check) {
        checks.add(Require.nonNull("check", check));
        return self();
    }

    /**
     * A classifier that must not contradict: a text to which it gives another label with at least {@link
     * #contradictionConfidence} is not kept. Tasks that it does not have, and labels that it does not know, pass. By default
     * there is none.
     */
    public B classifier(TextClassifier classifier) {
        this.classifier = Require.nonNull("classifier", classifier);
        return self();
    }

    /** How sure of another label {@link #classifier} must be, from 0 to 1. Defaults to 0.9. */
    public B contradictionConfidence(double contradictionConfidence) {
        this.contradictionConfidence = Require.inRange("contradictionConfidence", contradictionConfidence, 0, 1);
        return self();
    }

    /**
     * A text whose label {@link #classifier} gives with more than this confidence, from 0 to 1, is not kept: there is nothing to
     * learn from it. What is left is harder, and so is worth more to a classifier, but it takes more calls, and wrong labels are
     * more frequent in it. Defaults to 1, which keeps all.
     */
    public B maxKnownConfidence(double maxKnownConfidence) {
        this.maxKnownConfidence = Require.inRange("maxKnownConfidence", maxKnownConfidence, 0, 1);
        return self();
    }

    /** @throws IllegalStateException if {@code chatModel} is missing */
    SampleOptions sampleOptions() {
        return new SampleOptions(
                runOptions(),
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
}
