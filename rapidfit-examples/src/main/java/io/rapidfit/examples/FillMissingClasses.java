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
import java.util.Set;

/** Finds the labels that no validation sample has, of which nobody can say how well they are recognised, and fills them. */
public final class FillMissingClasses {

    private static final Set<String> RARE = Set.of("returns", "technical");

    private FillMissingClasses() {}

    /** On the topics of the demo data, two of which are made rare, with a script in place of a model. */
    public static void main(String[] args) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(withRareLabels(), classifier, ScriptedReplies.model(), System.out);
        }
    }

    static GenerationResult run(Dataset dataset, TrainableClassifier classifier, ChatModel model, PrintStream out) {
        classifier.train(dataset);
        AnalysisResult before = classifier.analyze(Split.TEST);

        // analyze() would take training samples, out of fold, as soon as one label has no validation sample.
        AnalysisResult analysis = classifier.analyze(Split.VALIDATION);
        LLMRefiner refiner = LLMRefiner.builder()
                .chatModel(model)
                .includeZeroSupport(true)
                .minF1Threshold(0) // no others
                .concurrency(1) // for the script; leave it out with a model
                .build();
        out.printf("Without a validation sample: %s%n%n", refiner.weakClasses(analysis));
        GenerationResult filled = refiner.refine(analysis, dataset);
        filled.display(out);

        classifier.train(filled.dataset());
        Comparison.between(before, classifier.analyze(Split.TEST)).display(out);
        return filled;
    }

    /** Sixteen training samples of each topic, but one of a rare one, which has no validation sample either. */
    static Dataset withRareLabels() {
        Dataset all = DemoData.start(16).only("topic");
        Dataset one = DemoData.start(1).only("topic");
        return all.filter(s -> !RARE.contains(s.label()) || s.split() == Split.TEST)
                .plus(one.filter(s -> RARE.contains(s.label()) && s.split() == Split.TRAIN));
    }
}
