/** A text classifier that learns several tasks at once. Start with {@link MultiheadClassifier}. */
@NullMarked
package io.rapidfit.classifier;

import org.jspecify.annotations.NullMarked;
