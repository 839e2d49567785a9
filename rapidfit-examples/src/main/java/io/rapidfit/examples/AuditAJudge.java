package io.rapidfit.examples;

import io.rapidfit.data.Item;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.grade.GraderAudit;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.llm.grade.LLMGrader;
import io.rapidfit.llm.grade.LLMRanker;
import io.rapidfit.llm.grade.PositionBias;
import io.rapidfit.llm.grade.Ranking;
import io.rapidfit.llm.grade.Scale;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks whether a judge agrees with people, and whether it looks at answers or at their places, before it filters anything. */
public final class AuditAJudge {

    private AuditAJudge() {}

    /** On answers of an online shop that people gave scores, with a script in place of a model. */
    public static void main(String[] args) {
        run(ShopAnswers.load(), ShopAnswers.judge(), System.out);
    }

    static GraderAudit run(List<Item> answers, ChatModel model, PrintStream out) {
        Map<String, Double> people = answers.stream()
                .collect(Collectors.toMap(
                        Item::id,
                        answer -> Scale.ONE_TO_FIVE.normalize(
                                Double.parseDouble(answer.field("people").orElseThrow()))));

        LLMGrader correctness = Graders.correctnessByReference(model).build();
        GraderAudit audit = GraderAudit.of(correctness.check(answers), people);
        audit.display(out);
        out.println();
        GraderAudit.of(Graders.completeness(model).build().check(answers), people)
                .display(out);
        out.println();

        LLMRanker ranker = Graders.preference(model).shuffles(2).build(); // each two, both ways round
        List<Ranking> rankings = new ArrayList<>();
        for (int i = 0; i + 1 < answers.size(); i += 2) {
            rankings.add(ranker.rank(answers.subList(i, i + 2)));
        }
        PositionBias.of(rankings).display(out);
        return audit;
    }
}
