package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.util.List;

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
        return new Outcome(sample, prediction.label(), prediction.confidence());
    }

    /** Mean over the tasks that have samples. */
    static double meanMacroF1(NGramModel model, List<Sample> samples) {
        return model.heads().stream()
                .map(head -> analyzeIfAny(model, head, samples))
                .filter(analysis -> !analysis.isEmpty())
                .mapToDouble(analysis -> analysis.get(0).macroF1())
                .average()
                .orElse(Double.NaN);
    }

    private static List<TaskAnalysis> analyzeIfAny(NGramModel model, Head head, List<Sample> samples) {
        List<Sample> own =
                samples.stream().filter(s -> s.task().equals(head.task())).toList();
        return own.isEmpty() ? List.of() : List.of(analyze(model, head, own));
    }
}
