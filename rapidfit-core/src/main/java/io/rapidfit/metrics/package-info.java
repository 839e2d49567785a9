/** How good a classifier is. Start with {@link AnalysisResult}, what every {@code analyze} method returns. */
@NullMarked
package io.rapidfit.metrics;

import org.jspecify.annotations.NullMarked;
