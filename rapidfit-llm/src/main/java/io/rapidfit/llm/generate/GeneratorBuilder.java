package io.rapidfit.llm.generate;

import io.rapidfit.data.DataSaver;
import io.rapidfit.internal.Require;
import io.rapidfit.llm.ChatModel;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The options that every generator has. Not thread-safe.
 *
 * @param <B> the generator's own builder
 */
abstract class GeneratorBuilder<B extends GeneratorBuilder<B>> extends RunBuilder<B> {

    private @Nullable DataSaver saver;
    private boolean incrementalSaving = true;
    private int concurrency = 8;
    private int callsPerWave = 16;
    private int maxTextLength = 2000;
    private long seed = 42;
    private Consumer<GenerationProgress> onProgress = progress -> {};

    /** @param generator the name of its class, which becomes the origin of what it makes */
    GeneratorBuilder(String generator) {
        super(generator, 4096);
    }

    /** Where the result is saved, one file a task, in place of what the file held. By default nowhere. */
    public B saver(DataSaver saver) {
        this.saver = Require.nonNull("saver", saver);
        return self();
    }

    /**
     * The directory of the journals, a file for each run, from which a run that broke off goes on. The same run a second time
     * takes everything from its journal. Defaults to {@code .journal} in the saver's directory; without a saver there is none.
     */
    public B journal(Path directory) {
        this.journal = Require.nonNull("journal", directory);
        return self();
    }

    /** Whether what was made so far is saved after each wave, not only at the end. Defaults to true. */
    public B incrementalSaving(boolean incrementalSaving) {
        this.incrementalSaving = incrementalSaving;
        return self();
    }

    /** How many calls are under way at once, at least 1; the model's policy may allow fewer. Defaults to 8. */
    public B concurrency(int concurrency) {
        this.concurrency = Require.inRange("concurrency", concurrency, 1, 10_000);
        return self();
    }

    /**
     * How many calls are planned together, at least 1. A prompt sees what earlier waves gave, so the number is part of what is
     * made; {@link #concurrency} is not. Defaults to 16.
     */
    public B callsPerWave(int callsPerWave) {
        this.callsPerWave = Require.inRange("callsPerWave", callsPerWave, 1, 10_000);
        return self();
    }

    /** Longer texts are cut in prompts, after this many code points; at least 20. Defaults to 2000. */
    public B maxTextLength(int maxTextLength) {
        this.maxTextLength = Require.inRange("maxTextLength", maxTextLength, 20, 1_000_000);
        return self();
    }

    /** Of all random choices. Another seed asks for other samples. Defaults to 42. */
    public B seed(long seed) {
        this.seed = seed;
        return self();
    }

    /** After each wave, on the thread of the run. What it throws ends the run. */
    public B onProgress(Consumer<GenerationProgress> onProgress) {
        this.onProgress = Require.nonNull("onProgress", onProgress);
        return self();
    }

    /** @throws IllegalStateException if {@code chatModel} is missing, or journals would lie among the data */
    RunOptions runOptions() {
        ChatModel chatModel = requireChatModel();
        Path beside = saver == null ? null : saver.path().resolve(".journal");
        if (journal != null && saver != null && isSame(journal, saver.path())) {
            throw new IllegalStateException(
                    "journals in %s would be taken for tasks of the saver there: give them a directory of their own"
                            .formatted(journal));
        }
        return new RunOptions(
                generator,
                chatModel,
                saver,
                journal != null ? journal : beside,
                incrementalSaving,
                budget,
                cancellation,
                concurrency,
                callsPerWave,
                maxTextLength,
                maxAnswerTokens(),
                seed,
                onProgress);
    }

    private static boolean isSame(Path a, Path b) {
        return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }
}
