package io.rapidfit.examples;

import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.check.PersonalData;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.grade.GradedExample;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.llm.grade.GradingResult;
import io.rapidfit.llm.grade.GradingRunner;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Has a model grade answers by two questions, beside a check without a model, and shows which are good enough, and why not. */
public final class GradeAnswers {

    private GradeAnswers() {}

    /** On answers of an online shop, with a script in place of a model, in the directory that is given or a new one. */
    public static void main(String[] args) throws IOException {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("rapidfit-grades");
        run(ShopAnswers.load(), directory, ShopAnswers.judge(), System.out);
    }

    static GradingResult run(List<Item> answers, Path journal, ChatModel model, PrintStream out) {
        GradingRunner runner = GradingRunner.builder()
                .grader(Graders.correctnessByReference(model).build(), 2) // counts twice in the aggregate
                .grader(Graders.completeness(model).build())
                .check("personal-data", PersonalData.builder().build(), 0) // must pass, but makes no answer better
                .journal(journal) // run again, it asks for nothing that was answered
                .budget(Budget.builder()
                        .maxCalls(200)
                        .build()) // or maxCost(5.00), where the price of the model is known
                .build();
        runner.forecast(answers).display(out);
        out.println();

        GradingResult result = runner.run(answers);
        result.display(out);
        out.println();

        TextTable worst = new TextTable().left("answer").right("aggregate").left("why");
        result.examples().stream()
                .filter(graded -> !graded.isClean())
                .sorted(Comparator.comparingDouble(graded -> graded.aggregate().orElse(0)))
                .forEach(graded -> worst.row(graded.example().id(), aggregate(graded), why(graded)));
        worst.print(out);
        out.println();
        out.printf(
                "%d of %d answers are good enough to learn from.%n",
                result.clean().size(), answers.size());
        return result;
    }

    private static String aggregate(GradedExample graded) {
        return graded.aggregate().isPresent()
                ? String.format(Locale.ROOT, "%.2f", graded.aggregate().getAsDouble())
                : "-";
    }

    private static String why(GradedExample graded) {
        return graded.findings().values().stream()
                .filter(finding -> finding.verdict() != Verdict.PASS)
                .map(finding -> finding.check() + ": " + finding.reason())
                .findFirst()
                .orElse("");
    }
}
