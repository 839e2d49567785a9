/**
 * What the rest of RapidFit needs of a classifier, whoever made it: {@link TextClassifier} predicts,
 * {@link TrainableClassifier} also learns and analyses itself.
 */
@NullMarked
package io.rapidfit.model;

import org.jspecify.annotations.NullMarked;
