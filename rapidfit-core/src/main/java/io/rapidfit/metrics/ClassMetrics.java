package io.rapidfit.metrics;

/**
 * How well one label is recognised.
 *
 * @param precision share of the texts given this label that have it; 0 if none was given it
 * @param recall share of the texts with this label that were given it; 0 if none has it
 * @param f1 harmonic mean of both; 0 if both are 0
 * @param support how many of the analysed texts have this label
 */
public record ClassMetrics(String label, double precision, double recall, double f1, int support) {}
