package io.rapidfit.classifier;

import io.rapidfit.classifier.TrainingProgress.Stage;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.torch.EngineLoadException;
import io.rapidfit.classifier.internal.torch.NGramTrainer;
import io.rapidfit.classifier.internal.torch.TrainingData;
import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
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
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One training, from a dataset whose samples all have a split to a model. */
record Training(SavedModel saved, Dataset dataset, TrainingReport report) {

    private static final Logger log = LoggerFactory.getLogger(MultiheadClassifier.class);

    static Training run(Dataset dataset, TrainingOptions options, Consumer<TrainingProgress> onProgress) {
        if (dataset.isEmpty()) {
            throw new IllegalArgumentException(
                    "no data: the dataset has no samples. Add some with Dataset.builder().add(task, text, label)");
        }
        TrainingSet.refuseBlankTexts(dataset.samples());
        List<Sample> samples = withoutTextsOfOtherSplits(dataset);
        TrainingSet set = TrainingSet.of(samples);
        List<String> warnings = new ArrayList<>(set.warnings());
        int leftOut = dataset.samples(Split.TRAIN).size() - samples.size();
        if (leftOut > 0) {
            warnings.add("%s training samples were left out: their texts are in validation or test as well"
                    .formatted(leftOut));
        }
        warnings.addAll(labelsWithoutTraining(dataset, set));

        TrainingRecipe recipe = options.recipe(set.rows().size());
        onProgress.accept(new TrainingProgress(
                Stage.FEATURES, 0, recipe.epochs(), Double.NaN, OptionalDouble.empty(), Duration.ZERO));
        NGramEncoder encoder = options.ngrams();
        List<String> texts = set.rows().stream().map(TrainingSet.Row::text).toList();
        NGramVocabulary vocabulary = NGramVocabulary.fit(
                texts, new NGramSizes(encoder.maxWords(), encoder.minChars(), encoder.maxChars()), encoder.minCount());
        if (vocabulary.size() == 0) {
            throw new IllegalArgumentException(
                    "no n-gram is in %s texts or more: lower the encoder's minCount".formatted(encoder.minCount()));
        }
        List<FeatureBag> bags = texts.stream().map(vocabulary::features).toList();

        EpochReporter reporter = new EpochReporter(recipe.epochs(), dataset.samples(Split.VALIDATION), onProgress);
        NGramModel model = train(vocabulary, data(set, bags), recipe, reporter);

        log.debug(
                "Trained {} tasks on {} texts, {} n-grams, {} epochs, learning rate {}",
                set.labels().size(),
                texts.size(),
                vocabulary.size(),
                recipe.epochs(),
                recipe.learningRate());
        return new Training(
                new SavedModel(model, encoder.minCount(), describe(recipe, texts.size(), samples.size())),
                dataset,
                new TrainingReport(samples.size(), recipe.epochs(), reporter.lastLoss, warnings));
    }

    /** A text to be measured on must not be learnt, whatever made a training sample of it. */
    private static List<Sample> withoutTextsOfOtherSplits(Dataset dataset) {
        Set<String> measured = dataset.samples().stream()
                .filter(s -> s.split() != Split.TRAIN)
                .map(s -> TextNormalizer.normalize(s.text()))
                .collect(Collectors.toSet());
        return measured.isEmpty()
                ? dataset.samples(Split.TRAIN)
                : dataset.samples(Split.TRAIN).stream()
                        .filter(s -> !measured.contains(TextNormalizer.normalize(s.text())))
                        .toList();
    }

    private static NGramModel train(
            NGramVocabulary vocabulary, TrainingData data, TrainingRecipe recipe, NGramTrainer.Listener listener) {
        try {
            return NGramTrainer.train(vocabulary, data, recipe, listener);
        } catch (EngineLoadException e) {
            throw new EngineUnavailableException(e.getMessage(), e.getCause());
        }
    }

    private static TrainingData data(TrainingSet set, List<FeatureBag> bags) {
        return new TrainingData(
                bags,
                set.rows().stream().map(TrainingSet.Row::targets).toList(),
                set.labels().entrySet().stream()
                        .map(e -> new TrainingData.Task(e.getKey(), e.getValue()))
                        .toList());
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

    private static Map<String, Object> describe(TrainingRecipe recipe, int texts, int samples) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("texts", texts);
        description.put("samples", samples);
        description.put("epochs", recipe.epochs());
        description.put("batchSize", recipe.batchSize());
        description.put("learningRate", recipe.learningRate());
        description.put("dropout", recipe.dropout());
        description.put("labelSmoothing", recipe.labelSmoothing());
        description.put("seed", recipe.seed());
        return description;
    }

    /** Turns what the trainer tells into progress events. */
    private static final class EpochReporter implements NGramTrainer.Listener {

        private final int epochs;
        private final List<Sample> validation;
        private final Consumer<TrainingProgress> onProgress;
        private long firstDone;
        private double lastLoss = Double.NaN;

        EpochReporter(int epochs, List<Sample> validation, Consumer<TrainingProgress> onProgress) {
            this.epochs = epochs;
            this.validation = validation;
            this.onProgress = onProgress;
        }

        @Override
        public void onEpoch(int epoch, double loss, java.util.function.Supplier<NGramModel> model) {
            lastLoss = loss;
            OptionalDouble score = validation.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Evaluation.meanMacroF1(model.get(), validation));
            Duration left = timeLeft(epoch);
            log.debug("Epoch {} of {}: loss {}, validation macro-F1 {}", epoch, epochs, loss, score);
            onProgress.accept(new TrainingProgress(Stage.TRAINING, epoch, epochs, loss, score, left));
        }

        /** From the epochs after the first, which starts the engine and is slow for other reasons too. */
        private Duration timeLeft(int epoch) {
            if (epoch == 1) {
                firstDone = System.nanoTime();
                return Duration.ZERO;
            }
            Duration elapsed = Duration.ofNanos(System.nanoTime() - firstDone);
            return elapsed.multipliedBy(epochs - epoch).dividedBy(epoch - 1);
        }
    }
}
