package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.LLMRefiner;
import io.rapidfit.llm.generate.RefinementLoop;
import io.rapidfit.llm.generate.RefinementResult;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.Comparison;
import io.rapidfit.model.TrainableClassifier;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Trains, analyses and refines until every label is good enough, or what is written helps no more. */
public final class IterateUntilGoodEnough {

    private IterateUntilGoodEnough() {}

    /** On the urgency of the demo data, with a script in place of a model. */
    public static void main(String[] args) {
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(DemoData.start(64).only("urgency"), classifier, ScriptedReplies.model(), System.out);
        }
    }

    static RefinementResult run(Dataset dataset, TrainableClassifier classifier, ChatModel model, PrintStream out) {
        LLMRefiner refiner = LLMRefiner.builder()
                .chatModel(model)
                .minF1Threshold(0.8) // this is good enough
                .maxRefinedPerClass(8)
                .concurrency(1) // for the script; leave it out with a model
                .build();
        List<AnalysisResult> before = new ArrayList<>();
        RefinementResult result = RefinementLoop.builder()
                .classifier(classifier)
                .refiner(refiner)
                .maxRounds(3)
                .onRound(round -> {
                    out.printf("round %d: still weak %s%n", round.number(), refiner.weakClasses(round.analysis()));
                    if (round.number() == 0) { // trained on the data as it was
                        before.add(classifier.analyze(Split.TEST));
                    }
                })
                .build()
                .run(dataset);
        out.println();
        result.display(out);
        out.println();

        // The classifier is the best round's now.
        Comparison.between(before.get(0), classifier.analyze(Split.TEST)).display(out);
        return result;
    }
}
