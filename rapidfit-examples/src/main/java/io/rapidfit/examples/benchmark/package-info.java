/** Programs that measure what the documentation claims. */
@NullMarked
package io.rapidfit.examples.benchmark;

import org.jspecify.annotations.NullMarked;
