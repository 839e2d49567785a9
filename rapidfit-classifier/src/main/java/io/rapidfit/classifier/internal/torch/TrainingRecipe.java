package io.rapidfit.classifier.internal.torch;

/**
 * Everything that decides how a model comes out, the data aside.
 *
 * @param dimension columns of the embedding table
 * @param epochs how often every text is seen
 * @param batchSize texts a step
 * @param learningRate the highest: it rises over the first 5% of the steps, then falls to 0 in a straight line
 * @param dropout share of hidden values that are left out of a step
 * @param labelSmoothing share of the target that is spread over all labels (Szegedy et al., 2016)
 * @param seed of the first values, the order of texts and the dropout
 */
public record TrainingRecipe(
        int dimension,
        int epochs,
        int batchSize,
        double learningRate,
        double dropout,
        double labelSmoothing,
        long seed) {}
