package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.reply.ReplyShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WaveRunTest {

    private static final ReplyShape SHAPE =
            ReplyShape.list("items").string("text").build();

    private static Ask ask(String name) {
        return new Ask(
                new Question(name, ChatRequest.of(name), SHAPE), () -> List.of(Map.of("text", "imagined")), true);
    }

    private static List<Ask> asks(String... names) {
        return List.of(names).stream().map(WaveRunTest::ask).toList();
    }

    /** Fails for these, and answers all others. */
    private static ChatModel failing(LLMException failure, String... names) {
        Set<String> failing = Set.of(names);
        return request -> {
            if (failing.contains(ScriptedChatModel.lastUserMessage(request))) {
                throw failure;
            }
            return ChatResponse.of("{\"items\":[{\"text\":\"answer\"}]}");
        };
    }

    private static LLMException down() {
        return new LLMUnavailableException("down", Failure.UNKNOWN, null);
    }

    private static WaveRun run(ChatModel model) {
        return WaveRun.of(CallRun.builder().chatModel(model).concurrency(1).build(), 2);
    }

    @Test
    void inWaves_takesAsManyAtATimeAsAWaveHasCalls() {
        List<List<Integer>> waves = new ArrayList<>();

        run(failing(down())).inWaves(List.of(1, 2, 3, 4, 5), wave -> waves.add(List.copyOf(wave)));

        assertThat(waves).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
    }

    @Test
    void ask_stopsAfterAWaveWithoutAnyAnswer() {
        WaveRun run = run(failing(down(), "a", "b", "c"));
        List<String> asked = new ArrayList<>();

        run.inWaves(List.of("d", "a", "b", "c", "e", "f"), wave -> {
            asked.addAll(wave);
            run.ask(wave.stream().map(WaveRunTest::ask).toList());
        });

        assertThat(asked).containsExactly("d", "a", "b", "c");
        assertThat(run.stop()).isEqualTo("the run ended when no call of a wave was answered: down");
    }

    @Test
    void ask_goesOnWhereATextWasRefused() {
        WaveRun run = run(failing(new LLMContentFilteredException("refused", Failure.UNKNOWN), "a", "b"));

        run.ask(asks("a", "b"));

        assertThat(run.stop()).isNull();
    }

    @Test
    void ask_goesOnWhereARequestCannotBeServedAndOthersCould() {
        LLMException tooLong = new LLMInvalidRequestException("too long", Failure.UNKNOWN);
        WaveRun run = run(failing(tooLong, "a", "b"));

        run.ask(asks("c", "d"));
        run.ask(asks("a", "b"));

        assertThat(run.stop()).isNull();
        WaveRun unanswered = run(failing(tooLong, "a", "b"));
        unanswered.ask(asks("a", "b"));
        assertThat(unanswered.stop()).isEqualTo("the run ended when no call of a wave was answered: too long");
    }

    @Test
    void ask_stopsAtAFailureThatConcernsAllCalls() {
        WaveRun run = run(failing(new LLMQuotaException("no credit", Failure.UNKNOWN), "b"));

        List<Answer> answers = run.ask(asks("a", "b"));

        assertThat(answers.get(0).result()).isNotNull();
        assertThat(run.stop()).isEqualTo("the run ended: no credit");
    }

    @Test
    void requireAnswered_throwsTheFirstFailureWhereThereWasNoAnswer() {
        LLMException failure = down();
        WaveRun run = run(failing(failure, "a", "b"));
        run.requireAnswered(); // nothing was asked: nothing is missing

        run.ask(asks("a", "b"));

        assertThatThrownBy(run::requireAnswered).isSameAs(failure);
    }

    @Test
    void requireAnswered_isContentWithOneAnswer_alsoOfAnEarlierPart() {
        ChatModel model = failing(down(), "b");
        WaveRun run = run(model);
        run.ask(asks("a"));
        run.requireAnswered();
        WaveRun next =
                run.next(CallRun.builder().chatModel(model).concurrency(1).build());

        next.ask(asks("b", "b"));

        next.requireAnswered();
        assertThat(next.stop()).isNotNull();
    }

    @Test
    void allowUnanswered_letsARunGoOnForSoManyCallsInARow() {
        WaveRun run = run(failing(down(), "a")).allowUnanswered(1);
        run.ask(asks("b", "c"));
        run.ask(asks("a"));
        run.ask(asks("a", "b")); // an answer: the next are counted anew
        run.ask(asks("a"));
        assertThat(run.stop()).isNull();

        run.ask(asks("a"));

        assertThat(run.stop()).isEqualTo("the run ended when no call of a wave was answered: down");
    }

    @Test
    void ask_stopsAtTheFirstWaveWithoutAnyAnswer() {
        WaveRun run = run(failing(down(), "a"));

        run.ask(asks("a"));

        assertThat(run.stop()).isNotNull();
    }

    @Test
    void ask_goesOnWhereCallsWereGivenUpBefore(@TempDir Path dir) {
        Path file = dir.resolve("run.jsonl");
        WaveRun first = run(failing(new LLMContentFilteredException("refused", Failure.UNKNOWN), "a", "b"), file);
        first.ask(asks("a", "b"));
        first.ask(asks("c"));
        assertThat(first.stop()).isNull();

        WaveRun again = run(failing(down(), "c"), file);
        again.ask(asks("a", "b"));

        assertThat(again.stop()).isNull(); // nobody was asked
    }

    @Test
    void finish_closesTheJournalOfARunThatDidNotStop(@TempDir Path dir) {
        Path whole = dir.resolve("whole.jsonl");
        WaveRun run = run(failing(down(), "b"), whole);
        run.ask(asks("a", "b"));
        run.finish();

        Journal journal = Journal.open(whole);
        assertThat(journal.isFinished()).isTrue();
        assertThat(journal.isGivenUp("b", ChatRequest.of("b").withJsonSchema(SHAPE.jsonSchema())))
                .isTrue();
    }

    @Test
    void finish_leavesTheJournalOfARunThatStoppedOpen(@TempDir Path dir) {
        Path broken = dir.resolve("broken.jsonl");
        WaveRun run = run(failing(down(), "b", "c"), broken);
        run.ask(asks("b", "c"));
        run.finish();

        Journal journal = Journal.open(broken);
        assertThat(journal.isFinished()).isFalse();
        assertThat(journal.isGivenUp("b", ChatRequest.of("b").withJsonSchema(SHAPE.jsonSchema())))
                .isFalse();
    }

    private static WaveRun run(ChatModel model, Path journal) {
        return WaveRun.of(
                CallRun.builder()
                        .chatModel(model)
                        .concurrency(1)
                        .journal(Journal.open(journal))
                        .build(),
                2);
    }

    @Test
    void forecast_makesTheRunTwiceAndAsksNobody() {
        ChatModel nobody = request -> {
            throw new AssertionError("a forecast is free");
        };
        // asks until something is of use, three times at most
        Forecast forecast = WaveRun.forecast(nobody, Budget.UNLIMITED, 2, run -> {
            for (int i = 0; i < 3; i++) {
                Answer answer = run.ask(asks("a")).get(0);
                if (answer.result() != null && !answer.result().reply().rows().isEmpty()) {
                    return;
                }
            }
        });

        assertThat(forecast.leastCalls()).isEqualTo(1);
        assertThat(forecast.mostCalls()).isEqualTo(6); // each asked a second time
    }

    @Test
    void forecast_ofAQuestionWithoutAShape_asksItOnce() {
        ChatRequest request = ChatRequest.of("How are you?"); // 12 bytes and 16 around them
        Ask ask = new Ask(new Question("greeting", request, null), List::of, false);

        Forecast forecast = WaveRun.forecast(failing(down()), Budget.UNLIMITED, 2, run -> run.ask(List.of(ask)));

        assertThat(forecast.leastCalls()).isEqualTo(1);
        assertThat(forecast.mostCalls()).isEqualTo(1);
        assertThat(forecast.leastTokens().promptTokens()).isEqualTo(Math.round(28 / 5.0));
        assertThat(forecast.mostTokens().promptTokens()).isEqualTo(Math.round(28 / 2.5));
    }
}
