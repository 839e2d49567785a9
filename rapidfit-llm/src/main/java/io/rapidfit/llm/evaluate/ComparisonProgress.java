package io.rapidfit.llm.evaluate;

/**
 * How far a comparison is.
 *
 * @param done examples that both were asked about
 */
public record ComparisonProgress(int done, int total) {}
