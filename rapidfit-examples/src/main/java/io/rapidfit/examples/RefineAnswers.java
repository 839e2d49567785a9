package io.rapidfit.examples;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.LLMRefinement;
import io.rapidfit.llm.generate.Refinement;
import io.rapidfit.llm.generate.RefinementStep;
import io.rapidfit.llm.generate.Refinements;
import io.rapidfit.llm.grade.Graders;
import java.io.PrintStream;
import java.util.List;

/** Has a model make answers more accurate and more complete, as long as a ranking prefers what it writes. */
public final class RefineAnswers {

    private RefineAnswers() {}

    /** On answers of an online shop that people found wanting, with a script in place of a model. */
    public static void main(String[] args) {
        run(poor(), ShopWriter.model(), System.out);
    }

    static List<Item> poor() {
        return ShopAnswers.load().stream()
                .filter(answer -> Integer.parseInt(answer.field("people").orElseThrow()) < 4)
                .toList();
    }

    static Refinements run(List<Item> answers, ChatModel model, PrintStream out) {
        LLMRefinement refinement = LLMRefinement.builder()
                .chatModel(model)
                .ranker(Graders.preference(model)
                        .shuffles(2)
                        .build()) // better another model: judges favour their own texts
                .instruction("Answers must agree with the reference and answer every part of the query.")
                .shown("query", "reference")
                .build();
        Refinements refined = refinement.refine(answers);

        for (Refinement one : refined.examples()) {
            out.printf(
                    "%s: %s%n",
                    one.original().id(), one.original().field("query").orElseThrow());
            out.printf("  before:    %s%n", response(one.original()));
            for (RefinementStep step : one.steps()) {
                out.printf("  candidate: %s (%s)%n", response(step.candidate()), step.changes());
            }
            out.printf("  best:      %s%n", response(one.best()));
            out.printf("  ended:     %s%n%n", one.stop().description());
        }
        refined.display(out);
        return refined;
    }

    private static String response(Example example) {
        return example.field("response").orElseThrow();
    }
}
