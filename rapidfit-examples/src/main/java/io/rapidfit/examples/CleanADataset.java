package io.rapidfit.examples;

import io.rapidfit.check.PersonalData;
import io.rapidfit.data.Item;
import io.rapidfit.data.Split;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.generate.DataRefinementPipeline;
import io.rapidfit.llm.generate.DataRefinementResult;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.text.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Has graders judge a small dataset and a model rewrite what falls short, and keeps what the same graders find better. */
public final class CleanADataset {

    private CleanADataset() {}

    /** On answers of an online shop, with a script in place of a model, in the directory that is given or a new one. */
    public static void main(String[] args) throws IOException {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("rapidfit-cleaning");
        run(withTest(), directory, ShopWriter.model(), System.out);
    }

    /** The answers to the last question are for the test: the pipeline shows them to nobody. */
    static List<Item> withTest() {
        return ShopAnswers.load().stream()
                .map(answer -> answer.withSplit(answer.id().startsWith("answer-12") ? Split.TEST : Split.TRAIN))
                .toList();
    }

    static DataRefinementResult run(List<Item> answers, Path journal, ChatModel model, PrintStream out) {
        DataRefinementPipeline pipeline = DataRefinementPipeline.builder()
                .chatModel(model)
                .grader(Graders.correctnessByReference(model).build())
                .grader(Graders.completeness(model).build())
                .check("personal-data", PersonalData.builder().build())
                .journal(journal) // run again, it asks for nothing that was answered
                .budget(Budget.builder().maxCalls(200).build())
                .build();
        pipeline.forecast(answers).display(out);
        out.println();

        DataRefinementResult result = pipeline.refine(answers);
        result.display(out);
        out.println();

        TextTable notes =
                new TextTable().left("answer").left("outcome").right("rewrites").left("note");
        result.examples().stream()
                .filter(refined -> refined.outcome() != Outcome.CLEAN)
                .forEach(refined -> notes.row(
                        refined.original().id(),
                        refined.outcome().description(),
                        String.valueOf(refined.rewrites().size()),
                        refined.reason()));
        notes.print(out);
        out.println();
        out.printf(
                "%d of %d answers are good enough to learn from.%n",
                result.clean().size(), answers.size());
        return result;
    }
}
