/** A model as a directory. Start with {@link ModelDirectory}. */
@NullMarked
package io.rapidfit.classifier.internal.files;

import org.jspecify.annotations.NullMarked;
