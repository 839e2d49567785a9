/**
 * Short programs to run and copy. Start with {@link Quickstart}; the others show one thing each, and {@code benchmark} holds those
 * that measure.
 */
@NullMarked
package io.rapidfit.examples;

import org.jspecify.annotations.NullMarked;
