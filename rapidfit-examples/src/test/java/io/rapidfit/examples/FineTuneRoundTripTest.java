package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.ExampleFile;
import io.rapidfit.data.Item;
import io.rapidfit.finetune.FeedbackExport;
import io.rapidfit.finetune.FeedbackExporter;
import io.rapidfit.finetune.FineTuneFormat;
import io.rapidfit.finetune.FineTuneValidator;
import io.rapidfit.finetune.ValidationReport;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.evaluate.Contestant;
import io.rapidfit.llm.evaluate.ModelComparison;
import io.rapidfit.llm.evaluate.ModelComparisonResult;
import io.rapidfit.llm.evaluate.ModelMetric;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.metrics.Comparison.Verdict;
import io.rapidfit.review.Decision;
import io.rapidfit.review.FeedbackStore;
import io.rapidfit.review.ReviewItem;
import io.rapidfit.review.ReviewJob;
import io.rapidfit.review.ReviewSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From what a person says of a model's answers to the proof that one that learnt from it is better. */
class FineTuneRoundTripTest {

    private static final int JOBS = 60;

    @TempDir
    private Path directory;

    @Test
    void reviewsBecomeFilesThatAreFitAndTellATunedModelFromAnother() {
        FeedbackStore store = new FeedbackStore(directory.resolve("feedback"));
        IntStream.range(0, JOBS).forEach(i -> review(job(i), store));

        FeedbackExport export = FeedbackExporter.builder()
                .directory(directory)
                .systemPrompt("Say what the numbers mean.")
                .shotCount(1)
                .holdoutFraction(0.3)
                .build()
                .export(store.list());
        assertThat(export.train() + export.holdout()).isEqualTo(JOBS);

        ValidationReport report = FineTuneValidator.builder()
                .format(FineTuneFormat.PROMPT_COMPLETION)
                .build()
                .validate(export.trainFile(), export.holdoutFile());
        assertThat(report.passed()).as(report.toJson()).isTrue();

        List<Item> holdout = ExampleFile.items(export.holdoutFile()).load();
        ModelComparisonResult result = ModelComparison.builder()
                .before(Contestant.of("untuned", model(holdout, "Here you are: {\"items\": []}")))
                .after(Contestant.of("tuned", model(holdout, null)))
                .shape(ReplyShape.list("items").string("id").string("text").build())
                .build()
                .compare(holdout);

        assertThat(holdout).hasSize(export.holdout()).hasSizeGreaterThan(8);
        assertThat(result.errors()).isEmpty();
        assertThat(result.metrics().get(ModelMetric.SCHEMA).mean().after().value())
                .isEqualTo(1);
        assertThat(result.metrics().get(ModelMetric.EXACT_MATCH).mean().after().value())
                .isEqualTo(1);
        assertThat(result.metrics().get(ModelMetric.EXACT_MATCH).verdict()).isEqualTo(Verdict.BETTER);
    }

    private static ReviewJob job(int number) {
        Random random = new Random(number);
        String words = random.ints(30, 'a', 'z' + 1)
                .mapToObj(c -> Character.toString(c).repeat(1 + random.nextInt(3)) + random.nextInt(1000))
                .collect(Collectors.joining(" "));
        return new ReviewJob(
                "week " + number,
                words,
                List.of(
                        ReviewItem.of("first", "Number " + number + " rose."),
                        ReviewItem.of("second", "Nothing fell."),
                        ReviewItem.of("third", "So all is well.").withDependsOn(List.of("second"))));
    }

    /** Each decision in a session of its own, as if the one before had been killed. */
    private static void review(ReviewJob job, FeedbackStore store) {
        Map<String, Decision> decisions = Map.of(
                "first", Decision.edit(job.item("first").withText("Number " + job.id() + " rose by half.")),
                "second", Decision.reject("not in the data"),
                "third", Decision.approve(5));
        while (open(job, store).next().isPresent()) {
            ReviewSession session = open(job, store);
            String next = session.next().orElseThrow().id();
            session.decide(next, decisions.get(next));
        }
        open(job, store).overall(4, "");
    }

    private static ReviewSession open(ReviewJob job, FeedbackStore store) {
        return ReviewSession.builder().job(job).reviewer("ana").store(store).build();
    }

    /** Answers always the same, or, if that is null, as the holdout wants it. */
    private static ScriptedChatModel model(List<Item> holdout, String answer) {
        ScriptedChatModel.Builder model = ScriptedChatModel.builder();
        for (Item item : holdout) {
            String prompt = item.field("prompt").orElseThrow();
            model.when(
                    request -> ScriptedChatModel.lastUserMessage(request).equals(prompt),
                    answer == null ? item.field("completion").orElseThrow() : answer);
        }
        return model.build();
    }
}
