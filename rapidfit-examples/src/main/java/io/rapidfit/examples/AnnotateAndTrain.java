package io.rapidfit.examples;

import io.rapidfit.classifier.MultiheadClassifier;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.AnnotationResult;
import io.rapidfit.llm.generate.AnnotationTask;
import io.rapidfit.llm.generate.LLMAnnotator;
import io.rapidfit.model.TrainableClassifier;
import java.io.PrintStream;
import java.util.List;

/** Has a model label texts that nobody labelled, trains on them, and measures on texts that people labelled. */
public final class AnnotateAndTrain {

    private AnnotateAndTrain() {}

    /** On messages of the demo data, with a script in place of a model. */
    public static void main(String[] args) {
        Dataset demo = DemoData.start(1000);
        try (MultiheadClassifier classifier = MultiheadClassifier.builder().build()) {
            run(demo, classifier, ScriptedLabels.model(demo), System.out);
        }
    }

    /** @param labelled of which the labels of the training samples are not looked at, and the test samples are measured on */
    static AnnotationResult run(Dataset labelled, TrainableClassifier classifier, ChatModel model, PrintStream out) {
        List<String> texts = labelled.only("topic").samples(Split.TRAIN).stream()
                .map(Sample::text)
                .toList();
        AnnotationTask topic = AnnotationTask.of(
                        "topic", "account", "billing", "delivery", "product", "returns", "technical")
                .withInstruction("What the customer wants, not what the message mentions."
                        + " What arrived broken and is to go back is a return.");
        AnnotationTask urgency = AnnotationTask.of("urgency", "low", "normal", "high")
                .withInstruction("How soon an answer is needed, whatever the tone.");

        LLMAnnotator annotator = LLMAnnotator.builder().chatModel(model).build();
        annotator.forecast(texts, List.of(topic, urgency)).display(out);
        out.println();
        AnnotationResult annotated = annotator.annotate(texts, List.of(topic, urgency));
        annotated.display(out);

        classifier.train(annotated.dataset());
        // Labels that a model gave are for learning only: what is measured on, people labelled.
        out.println();
        classifier
                .analyze(labelled.only("topic", "urgency").filter(s -> s.split() == Split.TEST))
                .display(out);
        return annotated;
    }
}
