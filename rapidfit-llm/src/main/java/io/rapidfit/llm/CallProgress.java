package io.rapidfit.llm;

/**
 * How far a run of calls is.
 *
 * @param done calls that have ended, with or without an answer
 * @param total calls that were asked for
 * @param usage spent so far
 */
public record CallProgress(int done, int total, RunUsage usage) {}
