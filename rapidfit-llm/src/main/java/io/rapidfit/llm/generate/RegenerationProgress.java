package io.rapidfit.llm.generate;

import io.rapidfit.llm.RunUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a run of {@link LLMRegenerator} is, after a wave.
 *
 * @param input the file that is being regenerated
 * @param done how many responses were rewritten, or given up, of all files
 * @param total how many are to be rewritten
 * @param failed how many of the ones done were given up
 * @param usage spent so far
 * @param timeLeft if the rest takes as long as what was done; empty before something was
 */
public record RegenerationProgress(
        Path input, int done, int total, int failed, RunUsage usage, Optional<Duration> timeLeft) {}
