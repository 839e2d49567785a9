package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.GenerationResult;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.model.TrainableClassifier;
import java.io.PrintStream;

/** Refines one task of several; the others keep their samples as they are, and are learnt along with it. */
public final class RefineOneTask {

    private RefineOneTask() {}

    /** On the demo data, with a script in place of a model. */
    public static void main(String[] args) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(DemoData.start(8), "urgency", classifier, ScriptedReplies.model(), System.out);
        }
    }

    static GenerationResult run(
            Dataset dataset, String task, TrainableClassifier classifier, ChatModel model, PrintStream out) {
        classifier.train(dataset);
        AnalysisResult before = classifier.analyze(Split.TEST);

        GenerationResult refined = LLMRefiner.builder()
                .chatModel(model)
                .concurrency(1) // for the script; leave it out with a model
                .build()
                .refine(classifier.analyze().only(task), dataset); // all of the dataset, but one task's analysis
        refined.dataset().display(out);
        out.printf("%n%d samples written, all for %s%n%n", refined.samples().size(), task);

        classifier.train(refined.dataset());
        Comparison.between(before, classifier.analyze(Split.TEST)).display(out); // the others may change: one encoder
        return refined;
    }
}
