package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.Layer;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Layers;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Rate;
import io.rapidfit.classifier.internal.torch.TrainingRecipe.Regularization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NGramTrainerTest {

    private static final List<String> TEXTS = List.of(
            "a red apple",
            "a green apple",
            "an apple a day",
            "a red car",
            "a fast car",
            "my car is green",
            "apples are sweet",
            "cars are fast");

    /** Two tasks; the last text has no label in the second. */
    private static final List<List<Integer>> TARGETS = List.of(
            List.of(0, 0),
            List.of(0, 1),
            List.of(0, 2),
            List.of(1, 0),
            List.of(1, 2),
            List.of(1, 1),
            List.of(0, 2),
            List.of(1, -1));

    private static final List<TrainingData.Task> TASKS = List.of(
            new TrainingData.Task("thing", List.of("apple", "car"), List.of(1.0, 1.0)),
            new TrainingData.Task("colour", List.of("red", "green", "none"), List.of(1.0, 1.0, 1.0)));

    private static final NGramVocabulary VOCABULARY = NGramVocabulary.fit(TEXTS, new NGramSizes(2, 2, 4), 1);

    private static final List<Double> ONCE = Collections.nCopies(TEXTS.size(), 1.0);

    private static final Layers LINEAR_HEADS = new Layers(0, 1, Activation.RELU);

    private static final Regularization PLAIN = new Regularization(0, 0.1, 0, 0, 0, Double.POSITIVE_INFINITY);

    @Test
    void train_learnsEveryTask() throws Exception {
        NGramModel model = train(recipe(60, 42));

        for (int text = 0; text < TEXTS.size(); text++) {
            for (int task = 0; task < TASKS.size(); task++) {
                int truth = TARGETS.get(text).get(task);
                if (truth >= 0) {
                    double[] probabilities = probabilities(model, TEXTS.get(text), task);
                    assertThat(probabilities[truth]).isGreaterThan(0.9);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, RELU", "1, RELU", "1, GELU", "1, SILU", "1, TANH", "2, GELU", "4, SILU"})
    void forward_isPyTorchsForwardOfTheSameArrays(int hiddenLayers, Activation activation) throws Exception {
        NGramModel model = train(recipe(10, 42, new Layers(hiddenLayers, 5, activation), PLAIN));

        try (NDManager manager = TorchEngine.newManager()) {
            int rows = model.vocabulary().size();
            NDArray table = manager.create(model.table(), new Shape(rows, model.dimension()));
            for (String text :
                    List.of("a red apple", "my green car", "nothing known: \u4f60\u597d", "cars cars cars")) {
                float[] dense = new float[rows];
                FeatureBag bag = model.vocabulary().features(text);
                for (int i = 0; i < bag.size(); i++) {
                    dense[bag.row(i)] = bag.weight(i);
                }
                NDArray hidden = ai.djl.nn.Activation.relu(
                        manager.create(dense, new Shape(1, rows)).matMul(table).add(manager.create(model.bias())));
                assertClose(model.encode(text), hidden.toFloatArray());
                for (int task = 0; task < TASKS.size(); task++) {
                    Head head = model.heads().get(task);
                    assertThat(head.layers()).hasSize(hiddenLayers + 1);
                    float[] expected = logits(manager, head, hidden).softmax(1).toFloatArray();
                    double[] actual = probabilities(model, text, task);
                    for (int label = 0; label < expected.length; label++) {
                        assertThat(actual[label]).isCloseTo(expected[label], within(1e-5));
                    }
                }
            }
        }
    }

    private static NDArray logits(NDManager manager, Head head, NDArray hidden) {
        NDArray values = hidden;
        for (int i = 0; i < head.layers().size(); i++) {
            Layer layer = head.layers().get(i);
            NDArray weights = manager.create(layer.weights(), new Shape(layer.outputs(), layer.inputs()));
            values = values.matMul(weights.transpose()).add(manager.create(layer.bias()));
            if (i < head.layers().size() - 1) {
                values = switch (head.activation()) {
                    case RELU -> ai.djl.nn.Activation.relu(values);
                    case GELU -> ai.djl.nn.Activation.gelu(values);
                    case SILU -> values.mul(ai.djl.nn.Activation.sigmoid(values));
                    case TANH -> ai.djl.nn.Activation.tanh(values);
                };
            }
        }
        return values;
    }

    @Test
    void train_givesTheSameBitsForTheSameSeed() throws Exception {
        assertSameBits(train(recipe(3, 42)), train(recipe(3, 42)));
        assertThat(train(recipe(3, 43)).table())
                .isNotEqualTo(train(recipe(3, 42)).table());
    }

    @Test
    void train_reportsEpochsWithAFallingLossAndTheModelAsItStands() throws Exception {
        List<Integer> epochs = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        List<NGramModel> models = new ArrayList<>();
        NGramModel last = NGramTrainer.train(VOCABULARY, data(TARGETS), recipe(20, 42), (epoch, loss, model) -> {
            epochs.add(epoch);
            losses.add(loss);
            if (epoch == 1 || epoch == 20) {
                models.add(model.get());
            }
            return true;
        });

        assertThat(epochs).hasSize(20).isSorted().startsWith(1).endsWith(20);
        // ln 2 + 7/8 ln 3 = 1.65 is what guessing costs: seven of eight texts have a label in the second task
        assertThat(losses.get(0)).isCloseTo(1.65, within(0.1));
        assertThat(losses.get(19)).isLessThan(losses.get(0) / 2);
        assertSameBits(last, models.get(1));
        assertThat(models.get(0).table()).isNotEqualTo(last.table());
    }

    @Test
    void train_doesNotTouchRowsThatNoTextHas() throws Exception {
        // one text more in the vocabulary than in the data: its own n-grams keep their first values
        List<String> texts = new ArrayList<>(TEXTS);
        texts.add("zzz");
        NGramVocabulary larger = NGramVocabulary.fit(texts, new NGramSizes(1, 2, 0), 1);
        int row = larger.features("zzz").row(0);
        int touched = larger.features("apple").row(0);
        List<FeatureBag> bags = TEXTS.stream().map(larger::features).toList();
        TrainingData data = new TrainingData(bags, TARGETS, ONCE, TASKS);

        // the first values depend on the seed alone, so one epoch and many must agree on them
        NGramModel once = NGramTrainer.train(larger, data, recipe(1, 42), (e, l, m) -> true);
        NGramModel often = NGramTrainer.train(larger, data, recipe(9, 42), (e, l, m) -> true);

        assertThat(row(often, row)).isEqualTo(row(once, row));
        assertThat(row(often, touched)).isNotEqualTo(row(once, touched));
    }

    @Test
    void train_copesWithTextsWithoutAnyFeature() throws Exception {
        List<FeatureBag> empty =
                TEXTS.stream().map(t -> VOCABULARY.features("\u4f60")).toList();

        NGramModel model = NGramTrainer.train(
                VOCABULARY, new TrainingData(empty, TARGETS, ONCE, TASKS), recipe(3, 42), (e, l, m) -> true);

        assertThat(model.encode("anything")).doesNotContain(Float.NaN);
    }

    @Test
    void train_copesWithAnEmptyVocabulary() throws Exception {
        NGramVocabulary none = NGramVocabulary.fit(TEXTS, new NGramSizes(1, 2, 0), 1000);
        List<FeatureBag> empty = TEXTS.stream().map(none::features).toList();

        NGramModel model = NGramTrainer.train(
                none, new TrainingData(empty, TARGETS, ONCE, TASKS), recipe(3, 42), (e, l, m) -> true);

        assertThat(model.table()).isEmpty();
        assertThat(model.encode("anything")).doesNotContain(Float.NaN);
    }

    @Test
    void train_copesWithABatchWithoutLabelsOfATask() throws Exception {
        List<List<Integer>> targets =
                TARGETS.stream().map(t -> List.of(t.get(0), -1)).toList();

        NGramModel model = NGramTrainer.train(VOCABULARY, data(targets), recipe(3, 42), (e, l, m) -> true);

        assertThat(weights(model, 1)).doesNotContain(Float.NaN);
    }

    @Test
    void train_worksInAnyThread() throws Exception {
        NGramModel here = train(recipe(3, 42));
        NGramModel there = inThread(() -> train(recipe(3, 42)));

        assertSameBits(there, here);
    }

    @Test
    void train_inTwoThreadsAtOnceGivesWhatEachGivesAlone() throws Exception {
        NGramModel alone1 = train(recipe(20, 1));
        NGramModel alone2 = train(recipe(20, 2));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<NGramModel> first = threads.submit(() -> train(recipe(20, 1)));
            Future<NGramModel> second = threads.submit(() -> train(recipe(20, 2)));

            assertSameBits(first.get(60, TimeUnit.SECONDS), alone1);
            assertSameBits(second.get(60, TimeUnit.SECONDS), alone2);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void train_leavesTheThreadsGradientModeAsItWas(boolean mode) throws Exception {
        boolean after = inThread(() -> {
            TorchEngine.start();
            JniUtils.setGradMode(mode);
            train(recipe(1, 42));
            return JniUtils.isGradMode();
        });

        assertThat(after).isEqualTo(mode);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void train_leavesTheThreadsGradientModeAsItWasWhenItFails(boolean mode) throws Exception {
        boolean after = inThread(() -> {
            TorchEngine.start();
            JniUtils.setGradMode(mode);
            assertThatThrownBy(() -> NGramTrainer.train(VOCABULARY, data(TARGETS), recipe(1, 42), (e, l, m) -> {
                        throw new IllegalStateException("enough");
                    }))
                    .hasMessage("enough");
            return JniUtils.isGradMode();
        });

        assertThat(after).isEqualTo(mode);
    }

    @Test
    void train_afterAFailureWorks() throws Exception {
        NGramModel before = train(recipe(3, 42));
        assertThatThrownBy(() -> NGramTrainer.train(VOCABULARY, data(TARGETS), recipe(3, 42), (e, l, m) -> {
                    throw new StackOverflowError("not even an exception");
                }))
                .isInstanceOf(StackOverflowError.class);

        assertSameBits(train(recipe(3, 42)), before);
    }

    @Test
    void train_isCancelledByAnInterruptWhichStaysSet() throws Exception {
        boolean interrupted = inThread(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> train(recipe(3, 42)))
                    .isInstanceOf(CancellationException.class)
                    .hasMessageStartingWith("training was interrupted");
            return Thread.interrupted();
        });

        assertThat(interrupted).isTrue();
    }

    @Test
    void trainings_leaveNoArraysBehind() throws Exception {
        train(recipe(1, 42));
        int managed = managed();
        for (int i = 0; i < 30; i++) {
            train(recipe(1, i));
        }

        assertThat(managed()).isEqualTo(managed);
    }

    @Test
    void train_holdsNoArraysBetweenSteps() throws Exception {
        List<Integer> held = new ArrayList<>();
        try (NDManager other = TorchEngine.newManager();
                NDArray array = other.create(1f)) {
            assertThat(array.getFloat()).isEqualTo(1);
            int before = managed();
            assertThat(before).isPositive(); // it does count
            NGramTrainer.train(VOCABULARY, data(TARGETS), recipe(10, 42), (epoch, loss, model) -> {
                try {
                    held.add(managed() - before);
                } catch (EngineLoadException e) {
                    throw new AssertionError(e);
                }
                return true;
            });
        }

        assertThat(held).hasSize(10).containsOnly(0);
    }

    /** How many arrays all of PyTorch's managers hold: what a training forgot to close would stay there. */
    private static int managed() throws EngineLoadException {
        try (NDManager manager = TorchEngine.newManager()) {
            NDManager root = manager.getParentManager();
            return root.getManagedArrays().size();
        }
    }

    private static NGramModel train(TrainingRecipe recipe) throws EngineLoadException {
        return NGramTrainer.train(VOCABULARY, data(TARGETS), recipe, (epoch, loss, model) -> true);
    }

    private static TrainingData data(List<List<Integer>> targets) {
        return new TrainingData(TEXTS.stream().map(VOCABULARY::features).toList(), targets, ONCE, TASKS);
    }

    private static TrainingRecipe recipe(int epochs, long seed) {
        return recipe(epochs, seed, LINEAR_HEADS, PLAIN);
    }

    private static TrainingRecipe recipe(int epochs, long seed, Layers layers, Regularization regularization) {
        return new TrainingRecipe(8, epochs, 3, new Rate(0.03, 0.05, false), regularization, layers, seed);
    }

    private static double[] probabilities(NGramModel model, String text, int task) {
        return model.answer(model.encode(text), model.heads().get(task)).probabilities();
    }

    private static <T> T inThread(Callable<T> action) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            return thread.submit(action).get(60, TimeUnit.SECONDS);
        } finally {
            thread.shutdownNow();
        }
    }

    private static float[] row(NGramModel model, int row) {
        return java.util.Arrays.copyOfRange(model.table(), row * model.dimension(), (row + 1) * model.dimension());
    }

    private static void assertSameBits(NGramModel actual, NGramModel expected) {
        assertThat(actual.table()).isEqualTo(expected.table());
        assertThat(actual.bias()).isEqualTo(expected.bias());
        for (int task = 0; task < expected.heads().size(); task++) {
            assertThat(weights(actual, task)).isEqualTo(weights(expected, task));
        }
    }

    /** Of all layers of a head, with their biases. */
    private static List<Float> weights(NGramModel model, int task) {
        List<Float> all = new ArrayList<>();
        for (Layer layer : model.heads().get(task).layers()) {
            for (float[] values : List.of(layer.weights(), layer.bias())) {
                for (float value : values) {
                    all.add(value);
                }
            }
        }
        return all;
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }
}
