package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.FunctionEncoder;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.TextEncoder;
import io.rapidfit.classifier.internal.serve.VectorModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.List;
import org.junit.jupiter.api.Test;

class VectorTrainerTest {

    /** A text is a number: its vector. */
    private static final TextEncoder NUMBERS = new FunctionEncoder(
            "numbers",
            1,
            texts -> texts.stream()
                    .map(text -> new float[] {Float.parseFloat(text)})
                    .toList());

    private static final List<float[]> VECTORS = NUMBERS.encode(List.of("7", "3"));

    private static final TrainingData DATA = new TrainingData(
            FeatureBag.ofVectors(VECTORS),
            List.of(List.of(0), List.of(1)),
            List.of(1.0, 1.0),
            List.of(new TrainingData.Task("size", List.of("large", "small"), List.of(1.0, 1.0))));

    private static VectorModel train(int epochs, double rate) throws EngineLoadException {
        TrainingRecipe recipe = new TrainingRecipe(
                1,
                epochs,
                2,
                new Rate(rate, 0, false),
                new Regularization(0, 0, 0, 0, 0, Double.POSITIVE_INFINITY),
                new Layers(0, 1, Activation.RELU),
                42);
        return VectorTrainer.train(NUMBERS, VECTORS, DATA, recipe, (epoch, loss, model) -> true);
    }

    @Test
    void train_movesTheHeadsAsAdamDoesAndNothingElse() throws Exception {
        Layer before = train(1, 1e-30).heads().get(0).layers().get(0);
        Layer after = train(1, 0.1).heads().get(0).layers().get(0);

        // Centred, the vectors are 1 and -1. Adam's first step is the rate against the gradient's sign, and the only
        // step of a training has half of the highest rate: 0.05. The weight of "large" gets 1 * (p - 1) from the first
        // text and -1 * p from the second: below 0, so it rises; that of "small" falls.
        assertThat(after.weights()[0] - before.weights()[0]).isCloseTo(0.05f, within(1e-5f));
        assertThat(after.weights()[1] - before.weights()[1]).isCloseTo(-0.05f, within(1e-5f));
        VectorModel model = train(1, 0.1);
        assertThat(model.centering().mean()).containsExactly(5);
        assertThat(model.centering().scale()).isEqualTo(0.5f);
        assertThat(model.encoder()).isSameAs(NUMBERS);
    }

    @Test
    void train_learnsWhatTheVectorsTell() throws Exception {
        VectorModel model = train(200, 0.1);

        assertThat(model.answers(model.encode("6.5")).get(0).probabilities()[0]).isGreaterThan(0.9);
        assertThat(model.answers(model.encode("1")).get(0).probabilities()[1]).isGreaterThan(0.9);
    }
}
