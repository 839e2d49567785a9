/** Answers in plain Java: no native library, no DJL. Start with {@link NGramModel}. */
@NullMarked
package io.rapidfit.classifier.internal.serve;

import org.jspecify.annotations.NullMarked;
