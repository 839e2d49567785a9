package io.rapidfit.classifier.internal.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.pytorch.jni.JniUtils;
import io.rapidfit.classifier.internal.features.FeatureBag;
import io.rapidfit.classifier.internal.features.NGramSizes;
import io.rapidfit.classifier.internal.features.NGramVocabulary;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
            new TrainingData.Task("thing", List.of("apple", "car")),
            new TrainingData.Task("colour", List.of("red", "green", "none")));

    private static final NGramVocabulary VOCABULARY = NGramVocabulary.fit(TEXTS, new NGramSizes(2, 2, 4), 1);

    @Test
    void train_learnsEveryTask() throws Exception {
        NGramModel model = train(recipe(60, 42));

        for (int text = 0; text < TEXTS.size(); text++) {
            for (int task = 0; task < TASKS.size(); task++) {
                int truth = TARGETS.get(text).get(task);
                if (truth >= 0) {
                    double[] probabilities = model.probabilities(
                            model.encode(TEXTS.get(text)), model.heads().get(task));
                    assertThat(probabilities[truth]).isGreaterThan(0.9);
                }
            }
        }
    }

    @Test
    void forward_isPyTorchsForwardOfTheSameArrays() throws Exception {
        NGramModel model = train(recipe(10, 42));

        try (NDManager manager = TorchEngine.newManager()) {
            int rows = model.vocabulary().size();
            int dimension = model.dimension();
            NDArray table = manager.create(model.table(), new Shape(rows, dimension));
            for (String text :
                    List.of("a red apple", "my green car", "nothing known: \u4f60\u597d", "cars cars cars")) {
                float[] dense = new float[rows];
                FeatureBag bag = model.vocabulary().features(text);
                for (int i = 0; i < bag.size(); i++) {
                    dense[bag.row(i)] = bag.weight(i);
                }
                NDArray hidden = Activation.relu(
                        manager.create(dense, new Shape(1, rows)).matMul(table).add(manager.create(model.bias())));
                assertClose(model.encode(text), hidden.toFloatArray());
                for (Head head : model.heads()) {
                    NDArray weights = manager.create(
                            head.weights(), new Shape(head.labels().size(), dimension));
                    float[] expected = hidden.matMul(weights.transpose())
                            .add(manager.create(head.bias()))
                            .softmax(1)
                            .toFloatArray();
                    double[] actual = model.probabilities(model.encode(text), head);
                    for (int label = 0; label < expected.length; label++) {
                        assertThat(actual[label]).isCloseTo(expected[label], within(1e-5));
                    }
                }
            }
        }
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
        TrainingData data = new TrainingData(bags, TARGETS, TASKS);

        // the first values depend on the seed alone, so one epoch and many must agree on them
        NGramModel once = NGramTrainer.train(larger, data, recipe(1, 42), (e, l, m) -> {});
        NGramModel often = NGramTrainer.train(larger, data, recipe(9, 42), (e, l, m) -> {});

        assertThat(row(often, row)).isEqualTo(row(once, row));
        assertThat(row(often, touched)).isNotEqualTo(row(once, touched));
    }

    @Test
    void train_copesWithTextsWithoutAnyFeature() throws Exception {
        List<FeatureBag> empty =
                TEXTS.stream().map(t -> VOCABULARY.features("\u4f60")).toList();

        NGramModel model =
                NGramTrainer.train(VOCABULARY, new TrainingData(empty, TARGETS, TASKS), recipe(3, 42), (e, l, m) -> {});

        assertThat(model.encode("anything")).doesNotContain(Float.NaN);
    }

    @Test
    void train_copesWithAnEmptyVocabulary() throws Exception {
        NGramVocabulary none = NGramVocabulary.fit(TEXTS, new NGramSizes(1, 2, 0), 1000);
        List<FeatureBag> empty = TEXTS.stream().map(none::features).toList();

        NGramModel model =
                NGramTrainer.train(none, new TrainingData(empty, TARGETS, TASKS), recipe(3, 42), (e, l, m) -> {});

        assertThat(model.table()).isEmpty();
        assertThat(model.encode("anything")).doesNotContain(Float.NaN);
    }

    @Test
    void train_copesWithABatchWithoutLabelsOfATask() throws Exception {
        List<List<Integer>> targets =
                TARGETS.stream().map(t -> List.of(t.get(0), -1)).toList();

        NGramModel model = NGramTrainer.train(VOCABULARY, data(targets), recipe(3, 42), (e, l, m) -> {});

        assertThat(model.heads().get(1).weights()).doesNotContain(Float.NaN);
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
    void train_holdsNoMoreArraysAfterManyStepsThanAfterFew() throws Exception {
        List<Integer> held = new ArrayList<>();
        NGramTrainer.train(VOCABULARY, data(TARGETS), recipe(10, 42), (epoch, loss, model) -> {
            try {
                held.add(managed());
            } catch (EngineLoadException e) {
                throw new AssertionError(e);
            }
        });

        assertThat(held.get(0)).isPositive();
        assertThat(held.get(9)).isEqualTo(held.get(0));
    }

    /** How many arrays all of PyTorch's managers hold: what a training forgot to close would stay there. */
    private static int managed() throws EngineLoadException {
        try (NDManager manager = TorchEngine.newManager()) {
            NDManager root = manager.getParentManager();
            return root.getManagedArrays().size();
        }
    }

    private static NGramModel train(TrainingRecipe recipe) throws EngineLoadException {
        return NGramTrainer.train(VOCABULARY, data(TARGETS), recipe, (epoch, loss, model) -> {});
    }

    private static TrainingData data(List<List<Integer>> targets) {
        return new TrainingData(TEXTS.stream().map(VOCABULARY::features).toList(), targets, TASKS);
    }

    private static TrainingRecipe recipe(int epochs, long seed) {
        return new TrainingRecipe(8, epochs, 3, 0.03, 0.1, 0, seed);
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
        for (int i = 0; i < expected.heads().size(); i++) {
            assertThat(actual.heads().get(i).weights())
                    .isEqualTo(expected.heads().get(i).weights());
            assertThat(actual.heads().get(i).bias())
                    .isEqualTo(expected.heads().get(i).bias());
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }
}
