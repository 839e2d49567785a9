package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Dataset;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.metrics.TaskAnalysis;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingEncoderTest {

    private static final List<String> THINGS =
            List.of("a sweet mango", "the brake is broken", "lemon and plum", "wheel and clutch");

    @TempDir
    Path directory;

    private final Embedding embedding = new Embedding();

    private static MultiheadClassifier.Builder quick(EmbeddingEncoder encoder) {
        return MultiheadClassifier.builder()
                .encoder(encoder)
                .epochs(40)
                .batchSize(8)
                .learningRate(0.02)
                .splitter(Samples.NO_SPLIT);
    }

    /** With splits of each kind, and in two tasks. */
    private static Dataset divided() {
        Dataset things = Samples.fruitOrCar();
        List<Sample> samples = new ArrayList<>(things.samples());
        things.samples()
                .forEach(s -> samples.add(Sample.of("length", s.text(), s.text().length() % 2 == 0 ? "even" : "odd")));
        return Dataset.of(samples)
                .split(Splitter.builder()
                        .testFraction(0.2)
                        .validationFraction(0.3)
                        .build());
    }

    @Test
    void train_learnsFromTheVectors() {
        try (MultiheadClassifier classifier = quick(embedding.encoder()).build()) {
            classifier.train(Samples.fruitOrCar());

            assertThat(classifier.predict(THINGS, "thing"))
                    .extracting(Prediction::label)
                    .containsExactly("fruit", "car", "fruit", "car");
            assertThat(classifier.predict(THINGS.get(0), "thing").confidence()).isGreaterThan(0.9);
        }
    }

    @Test
    void train_isTheSameEachTime() {
        try (MultiheadClassifier one = quick(embedding.encoder()).build();
                MultiheadClassifier other = quick(embedding.encoder()).build()) {
            one.train(Samples.fruitOrCar());
            other.train(Samples.fruitOrCar());

            assertThat(one.predict(THINGS, "thing")).isEqualTo(other.predict(THINGS, "thing"));
        }
    }

    @Test
    void train_embedsEachTextOnce() {
        Dataset dataset = divided();
        // nothing kept in between: what is remembered is the training's own
        try (MultiheadClassifier classifier = quick(embedding.encoder().withCacheSize(0))
                .evaluation(EvaluationConfig.defaults().withPatience(3))
                .build()) {
            classifier.train(dataset);
        }

        List<String> texts = new ArrayList<>(Samples.texts(Dataset.of(
                dataset.samples().stream().filter(s -> s.split() != Split.TEST).toList())));
        texts.addAll(List.of("fruit", "car", "even", "odd")); // the labels' names are learnt too
        assertThat(dataset.samples(Split.VALIDATION)).isNotEmpty();
        assertThat(embedding.counts().keySet()).containsExactlyInAnyOrderElementsOf(texts);
        assertThat(embedding.counts().values()).containsOnly(1);
    }

    @Test
    void crossValidate_embedsEachTextOnce() {
        try (MultiheadClassifier classifier =
                quick(embedding.encoder().withCacheSize(0)).build()) {
            TaskAnalysis things =
                    classifier.crossValidate(Samples.fruitOrCar(), 3).tasks().get("thing");

            assertThat(things.outcomes()).hasSize(24);
            assertThat(things.accuracy()).isGreaterThan(0.9);
        }
        assertThat(embedding.counts()).hasSize(24 + 2);
        assertThat(embedding.counts().values()).containsOnly(1);
    }

    @Test
    void analyze_embedsATextOfSeveralTasksOnce() {
        try (MultiheadClassifier classifier =
                quick(embedding.encoder().withCacheSize(0)).build()) {
            classifier.train(divided());
            embedding.forgetCalls();

            AnalysisResult given = classifier.analyze(Dataset.of(divided().samples(Split.TEST)));
            assertThat(given.tasks().keySet()).containsExactlyInAnyOrder("thing", "length");
            assertThat(embedding.counts().values()).isNotEmpty().containsOnly(1);

            embedding.forgetCalls();
            assertThat(classifier.analyze(Split.TEST).tasks().get("thing").accuracy())
                    .isEqualTo(given.tasks().get("thing").accuracy());
            assertThat(embedding.counts().values()).isNotEmpty().containsOnly(1);
        }
    }

    @Test
    void train_doesNotEmbedAgainWhatTheCacheHolds() {
        EmbeddingEncoder shared = embedding.encoder();
        try (MultiheadClassifier classifier = quick(shared).build();
                MultiheadClassifier another = quick(shared).build()) {
            classifier.train(Samples.fruitOrCar());
            assertThat(embedding.counts()).hasSize(24 + 2);

            another.train(Samples.fruitOrCar());
            another.analyze(Split.TRAIN);
            another.predict("a ripe apple", "thing");
        }
        assertThat(embedding.counts().values()).containsOnly(1);
    }

    @Test
    void train_letsGoOfWhatItRemembered() {
        try (MultiheadClassifier classifier =
                quick(embedding.encoder().withCacheSize(0)).build()) {
            classifier.train(Samples.fruitOrCar());
            classifier.predict("a ripe apple", "thing");
            classifier.predict("a ripe apple", "thing");
        }
        assertThat(embedding.counts()).containsEntry("a ripe apple", 3);
    }

    @Test
    void predict_ofAListEmbedsInBatches() {
        try (MultiheadClassifier classifier =
                quick(embedding.encoder().withBatchSize(10)).build()) {
            classifier.train(Samples.fruitOrCar());
            assertThat(embedding.calls()).extracting(List::size).containsExactly(10, 10, 4, 2); // the names come later
            embedding.forgetCalls();

            List<String> texts = new ArrayList<>(THINGS);
            for (int i = 0; i < 20; i++) {
                texts.add("thing " + i);
            }
            texts.addAll(THINGS); // the same again
            List<Prediction> predictions = classifier.predict(texts, "thing");

            assertThat(embedding.calls()).extracting(List::size).containsExactly(10, 10, 4);
            assertThat(predictions).hasSize(28);
            assertThat(predictions.subList(24, 28)).isEqualTo(predictions.subList(0, 4));
            assertThat(predictions.get(1)).isEqualTo(classifier.predict(THINGS.get(1), "thing"));
        }
    }

    @Test
    void predictAll_embedsATextOnceForAllTasks() {
        try (MultiheadClassifier classifier =
                quick(embedding.encoder().withCacheSize(0)).build()) {
            classifier.train(divided());
            embedding.forgetCalls();

            assertThat(classifier.predictAll("a ripe apple")).containsOnlyKeys("thing", "length");
            assertThat(embedding.calls()).containsExactly(List.of("a ripe apple"));
        }
    }

    @Test
    void validation_calibratesAndKnowsWhatIsStrange() {
        List<Sample> samples = new ArrayList<>();
        String[] words = {"apple", "pear", "plum", "cherry", "engine", "brake", "wheel", "clutch"};
        for (int i = 0; i < 160; i++) {
            samples.add(Sample.of("thing", words[i % 8] + " number " + i, i % 8 < 4 ? "fruit" : "car")
                    .withSplit(i % 3 == 0 ? Split.VALIDATION : Split.TRAIN));
        }
        try (MultiheadClassifier classifier = quick(embedding.encoder())
                .abstention(Abstention.maxErrorRate(0.1))
                .build()) {
            classifier.train(Dataset.of(samples));

            Prediction belongs = classifier.predict("plum number 500", "thing");
            Prediction strange = classifier.predict("good evening everybody", "thing");
            assertThat(belongs.abstained()).isFalse();
            assertThat(belongs.outOfScope().orElseThrow()).isLessThan(0.9);
            assertThat(strange.outOfScope().orElseThrow()).isGreaterThan(0.9);
            assertThat(classifier.analyze().tasks().get("thing").outcomes()).hasSize(54); // 0, 3, 6, ... 159
        }
    }

    @Test
    void hiddenLayersAndNestedTasks_workAsOnNGrams() {
        Dataset.Builder samples = Dataset.builder();
        Samples.fruitOrCar()
                .samples()
                .forEach(s -> samples.add("thing", s.text(), s.label())
                        .add("word", s.text(), s.label() + (s.text().length() % 2)));
        try (MultiheadClassifier classifier = quick(embedding.encoder())
                .head(HeadConfig.defaults().withHiddenLayers(1))
                .build()) {
            classifier.train(samples.build());

            Map<String, Prediction> all = classifier.predictAll("a sweet mango");
            assertThat(all.get("thing").label()).isEqualTo("fruit");
            assertThat(all.get("thing").confidence())
                    .isCloseTo(
                            all.get("word").distribution().probability("fruit0")
                                    + all.get("word").distribution().probability("fruit1"),
                            within(1e-6));
        }
    }

    @Test
    void save_asksForTheFunctionAgainOnLoad() throws IOException {
        List<Prediction> before;
        try (MultiheadClassifier classifier = quick(embedding.encoder()).build()) {
            classifier.train(divided());
            before = classifier.predict(THINGS, "thing");
            classifier.save(directory);
        }
        assertThat(Files.readString(directory.resolve("manifest.json")))
                .contains("\"formatVersion\" : 4")
                .contains("\"type\" : \"embedding\"")
                .contains("\"name\" : \"words\"");

        Embedding again = new Embedding();
        try (MultiheadClassifier loaded = MultiheadClassifier.load(directory, again.encoder())) {
            assertThat(loaded.predict(THINGS, "thing")).isEqualTo(before);
            assertThat(again.counts()).hasSize(4);
            assertThat(loaded.labels("thing")).containsExactly("car", "fruit");

            loaded.train(Samples.fruitOrCar()); // with the encoder that it was given
            assertThat(again.counts()).containsKey("a ripe apple");
            loaded.save(directory.resolve("second"));
        }
        MultiheadClassifier.load(directory.resolve("second"), again.encoder()).close();
    }

    @Test
    void save_keepsItsPrecisionWhateverIsAskedFor() throws IOException {
        try (MultiheadClassifier classifier = quick(embedding.encoder()).build()) {
            classifier.train(Samples.fruitOrCar());
            classifier.save(directory.resolve("plain"));
            classifier.save(directory.resolve("bytes"), WeightPrecision.INT8);
        }
        assertThat(directory.resolve("bytes/manifest.json"))
                .hasSameTextualContentAs(directory.resolve("plain/manifest.json"));
    }

    @Test
    void load_withoutTheFunctionSaysHow() {
        saved();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(directory))
                .withMessage("the model in " + directory + " was trained on embedding 'words' of dimension 24, whose"
                        + " function is not saved with it: load it with MultiheadClassifier.load(directory,"
                        + " Encoders.embedding(\"words\", 24, function))");
    }

    @Test
    void load_refusesAnotherNameOrDimension() {
        saved();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(directory, Encoders.embedding("letters", 24, embedding)))
                .withMessage(
                        "the model in " + directory + " was trained on embedding 'words' of dimension 24, and cannot"
                                + " be loaded with embedding 'letters' of dimension 24");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(directory, Encoders.embedding("words", 25, embedding)))
                .withMessageContaining("cannot be loaded with embedding 'words' of dimension 25");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(directory, null))
                .withMessage("encoder must not be null");
    }

    @Test
    void load_refusesAnEmbeddingForAModelOfNGrams() {
        try (MultiheadClassifier ngrams = Samples.fruitClassifier()) {
            ngrams.save(directory);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(directory, embedding.encoder()))
                .withMessage("the model in " + directory + " has its own n-grams, and takes no other: load it with"
                        + " MultiheadClassifier.load(directory)");
    }

    private void saved() {
        try (MultiheadClassifier classifier = quick(embedding.encoder()).build()) {
            classifier.train(Samples.fruitOrCar());
            classifier.save(directory);
        }
    }

    @Test
    void explain_isForNGramsOnly() {
        try (MultiheadClassifier classifier = quick(embedding.encoder()).build()) {
            classifier.train(Samples.fruitOrCar());
            String message =
                    "only a model of n-grams can be explained: it knows what each part of a text says, and this"
                            + " one is given vectors of whole texts. Train one with Encoders.ngrams() to look at the data";
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.explain("a ripe apple", "thing"))
                    .withMessage(message);
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.explain("a ripe apple", "thing", "car"))
                    .withMessage(message);
        }
    }

    @Test
    void train_refusesVectorsThatAreNotAsPromised() {
        assertRefused(texts -> null, "null");
        assertRefused(texts -> List.of(), "0 vectors for 24 texts");
        assertRefused(texts -> Collections.nCopies(texts.size() + 1, new float[2]), "25 vectors for 24 texts");
        assertRefused(texts -> Collections.nCopies(texts.size(), null), "null for text 1 of 24");
        assertRefused(texts -> vectorsWith(texts, 2, new float[3]), "a vector of length 3 for text 3 of 24");
        assertRefused(texts -> vectorsWith(texts, 23, new float[] {0, Float.NaN}), "NaN for text 24 of 24");
        assertRefused(
                texts -> vectorsWith(texts, 0, new float[] {Float.NEGATIVE_INFINITY, 0}), "-Infinity for text 1 of 24");
    }

    private static List<float[]> vectorsWith(List<String> texts, int index, float[] vector) {
        List<float[]> vectors = new ArrayList<>(Collections.nCopies(texts.size(), new float[2]));
        vectors.set(index, vector);
        return vectors;
    }

    private static void assertRefused(Function<List<String>, List<float[]>> function, String what) {
        try (MultiheadClassifier classifier =
                quick(Encoders.embedding("broken", 2, function)).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .withMessage("embedding 'broken' returned " + what
                            + ". It must return 2 finite numbers for each text, in their order");
        }
    }

    @Test
    void predict_checksVectorsToo() {
        List<float[]> next = new ArrayList<>();
        EmbeddingEncoder encoder = Encoders.embedding(
                "words", Embedding.DIMENSION, texts -> next.isEmpty() ? embedding.apply(texts) : next);
        try (MultiheadClassifier classifier = quick(encoder).build()) {
            classifier.train(Samples.fruitOrCar());
            next.add(new float[1]);
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.predict("not seen", "thing"))
                    .withMessageContaining("returned a vector of length 1 for text 1 of 1");
        }
    }

    @Test
    void train_passesOnWhatTheFunctionThrowsAndKeepsWhatItHad() {
        UncheckedIOException failure = new UncheckedIOException(new IOException("503"));
        List<Integer> failing = new ArrayList<>(List.of(3)); // the third call
        EmbeddingEncoder encoder = Encoders.embedding("words", Embedding.DIMENSION, texts -> {
                    if (embedding.calls().size() + 1 == failing.get(0)) {
                        failing.set(0, -1);
                        throw failure;
                    }
                    return embedding.apply(texts);
                })
                .withBatchSize(10);
        try (MultiheadClassifier classifier = quick(encoder).build()) {
            assertThatThrownBy(() -> classifier.train(Samples.fruitOrCar())).isSameAs(failure);
            assertThat(classifier.tasks()).isEmpty();
            assertThat(embedding.counts()).hasSize(20);

            classifier.train(Samples.fruitOrCar());
            assertThat(embedding.counts()).hasSize(24 + 2);
            assertThat(embedding.counts().values()).containsOnly(1);
        }
    }

    @Test
    void train_canBeInterruptedBetweenBatches() {
        EmbeddingEncoder encoder = Encoders.embedding("words", Embedding.DIMENSION, texts -> {
                    Thread.currentThread().interrupt();
                    return embedding.apply(texts);
                })
                .withBatchSize(10);
        try (MultiheadClassifier classifier = quick(encoder).build()) {
            assertThatThrownBy(() -> classifier.train(Samples.fruitOrCar()))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("interrupted after 10 of 24 embeddings");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(embedding.calls()).hasSize(1);
        }
    }

    @Test
    void vectors_areCopied() {
        float[] reused = new float[Embedding.DIMENSION];
        EmbeddingEncoder encoder = Encoders.embedding("words", Embedding.DIMENSION, texts -> {
                    System.arraycopy(Embedding.vector(texts.get(0)), 0, reused, 0, reused.length);
                    return List.of(reused);
                })
                .withBatchSize(1);
        try (MultiheadClassifier classifier = quick(encoder).build();
                MultiheadClassifier expected = quick(embedding.encoder()).build()) {
            classifier.train(Samples.fruitOrCar());
            expected.train(Samples.fruitOrCar());
            assertThat(classifier.predict(THINGS, "thing")).isEqualTo(expected.predict(THINGS, "thing"));
        }
    }

    @Test
    void texts_cannotBeChangedByTheFunction() {
        EmbeddingEncoder encoder = Encoders.embedding("words", Embedding.DIMENSION, texts -> {
            assertThatThrownBy(() -> texts.set(0, "x")).isInstanceOf(UnsupportedOperationException.class);
            return embedding.apply(texts);
        });
        assertThat(encoder.texts().encode(Arrays.asList("a", "b"))).hasSize(2);
    }

    @Test
    void options_haveDefaultsAndBounds() {
        EmbeddingEncoder encoder = embedding.encoder();
        assertThat(encoder.name()).isEqualTo("words");
        assertThat(encoder.dimension()).isEqualTo(24);
        assertThat(encoder.batchSize()).isEqualTo(64);
        assertThat(encoder.cacheSize()).isEqualTo(10_000);
        assertThat(encoder).hasToString("EmbeddingEncoder[name=words, dimension=24]");
        assertThat(encoder.withBatchSize(7).withCacheSize(3).batchSize()).isEqualTo(7);
        assertThat(encoder.withCacheSize(3).withBatchSize(7).cacheSize()).isEqualTo(3);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.embedding(" ", 2, embedding))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.embedding("words", 0, embedding))
                .withMessage("dimension must be in [1, 65536] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.embedding("words", 65_537, embedding))
                .withMessage("dimension must be in [1, 65536] but was 65537");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.embedding("words", 2, null))
                .withMessage("function must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.withBatchSize(0))
                .withMessage("batchSize must be in [1, 1000] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.withBatchSize(1001))
                .withMessage("batchSize must be in [1, 1000] but was 1001");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.withCacheSize(-1))
                .withMessageStartingWith("cacheSize must be in [0, ");
    }

    @Test
    void config_withAFunctionCannotBeWritten() {
        assertThatIllegalStateException()
                .isThrownBy(() -> MultiheadConfig.defaults()
                        .withEncoder(embedding.encoder())
                        .toJson())
                .withMessage("the function of embedding 'words' cannot be written: write"
                        + " withEncoder(Encoders.ngrams()), and set the encoder of the classifier's builder after its"
                        + " config");
    }

    @Test
    void build_refusesFeatureDropoutWithoutNGrams() {
        MultiheadClassifier.Builder builder = MultiheadClassifier.builder()
                .training(TrainingConfig.defaults().withFeatureDropout(0.3))
                .encoder(embedding.encoder());
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage(
                        "featureDropout leaves out n-grams, and embedding 'words' has none: set the head's dropout");
        builder.encoder(Encoders.ngrams()).build().close();
    }
}
