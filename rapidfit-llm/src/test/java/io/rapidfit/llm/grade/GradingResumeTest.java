package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.InMemory;
import io.rapidfit.llm.run.PromptTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was killed, made again, finds the same, and asks for no answer again that is in the journal. */
@Timeout(60)
class GradingResumeTest {

    @TempDir(factory = InMemory.class)
    Path dir;

    /** Useful answers, one that is of no use however often it is asked for, and one that never comes. */
    private static final List<Item> ITEMS = Judges.allWorth(
            "5", "2", "nothing", "4", "1", "failure", "5", "3", "4", "4", "1", "2", "5", "3", "2", "4", "1", "5");

    private static GradingResult run(ChatModel model, Path journal, List<Item> items, String... graders) {
        GradingRunner.Builder builder = GradingRunner.builder().journal(journal);
        List.of(graders)
                .forEach(name -> builder.grader(Judges.grader(name, model).build()));
        return builder.build().run(items);
    }

    private static List<String> journalled(Path journal) {
        Path file = journal.resolve("grades.jsonl");
        try {
            return Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .filter(line -> line.contains("\"call\":"))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ChatModel atOnce(int calls, ChatModel model) {
        return CallPolicy.builder().maxConcurrency(calls).maxAttempts(1).build().wrap(model);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aRunKilledAtAnyCallGoesOnAsIfItHadNotBeen(int concurrency) {
        Judges.Mortal counting = Judges.Mortal.immortal(Judges.fair());
        GradingResult whole = run(atOnce(concurrency, counting), dir.resolve("whole"), ITEMS, "a", "b");
        int total = counting.asked();
        assertThat(total).isEqualTo(2 * (18 + 1)); // the useless answer is asked for a second time

        for (int k = 1; k <= total; k++) {
            Path journal = dir.resolve("killed-" + k);
            Judges.Mortal first = new Judges.Mortal(Judges.fair(), k);
            assertThatThrownBy(() -> run(atOnce(concurrency, first), journal, ITEMS, "a", "b"))
                    .isInstanceOf(Judges.Killed.class);
            int journalled = journalled(journal).size();

            Judges.Mortal second = Judges.Mortal.immortal(Judges.fair());
            GradingResult resumed = run(atOnce(concurrency, second), journal, ITEMS, "a", "b");

            assertThat(resumed.examples())
                    .as("killed at call %s of %s", k, total)
                    .isEqualTo(whole.examples());
            assertThat(second.asked()).as("calls after %s", k).isEqualTo(total - journalled);
            assertThat(journalled(journal)).hasSize(total - 2).doesNotHaveDuplicates(); // but for the two that fail
        }
    }

    @Test
    void aRunKilledOneAfterAnotherHasJournalledAllItWasAnswered() {
        Path journal = dir.resolve("killed");

        assertThatThrownBy(() -> run(atOnce(1, new Judges.Mortal(Judges.fair(), 11)), journal, ITEMS, "a"))
                .isInstanceOf(Judges.Killed.class);

        // ten calls: five answers, of which the third was asked for twice, then a failure, then three more
        assertThat(journalled(journal)).hasSize(9);
    }

    @Test
    void aSecondRunAsksAgainForWhatFailedAndForNothingElse() {
        List<Item> items = ITEMS.subList(3, 8);
        run(Judges.fair(), dir, items, "a");
        Judges.Mortal second = Judges.Mortal.immortal(request -> ChatResponse.of(Judges.grade("5")));

        GradingRunner again = GradingRunner.builder()
                .journal(dir)
                .grader(Judges.grader("a", named("fair", second)).build())
                .build();
        GradingResult result = again.run(items);

        assertThat(second.asked()).isEqualTo(1);
        assertThat(result.findings("a"))
                .extracting(Finding::verdict)
                .containsExactly(Verdict.PASS, Verdict.FAIL, Verdict.PASS, Verdict.PASS, Verdict.FAIL);
        assertThat(result.usage().calls()).isEqualTo(5);
        assertThat(result.usage().journalled()).isEqualTo(4);
    }

    private static ChatModel named(String modelId, ChatModel model) {
        return new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                return model.chat(request);
            }

            @Override
            public String modelId() {
                return modelId;
            }
        };
    }

    @Test
    void moreExamplesAndAnotherGraderCostWhatIsNew() {
        List<Item> items = Judges.allWorth("5", "4", "3", "2");
        run(Judges.fair(), dir, items.subList(0, 3), "a");
        Judges.Mortal second = Judges.Mortal.immortal(Judges.fair());

        run(second, dir, items, "a", "b");

        assertThat(second.asked()).isEqualTo(1 + 4);
    }

    @Test
    void anotherThresholdOrWeightCostsNothing() {
        List<Item> items = Judges.allWorth("5", "3");
        run(Judges.fair(), dir, items, "a");
        Judges.Mortal second = Judges.Mortal.immortal(Judges.fair());

        GradingResult result = GradingRunner.builder()
                .journal(dir)
                .grader(Judges.grader("a", second).threshold(0.5).build(), 3)
                .build()
                .run(items);

        assertThat(second.asked()).isZero();
        assertThat(result.clean()).isEqualTo(items);
    }

    @Test
    void anotherPromptModelOrTextIsAskedAbout() {
        Item item = Judges.worth("5").withId("one");
        run(Judges.fair(), dir, List.of(item), "a");

        Judges.Mortal otherPrompt = Judges.Mortal.immortal(Judges.fair());
        GradingRunner.builder()
                .journal(dir)
                .grader(Judges.grader("a", otherPrompt)
                        .template(PromptTemplate.of("Judge {response}"))
                        .build())
                .build()
                .run(List.of(item));
        Judges.Mortal otherModel = Judges.Mortal.immortal(Judges.fair("strict"));
        run(otherModel, dir, List.of(item), "a");
        Judges.Mortal otherText = Judges.Mortal.immortal(Judges.fair());
        run(otherText, dir, List.of(Judges.worth("4").withId("one")), "a");

        assertThat(otherPrompt.asked()).isEqualTo(1);
        assertThat(otherModel.asked()).isEqualTo(1);
        assertThat(otherText.asked()).isEqualTo(1);
    }

    @Test
    void aBudgetCoversWhatEarlierTriesSpent() {
        List<Item> items = Judges.allWorth("5", "4", "3", "2");
        run(Judges.fair(), dir, items.subList(0, 3), "a");

        GradingResult result = GradingRunner.builder()
                .journal(dir)
                .grader(Judges.grader("a", atOnce(1, Judges.fair())).build())
                .budget(Budget.builder().maxCalls(3).build())
                .build()
                .run(items);

        assertThat(result.findings("a").subList(0, 3)).noneMatch(f -> f.verdict() == Verdict.ERROR);
        assertThat(result.findings("a").get(3).verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void withoutAJournalNothingIsKept() {
        GradingRunner.builder()
                .grader(Judges.grader("a", Judges.fair()).build())
                .build()
                .run(ITEMS);

        assertThat(dir).isEmptyDirectory();
    }
}
