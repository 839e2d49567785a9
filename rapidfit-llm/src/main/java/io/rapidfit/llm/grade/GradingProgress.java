package io.rapidfit.llm.grade;

import io.rapidfit.llm.RunUsage;

/**
 * How far a grader of a run is.
 *
 * @param grader its name
 * @param done examples that it has dealt with
 * @param total examples of the run
 * @param usage spent so far, by all graders
 */
public record GradingProgress(String grader, int done, int total, RunUsage usage) {}
