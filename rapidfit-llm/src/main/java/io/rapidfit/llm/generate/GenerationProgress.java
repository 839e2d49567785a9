package io.rapidfit.llm.generate;

import io.rapidfit.llm.RunUsage;

/**
 * How far a run is.
 *
 * @param stage such as {@code instructions}, {@code samples}, {@code rewriting} or {@code grading/correctness}
 * @param done what the stage has of what it wants: classes that have instructions, samples that were kept, examples that it has
 *     dealt with
 * @param total what it wants
 * @param usage spent so far
 */
public record GenerationProgress(String stage, int done, int total, RunUsage usage) {}
