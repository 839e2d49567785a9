/**
 * What is wrong with data. Start with {@link DatasetAnalyzer}, which looks at a whole dataset, and {@link DatasetCleaner}, which
 * takes away what should not be learnt from. A {@link Check} judges examples one by one, in {@link Finding}s: {@link
 * NearDuplicates} and {@link PersonalData} are such.
 */
@NullMarked
package io.rapidfit.check;

import org.jspecify.annotations.NullMarked;
