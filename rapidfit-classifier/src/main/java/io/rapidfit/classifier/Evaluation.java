package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.TextModel;
import io.rapidfit.data.Sample;
import io.rapidfit.metrics.LabelDistribution;
import io.rapidfit.metrics.Outcome;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.util.ArrayList;
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

    static TaskAnalysis analyze(TextModel model, Head head, List<Sample> samples) {
        return TaskAnalysis.of(head.task(), head.labels(), outcomes(model, head, samples));
    }

    /** What a head of the model says of each sample, in their order. */
    static List<Outcome> outcomes(TextModel model, Head head, List<Sample> samples) {
        List<Answer> answers = model.answers(samples.stream().map(Sample::text).toList(), head);
        List<Outcome> outcomes = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            Prediction prediction = prediction(head, answers.get(outcomes.size()));
            outcomes.add(new Outcome(sample, prediction.distribution(), prediction.abstained()));
        }
        return outcomes;
    }

    /** Mean over the tasks that have samples. */
    static double meanMacroF1(TextModel model, List<Sample> samples) {
        Map<String, List<Sample>> byTask = samples.stream().collect(Collectors.groupingBy(Sample::task));
        return model.heads().stream()
                .filter(head -> byTask.containsKey(head.task()))
                .mapToDouble(head -> analyze(model, head, byTask.getOrDefault(head.task(), List.of()))
                        .macroF1())
                .average()
                .orElse(Double.NaN);
    }
}
