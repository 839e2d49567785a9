/**
 * What is wrong with data. Start with {@link DatasetAnalyzer}, which looks at a whole dataset, and {@link DatasetCleaner}, which
 * takes away what should not be learnt from. A {@link Check} judges examples one by one, in {@link Finding}s: {@link
 * NearDuplicates}, {@link Leaks}, {@link PersonalData}, {@link Templates} and {@link Grounding} are such. {@link Diversity} measures
 * how much texts repeat each other, and {@link DiverseChoice} picks some that do not.
 */
@NullMarked
package io.rapidfit.check;

import org.jspecify.annotations.NullMarked;
