package io.rapidfit.classifier;

import io.rapidfit.classifier.TrainingProgress.Stage;
import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.torch.NGramTrainer;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.model.TrainingReport;
import io.rapidfit.text.TextNormalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training, from a dataset whose samples all have a split to a model.
 *
 * @param validated what was said of each validation sample, by task, by a model that did not learn from it
 */
record Training(SavedModel saved, Dataset dataset, Map<String, List<Outcome>> validated, TrainingReport report) {

    private static final Logger log = LoggerFactory.getLogger(MultiheadClassifier.class);

    static Training run(Dataset dataset, TrainingOptions options, Consumer<TrainingProgress> onProgress) {
        if (dataset.isEmpty()) {
            throw new IllegalArgumentException(
                    "no data: the dataset has no samples. Add some with Dataset.builder().add(task, text, label)");
        }
        TrainingSet.refuseBlankTexts(dataset.samples());
        MultiheadConfig config = options.config();
        List<Sample> samples = withoutTextsOf(dataset, Split.VALIDATION, Split.TEST);
        TrainingSet set = TrainingSet.of(samples);
        List<Sample> validation = known(dataset.samples(Split.VALIDATION), set);
        requireFitting(config, set, validation);
        boolean refit = config.evaluation().refit() && !validation.isEmpty();
        List<String> warnings = new ArrayList<>(set.warnings());
        int leftOut = dataset.samples(Split.TRAIN).size() - samples.size();
        if (leftOut > 0) {
            warnings.add("%s training samples were left out: their texts are in validation or test as well"
                    .formatted(leftOut));
        }
        warnings.addAll(labelsWithoutTraining(dataset, set));

        onProgress.accept(
                new TrainingProgress(Stage.FEATURES, 0, 0, Double.NaN, OptionalDouble.empty(), Duration.ZERO));
        Fit fit = new Fit(set, config, null);
        log.info("Chosen for this data: {}", fit.recipe().describe());
        int epochs = fit.recipe().recipe().epochs();
        EpochReporter reporter = new EpochReporter(
                epochs, refit ? 2 * epochs : epochs, config.evaluation().patience(), validation, onProgress);
        NGramModel model = fit.train(reporter);
        model = reporter.best == null ? model : reporter.best;
        Validation judged = Validation.of(model, fit, validation, config.evaluation());
        warnings.addAll(judged.warnings());

        int learnt = samples.size();
        if (refit) {
            List<Sample> all = new ArrayList<>(withoutTextsOf(dataset, Split.TEST));
            all.addAll(validation);
            learnt = all.size();
            fit = new Fit(TrainingSet.of(all), config, fit.recipe());
            reporter.refits(reporter.bestEpoch == 0 ? epochs : reporter.bestEpoch);
            model = fit.train(reporter);
        }
        log.debug("Trained on {} samples, {} n-grams", learnt, fit.vocabularySize());
        Map<String, Object> description = new LinkedHashMap<>(fit.recipe().describe());
        description.put("samples", learnt);
        description.put("refit", refit);
        return new Training(
                new SavedModel(judged.applyTo(model, fit), fit.recipe().minCount(), description),
                dataset,
                judged.outcomes(),
                new TrainingReport(learnt, reporter.done, reporter.lastLoss, warnings));
    }

    private static void requireFitting(MultiheadConfig config, TrainingSet set, List<Sample> validation) {
        config.loss().taskWeights().keySet().stream()
                .filter(task -> !set.labels().containsKey(task))
                .findFirst()
                .ifPresent(task -> {
                    throw new IllegalArgumentException("taskWeights names task '%s'; the training samples have %s"
                            .formatted(task, set.labels().keySet()));
                });
        if (config.evaluation().abstention().aim() != Abstention.Aim.NEVER) {
            for (String task : set.labels().keySet()) {
                if (validation.stream().noneMatch(s -> s.task().equals(task))) {
                    throw new IllegalArgumentException(
                            ("abstention needs validation samples to choose a threshold on, and task '%s' has none: train"
                                            + " with a splitter whose validationFraction is above 0")
                                    .formatted(task));
                }
            }
        }
    }

    /** Those whose labels are learnt. */
    private static List<Sample> known(List<Sample> samples, TrainingSet set) {
        return samples.stream()
                .filter(s -> set.labels().getOrDefault(s.task(), List.of()).contains(s.label()))
                .toList();
    }

    /** A text to be measured on must not be learnt, whatever made a training sample of it. */
    private static List<Sample> withoutTextsOf(Dataset dataset, Split... measured) {
        Set<String> texts = dataset.samples().stream()
                .filter(s -> List.of(measured).contains(s.split()))
                .map(s -> TextNormalizer.normalize(s.text()))
                .collect(Collectors.toSet());
        return texts.isEmpty()
                ? dataset.samples(Split.TRAIN)
                : dataset.samples(Split.TRAIN).stream()
                        .filter(s -> !texts.contains(TextNormalizer.normalize(s.text())))
                        .toList();
    }

    /** Labels and tasks that only other splits have cannot be predicted. */
    private static List<String> labelsWithoutTraining(Dataset dataset, TrainingSet set) {
        List<String> warnings = new ArrayList<>();
        for (String task : dataset.tasks()) {
            List<String> learnt = set.labels().getOrDefault(task, List.of());
            dataset.labels(task).stream()
                    .filter(label -> !learnt.contains(label))
                    .forEach(label ->
                            warnings.add("label '%s' of task '%s' has no training sample and will never be predicted"
                                    .formatted(label, task)));
        }
        return warnings;
    }

    /** Turns what the trainer tells into progress events, and remembers the best epoch. */
    private static final class EpochReporter implements NGramTrainer.Listener {

        private final int epochs;
        private final int total;
        private final int patience;
        private final List<Sample> validation;
        private final Consumer<TrainingProgress> onProgress;
        private Stage stage = Stage.TRAINING;
        private int done;
        private int last;
        private long firstDone;
        private double lastLoss = Double.NaN;

        private double bestScore = Double.NEGATIVE_INFINITY;
        private int bestEpoch;
        private @Nullable NGramModel best;

        EpochReporter(
                int epochs, int total, int patience, List<Sample> validation, Consumer<TrainingProgress> onProgress) {
            this.epochs = epochs;
            this.total = total;
            this.patience = validation.isEmpty() ? 0 : patience;
            this.validation = validation;
            this.onProgress = onProgress;
            this.last = epochs;
        }

        /** From now on it is the second training, of so many epochs. */
        void refits(int epochsAgain) {
            stage = Stage.REFIT;
            last = epochsAgain;
        }

        @Override
        public boolean onEpoch(int epoch, double loss, Supplier<NGramModel> model) {
            lastLoss = loss;
            done++;
            boolean scored = stage == Stage.TRAINING && !validation.isEmpty();
            OptionalDouble score = scored
                    ? OptionalDouble.of(Evaluation.meanMacroF1(model.get(), validation))
                    : OptionalDouble.empty();
            if (scored && patience > 0 && score.getAsDouble() > bestScore) {
                bestScore = score.getAsDouble();
                bestEpoch = epoch;
                best = model.get();
            }
            boolean goesOn = epoch < last && (patience == 0 || stage == Stage.REFIT || epoch - bestEpoch < patience);
            if (!goesOn && stage == Stage.TRAINING) {
                last = bestEpoch == 0 ? epochs : bestEpoch;
            }
            int expected =
                    stage == Stage.REFIT ? done - epoch + last : goesOn ? total : done + (total > epochs ? last : 0);
            Duration left = timeLeft(expected);
            log.debug("Epoch {} of {}: loss {}, validation macro-F1 {}", done, expected, loss, score);
            onProgress.accept(new TrainingProgress(stage, done, expected, loss, score, left));
            return goesOn;
        }

        /** From the epochs after the first, which starts the engine and is slow for other reasons too. */
        private Duration timeLeft(int expected) {
            if (done == 1) {
                firstDone = System.nanoTime();
                return Duration.ZERO;
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - firstDone);
            return elapsed.multipliedBy(expected - done).dividedBy(done - 1);
        }
    }
}
