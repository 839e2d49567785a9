package io.rapidfit.classifier;

import io.rapidfit.classifier.TrainingProgress.Stage;
import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.torch.Trainer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training, from a dataset whose samples all have a split to a model.
 *
 * @param validated what was said of each validation sample, by task, by a model that did not learn from it
 */
record Training(SavedModel saved, Dataset dataset, Map<String, List<Outcome>> validated, TrainingReport report) {

    /** Of all of the classifier. Here, since setting up SLF4J takes time that a service need not wait for at its start. */
    static final Logger log = LoggerFactory.getLogger(MultiheadClassifier.class);

    /** A training whose model does not remember what was encoded for it. */
    static Training run(Dataset dataset, TrainingOptions options, Supplier<OpenedEncoder> encoder) {
        Training trained = run(dataset, options.config(), encoder, options.onProgress());
        SavedModel saved = trained.saved();
        return new Training(
                new SavedModel(saved.model().forgetting(), saved.minCount(), saved.training()),
                trained.dataset(),
                trained.validated(),
                trained.report());
    }

    /** @param encoder asked for when the data was found good: to open it may take a while */
    static Training run(
            Dataset dataset,
            MultiheadConfig config,
            Supplier<OpenedEncoder> encoder,
            Consumer<TrainingProgress> onProgress) {
        if (dataset.isEmpty()) {
            throw new IllegalArgumentException(
                    "no data: the dataset has no samples. Add some with Dataset.builder().add(task, text, label)");
        }
        TrainingSet.refuseBlankTexts(dataset.samples());
        List<Sample> train = dataset.samples(Split.TRAIN);
        List<Sample> samples = withoutTextsOf(dataset, train, Split.VALIDATION, Split.TEST);
        TrainingSet set = TrainingSet.of(samples);
        List<Sample> validation = dataset.samples(Split.VALIDATION).stream()
                .filter(s -> set.labels().containsKey(s.task()))
                .toList();
        List<Sample> learnable = withoutTextsOf(dataset, known(validation, set), Split.TEST);
        requireFitting(config, set, known(validation, set));
        List<String> warnings = new ArrayList<>(set.warnings());
        if (samples.size() < train.size()) {
            warnings.add("%s training samples were left out: their texts are in validation or test as well"
                    .formatted(train.size() - samples.size()));
        }
        warnings.addAll(labelsWithoutTraining(dataset, set));

        onProgress.accept(
                new TrainingProgress(Stage.FEATURES, 0, 0, Double.NaN, OptionalDouble.empty(), Duration.ZERO));
        boolean refit = config.evaluation().refit() && !learnable.isEmpty();
        OpenedEncoder opened = encoder.get();
        Fit fit = new Fit(set, config, opened, null);
        FineTuning tuning = FineTuning.of(config.encoder());
        int epochs = fit.recipe().recipe().epochs();
        if (tuning != null && epochs <= tuning.freezeEpochs()) {
            warnings.add("the encoder has not learnt: all %s epochs are among its %s freezeEpochs. Raise epochs"
                    .formatted(epochs, tuning.freezeEpochs()));
        }
        EpochReporter reporter = new EpochReporter(
                epochs,
                tuning == null ? 0 : tuning.freezeEpochs(),
                refit,
                config.evaluation().patience(),
                validation,
                onProgress);
        TextModel model = fit.train(reporter).remembering(); // each head has its own look at the same texts
        Validation judged = Validation.of(model, fit, validation, config.evaluation());
        warnings.addAll(judged.warnings());
        if (tuning != null && epochs > tuning.freezeEpochs() && reporter.isBestBefore(tuning.freezeEpochs())) {
            warnings.add(("the encoder has not learnt: epoch %s was the best, and the first %s are freezeEpochs. Lower"
                            + " learningRate or lrMultiplier, or freezeEpochs")
                    .formatted(reporter.bestEpoch, tuning.freezeEpochs()));
        }
        if (refit) {
            samples = new ArrayList<>(samples);
            samples.addAll(learnable);
            fit = new Fit(TrainingSet.of(samples), config, opened, fit);
            reporter.beginRefit();
            OpenedEncoder.discard(model);
            model = fit.train(reporter).remembering();
        }
        Map<String, Object> description = new LinkedHashMap<>(fit.recipe().describe());
        if (tuning != null) {
            description.put("warmUp", fit.recipe().recipe().rate().warmUp());
            description.put(
                    "weightDecay", fit.recipe().recipe().regularization().weightDecay());
            description.put(
                    "maxGradientNorm", fit.recipe().recipe().regularization().maxGradientNorm());
            description.put("freezeEpochs", tuning.freezeEpochs());
            description.put("unfreezeLayers", tuning.unfreezeLayers());
            description.put("lrMultiplier", tuning.lrMultiplier());
            description.put("microBatchSize", tuning.microBatchSize());
        }
        description.put("samples", samples.size());
        description.put("refit", refit);
        return new Training(
                new SavedModel(judged.applyTo(model, fit), fit.recipe().minCount(), description),
                dataset,
                judged.outcomes(),
                new TrainingReport(samples.size(), reporter.done, reporter.lastLoss, warnings));
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

    /** A text to be measured on must not be learnt, whatever made a sample to learn from of it. */
    private static List<Sample> withoutTextsOf(Dataset dataset, List<Sample> samples, Split... measured) {
        Set<String> texts = dataset.samples().stream()
                .filter(s -> List.of(measured).contains(s.split()))
                .map(s -> TextNormalizer.normalize(s.text()))
                .collect(Collectors.toSet());
        return texts.isEmpty()
                ? samples
                : samples.stream()
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

    /** Turns what the trainer tells into progress events, ends a training early and keeps its best epoch. */
    private static final class EpochReporter implements Trainer.Listener<TextModel> {

        private final int freezeEpochs;
        private final boolean refits;
        private final int patience;
        private final List<Sample> validation;
        private final Consumer<TrainingProgress> onProgress;
        private Stage stage = Stage.TRAINING;

        /** Of the training at hand. */
        private int epochs;

        /** Of the trainings so far. */
        private int done;

        private long firstDone;
        private double lastLoss = Double.NaN;

        private double bestScore = Double.NEGATIVE_INFINITY;
        private int bestEpoch;

        /** @param freezeEpochs after which alone patience begins: without them nothing of the encoder's has been tried */
        EpochReporter(
                int epochs,
                int freezeEpochs,
                boolean refits,
                int patience,
                List<Sample> validation,
                Consumer<TrainingProgress> onProgress) {
            this.epochs = epochs;
            this.freezeEpochs = freezeEpochs;
            this.refits = refits;
            this.patience = validation.isEmpty() ? 0 : patience;
            this.validation = validation;
            this.onProgress = onProgress;
        }

        /** Whether a training that keeps its best epoch found it in the first ones. */
        boolean isBestBefore(int lastEpoch) {
            return bestEpoch > 0 && bestEpoch <= lastEpoch;
        }

        /** What follows is the second training, as long as the first was at its best. */
        void beginRefit() {
            stage = Stage.REFIT;
            epochs = bestEpoch > 0 ? bestEpoch : epochs;
        }

        @Override
        public boolean onEpoch(int epoch, double loss, Trainer.Standing<? extends TextModel> model) {
            lastLoss = loss;
            done++;
            OptionalDouble score = OptionalDouble.empty();
            boolean goesOn = epoch < epochs;
            if (stage == Stage.TRAINING && !validation.isEmpty()) {
                score = OptionalDouble.of(Evaluation.meanMacroF1(model.get().remembering(), validation));
                if (patience > 0 && score.getAsDouble() > bestScore) {
                    bestScore = score.getAsDouble();
                    bestEpoch = epoch;
                    model.keep();
                }
                goesOn &= patience == 0 || epoch - Math.max(bestEpoch, freezeEpochs) < patience;
            }
            int expected = expected(epoch, goesOn);
            Duration left = timeLeft(expected);
            log.debug("Epoch {} of {}: loss {}, validation macro-F1 {}", done, expected, loss, score);
            onProgress.accept(new TrainingProgress(stage, done, expected, loss, score, left));
            return goesOn;
        }

        /** How many epochs there will be in the end, as far as is known now. */
        private int expected(int epoch, boolean goesOn) {
            int here = goesOn ? epochs : epoch;
            int refit = stage == Stage.REFIT || !refits ? 0 : goesOn || bestEpoch == 0 ? epochs : bestEpoch;
            return done - epoch + here + refit;
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
