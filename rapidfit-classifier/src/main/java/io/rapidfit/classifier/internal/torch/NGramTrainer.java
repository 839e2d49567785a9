package io.rapidfit.classifier.internal.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Learns an {@link NGramModel} from scratch: an embedding table, summed over a text's features, and a hidden layer, below
 * the heads.
 *
 * <p>The table, of which a step touches a few rows, is plain Java.
 */
public final class NGramTrainer implements Trunk<NGramModel> {

    private final NGramVocabulary vocabulary;
    private final TrainingData data;
    private final TrainingRecipe recipe;
    private final SparseEmbedding embedding;
    private final Adam bias;
    private int steps;

    private NGramTrainer(NGramVocabulary vocabulary, TrainingData data, TrainingRecipe recipe, Random random) {
        int dimension = recipe.dimension();
        if ((long) vocabulary.size() * dimension > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%s n-grams of dimension %s are too many for one table: raise the encoder's minCount, or lower its dimension"
                            .formatted(vocabulary.size(), dimension));
        }
        this.vocabulary = vocabulary;
        this.data = data;
        this.recipe = recipe;
        this.embedding = new SparseEmbedding(vocabulary.size(), dimension, random);
        this.bias = new Adam(new float[dimension]);
    }

    /** See {@link Trainer#train}. */
    public static NGramModel train(
            NGramVocabulary vocabulary,
            TrainingData data,
            TrainingRecipe recipe,
            Trainer.Listener<? super NGramModel> listener)
            throws EngineLoadException {
        return Trainer.train(random -> new NGramTrainer(vocabulary, data, recipe, random), data, recipe, listener);
    }

    @Override
    public NDArray hidden(TrainingStep step, int[] part) {
        float[] sums = embedding.sums(
                Arrays.stream(part).mapToObj(data.texts()::get).toList(),
                recipe.regularization().featureDropout(),
                step.random());
        return Activation.relu(step.input(sums, embedding::backward, part.length, recipe.dimension())
                .add(step.bias(bias)));
    }

    @Override
    public double sumOfSquares() {
        return embedding.sumOfSquares();
    }

    @Override
    public void step(float scale, double rate, double decay) {
        steps++;
        embedding.step(scale, (float) (rate * Adam.correction(steps)), (float) decay);
    }

    @Override
    public NGramModel model(List<Head> heads) {
        return new NGramModel(vocabulary, embedding.values(), bias.values().clone(), heads);
    }
}
