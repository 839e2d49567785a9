package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compares a model's predictions with what people said. */
final class Evaluation {

    private Evaluation() {}

    static TaskAnalysis analyze(NGramModel model, Head head, List<Sample> samples) {
        return TaskAnalysis.of(
                head.task(),
                head.labels(),
                samples.stream().map(sample -> outcome(model, head, sample)).toList());
    }

    static Outcome outcome(NGramModel model, Head head, Sample sample) {
        Prediction prediction = MultiheadClassifier.best(model, head, model.encode(sample.text()));
        return new Outcome(sample, prediction.distribution(), prediction.abstained());
    }

    /** Mean over the tasks that have samples. */
    static double meanMacroF1(NGramModel model, List<Sample> samples) {
        Map<String, List<Sample>> byTask = samples.stream().collect(Collectors.groupingBy(Sample::task));
        return model.heads().stream()
                .filter(head -> byTask.containsKey(head.task()))
                .mapToDouble(head -> analyze(model, head, byTask.getOrDefault(head.task(), List.of()))
                        .macroF1())
                .average()
                .orElse(Double.NaN);
    }
}
