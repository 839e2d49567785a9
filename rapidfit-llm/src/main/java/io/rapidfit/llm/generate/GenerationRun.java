package io.rapidfit.llm.generate;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.run.AskResult;
import io.rapidfit.llm.run.CallRun;
import io.rapidfit.llm.run.Question;
import io.rapidfit.llm.run.WaveRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a generator: its questions, its end, and what it saves on the way. */
final class GenerationRun {

    private static final Logger log = LoggerFactory.getLogger(GenerationRun.class);

    private final RunInput input;
    private final RunOptions options;
    private final WaveRun waves;
    private final boolean rehearsed;
    private final List<Sample> made = new ArrayList<>();

    private GenerationRun(RunInput input, RunOptions options, WaveRun waves, boolean rehearsed) {
        this.input = input;
        this.options = options;
        this.waves = waves;
        this.rehearsed = rehearsed;
    }

    /** @throws IllegalStateException if the saver cannot save the dataset's tasks: before a call is paid for */
    static GenerationRun start(RunInput input, RunOptions options) {
        DataSaver saver = options.saver();
        if (saver != null) {
            saver.requireWritable(input.base().tasks());
        }
        return new GenerationRun(input, options, WaveRun.of(calls(input, options), options.callsPerWave()), false);
    }

    private static CallRun calls(RunInput input, RunOptions options) {
        CallRun.Builder calls = CallRun.builder()
                .chatModel(options.chatModel())
                .budget(options.budget())
                .cancellation(options.cancellation())
                .concurrency(options.concurrency())
                .maxTokens(options.maxAnswerTokens());
        if (options.journal() != null) {
            calls.journal(RunInput.journal(options.journal(), input.runId()));
        }
        return calls.build();
    }

    /** A run that asks nobody. */
    static GenerationRun rehearse(RunInput input, RunOptions options, WaveRun waves) {
        return new GenerationRun(input, options, waves, true);
    }

    /** The next part of a run, see {@link WaveRun#next}. */
    GenerationRun next(RunInput input, RunOptions options) {
        return new GenerationRun(input, options, waves.next(calls(input, options)), false);
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

    WaveRun waves() {
        return waves;
    }

    /** Tells how far the run is. */
    void progress(String stage, int done, int total) {
        options.onProgress().accept(new GenerationProgress(stage, done, total, waves.usage()));
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
        waves.requireAnswered();
        List<Path> paths = save();
        waves.finish(); // after saving: an unfinished journal is one to go on from
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
                .map(d -> d.shortfall(waves.stop() != null ? waves.stop() : "as many calls as maxCallsPerClass allows"))
                .toList();
        if (!rehearsed) {
            log(demands, shortfalls);
        }
        return new GenerationResult(dataset(), made, waves.usage(), shortfalls, rejections, paths, id());
    }

    private void log(List<ClassDemand> demands, List<Shortfall> shortfalls) {
        int wanted = demands.stream().mapToInt(d -> d.wanted).sum();
        log.info(
                "{} run {}: {} of {} samples in {} calls",
                options.generator(),
                id(),
                made.size(),
                wanted,
                waves.usage().calls());
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
