/** Text to numbers: which n-grams a text has, and which of them a model knows. Start with {@link NGramVocabulary}. */
@NullMarked
package io.rapidfit.classifier.internal.features;

import org.jspecify.annotations.NullMarked;
