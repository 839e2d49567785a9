package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each part of a recipe does to a step. */
class NGramTrainerRecipeTest {

    private static final List<String> TEXTS = List.of("a red apple", "a green apple", "a fast car", "cars are fast");

    /** The last text has no label in the second task. */
    private static final List<List<Integer>> TARGETS =
            List.of(List.of(0, 0), List.of(0, 1), List.of(1, 2), List.of(1, -1));

    private static final List<TrainingData.Task> TASKS = List.of(
            new TrainingData.Task("thing", List.of("apple", "car"), List.of(1.0, 0.5)),
            new TrainingData.Task("colour", List.of("red", "green", "none"), List.of(1.0, 2.0, 3.0)));

    private static final NGramVocabulary VOCABULARY = NGramVocabulary.fit(TEXTS, new NGramSizes(1, 2, 3), 1);

    private static final TrainingData DATA = new TrainingData(
            TEXTS.stream().map(VOCABULARY::features).toList(), TARGETS, Collections.nCopies(4, 1.0), TASKS);

    private static final int DIMENSION = 6;

    /** So small that no value moves. */
    private static final double STANDSTILL = 1e-30;

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    private static final Layers LINEAR = new Layers(0, 1, Activation.RELU);

    /** What a training did in its only epoch, which is one step on all texts, at half the rate. */
    private record Step(NGramModel model, double loss) {}

    private static Step firstStep(TrainingData data, double rate, Regularization regularization, Layers layers)
            throws EngineLoadException {
        List<Double> losses = new ArrayList<>();
        TrainingRecipe recipe =
                new TrainingRecipe(DIMENSION, 1, 100, new Rate(rate, 0, false), regularization, layers, 42);
        NGramModel model = NGramTrainer.train(VOCABULARY, data, recipe, (epoch, loss, current) -> {
            losses.add(loss);
            return false;
        });
        assertThat(losses).hasSize(1);
        return new Step(model, losses.get(0));
    }

    private static Regularization regularization(double smoothing, double gamma, double decay, double norm) {
        return new Regularization(0, 0, smoothing, gamma, decay, norm);
    }

    /**
     * With gradients much smaller than Adam's epsilon of 1e-8, its first step is in proportion to them: rate * correction
     * * 0.1 * gradient / 1e-8. So the greatest length allowed makes a step show the gradients' values, not their signs.
     */
    @ParameterizedTest
    @CsvSource({
        "0, RELU, 0, 0",
        "0, RELU, 0.2, 0",
        "0, RELU, 0, 2",
        "0, RELU, 0.1, 0.5",
        "1, GELU, 0, 0",
        "1, TANH, 0.1, 1",
        "2, SILU, 0, 0",
        "1, RELU, 0, 0"
    })
    void step_followsTheGradientThatFiniteDifferencesGive(
            int hiddenLayers, Activation activation, double smoothing, double gamma) throws Exception {
        double norm = 1e-11;
        double rate = 2000;
        Regularization regularization = regularization(smoothing, gamma, 0, norm);
        Layers layers = new Layers(hiddenLayers, 4, activation);
        Step still = firstStep(DATA, STANDSTILL, regularization, layers);
        Step moved = firstStep(DATA, rate, regularization, layers);

        double[] before = Reference.parameters(still.model());
        double[] after = Reference.parameters(moved.model());
        Reference reference = new Reference(activation, hiddenLayers, smoothing, gamma);
        assertThat(still.loss()).isCloseTo(reference.loss(before), within(1e-5));
        double[] gradient = reference.gradient(before);
        double length = 0;
        for (double g : gradient) {
            length += g * g;
        }
        length = Math.sqrt(length);
        double factor = rate / 2 * Adam.correction(1) * 0.1 / 1e-8 * norm / length; // an only step has half the rate
        int notable = 0;
        for (int i = 0; i < gradient.length; i++) {
            assertThat(after[i] - before[i]).as("value %s", i).isCloseTo(-factor * gradient[i], within(3e-6));
            notable += factor * Math.abs(gradient[i]) > 1e-4 ? 1 : 0;
        }
        assertThat(notable).isGreaterThan(50); // the tolerance hides none of these
    }

    /** The same model and loss in plain double arithmetic: table, bias, then each head's layers. */
    private record Reference(Activation activation, int hiddenLayers, double smoothing, double gamma) {

        static double[] parameters(NGramModel model) {
            List<float[]> arrays = new ArrayList<>(List.of(model.table(), model.bias()));
            model.heads()
                    .forEach(head -> head.layers().forEach(layer -> {
                        arrays.add(layer.weights());
                        arrays.add(layer.bias());
                    }));
            double[] all = new double[arrays.stream().mapToInt(a -> a.length).sum()];
            int i = 0;
            for (float[] array : arrays) {
                for (float value : array) {
                    all[i++] = value;
                }
            }
            return all;
        }

        double[] gradient(double[] parameters) {
            double h = 1e-6;
            double[] gradient = new double[parameters.length];
            for (int i = 0; i < parameters.length; i++) {
                double value = parameters[i];
                parameters[i] = value + h;
                double above = loss(parameters);
                parameters[i] = value - h;
                gradient[i] = (above - loss(parameters)) / (2 * h);
                parameters[i] = value;
            }
            return gradient;
        }

        double loss(double[] parameters) {
            double loss = 0;
            for (int text = 0; text < TEXTS.size(); text++) {
                double[] hidden = new double[DIMENSION];
                FeatureBag bag = DATA.texts().get(text);
                int at = VOCABULARY.size() * DIMENSION;
                for (int k = 0; k < DIMENSION; k++) {
                    hidden[k] = parameters[at + k];
                    for (int i = 0; i < bag.size(); i++) {
                        hidden[k] += bag.weight(i) * parameters[bag.row(i) * DIMENSION + k];
                    }
                    hidden[k] = Math.max(0, hidden[k]);
                }
                at += DIMENSION;
                for (int task = 0; task < TASKS.size(); task++) {
                    double[] values = hidden;
                    for (int layer = 0; layer <= hiddenLayers; layer++) {
                        boolean last = layer == hiddenLayers;
                        int outputs = last ? TASKS.get(task).labels().size() : 4;
                        double[] sums = new double[outputs];
                        for (int o = 0; o < outputs; o++) {
                            sums[o] = parameters[at + values.length * outputs + o];
                            for (int k = 0; k < values.length; k++) {
                                sums[o] += values[k] * parameters[at + o * values.length + k];
                            }
                            sums[o] = last ? sums[o] : activate(sums[o]);
                        }
                        at += (values.length + 1) * outputs;
                        values = sums;
                    }
                    int label = TARGETS.get(text).get(task);
                    loss += label < 0 ? 0 : TASKS.get(task).labelWeights().get(label) * loss(values, label);
                }
            }
            return loss / TEXTS.size();
        }

        private double activate(double x) {
            return switch (activation) {
                case RELU -> Math.max(0, x);
                case GELU -> x / 2 * (1 + erf(x / Math.sqrt(2)));
                case SILU -> x / (1 + Math.exp(-x));
                case TANH -> Math.tanh(x);
            };
        }

        /** By its power series, for |x| below 3. */
        private static double erf(double x) {
            double sum = 0;
            double term = x;
            for (int n = 0; n < 60; n++) {
                sum += term / (2 * n + 1);
                term *= -x * x / (n + 1);
            }
            return 2 / Math.sqrt(Math.PI) * sum;
        }

        /** Each label by its share of the target, times (1 - p)^gamma: Lin et al. (2017) where there is no smoothing. */
        private double loss(double[] logits, int label) {
            double total = 0;
            for (double logit : logits) {
                total += Math.exp(logit);
            }
            double loss = 0;
            for (int i = 0; i < logits.length; i++) {
                double p = Math.exp(logits[i]) / total;
                double target = smoothing / logits.length + (i == label ? 1 - smoothing : 0);
                loss -= target * Math.pow(1 - p, gamma) * Math.log(p);
            }
            return loss;
        }
    }

    /** Texts that nothing is known of: their hidden layer is 0, and so are all first logits. */
    private static TrainingData blank(List<Integer> labels, List<Double> shares, Double... weights) {
        return new TrainingData(
                labels.stream().map(l -> VOCABULARY.features("\u4f60")).toList(),
                labels.stream().map(List::of).toList(),
                shares,
                List.of(new TrainingData.Task("t", List.of("x", "y"), List.of(weights))));
    }

    @Test
    void focalGamma_makesEasyTextsCountLess() throws Exception {
        TrainingData data = blank(List.of(0, 1), List.of(1.0, 1.0), 1.0, 1.0);

        // two equal logits: p = 1/2, so (1 - p)^gamma = 2^-gamma of ln 2
        assertThat(loss(data, 0)).isCloseTo(Math.log(2), within(1e-6));
        assertThat(loss(data, 1)).isCloseTo(Math.log(2) / 2, within(1e-6));
        assertThat(loss(data, 3)).isCloseTo(Math.log(2) / 8, within(1e-6));
    }

    @Test
    void labelWeights_countInTheLossButNotInWhatItIsDividedBy() throws Exception {
        // (0.5 + 3 + 3) ln 2 over three texts
        assertThat(loss(blank(List.of(0, 1, 1), List.of(1.0, 1.0, 1.0), 0.5, 3.0), 0))
                .isCloseTo(6.5 / 3 * Math.log(2), within(1e-6));
    }

    private static double loss(TrainingData data, double gamma) throws EngineLoadException {
        return firstStep(data, STANDSTILL, regularization(0, gamma, 0, INFINITE), LINEAR)
                .loss();
    }

    @Test
    void weightDecay_takesItsShareOffWeightsAndNothingOffBiases() throws Exception {
        // hidden layers of 0 give weights no gradient: what moves them is the decay, 0.5 * 0.01 of rate times 0.1
        TrainingData data = blank(List.of(0, 0, 1), List.of(1.0, 1.0, 1.0), 1.0, 1.0);
        double[] first = weights(firstStep(data, STANDSTILL, regularization(0, 0, 0, INFINITE), LINEAR));
        Step plain = firstStep(data, 0.01, regularization(0, 0, 0, INFINITE), LINEAR);
        Step decayed = firstStep(data, 0.01, regularization(0, 0, 0.1, INFINITE), LINEAR);

        assertThat(weights(plain)).isEqualTo(first);
        for (int i = 0; i < first.length; i++) {
            assertThat(weights(decayed)[i]).isCloseTo(first[i] * (1 - 0.005 * 0.1), within(1e-7));
            assertThat(weights(decayed)[i]).isNotEqualTo(first[i]);
        }
        // two texts of three are x, so its bias rises by Adam's first step, the rate
        assertThat(lastLayer(plain).bias()).containsExactly(new float[] {0.005f, -0.005f}, within(1e-6f));
        assertThat(lastLayer(decayed).bias()).isEqualTo(lastLayer(plain).bias());
        assertThat(decayed.model().bias()).isEqualTo(plain.model().bias());
    }

    @Test
    void weightDecay_takesItsShareOffRowsOfTheBatchAndOffHiddenLayers() throws Exception {
        Layers layers = new Layers(1, 4, Activation.TANH);
        Step still = firstStep(DATA, STANDSTILL, regularization(0, 0, 0, 1e-30), layers);
        // with gradients of length 1e-30 nothing else moves anything
        Step decayed = firstStep(DATA, 0.01, regularization(0, 0, 1, 1e-30), layers);

        double[] before = Reference.parameters(still.model());
        double[] after = Reference.parameters(decayed.model());
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i] * (1 - 0.005), within(1e-7)); // biases are 0 at first
        }
        assertThat(still.model().table()).doesNotContain(0);
    }

    private static Layer lastLayer(Step step) {
        List<Layer> layers = step.model().heads().get(0).layers();
        return layers.get(layers.size() - 1);
    }

    private static double[] weights(Step step) {
        float[] weights = lastLayer(step).weights();
        double[] copy = new double[weights.length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = weights[i];
        }
        return copy;
    }

    @Test
    void maxGradientNorm_doesNothingToShorterGradients() throws Exception {
        double[] without = trained(0, 0, INFINITE);

        assertThat(trained(0, 0, 1e6)).isEqualTo(without);
        assertThat(trained(0, 0, 1e-3)).isNotEqualTo(without);
    }

    @Test
    void dropouts_changeWhatIsLearnt() throws Exception {
        double[] without = trained(0, 0, INFINITE);

        assertThat(trained(0.3, 0, INFINITE)).isNotEqualTo(without).doesNotContain(Double.NaN);
        assertThat(trained(0, 0.3, INFINITE)).isNotEqualTo(without).doesNotContain(Double.NaN);
        assertThat(trained(0.3, 0, INFINITE)).isEqualTo(trained(0.3, 0, INFINITE));
    }

    private static double[] trained(double featureDropout, double dropout, double norm) throws EngineLoadException {
        Regularization regularization = new Regularization(featureDropout, dropout, 0, 0, 0, norm);
        TrainingRecipe recipe = new TrainingRecipe(
                DIMENSION, 5, 2, new Rate(0.01, 0, false), regularization, new Layers(1, 4, Activation.GELU), 42);
        return trained(recipe);
    }

    private static double[] trained(TrainingRecipe recipe) throws EngineLoadException {
        return Reference.parameters(NGramTrainer.train(VOCABULARY, DATA, recipe, (e, l, m) -> true));
    }

    @Test
    void dropout_leavesValuesOutAndDoublesTheOthers() throws Exception {
        // one hidden value: at a dropout of 1/2 it is either 0, where each label has 1/2, or twice as large
        TrainingData data = new TrainingData(
                List.of(VOCABULARY.features("a red apple")),
                List.of(List.of(0)),
                List.of(1.0),
                List.of(new TrainingData.Task("t", List.of("x", "y"), List.of(1.0, 1.0))));
        List<Double> losses = new ArrayList<>();
        TrainingRecipe recipe = new TrainingRecipe(
                1,
                400,
                1,
                new Rate(STANDSTILL, 0, false),
                new Regularization(0, 0.5, 0, 0, 0, INFINITE),
                LINEAR,
                seedOfAPositiveValue(data));
        NGramModel model = NGramTrainer.train(VOCABULARY, data, recipe, (epoch, loss, current) -> losses.add(loss));

        float hidden = model.encode("a red apple")[0];
        float[] weights = model.heads().get(0).layers().get(0).weights();
        double kept = Math.log(1 + Math.exp(2 * hidden * (weights[1] - weights[0])));
        assertThat(Math.abs(kept - Math.log(2))).isGreaterThan(1e-4);
        long left = losses.stream()
                .filter(loss -> Math.abs(loss - Math.log(2)) < 1e-6)
                .count();
        assertThat(losses.stream().filter(loss -> Math.abs(loss - kept) < 1e-6).count())
                .isEqualTo(400 - left);
        assertThat(left).isBetween(160L, 240L); // 200, with a standard deviation of 10
    }

    private static long seedOfAPositiveValue(TrainingData data) throws EngineLoadException {
        for (long seed = 1; ; seed++) {
            TrainingRecipe recipe = new TrainingRecipe(
                    1, 1, 1, new Rate(STANDSTILL, 0, false), regularization(0, 0, 0, INFINITE), LINEAR, seed);
            if (NGramTrainer.train(VOCABULARY, data, recipe, (e, l, m) -> true).encode("a red apple")[0] > 0.01) {
                return seed;
            }
        }
    }

    @Test
    void weightDecay_leavesBiasesAloneInEveryStep() throws Exception {
        TrainingData data = blank(List.of(0, 0, 1), List.of(1.0, 1.0, 1.0), 1.0, 1.0);
        List<float[]> biases = new ArrayList<>();
        for (double decay : new double[] {0, 0.5}) {
            TrainingRecipe recipe = new TrainingRecipe(
                    DIMENSION, 9, 2, new Rate(0.1, 0, false), regularization(0, 0, decay, INFINITE), LINEAR, 42);
            NGramModel model = NGramTrainer.train(VOCABULARY, data, recipe, (e, l, m) -> true);
            biases.add(model.heads().get(0).layers().get(0).bias());
        }

        // logits are the biases alone here, so nothing else can make them differ
        assertThat(Math.abs(biases.get(0)[0])).isGreaterThan(0.1f);
        assertThat(biases.get(1)).isEqualTo(biases.get(0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void layers_haveTheirSizes(int count) throws Exception {
        NGramModel model = firstStep(
                        DATA, 0.01, regularization(0, 0, 0, INFINITE), new Layers(count, 9, Activation.SILU))
                .model();

        for (int task = 0; task < 2; task++) {
            List<String> sizes = new ArrayList<>();
            model.heads().get(task).layers().forEach(l -> sizes.add(l.inputs() + ">" + l.outputs()));
            int labels = TASKS.get(task).labels().size();
            assertThat(sizes)
                    .isEqualTo(
                            switch (count) {
                                case 0 -> List.of("6>" + labels);
                                case 1 -> List.of("6>9", "9>" + labels);
                                default -> List.of("6>9", "9>9", "9>9", "9>" + labels);
                            });
            assertThat(model.heads().get(task).activation()).isEqualTo(Activation.SILU);
        }
    }

    @Test
    void layers_startWithinPyTorchsBound() throws Exception {
        NGramModel model = firstStep(
                        DATA, STANDSTILL, regularization(0, 0, 0, INFINITE), new Layers(1, 400, Activation.SILU))
                .model();

        // 1 / sqrt(6) = 0.408 for the hidden layer, 1 / sqrt(400) = 0.05 for the last
        assertThat(range(model.heads().get(0).layers().get(0).weights())).isBetween(0.4, 0.4083);
        assertThat(range(model.heads().get(0).layers().get(1).weights())).isBetween(0.049, 0.05);
        assertThat(model.heads().get(0).layers().get(0).bias()).doesNotContain(Float.NaN);
        assertThat(range(model.heads().get(0).layers().get(0).bias())).isLessThan(1e-20); // 0 at first
    }

    private static double range(float[] values) {
        double most = 0;
        for (float value : values) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    @Test
    void shares_areHowOftenAnEpochHasAText() throws Exception {
        // x costs ln 2 and y three times that. In an epoch with three of x and one of y the mean is (3 + 3) / 4.
        TrainingData thrice = blank(List.of(0, 1), List.of(3.0, 1.0), 1.0, 3.0);
        assertThat(loss(thrice, 0)).isCloseTo(1.5 * Math.log(2), within(1e-6));

        TrainingData without = blank(List.of(0, 1), List.of(1.0, 0.0), 1.0, 3.0);
        assertThat(loss(without, 0)).isCloseTo(Math.log(2), within(1e-6));
    }

    @Test
    void shares_overAWholeNumberAreAMatterOfChance() throws Exception {
        // x once or twice, y now and then: means of (1 + 3) / 2, (2 + 3) / 3, or 1 where y is missing
        TrainingData data = blank(List.of(0, 1), List.of(1.5, 0.25), 1.0, 3.0);
        List<Double> means = new ArrayList<>();
        TrainingRecipe recipe = new TrainingRecipe(
                DIMENSION, 1000, 100, new Rate(STANDSTILL, 0, false), regularization(0, 0, 0, INFINITE), LINEAR, 42);
        NGramTrainer.train(VOCABULARY, data, recipe, (epoch, loss, model) -> means.add(loss / Math.log(2)));

        long once = means.stream().filter(m -> Math.abs(m - 2) < 1e-5).count();
        long twice = means.stream().filter(m -> Math.abs(m - 5.0 / 3) < 1e-5).count();
        long missing = means.stream().filter(m -> Math.abs(m - 1) < 1e-5).count();
        assertThat(once + twice + missing).isEqualTo(1000);
        // a share of 1/8 each of 1000, with a standard deviation of 10.5
        assertThat(once).isBetween(85L, 165L);
        assertThat(twice).isBetween(85L, 165L);
    }

    /** DJL's arithmetic with plain numbers leaves memory behind that is freed before the gradients are computed. */
    @Test
    void train_givesTheSameBitsWhileGarbageIsCollected() throws Exception {
        TrainingRecipe recipe = new TrainingRecipe(
                DIMENSION,
                40,
                2,
                new Rate(0.01, 0, false),
                regularization(0.1, 2, 0, INFINITE),
                new Layers(1, 4, Activation.GELU),
                42);
        double[] undisturbed = trained(recipe);
        AtomicBoolean done = new AtomicBoolean();
        Thread collector = new Thread(() -> {
            while (!done.get()) {
                System.gc();
            }
        });
        collector.start();
        try {
            assertThat(trained(recipe)).isEqualTo(undisturbed);
        } finally {
            done.set(true);
            collector.join();
        }
    }

    @Test
    void train_endsWhenTheListenerSaysSo() throws Exception {
        List<Integer> epochs = new ArrayList<>();
        TrainingRecipe recipe = new TrainingRecipe(
                DIMENSION, 9, 2, new Rate(0.01, 0, false), regularization(0, 0, 0, INFINITE), LINEAR, 42);
        List<NGramModel> third = new ArrayList<>();
        NGramModel ended = NGramTrainer.train(VOCABULARY, DATA, recipe, (epoch, loss, model) -> {
            epochs.add(epoch);
            if (epoch == 3) {
                third.add(model.get());
            }
            return epoch < 3;
        });

        assertThat(epochs).containsExactly(1, 2, 3);
        assertThat(Reference.parameters(ended)).isEqualTo(Reference.parameters(third.get(0)));
    }
}
