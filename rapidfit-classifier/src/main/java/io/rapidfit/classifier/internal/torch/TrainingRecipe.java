package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.serve.Activation;

/**
 * Everything that decides how a model comes out, the data aside.
 *
 * @param dimension columns of the embedding table
 * @param epochs how often every text is seen
 * @param batchSize texts a step
 * @param rate how large the steps are
 * @param regularization what keeps the model from learning its texts by heart
 * @param layers what every head has before its last layer
 * @param seed of the first values, the order of texts and the dropout
 */
public record TrainingRecipe(
        int dimension, int epochs, int batchSize, Rate rate, Regularization regularization, Layers layers, long seed) {

    /**
     * @param highest after the warm-up, from which it falls to 0
     * @param warmUp share of the steps over which it rises from 0
     * @param cosine whether it falls along half a cosine (Loshchilov and Hutter, 2017), or else in a straight line
     */
    public record Rate(double highest, double warmUp, boolean cosine) {

        /** At a step, counted from 1, of so many. It is 0 only one step after the last, so that each of them counts. */
        double at(int step, int steps) {
            double done = step / (steps + 1.0);
            if (done < warmUp) {
                return highest * done / warmUp;
            }
            double rest = (1 - done) / (1 - warmUp);
            return highest * (cosine ? 0.5 * (1 - Math.cos(Math.PI * rest)) : rest);
        }

        /**
         * The same for what stood still in the first {@code still} steps: it has a warm-up of its own, as long as the
         * first, and then goes on with the others.
         */
        double at(int step, int steps, int still) {
            return Math.min(at(step, steps), highest * ((step - still) / (steps + 1.0)) / warmUp);
        }
    }

    /**
     * @param featureDropout share of a text's features that are left out of a step
     * @param dropout share of hidden values that are left out of a step (Srivastava et al., 2014)
     * @param labelSmoothing share of the target that is spread over all labels (Szegedy et al., 2016)
     * @param focalGamma how much less an easy text counts (Lin et al., 2017); 0 for the plain cross-entropy
     * @param weightDecay share of each weight, times the rate, that a step takes off; biases keep theirs
     * @param maxGradientNorm longer gradients are scaled down to this length; infinite for none
     */
    public record Regularization(
            double featureDropout,
            double dropout,
            double labelSmoothing,
            double focalGamma,
            double weightDecay,
            double maxGradientNorm) {}

    /**
     * @param count hidden layers of every head
     * @param size values of each
     */
    public record Layers(int count, int size, Activation activation) {}
}
