/**
 * How good a classifier is. Start with {@link AnalysisResult}, what every {@code analyze} method returns;
 * {@link Comparison} tells whether a change has made it better.
 */
@NullMarked
package io.rapidfit.metrics;

import org.jspecify.annotations.NullMarked;
