package io.rapidfit.llm.generate;

import io.rapidfit.data.Dataset;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.LLMException;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.TrainableClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains, analyses and refines, round by round, until every class is good enough or what is written helps no more. It keeps the
 * best round, not the last, and never looks at the test split: that is for the verdict afterwards.
 *
 * <pre>{@code
 * RefinementResult result = RefinementLoop.builder()
 *         .classifier(classifier)
 *         .refiner(refiner)
 *         .build()
 *         .run(dataset);
 * result.display(System.out);
 * }</pre>
 *
 * <p>A round is judged by the mean over tasks of macro-F1, on what {@code classifier.analyze()} uses: validation samples or,
 * where a label has none, training samples of people out of fold. The same samples are judged in every round, but choosing the best
 * of several makes its figure a little too good. Immutable; not to be run twice at once with one classifier.
 */
public final class RefinementLoop {

    private static final Logger log = LoggerFactory.getLogger(RefinementLoop.class);

    private final TrainableClassifier classifier;
    private final LLMRefiner refiner;
    private final int maxRounds;
    private final int patience;
    private final int folds;
    private final List<String> tasks;
    private final Consumer<RefinementRound> onRound;

    private RefinementLoop(Builder builder, TrainableClassifier classifier, LLMRefiner refiner) {
        this.classifier = classifier;
        this.refiner = refiner;
        this.maxRounds = builder.maxRounds;
        this.patience = builder.patience;
        this.folds = builder.folds;
        this.tasks = builder.tasks;
        this.onRound = builder.onRound;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Runs the loop. What has no split yet is divided by the refiner's splitter. Afterwards the classifier is the best round's, trained on {@link RefinementResult#dataset()}, and this is
     * what the refiner's saver holds.
     *
     * @throws io.rapidfit.llm.LLMException if in the first round not a single call was answered; in a later one the loop ends
     */
    public RefinementResult run(Dataset dataset) {
        List<RefinementRound> rounds = new ArrayList<>();
        tasks.forEach(dataset::samples); // refuses an unknown one
        // Here, not in the classifier and again in the refiner: they might divide differently.
        RefinementRound best = round(0, refiner.split(dataset), null, rounds);
        RefinementRound last = best;
        RefinementResult.Stop stop;
        while (true) {
            if (refiner.weakClasses(last.analysis()).isEmpty()) {
                stop = RefinementResult.Stop.GOOD_ENOUGH;
                break;
            }
            if (rounds.size() > maxRounds) {
                stop = RefinementResult.Stop.MAX_ROUNDS;
                break;
            }
            GenerationResult refined;
            try {
                refined = refiner.refine(last.analysis(), last.dataset());
            } catch (LLMException e) {
                if (rounds.size() == 1) {
                    throw e;
                }
                log.warn("Refinement round {} got no answer: {}", rounds.size(), e.getMessage());
                stop = RefinementResult.Stop.NO_ANSWER;
                break;
            }
            if (refined.samples().isEmpty()) {
                stop = RefinementResult.Stop.NOTHING_WRITTEN;
                break;
            }
            last = round(rounds.size(), refined.dataset(), refined, rounds);
            if (last.score() > best.score()) {
                best = last;
            } else if (last.number() - best.number() >= patience) {
                stop = RefinementResult.Stop.NO_IMPROVEMENT;
                break;
            }
        }
        if (best.number() != last.number()) {
            classifier.train(best.dataset());
        }
        refiner.save(best.dataset()); // also where nothing was refined, or a worse round was saved since
        log.info(
                "Refinement ended after {} rounds ({}), the best is round {} with {}",
                rounds.size() - 1,
                stop.description(),
                best.number(),
                best.score());
        return new RefinementResult(rounds, best, stop);
    }

    private RefinementRound round(
            int number, Dataset dataset, @Nullable GenerationResult refined, List<RefinementRound> rounds) {
        classifier.train(dataset);
        AnalysisResult analysis = analyze(dataset);
        double score = analysis.tasks().values().stream()
                .mapToDouble(TaskAnalysis::macroF1)
                .average()
                .orElse(0);
        RefinementRound round = new RefinementRound(number, dataset, refined, analysis, score);
        rounds.add(round);
        onRound.accept(round);
        return round;
    }

    private AnalysisResult analyze(Dataset dataset) {
        String[] names = tasks.toArray(String[]::new);
        if (folds == 0) {
            return classifier.analyze(names);
        }
        AnalysisResult all = classifier.crossValidate(dataset, folds);
        return tasks.isEmpty() ? all : all.only(names);
    }

    /** Not thread-safe. */
    public static final class Builder {

        private @Nullable TrainableClassifier classifier;
        private @Nullable LLMRefiner refiner;
        private int maxRounds = 3;
        private int patience = 1;
        private int folds;
        private List<String> tasks = List.of();
        private Consumer<RefinementRound> onRound = round -> {};

        private Builder() {}

        /** What is trained. Required; stays the caller's to close. */
        public Builder classifier(TrainableClassifier classifier) {
            this.classifier = Require.nonNull("classifier", classifier);
            return this;
        }

        /** What writes. Required. Its threshold says what is good enough; its budget holds for each round. */
        public Builder refiner(LLMRefiner refiner) {
            this.refiner = Require.nonNull("refiner", refiner);
            return this;
        }

        /** How often it refines at most, at least 1. Defaults to 3. */
        public Builder maxRounds(int maxRounds) {
            this.maxRounds = Require.inRange("maxRounds", maxRounds, 1, 1000);
            return this;
        }

        /**
         * After how many rounds in a row that are no better than the best it ends, at least 1. With few validation samples one such
         * round may be chance; the next is built on it all the same. Defaults to 1.
         */
        public Builder patience(int patience) {
            this.patience = Require.inRange("patience", patience, 1, 1000);
            return this;
        }

        /**
         * Judges by {@linkplain TrainableClassifier#crossValidate cross-validation} with that many folds, at least 2, also where
         * there are validation samples: for small data, where these are too few to tell anything. By default {@code
         * classifier.analyze()} decides.
         */
        public Builder folds(int folds) {
            this.folds = Require.inRange("folds", folds, 2, 1000);
            return this;
        }

        /** Only these tasks are judged and refined; all are trained. Defaults to all. */
        public Builder tasks(String... tasks) {
            this.tasks = List.of(tasks);
            return this;
        }

        /** After each round, the one without refinement, number 0, among them. What it throws ends the loop. */
        public Builder onRound(Consumer<RefinementRound> onRound) {
            this.onRound = Require.nonNull("onRound", onRound);
            return this;
        }

        /** @throws IllegalStateException if {@code classifier} or {@code refiner} is missing */
        public RefinementLoop build() {
            if (classifier == null || refiner == null) {
                throw new IllegalStateException("%s is required: RefinementLoop.builder().%s(...)"
                        .formatted(
                                classifier == null ? "classifier" : "refiner",
                                classifier == null ? "classifier" : "refiner"));
            }
            return new RefinementLoop(this, classifier, refiner);
        }
    }
}
