package io.rapidfit.llm.generate;

import io.rapidfit.llm.RunUsage;

/**
 * How far a run is, told after each wave of calls.
 *
 * @param stage such as {@code instructions} or {@code samples}
 * @param done what the stage has of what it wants: classes that have instructions, samples that were kept
 * @param total what it wants
 * @param usage spent so far
 */
public record GenerationProgress(String stage, int done, int total, RunUsage usage) {}
