package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMBudgetExceededException;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.reply.ReplyShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CallRunAskAllTest {

    private static final ReplyShape TEXTS =
            ReplyShape.list("items").string("text").build();

    @TempDir
    Path dir;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private static Question question(String name) {
        return new Question("call/" + name, ChatRequest.of(name), TEXTS);
    }

    private static List<Question> questions(String... names) {
        return List.of(names).stream().map(CallRunAskAllTest::question).toList();
    }

    private static String answerTo(String name) {
        return "{\"items\":[{\"text\":\"re " + name + "\"}]}";
    }

    /** Notes what it is asked; a second question about the same is noted as such. */
    private ChatModel model(Function<String, String> answers) {
        return request -> {
            String name =
                    request.messages().get(0).content() + (request.messages().size() > 1 ? " again" : "");
            asked.add(name);
            return ChatResponse.of(answers.apply(name));
        };
    }

    private Journal journal() {
        return Journal.open(dir.resolve("run.jsonl"));
    }

    private CallRun.Builder run(ChatModel model) {
        return CallRun.builder().chatModel(model).journal(journal()).concurrency(1);
    }

    private static List<String> texts(List<Answer> answers) {
        return answers.stream()
                .map(a -> a.result() == null
                        ? a.failure().getClass().getSimpleName()
                        : String.valueOf(a.result().reply().rows()))
                .toList();
    }

    private static LLMException unavailable() {
        return new LLMUnavailableException("down", Failure.answered(503, "", null), null);
    }

    @Test
    void askAll_answersInTheOrderOfTheQuestionsWhateverComesFirst() {
        CountDownLatch secondAnswered = new CountDownLatch(1);
        ChatModel model = request -> {
            String name = ScriptedChatModel.lastUserMessage(request);
            if (name.equals("a")) {
                try {
                    secondAnswered.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            } else {
                secondAnswered.countDown();
            }
            return ChatResponse.of(answerTo(name));
        };

        List<Answer> answers = run(model).concurrency(2).build().askAll(questions("a", "b"));

        assertThat(answers).extracting(Answer::question).isEqualTo(questions("a", "b"));
        assertThat(texts(answers)).containsExactly("[{text=re a}]", "[{text=re b}]");
    }

    @Test
    void askAll_ofNothingIsNothing() {
        assertThat(run(model(CallRunAskAllTest::answerTo)).build().askAll(List.of()))
                .isEmpty();
    }

    @Test
    void askAll_takesFromTheJournalWhatItHas() {
        run(model(CallRunAskAllTest::answerTo)).build().askAll(questions("a", "b"));
        CallRun second = run(model(CallRunAskAllTest::answerTo)).build();

        List<Answer> answers = second.askAll(questions("a", "b", "c"));

        assertThat(texts(answers)).containsExactly("[{text=re a}]", "[{text=re b}]", "[{text=re c}]");
        assertThat(asked).containsExactly("a", "b", "c");
        assertThat(second.usage().calls()).isEqualTo(3);
        assertThat(second.usage().journalled()).isEqualTo(2);
    }

    @Test
    void askAll_asksAnewWhatHasChanged() {
        run(model(CallRunAskAllTest::answerTo)).build().askAll(questions("a"));

        run(model(CallRunAskAllTest::answerTo))
                .build()
                .askAll(List.of(new Question("call/a", ChatRequest.of("a, but nicely"), TEXTS)));

        assertThat(asked).containsExactly("a", "a, but nicely");
    }

    @Test
    void askAll_withoutAJournalAsksEachTime() {
        CallRun run =
                CallRun.builder().chatModel(model(CallRunAskAllTest::answerTo)).build();

        run.askAll(questions("a"));
        run.askAll(questions("a"));

        assertThat(asked).containsExactly("a", "a");
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void askAll_journalsTheSecondQuestionToo() {
        Function<String, String> hesitant = name -> name.equals("a") ? "well" : answerTo(name);
        run(model(hesitant)).build().askAll(questions("a"));

        List<Answer> answers = run(model(hesitant)).build().askAll(questions("a"));

        assertThat(texts(answers)).containsExactly("[{text=re a again}]");
        assertThat(answers.get(0).result().responses()).hasSize(2);
        assertThat(asked).containsExactly("a", "a again");
    }

    @Test
    void askAll_givesUpWhatFailedOnceItGoesOn() {
        Function<String, String> unreliable = name -> {
            if (name.equals("a")) {
                throw unavailable();
            }
            return answerTo(name);
        };
        CallRun first = run(model(unreliable)).build();
        assertThat(texts(first.askAll(questions("a", "b"))))
                .containsExactly("LLMUnavailableException", "[{text=re b}]");
        // nothing depends on the failure yet: a run that ended here would ask again
        assertThat(journal().isGivenUp("call/a", asSent("a"))).isFalse();
        first.askAll(questions("c"));
        assertThat(journal().isGivenUp("call/a", asSent("a"))).isTrue();
        asked.clear();

        CallRun second = run(model(CallRunAskAllTest::answerTo)).build();
        List<Answer> answers = second.askAll(questions("a", "b"));

        assertThat(texts(answers)).containsExactly("LLMGivenUpException", "[{text=re b}]");
        assertThat(answers.get(0).failure()).hasMessageContaining("failed in an earlier try of the run");
        assertThat(asked).isEmpty();
        assertThat(second.usage().failed()).isEqualTo(1);
        assertThat(second.usage().calls()).isEqualTo(2);
    }

    private static ChatRequest asSent(String name) {
        return ChatRequest.of(name).withJsonSchema(TEXTS.jsonSchema());
    }

    @Test
    void askAll_asksAgainWhatFailedWhereTheRunEnded() {
        run(model(name -> {
                    throw unavailable();
                }))
                .build()
                .askAll(questions("a"));

        assertThat(texts(run(model(CallRunAskAllTest::answerTo)).build().askAll(questions("a"))))
                .containsExactly("[{text=re a}]");
    }

    @Test
    void askAll_givesUpASecondQuestionThatFailed() {
        Function<String, String> hesitant = name -> {
            if (name.equals("a again")) {
                throw unavailable();
            }
            return name.equals("a") ? "well" : answerTo(name);
        };
        CallRun first = run(model(hesitant)).build();
        first.askAll(questions("a"));
        first.askAll(questions("b"));
        asked.clear();

        List<Answer> answers = run(model(CallRunAskAllTest::answerTo)).build().askAll(questions("a", "b"));

        assertThat(texts(answers)).containsExactly("[]", "[{text=re b}]");
        assertThat(asked).isEmpty();
    }

    @Test
    void askAll_failsAtOnceAfterWhatConcernsAll() {
        LLMAuthenticationException refused =
                new LLMAuthenticationException("wrong key", Failure.answered(401, "", null));
        CallRun run = run(model(name -> {
                    if (name.equals("b")) {
                        throw refused;
                    }
                    return answerTo(name);
                }))
                .build();

        List<Answer> answers = run.askAll(questions("a", "b", "c"));

        assertThat(texts(answers))
                .containsExactly("[{text=re a}]", "LLMAuthenticationException", "LLMAuthenticationException");
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void askAll_neverGivesUpWhatTheRunsEndKeptFromBeingAsked() throws IOException {
        // the budget covers the first question, not the second about the same
        CallRun spent = run(model(name -> "well"))
                .budget(Budget.builder().maxCalls(1).build())
                .build();

        assertThat(texts(spent.askAll(questions("a")))).containsExactly("[]");
        // whoever asks on would ask something else than a run with money enough
        List<Answer> after = spent.askAll(questions("b"));

        assertThat(after.get(0).failure()).isInstanceOf(LLMBudgetExceededException.class);
        assertThat(Files.readString(dir.resolve("run.jsonl"))).doesNotContain("givenUp");
        List<Answer> again = run(model(CallRunAskAllTest::answerTo)).build().askAll(questions("a"));
        assertThat(texts(again)).containsExactly("[{text=re a again}]");
        assertThat(asked).containsExactly("a", "a again");
    }

    @Test
    void askAll_endsForGoodWhenCancelledBeforeASecondQuestion() {
        Cancellation cancellation = new Cancellation();
        CallRun run = run(model(name -> {
                    cancellation.cancel();
                    return "well";
                }))
                .cancellation(cancellation)
                .build();

        assertThat(texts(run.askAll(questions("a")))).containsExactly("[]");
        assertThat(run.askAll(questions("b")).get(0).failure()).isInstanceOf(LLMCancelledException.class);
        assertThat(journal().find("call/a", asSent("a"))).isNotNull();
        assertThat(asked).containsExactly("a");
    }

    @Test
    void askAll_throwsABugOfTheModelAndKeepsWhatWasAnswered() {
        IllegalStateException bug = new IllegalStateException("a bug");

        assertThatThrownBy(() -> run(model(name -> {
                            if (name.equals("b")) {
                                throw bug;
                            }
                            return answerTo(name);
                        }))
                        .build()
                        .askAll(questions("a", "b", "c")))
                .isSameAs(bug);
        assertThat(journal().find("call/a", asSent("a"))).isNotNull();
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void question_refusesACallWithoutAName() {
        assertThatThrownBy(() -> new Question(" ", ChatRequest.of("a"), TEXTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("call must not be blank");
    }

    @Test
    void answer_isAResultOrAFailure() {
        assertThatThrownBy(() -> new Answer(question("a"), null, null)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---------------------------------------------------------------- independent questions

    @Test
    void askAll_ofIndependentQuestionsAsksAgainInALaterTryWhatFailed() {
        Function<String, String> failing = name -> {
            if (name.equals("a")) {
                throw unavailable();
            }
            return answerTo(name);
        };
        CallRun first = run(model(failing)).independent(true).build();
        assertThat(texts(first.askAll(questions("a", "b"))))
                .containsExactly("LLMUnavailableException", "[{text=re b}]");
        first.askAll(questions("c"));
        first.finish();

        List<Answer> answers = run(model(CallRunAskAllTest::answerTo))
                .independent(true)
                .build()
                .askAll(questions("a", "b", "c"));

        assertThat(texts(answers)).containsExactly("[{text=re a}]", "[{text=re b}]", "[{text=re c}]");
        assertThat(asked).containsExactly("a", "b", "c", "a");
    }

    // ---------------------------------------------------------------- parts

    @Test
    void part_asksItsOwnModelAndSharesTheJournal() {
        CallRun whole = run(model(CallRunAskAllTest::answerTo)).build();
        CallRun part = whole.part(model(name -> answerTo("part " + name)), progress -> {});

        assertThat(texts(whole.askAll(questions("a")))).containsExactly("[{text=re a}]");
        assertThat(texts(part.askAll(questions("b")))).containsExactly("[{text=re part b}]");

        assertThat(part.usage().calls()).isEqualTo(1);
        assertThat(whole.usage().calls()).isEqualTo(2);
        assertThat(journal().find("call/b", ChatRequest.of("b").withJsonSchema(TEXTS.jsonSchema())))
                .isNotNull();
    }

    @Test
    void part_sharesBudgetAndCancellation() {
        Cancellation cancellation = new Cancellation();
        CallRun whole = run(model(CallRunAskAllTest::answerTo))
                .budget(Budget.builder().maxCalls(2).build())
                .cancellation(cancellation)
                .build();
        CallRun part = whole.part(model(CallRunAskAllTest::answerTo), progress -> {});
        whole.askAll(questions("a"));

        assertThat(texts(part.askAll(questions("b")))).containsExactly("[{text=re b}]");
        assertThat(texts(part.askAll(questions("c")))).containsExactly("LLMBudgetExceededException");
        cancellation.cancel();
        assertThat(texts(part.askAll(questions("d")))).containsExactly("LLMCancelledException");
    }

    @Test
    void part_givesUpWhatFailedWhereTheWholeGoesOn() {
        CallRun whole = run(model(CallRunAskAllTest::answerTo)).build();
        CallRun part = whole.part(
                model(name -> {
                    throw unavailable();
                }),
                progress -> {});
        part.askAll(questions("a"));

        whole.askAll(questions("b")); // may depend on what became of a

        assertThat(journal().isGivenUp("call/a", ChatRequest.of("a").withJsonSchema(TEXTS.jsonSchema())))
                .isTrue();
    }

    @Test
    void part_tellsOfItsOwnCalls() {
        List<String> told = new ArrayList<>();
        CallRun whole = run(model(CallRunAskAllTest::answerTo))
                .onProgress(p -> told.add("whole " + p.done() + " of " + p.total()))
                .build();
        CallRun part =
                whole.part(model(CallRunAskAllTest::answerTo), p -> told.add("part " + p.done() + " of " + p.total()));

        whole.askAll(questions("a"));
        part.askAll(questions("b"));

        assertThat(told).containsExactly("whole 1 of 1", "part 1 of 1");
    }

    @Test
    void part_refusesAModelWithoutAPriceWhereMoneyIsCapped() {
        CallRun whole = CallRun.builder()
                .chatModel(ScriptedChatModel.builder()
                        .modelId("gpt-4.1-mini")
                        .otherwise("{}")
                        .build())
                .budget(Budget.builder().maxCost(1).build())
                .build();
        ChatModel unknown =
                ScriptedChatModel.builder().modelId("mine").otherwise("{}").build();

        assertThatThrownBy(() -> whole.part(unknown, progress -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("price of model 'mine'");
    }

    @Test
    void askAll_withoutAShape_takesTheAnswerAsItIs() {
        List<Question> questions = List.of(new Question("call/a", ChatRequest.of("a"), null));
        ScriptedChatModel model =
                ScriptedChatModel.builder().otherwise("Sure: {\"a\":").build();

        List<Answer> answers = run(model).build().askAll(questions);
        List<Answer> again = run(model).build().askAll(questions);

        assertThat(model.requests()).containsExactly(ChatRequest.of("a"));
        assertThat(answers.get(0).result().responses())
                .extracting(ChatResponse::text)
                .containsExactly("Sure: {\"a\":");
        assertThat(answers.get(0).result().reply().rows()).isEmpty();
        assertThat(again).isEqualTo(answers);
    }
}
