package io.rapidfit.llm.generate;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.Journal;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.run.Answer;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a generator: its questions, its end, and what it saves on the way. */
final class GenerationRun {

    private static final Logger log = LoggerFactory.getLogger(GenerationRun.class);

    private final RunInput input;
    private final RunOptions options;
    private final @Nullable Journal journal;
    private final Asker asker;
    private final boolean rehearsed;
    private final List<Sample> made = new ArrayList<>();
    private int answered;
    private @Nullable LLMException firstFailure;
    private @Nullable String stop;

    private GenerationRun(
            RunInput input, RunOptions options, @Nullable Journal journal, Asker asker, boolean rehearsed) {
        this.input = input;
        this.rehearsed = rehearsed;
        this.options = options;
        this.journal = journal;
        this.asker = asker;
    }

    /** @throws IllegalStateException if the saver cannot save the dataset's tasks: before a call is paid for */
    static GenerationRun start(RunInput input, RunOptions options) {
        DataSaver saver = options.saver();
        if (saver != null) {
            saver.requireWritable(input.base().tasks());
        }
        Path directory = options.journal();
        Journal journal = directory == null ? null : RunInput.journal(directory, input.runId());
        CallRun.Builder calls = CallRun.builder()
                .chatModel(options.chatModel())
                .budget(options.budget())
                .cancellation(options.cancellation())
                .concurrency(options.concurrency())
                .maxTokens(options.maxAnswerTokens());
        if (journal != null) {
            calls.journal(journal);
        }
        return new GenerationRun(input, options, journal, Asker.of(calls.build()), false);
    }

    /** A run that asks nobody. */
    static GenerationRun rehearse(RunInput input, RunOptions options, Asker asker) {
        return new GenerationRun(input, options, null, asker, true);
    }

    /**
     * The next part of a run, with questions of its own that depend on what this part gave. Calls that failed so far are not
     * made again in a later try, and what was answered so far counts: the next part never ends with an exception where this one
     * had answers.
     */
    GenerationRun next(RunInput input, RunOptions options) {
        giveUpFailed();
        GenerationRun next = start(input, options);
        next.answered = answered;
        return next;
    }

    /** The run does without what failed, and so must a later try of it. */
    private void giveUpFailed() {
        asker.ask(List.of()); // as whoever asks on does
    }

    String id() {
        return input.runId();
    }

    /** What there was before the run, split. */
    Dataset base() {
        return input.base();
    }

    RunOptions options() {
        return options;
    }

    /** Goes through all of these, as many at a time as a wave has calls, until the run stops. */
    <T> void inWaves(List<T> all, Consumer<List<T>> wave) {
        int size = options.callsPerWave();
        for (int from = 0; from < all.size() && stop == null; from += size) {
            wave.accept(all.subList(from, Math.min(all.size(), from + size)));
        }
    }

    /**
     * Asks one wave. A failure that every other call would have too, or a wave without any answer, stops the run: it asks
     * nothing more and ends with what it has. A refused text does not: it says nothing of the others.
     */
    List<Answer> ask(List<Ask> wave) {
        List<Answer> answers = asker.ask(wave);
        long failed = 0;
        boolean down = true;
        for (Answer answer : answers) {
            LLMException failure = answer.failure();
            if (failure == null) {
                answered++;
                down = false;
                continue;
            }
            failed++;
            down &= !(failure instanceof LLMContentFilteredException);
            firstFailure = firstFailure == null ? failure : firstFailure;
            if (stop == null && CallRun.concernsAll(failure)) {
                stop = "the run ended: " + failure.getMessage();
            }
        }
        if (failed > 0) {
            log.warn("{}: {} of {} calls failed", options.generator(), failed, answers.size());
        }
        if (stop == null && failed > 0 && down) {
            stop = "the run ended when no call of a wave was answered: " + firstOf(answers);
        }
        return answers;
    }

    private static String firstOf(List<Answer> failed) {
        LLMException failure = failed.get(0).failure();
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    /** Why nothing more is asked; null while the run goes on. */
    @Nullable String stop() {
        return stop;
    }

    /** Tells how far the run is. */
    void progress(String stage, int done, int total) {
        options.onProgress().accept(new GenerationProgress(stage, done, total, asker.usage()));
    }

    /** Adds what a wave made. */
    void add(List<Sample> samples) {
        made.addAll(samples);
        if (!samples.isEmpty() && options.incrementalSaving()) {
            save();
        }
    }

    private List<Path> save() {
        DataSaver saver = options.saver();
        return saver == null ? List.of() : saver.save(dataset());
    }

    Dataset dataset() {
        return input.base().plus(made);
    }

    /** What the run spent so far. */
    RunUsage usage() {
        return asker.usage();
    }

    /** Of what was read out of an answer. */
    Origin origin(Question question, AskResult result) {
        return Origin.synthetic(options.generator())
                .withModel(result.responses().get(0).model())
                .withPromptHash(question.request().hash().substring(0, 16))
                .withRunId(id());
    }

    /**
     * The end: saves, and closes the journal.
     *
     * @return the files saved to
     * @throws LLMException if not a single call was answered: then there is nothing to be kept of the run
     */
    List<Path> end() {
        if (answered == 0 && firstFailure != null) {
            throw firstFailure;
        }
        List<Path> paths = save();
        if (journal != null && stop == null) {
            giveUpFailed();
            journal.finish();
        }
        return paths;
    }

    /**
     * Ends, and says what was made.
     *
     * @throws LLMException as {@link #end} does
     */
    GenerationResult finish(List<ClassDemand> demands) {
        List<Path> paths = end();
        Map<Rejection, Integer> rejections = new EnumMap<>(Rejection.class);
        demands.forEach(d -> d.rejections.forEach((reason, count) -> rejections.merge(reason, count, Integer::sum)));
        List<Shortfall> shortfalls = demands.stream()
                .filter(d -> d.missing() > 0)
                .map(d -> d.shortfall(stop != null ? stop : "as many calls as maxCallsPerClass allows"))
                .toList();
        if (!rehearsed) {
            log(demands, shortfalls);
        }
        return new GenerationResult(dataset(), made, usage(), shortfalls, rejections, paths, id());
    }

    private void log(List<ClassDemand> demands, List<Shortfall> shortfalls) {
        int wanted = demands.stream().mapToInt(d -> d.wanted).sum();
        log.info(
                "{} run {}: {} of {} samples in {} calls",
                options.generator(),
                id(),
                made.size(),
                wanted,
                asker.usage().calls());
        if (!shortfalls.isEmpty()) {
            log.warn(
                    "{} run {}: {} of {} classes got fewer samples than wanted",
                    options.generator(),
                    id(),
                    shortfalls.size(),
                    demands.size());
        }
    }
}
