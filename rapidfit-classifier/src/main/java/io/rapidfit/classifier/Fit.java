package io.rapidfit.classifier;

import io.rapidfit.classifier.MultiheadConfig.TaskSampling;
import io.rapidfit.classifier.TrainingSet.Row;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.classifier.internal.torch.EngineLoadException;
import io.rapidfit.classifier.internal.torch.Trainer;
import io.rapidfit.classifier.internal.torch.TrainingData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One set of training texts made ready: its features and how to learn from them. */
final class Fit {

    private final TrainingSet set;
    private final MultiheadConfig config;
    private final OpenedEncoder encoder;
    private final AdaptiveRecipe recipe;
    private final Map<String, Nesting> nestings;

    /** The texts, then the names of the labels. */
    private final List<Row> rows;

    private final Features features;

    /** @param first an earlier fit whose choices are to be used again; null to choose */
    Fit(TrainingSet set, MultiheadConfig config, OpenedEncoder encoder, @Nullable Fit first) {
        this.set = set;
        this.config = config;
        this.encoder = encoder;
        this.nestings = new LinkedHashMap<>(config.head().nested() ? set.nestings() : Map.of());
        if (first != null) { // what was found of a head of its own does not fit a nested one
            nestings.entrySet().retainAll(first.nestings.entrySet());
        }
        this.recipe = first != null ? first.recipe : choose();
        this.rows = config.training().labelNames() ? rowsWithNames() : set.rows();
        this.features = encoder.features(texts(rows), recipe.minCount());
    }

    private AdaptiveRecipe choose() {
        Features all = encoder.features(texts(set.rows()), 1);
        return AdaptiveRecipe.choose(DataProfile.of(set, all.bags()), config, encoder.dimension());
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream().map(Row::text).toList();
    }

    /** Names of labels that have no head of their own would teach nothing, and leave n-grams that nothing moves. */
    private List<Row> rowsWithNames() {
        List<String> tasks = List.copyOf(set.labels().keySet());
        return set.rowsWithLabelNames(recipe.nameCopies()).stream()
                .filter(row -> IntStream.range(0, tasks.size())
                        .anyMatch(task -> row.targets().get(task) >= 0 && !nestings.containsKey(tasks.get(task))))
                .toList();
    }

    AdaptiveRecipe recipe() {
        return recipe;
    }

    TextModel train(Trainer.Listener<TextModel> listener) {
        try {
            return complete(features.train(
                    data(),
                    recipe.recipe(),
                    (epoch, loss, model) -> listener.onEpoch(epoch, loss, new Trainer.Standing<TextModel>() {
                        @Override
                        public TextModel get() {
                            return complete(model.get());
                        }

                        @Override
                        public void keep() {
                            model.keep();
                        }
                    })));
        } catch (EngineLoadException e) {
            throw new EngineUnavailableException(e.getMessage(), e.getCause());
        }
    }

    TrainingSet set() {
        return set;
    }

    /** Adds the heads of nested tasks, in the order of the tasks. */
    private TextModel complete(TextModel trained) {
        Map<String, Head> byTask = new LinkedHashMap<>();
        trained.heads().forEach(head -> byTask.put(head.task(), head));
        List<Head> heads = new ArrayList<>();
        set.labels().forEach((task, labels) -> {
            Nesting nesting = nestings.get(task);
            Head own = byTask.get(nesting == null ? task : nesting.finer());
            if (own == null) {
                throw new AssertionError("no head was trained for task " + task);
            }
            heads.add(nesting == null ? own : Head.nested(task, labels, own, nesting.groups()));
        });
        return trained.withHeads(heads);
    }

    /** Package-private for tests. */
    TrainingData data() {
        List<Integer> trained = new ArrayList<>(); // indexes of the tasks with a head of their own
        List<TrainingData.Task> tasks = new ArrayList<>();
        int index = 0;
        for (Map.Entry<String, List<String>> task : set.labels().entrySet()) {
            if (!nestings.containsKey(task.getKey())) {
                tasks.add(new TrainingData.Task(task.getKey(), task.getValue(), labelWeights(task.getKey(), index)));
                trained.add(index);
            }
            index++;
        }
        List<List<Integer>> targets = rows.stream()
                .map(row -> trained.stream().map(row.targets()::get).toList())
                .toList();
        return new TrainingData(features.bags(), targets, shares(targets, tasks.size()), tasks);
    }

    private List<Double> labelWeights(String task, int index) {
        int labels = set.labels().getOrDefault(task, List.of()).size();
        int[] counts = new int[labels];
        for (Row row : set.rows()) {
            if (row.targets().get(index) >= 0) {
                counts[row.targets().get(index)]++;
            }
        }
        double mean = Arrays.stream(counts).average().orElse(1);
        double taskWeight = config.loss().taskWeights().getOrDefault(task, 1.0);
        List<Double> weights = new ArrayList<>();
        for (int count : counts) {
            weights.add(taskWeight * config.loss().classWeights().weight(mean / Math.max(1, count)));
        }
        return weights;
    }

    /** How often an epoch has each text, so that tasks have the part that the sampling gives them. */
    private List<Double> shares(List<List<Integer>> targets, int tasks) {
        double[] texts = new double[tasks];
        for (List<Integer> row : targets) {
            for (int task = 0; task < tasks; task++) {
                texts[task] += row.get(task) >= 0 ? 1 : 0;
            }
        }
        double[] factors = new double[tasks];
        for (int task = 0; task < tasks; task++) {
            factors[task] = switch (config.taskSampling()) {
                case PROPORTIONAL -> 1;
                case SQRT -> 1 / Math.sqrt(Math.max(1, texts[task]));
                case EQUAL -> 1 / Math.max(1, texts[task]);
            };
        }
        List<Double> shares = new ArrayList<>();
        double total = 0;
        for (List<Integer> row : targets) {
            double sum = 0;
            int count = 0;
            for (int task = 0; task < tasks; task++) {
                if (row.get(task) >= 0) {
                    sum += factors[task];
                    count++;
                }
            }
            double share = count == 0 ? 0 : sum / count;
            shares.add(share);
            total += share;
        }
        if (config.taskSampling() == TaskSampling.PROPORTIONAL) {
            return shares;
        }
        double scale = targets.size() / total;
        return shares.stream().map(share -> share * scale).toList();
    }
}
