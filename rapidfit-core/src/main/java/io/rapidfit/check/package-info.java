/**
 * Judges examples one by one. Start with {@link Check}, which gives {@link Finding}s; {@link NearDuplicates} is one.
 */
@NullMarked
package io.rapidfit.check;

import org.jspecify.annotations.NullMarked;
