package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.classifier.AdaptiveRecipe.Kind;
import io.rapidfit.classifier.TrainingConfig.Schedule;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.torch.TrainingRecipe;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveRecipeTest {

    private static final DataProfile FEW = new DataProfile(2999, 30, 20, 0.9);
    private static final DataProfile MANY = new DataProfile(3000, 30, 20, 0.9);
    private static final DataProfile NOISY = new DataProfile(5000, 2500, 20, 0.3);

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({
        "10, 5, 0.9, FEW_TEXTS",
        "2999, 1000, 0.9, FEW_TEXTS",
        "3000, 1000, 0.9, MANY_TEXTS",
        "3000, 100, 0.55, MANY_TEXTS",
        "3000, 100, 0.54, NOISY_TEXTS",
        "2999, 1000, 0.1, FEW_TEXTS", // too few to learn little of each
        "3000, 99, 0.1, MANY_TEXTS", // it may just be that a label has few
        "200, 99, 0.1, FEW_TEXTS",
    })
    void kind_isByTheProfile(int texts, int textsPerLabel, double agreement, Kind kind) {
        assertThat(AdaptiveRecipe.kind(new DataProfile(texts, textsPerLabel, 20, agreement)))
                .isEqualTo(kind);
    }

    @Test
    void choose_hasThreeSetsOfValues() {
        // few: 2999 texts are 94 steps of 32, so 12 epochs are more than 600 steps
        assertThat(chosen(FEW).recipe())
                .isEqualTo(recipe(256, 12, 32, 0.003, new Regularization(0.5, 0.3, 0, 0, 0, INFINITE)));
        assertThat(chosen(MANY).recipe())
                .isEqualTo(recipe(128, 13, 64, 0.005, new Regularization(0.5, 0.1, 0, 0, 0, INFINITE)));
        assertThat(chosen(NOISY).recipe())
                .isEqualTo(recipe(128, 5, 32, 0.001, new Regularization(0.4, 0.5, 0.1, 0, 0, INFINITE)));
        assertThat(List.of(
                        chosen(FEW).minCount(),
                        chosen(MANY).minCount(),
                        chosen(NOISY).minCount()))
                .containsExactly(1, 1, 2);
    }

    private static TrainingRecipe recipe(
            int dimension, int epochs, int batchSize, double rate, Regularization regularization) {
        return new TrainingRecipe(
                dimension,
                epochs,
                batchSize,
                new Rate(rate, 0.05, false),
                regularization,
                new Layers(0, dimension, Activation.GELU),
                42);
    }

    @ParameterizedTest
    @CsvSource({
        "24, 200", // one step an epoch: 600 epochs would be needed, 200 are allowed
        "96, 200", // 3 steps
        "128, 150", // 4
        "160, 120",
        "161, 100", // 6, the last with one text
        "1600, 12", // 50
        "2999, 12",
    })
    void choose_hasAFloorOfSteps(int texts, int epochs) {
        assertThat(chosen(new DataProfile(texts, 10, 20, 0.9)).recipe().epochs())
                .isEqualTo(epochs);
    }

    @Test
    void choose_countsStepsOfTheGivenBatchSize() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withTraining(TrainingConfig.defaults().withBatchSize(8));

        // 160 texts are 20 steps of 8: 30 epochs
        assertThat(AdaptiveRecipe.choose(new DataProfile(160, 10, 20, 0.9), config, 0)
                        .recipe()
                        .epochs())
                .isEqualTo(30);
    }

    @Test
    void choose_takesWhatIsGiven() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.ngrams().withDimension(10).withMinCount(3))
                .withTraining(new TrainingConfig(7, 0.5, 9, 0.25, Schedule.COSINE, 0.125, 4.0, 0.0625, true, 11))
                .withHead(new HeadConfig(2, 1.26, HeadConfig.Activation.TANH, 0.75, true))
                .withLoss(LossConfig.defaults().withLabelSmoothing(0.375).withFocalGamma(1.5));

        for (DataProfile profile : List.of(FEW, MANY, NOISY)) {
            AdaptiveRecipe chosen = AdaptiveRecipe.choose(profile, config, 0);
            assertThat(chosen.minCount()).isEqualTo(3);
            assertThat(chosen.recipe())
                    .isEqualTo(new TrainingRecipe(
                            10,
                            7,
                            9,
                            new Rate(0.5, 0.25, true),
                            new Regularization(0.0625, 0.75, 0.375, 1.5, 0.125, 4),
                            new Layers(2, 13, Activation.TANH), // 12.6
                            11));
        }
    }

    @Test
    void choose_takesAZeroThatIsGiven() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withTraining(TrainingConfig.defaults().withFeatureDropout(0))
                .withHead(HeadConfig.defaults().withDropout(0).withMultiplier(0.001))
                .withLoss(LossConfig.defaults().withLabelSmoothing(0));

        TrainingRecipe recipe = AdaptiveRecipe.choose(NOISY, config, 0).recipe();
        assertThat(recipe.regularization()).isEqualTo(new Regularization(0, 0, 0, 0, 0, INFINITE));
        assertThat(recipe.layers().size()).isEqualTo(1);
    }

    @Test
    void describe_tellsWhatWasChosenAndWhy() {
        assertThat(AdaptiveRecipe.choose(new DataProfile(200, 10, 20.26, 0.91239), MultiheadConfig.defaults(), 0)
                        .describe()
                        .toString())
                .isEqualTo("{chosenFor=FEW_TEXTS, texts=200, textsPerLabel=10, featuresPerText=20.3, agreement=0.912,"
                        + " dimension=256, minCount=1, epochs=86, batchSize=32, learningRate=0.003,"
                        + " featureDropout=0.5, dropout=0.3, labelSmoothing=0.0, seed=42}");
    }

    @ParameterizedTest
    @CsvSource({
        // texts, epochs: 1000 steps of 16 texts, but at most 20 epochs, and at least 3 after the 3 frozen ones
        "40, 20", // 3 steps
        "800, 20", // 50 steps
        "1600, 10", // 100 steps
        "5000, 6", // 313 steps: 4 epochs would do
    })
    void choose_hasValuesForAnEncoderThatLearns(int texts, int epochs) {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.huggingFace("org/model").withFineTuning(FineTuning.defaults()));
        TrainingRecipe recipe = AdaptiveRecipe.choose(new DataProfile(texts, 10, 384, 0.9), config, 384)
                .recipe();

        assertThat(recipe.epochs()).isEqualTo(epochs);
        assertThat(recipe.batchSize()).isEqualTo(16);
        assertThat(recipe.rate()).isEqualTo(new Rate(5e-4, 0.1, false));
        assertThat(recipe.regularization()).isEqualTo(new Regularization(0, 0.1, 0, 0, 0.01, 1));
        assertThat(recipe.layers().count()).isZero();
        assertThat(recipe.dimension()).isEqualTo(384);
    }

    @Test
    void choose_takesWhatIsGivenForAnEncoderThatLearns() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.huggingFace("org/model").withFineTuning(FineTuning.defaults()))
                .withTraining(TrainingConfig.defaults()
                        .withWarmUp(0)
                        .withSchedule(Schedule.COSINE)
                        .withWeightDecay(0)
                        .withMaxGradientNorm(INFINITE));
        TrainingRecipe recipe = AdaptiveRecipe.choose(FEW, config, 384).recipe();

        assertThat(recipe.rate()).isEqualTo(new Rate(5e-4, 0, true));
        assertThat(recipe.regularization()).isEqualTo(new Regularization(0, 0.1, 0, 0, 0, INFINITE));
    }

    @Test
    void choose_hasOneSetOfValuesForEmbeddings() {
        MultiheadConfig config =
                MultiheadConfig.defaults().withEncoder(Encoders.embedding("words", 48, new Embedding()));

        assertThat(List.of(FEW, MANY)).allSatisfy(profile -> {
            AdaptiveRecipe chosen = AdaptiveRecipe.choose(profile, config, 48);
            assertThat(chosen.recipe().dimension()).isEqualTo(48);
            assertThat(chosen.recipe().rate()).isEqualTo(new Rate(0.002, 0.05, false));
            assertThat(chosen.recipe().regularization()).isEqualTo(new Regularization(0, 0.3, 0, 0, 0, INFINITE));
            assertThat(chosen.recipe().layers()).isEqualTo(new Layers(1, 48, Activation.GELU));
        });
        assertThat(AdaptiveRecipe.choose(NOISY, config, 48)
                        .recipe()
                        .regularization()
                        .labelSmoothing())
                .isEqualTo(0.1);
        // 200 texts are 7 steps of 32: 86 epochs are 602
        assertThat(AdaptiveRecipe.choose(new DataProfile(200, 10, 48, 0.91239), config, 48)
                        .describe()
                        .toString())
                .isEqualTo("{chosenFor=FEW_TEXTS, texts=200, textsPerLabel=10, agreement=0.912, dimension=48,"
                        + " hiddenLayers=1, epochs=86, batchSize=32, learningRate=0.002, dropout=0.3,"
                        + " labelSmoothing=0.0, seed=42}");
    }

    @Test
    void choose_takesALinearHeadThatIsGiven() {
        MultiheadConfig config = MultiheadConfig.defaults()
                .withEncoder(Encoders.embedding("words", 48, new Embedding()))
                .withHead(HeadConfig.defaults().withHiddenLayers(0));

        assertThat(AdaptiveRecipe.choose(FEW, config, 48).recipe().layers().count())
                .isZero();
    }

    private static AdaptiveRecipe chosen(DataProfile profile) {
        return AdaptiveRecipe.choose(profile, MultiheadConfig.defaults(), 0);
    }
}
