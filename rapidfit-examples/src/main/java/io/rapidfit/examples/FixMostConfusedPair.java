package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.GenerationResult;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.metrics.ConfusionMatrix;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.TrainableClassifier;
import java.io.PrintStream;
import java.util.Objects;

/** Finds the two labels that are confused most, and has texts written that tell these two apart, and no others. */
public final class FixMostConfusedPair {

    private FixMostConfusedPair() {}

    /** On the topics of the demo data, with a script in place of a model. */
    public static void main(String[] args) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(DemoData.start(16).only("topic"), classifier, ScriptedReplies.model(), System.out);
        }
    }

    static GenerationResult run(Dataset dataset, TrainableClassifier classifier, ChatModel model, PrintStream out) {
        classifier.train(dataset);
        AnalysisResult before = classifier.analyze(Split.TEST);

        AnalysisResult analysis = classifier.analyze("topic"); // not of the test split: that is for the end
        TaskAnalysis topic = Objects.requireNonNull(analysis.tasks().get("topic"));
        ConfusionMatrix.Pair worst = topic.confusion().mostConfused().stream()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no label is taken for another: nothing to fix"));
        out.printf(
                "Most confused: %s, taken for %s %d times%n%n",
                worst.trueLabel(), worst.predictedLabel(), worst.count());

        LLMRefiner refiner = LLMRefiner.builder()
                .chatModel(model)
                .labels(worst.trueLabel(), worst.predictedLabel())
                .concurrency(1) // for the script; leave it out with a model
                .build();
        GenerationResult refined = refiner.refine(analysis, dataset);
        refined.display(out);

        classifier.train(refined.dataset());
        Comparison.between(before, classifier.analyze(Split.TEST)).display(out);
        return refined;
    }
}
