package io.rapidfit.examples;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Item;
import io.rapidfit.llm.grade.MathematicsCheck;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/** Verifies the answers of mathematical solutions, without a model. */
public final class GradeMathematics {

    private GradeMathematics() {}

    /** On solutions of this file. */
    public static void main(String[] args) {
        run(solutions(), System.out);
    }

    static List<Finding> run(List<Item> solutions, PrintStream out) {
        List<Finding> findings = MathematicsCheck.builder().build().check(solutions);
        FindingTable.print(findings, out);

        long right = findings.stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.PASS)
                .count();
        long unread = findings.stream()
                .filter(finding -> finding.verdict() == Finding.Verdict.ERROR)
                .count();
        out.printf("%n%d of %d are right, %d cannot be judged%n", right, findings.size(), unread);
        return findings;
    }

    static List<Item> solutions() {
        return List.of(
                solution("slope", "The line rises by 1 on 2, so its slope is $\\boxed{\\frac{1}{2}}$.", "0.5"),
                solution("expand", "Multiplying out:\n(x-1)(x+1)", "x^2-1"),
                solution("roots", "x^2 = 9, hence x = 3 or x = -3", "\\pm 3"),
                solution("eggs", "16 - 3 - 4 = 9 eggs are left.\n9 * 2 = 18\n#### 18", "18"),
                solution("area", "The area is $12\\pi$.", "36\\pi"),
                solution("third", "A third is about 33%.\nThe answer is 0.33.", "1/3"),
                solution("proof", "This is left to the reader as an exercise.", "7"));
    }

    private static Item solution(String id, String response, String reference) {
        return Item.of(Map.of("response", response, "reference", reference)).withId(id);
    }
}
