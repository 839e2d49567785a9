/**
 * How good a classifier is. Start with {@link AnalysisResult}, what every {@code analyze} method returns;
 * {@link Comparison} tells whether a change has made it better, {@link PairedComparison} which of any two systems is by their
 * scores. {@link Bleu} and {@link RougeL} measure written texts against references, {@link CohensKappa} whether two judges agree.
 */
@NullMarked
package io.rapidfit.metrics;

import org.jspecify.annotations.NullMarked;
