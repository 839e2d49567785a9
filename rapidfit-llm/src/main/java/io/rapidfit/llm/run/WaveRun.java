package io.rapidfit.llm.run;

import io.rapidfit.internal.Require;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMGivenUpException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.RunUsage;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a generator or grader: questions in waves of a fixed size, until there are no more or the run stops.
 *
 * <pre>{@code
 * WaveRun run = WaveRun.of(calls, 16);
 * run.inWaves(batches, wave -> read(run.ask(wave.stream().map(this::question).toList())));
 * run.requireAnswered();
 * save();
 * run.finish();
 * }</pre>
 *
 * <p>A wave sees what earlier ones gave, so its size is part of what comes out; how many of its calls are made at once is not.
 * Not thread-safe: the waves of a run come one after another.
 */
public final class WaveRun {

    private static final Logger log = LoggerFactory.getLogger(WaveRun.class);

    private final Asker asker;
    private final int callsPerWave;
    private int answered;

    /** Calls of the last waves, all of them without an answer, that tell of the model. */
    private int unanswered;

    private int unansweredAllowed;

    private @Nullable LLMException firstFailure;
    private @Nullable String stop;

    private WaveRun(Asker asker, int callsPerWave) {
        this.asker = asker;
        this.callsPerWave = Require.inRange("callsPerWave", callsPerWave, 1, Integer.MAX_VALUE);
    }

    /** @param calls makes the calls and keeps their answers, where it has a journal */
    public static WaveRun of(CallRun calls, int callsPerWave) {
        return new WaveRun(Asker.of(calls), callsPerWave);
    }

    /**
     * What a run is going to spend, found by making it twice without asking anybody: with answers that are all of use, and with
     * none that is.
     *
     * @param run makes the whole run with what it is given, and leaves nothing behind
     */
    public static Forecast forecast(ChatModel model, Budget budget, int callsPerWave, Consumer<WaveRun> run) {
        return Rehearsal.forecast(model, budget, asker -> run.accept(new WaveRun(asker, callsPerWave)));
    }

    /**
     * The next part of this run, with questions of its own that depend on what this part gave. Calls that failed so far are not
     * made again in a later try, and what was answered so far counts: the next part never ends with an exception where this one
     * had answers.
     */
    public WaveRun next(CallRun calls) {
        asker.giveUpFailed();
        WaveRun next = of(calls, callsPerWave);
        next.answered = answered;
        return next;
    }

    /**
     * Lets the run go on after waves of which no call was answered, until more calls than this were not answered in a row, if others
     * were before. Where each question is asked again and again, the last waves have only those that never get an answer.
     */
    public WaveRun allowUnanswered(int calls) {
        unansweredAllowed = (int) Require.atLeast("calls", calls, 0);
        return this;
    }

    /** Goes through all of these, as many at a time as a wave has calls, until the run stops. */
    public <T> void inWaves(List<T> all, Consumer<List<T>> wave) {
        for (int from = 0; from < all.size() && stop == null; from += callsPerWave) {
            wave.accept(all.subList(from, Math.min(all.size(), from + callsPerWave)));
        }
    }

    /**
     * Asks one wave. A failure that every other call would have too stops the run: it asks nothing more and ends with what it has.
     * So does a wave of which no call was answered, see {@link #allowUnanswered}. Texts that are refused do not count, nor do, where others were answered, requests that cannot be served, such as
     * prompts that are too long: they say nothing of the others.
     *
     * @return one answer a question, in order
     */
    public List<Answer> ask(List<Ask> wave) {
        List<Answer> answers = asker.ask(wave);
        List<LLMException> failures = answers.stream()
                .flatMap(answer -> Stream.ofNullable(answer.failure()))
                .toList();
        boolean wereOthersAnswered = answered > 0;
        answered += answers.size() - failures.size();
        unanswered = failures.size() < answers.size()
                ? 0
                : unanswered
                        + (int) failures.stream()
                                .filter(failure -> tellsOfTheModel(failure, wereOthersAnswered))
                                .count();
        if (!failures.isEmpty()) {
            log.warn("{} of {} calls failed", failures.size(), answers.size());
            firstFailure = firstFailure == null ? failures.get(0) : firstFailure;
            stop = stop == null ? reasonToStop(failures) : stop;
        }
        return answers;
    }

    private static boolean tellsOfTheModel(LLMException failure, boolean wereOthersAnswered) {
        return !(failure instanceof LLMContentFilteredException
                || failure instanceof LLMGivenUpException
                || (wereOthersAnswered && failure instanceof LLMInvalidRequestException));
    }

    private @Nullable String reasonToStop(List<LLMException> failures) {
        for (LLMException failure : failures) {
            if (CallRun.concernsAll(failure)) {
                return "the run ended: " + failure.getMessage();
            }
        }
        boolean isDown = unanswered > unansweredAllowed || (unanswered > 0 && answered == 0);
        return isDown
                ? "the run ended when no call of a wave was answered: "
                        + failures.get(0).getMessage()
                : null;
    }

    /** Why nothing more is asked; null while the run goes on. */
    public @Nullable String stop() {
        return stop;
    }

    /** Spent so far. */
    public RunUsage usage() {
        return asker.usage();
    }

    /**
     * Refuses to go on to results where there can be none.
     *
     * @throws LLMException the first failure, if calls failed and not a single one was answered
     */
    public void requireAnswered() {
        if (answered == 0 && firstFailure != null) {
            throw firstFailure;
        }
    }

    /** The end: what came of the run is safe. Closes the journal, unless the run stopped: then it may go on another time. */
    public void finish() {
        if (stop == null) {
            asker.finish();
        }
    }
}
