package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.LabelDistribution;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What a model says of texts, as callers see it, and beside what people said. */
final class Evaluation {

    private Evaluation() {}

    static Prediction prediction(Head head, Answer answer) {
        return new Prediction(
                LabelDistribution.of(head.labels(), answer.probabilities()),
                head.abstains(answer.probabilities()[answer.best()]),
                Double.isNaN(answer.strangeness()) ? OptionalDouble.empty() : OptionalDouble.of(answer.strangeness()));
    }

    static TaskAnalysis analyze(NGramModel model, Head head, List<Sample> samples) {
        return TaskAnalysis.of(
                head.task(),
                head.labels(),
                samples.stream().map(sample -> outcome(model, head, sample)).toList());
    }

    static Outcome outcome(NGramModel model, Head head, Sample sample) {
        Prediction prediction = prediction(head, model.answer(model.encode(sample.text()), head));
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
