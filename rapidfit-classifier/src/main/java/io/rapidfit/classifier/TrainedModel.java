package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.files.SavedModel;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.AnalysisResult.Basis;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model with what its training left to judge it by: knows on which samples it can be analysed, and why not on others.
 *
 * @param heads by task
 * @param dataset all samples of the training, with their splits; null if the model was loaded
 * @param validated what was said of each validation sample, by task, before it was learnt from
 */
record TrainedModel(
        SavedModel saved, Map<String, Head> heads, @Nullable Dataset dataset, Map<String, List<Outcome>> validated) {

    static TrainedModel of(SavedModel saved, @Nullable Dataset dataset, Map<String, List<Outcome>> validated) {
        Map<String, Head> heads = new LinkedHashMap<>();
        saved.model().heads().forEach(head -> heads.put(head.task(), head));
        return new TrainedModel(saved, heads, dataset, validated);
    }

    TextModel model() {
        return saved.model();
    }

    Head head(String task) {
        Head head = heads.get(task);
        if (head == null) {
            throw new IllegalArgumentException("no task '%s'; this classifier has %s".formatted(task, tasks()));
        }
        return head;
    }

    List<String> tasks() {
        return List.copyOf(heads.keySet());
    }

    /** Those that are named, or all if none is. */
    List<String> tasks(String... named) {
        if (named.length == 0) {
            return tasks();
        }
        Arrays.stream(named).forEach(this::head); // refuses an unknown one
        return List.of(named);
    }

    /** @throws IllegalStateException if the model was loaded */
    Dataset learntFrom() {
        if (dataset == null) {
            throw new IllegalStateException(
                    "a loaded model has no data to analyse: use analyze(dataset) with labelled data of your own");
        }
        return dataset;
    }

    boolean hasValidation(List<String> tasks) {
        List<Sample> validation = learntFrom().samples(Split.VALIDATION);
        return tasks.stream()
                .allMatch(task -> validation.stream().anyMatch(s -> s.task().equals(task)));
    }

    /** Why the validation split cannot be used; null if it can. */
    @Nullable String validationGap(List<String> tasks) {
        List<Sample> validation = learntFrom().samples(Split.VALIDATION);
        for (String task : tasks) {
            List<String> labels = head(task).labels();
            Set<String> missing = new HashSet<>(labels);
            validation.stream().filter(s -> s.task().equals(task)).forEach(s -> missing.remove(s.label()));
            if (!missing.isEmpty()) {
                return "task '%s' has no validation sample of %s of its %s labels"
                        .formatted(task, missing.size(), labels.size());
            }
        }
        return null;
    }

    /** On samples of the training. */
    AnalysisResult analyze(Split split, List<String> tasks) {
        List<Sample> samples = learntFrom().samples(split);
        TextModel remembering = model().remembering(); // a text may stand in several tasks
        List<TaskAnalysis> analyses = new ArrayList<>();
        for (String task : tasks) {
            List<Sample> own =
                    samples.stream().filter(s -> s.task().equals(task)).toList();
            if (own.isEmpty()) {
                throw new IllegalStateException(
                        ("task '%s' has no %s samples. Train with a splitter whose fraction for them is above 0 and at"
                                        + " least 3 different texts a label, add samples with withSplit(Split.%s), or"
                                        + " use analyze(dataset) with labelled data of your own")
                                .formatted(task, split, split));
            }
            List<Outcome> validatedBefore = split == Split.VALIDATION ? validated.get(task) : null;
            analyses.add(
                    validatedBefore == null
                            ? Evaluation.analyze(remembering, head(task), own)
                            : TaskAnalysis.of(task, head(task).labels(), validatedBefore));
        }
        return AnalysisResult.of(Basis.of(split), analyses);
    }

    /** On others. */
    AnalysisResult analyze(Dataset given) {
        TextModel remembering = model().remembering();
        return AnalysisResult.of(
                Basis.GIVEN,
                given.tasks().stream()
                        .map(task -> Evaluation.analyze(remembering, head(task), given.samples(task)))
                        .toList());
    }
}
