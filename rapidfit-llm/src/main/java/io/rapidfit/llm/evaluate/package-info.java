/**
 * Whether one model answers better than another. Start with {@link ModelComparison}; the rest is what it is given and what it
 * returns.
 */
@NullMarked
package io.rapidfit.llm.evaluate;

import org.jspecify.annotations.NullMarked;
