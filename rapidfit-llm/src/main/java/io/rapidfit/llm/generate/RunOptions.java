package io.rapidfit.llm.generate;

import io.rapidfit.data.DataSaver;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.run.WaveRun;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What {@link GeneratorBuilder} collects. */
record RunOptions(
        String generator,
        ChatModel chatModel,
        @Nullable DataSaver saver,
        @Nullable Path journal,
        boolean incrementalSaving,
        Budget budget,
        Cancellation cancellation,
        int concurrency,
        int callsPerWave,
        int maxTextLength,
        int maxAnswerTokens,
        long seed,
        Consumer<GenerationProgress> onProgress) {

    /** What decides which prompts are made; the rest only decides how they are sent. */
    List<Object> fingerprint() {
        return List.of(generator, chatModel.modelId(), callsPerWave, maxTextLength, maxAnswerTokens, seed);
    }

    /** As part of another run: saved, journalled, cancelled and told of with it. */
    RunOptions within(RunOptions whole) {
        return new RunOptions(
                generator,
                chatModel,
                whole.saver,
                whole.journal,
                whole.incrementalSaving,
                budget,
                whole.cancellation,
                concurrency,
                callsPerWave,
                maxTextLength,
                maxAnswerTokens,
                seed,
                whole.onProgress);
    }

    /** @param run makes the whole run with what it is given */
    Forecast forecast(Consumer<WaveRun> run) {
        return WaveRun.forecast(chatModel, budget, callsPerWave, run);
    }

    /** The same, but nothing is saved, journalled or told to anybody. */
    RunOptions rehearsed() {
        return new RunOptions(
                generator,
                chatModel,
                null,
                null,
                false,
                Budget.UNLIMITED,
                new Cancellation(),
                1,
                callsPerWave,
                maxTextLength,
                maxAnswerTokens,
                seed,
                progress -> {});
    }
}
