package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.HuggingFaceEncoder.Pooling;
import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.ModelDirectory;
import io.rapidfit.classifier.internal.files.PretrainedEncoder;
import io.rapidfit.classifier.internal.files.Safetensors;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Split;
import io.rapidfit.metrics.AnalysisResult;
import io.rapidfit.model.Prediction;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HuggingFaceEncoderTest {

    private static final Dataset MOODS = TinyEncoder.moods(80);
    private static final List<String> TEXTS = Samples.texts(MOODS);

    @TempDir
    Path home;

    private Path directory;
    private Path model;

    @BeforeEach
    void writeEncoder() throws Exception {
        directory = TinyEncoder.write(home.resolve("encoder"));
        model = home.resolve("model");
    }

    private MultiheadClassifier.Builder quick() {
        return MultiheadClassifier.builder()
                .encoder(Encoders.huggingFace(directory))
                .epochs(30)
                .learningRate(0.01);
    }

    private MultiheadClassifier trained(HuggingFaceEncoder encoder) {
        MultiheadClassifier classifier = quick().encoder(encoder).build();
        classifier.train(MOODS);
        return classifier;
    }

    @Test
    void train_learnsFromVectorsOfTheEncoder() {
        try (MultiheadClassifier classifier = quick().build()) {
            classifier.train(MOODS);

            assertThat(accuracy(classifier.analyze(Split.TEST))).isGreaterThan(0.8);
            assertThat(accuracy(classifier.analyze(Split.VALIDATION))).isGreaterThan(0.8);
            assertThat(classifier.predict("the film is good", "mood").label()).isEqualTo("glad");
            assertThat(classifier.predict("the film is bad", "mood").label()).isEqualTo("sad");
            assertThat(accuracy(classifier.crossValidate(MOODS, 2))).isGreaterThan(0.8);
            assertThatIllegalStateException()
                    .isThrownBy(() -> classifier.explain("good", "mood"))
                    .withMessageStartingWith("only a model of n-grams can be explained");
        }
    }

    private static double accuracy(AnalysisResult result) {
        return Objects.requireNonNull(result.tasks().get("mood")).accuracy();
    }

    @Test
    void train_againIsTheSameAndNeedsTheFilesOnce() throws Exception {
        try (MultiheadClassifier classifier = quick().build()) {
            classifier.train(MOODS);
            List<Prediction> first = classifier.predict(TEXTS, "mood");
            delete(directory);

            classifier.train(MOODS);
            assertThat(classifier.predict(TEXTS, "mood")).isEqualTo(first);
        }
    }

    @Test
    void train_refusesItsDataBeforeItLooksForTheEncoder() {
        try (MultiheadClassifier classifier =
                quick().encoder(Encoders.huggingFace(home.resolve("nowhere"))).build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> classifier.train(Dataset.of(List.of())))
                    .withMessageStartingWith("no data");
            assertThatExceptionOfType(ModelFormatException.class)
                    .isThrownBy(() -> classifier.train(MOODS))
                    .withMessage(home.resolve("nowhere") + ": not a directory")
                    .satisfies(e -> assertThat(e.file()).isEqualTo(home.resolve("nowhere")));
        }
    }

    @Test
    void save_refersToTheDirectoryByDefault() throws Exception {
        List<Prediction> expected = save(Encoders.huggingFace(directory));

        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.map(f -> f.getFileName().toString().replaceAll("-[0-9a-f]{12}", "")))
                    .containsExactlyInAnyOrder("manifest.json", "weights.safetensors");
        }
        assertThat(Files.readString(model.resolve("manifest.json")))
                .contains("\"formatVersion\" : 5")
                .contains("\"directory\" : \"" + directory + "\"");
        assertPredicts(expected, MultiheadClassifier.load(model));
    }

    private List<Prediction> save(HuggingFaceEncoder encoder) {
        try (MultiheadClassifier classifier = trained(encoder)) {
            classifier.save(model);
            return classifier.predict(TEXTS, "mood");
        }
    }

    private static void assertPredicts(List<Prediction> expected, MultiheadClassifier loaded) {
        try (loaded) {
            assertThat(loaded.predict(TEXTS, "mood")).isEqualTo(expected);
        }
    }

    @Test
    void save_wholeNeedsNothingElse() throws Exception {
        List<Prediction> expected = save(Encoders.huggingFace(directory).withSavedWhole(true));
        delete(directory);

        assertPredicts(expected, MultiheadClassifier.load(model));
        Path moved = Files.move(model, home.resolve("moved"));
        assertPredicts(expected, MultiheadClassifier.load(moved));
    }

    @Test
    void save_ofALoadedModelIsAsTheFirst() throws Exception {
        List<Prediction> expected = save(Encoders.huggingFace(directory).withSavedWhole(true));
        List<Path> before = tree(model);
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            loaded.save(model);
            assertThat(tree(model)).isEqualTo(before);
            loaded.train(MOODS);
            loaded.save(home.resolve("second"));
        }
        assertPredicts(expected, MultiheadClassifier.load(model));
        assertThat(tree(home.resolve("second"))).hasSameSizeAs(before);
    }

    @Test
    void save_removesTheEncoderOfTheModelThatItReplaces() throws Exception {
        save(Encoders.huggingFace(directory).withSavedWhole(true));
        TinyEncoder.write(directory, 2);
        List<Prediction> expected = save(Encoders.huggingFace(directory).withSavedWhole(true));
        try (Stream<Path> files = Files.list(model)) {
            assertThat(files.filter(Files::isDirectory)).hasSize(1);
        }
        assertPredicts(expected, MultiheadClassifier.load(model));

        save(Encoders.huggingFace(directory));
        assertThat(tree(model)).filteredOn(Files::isDirectory).containsExactly(model);
    }

    @Test
    void save_wholeHoldsWhatWasLoadedWhateverBecameOfTheFiles() throws Exception {
        try (MultiheadClassifier classifier =
                trained(Encoders.huggingFace(directory).withSavedWhole(true))) {
            List<Prediction> expected = classifier.predict(TEXTS, "mood");
            TinyEncoder.write(directory, 2);
            classifier.save(model);
            assertPredicts(expected, MultiheadClassifier.load(model));

            delete(directory);
            classifier.save(home.resolve("later"));
            assertPredicts(expected, MultiheadClassifier.load(home.resolve("later")));
        }
    }

    @Test
    void save_ofALoadedModelNeedsNotTheOneItWasLoadedFrom() throws Exception {
        List<Prediction> expected = save(Encoders.huggingFace(directory).withSavedWhole(true));
        try (MultiheadClassifier loaded = MultiheadClassifier.load(model)) {
            save(Encoders.huggingFace(TinyEncoder.write(directory, 2)).withSavedWhole(true)); // in its place
            loaded.save(home.resolve("copy"));
        }
        assertPredicts(expected, MultiheadClassifier.load(home.resolve("copy")));
    }

    @Test
    void load_refusesADirectoryThatHasChanged() throws Exception {
        save(Encoders.huggingFace(directory));
        TinyEncoder.write(directory, 2);
        assertChanged(directory);
        TinyEncoder.write(directory, 1);
        MultiheadClassifier.load(model).close();

        for (String file : List.of("config.json", "tokenizer.json", "modules.json", "1_Pooling/config.json")) {
            Path changed = directory.resolve(file);
            String content = Files.readString(changed);
            Files.writeString(changed, content + " ");
            assertChanged(directory);
            Files.writeString(changed, content);
        }
    }

    @Test
    void load_refusesAWholeModelWhoseEncoderHasChanged() throws Exception {
        save(Encoders.huggingFace(directory).withSavedWhole(true));
        try (Stream<Path> files = Files.list(model)) {
            Path encoder = files.filter(Files::isDirectory).findFirst().orElseThrow();
            TinyEncoder.write(encoder, 2);
            assertChanged(encoder);
            delete(encoder);
            assertThatExceptionOfType(ModelFormatException.class)
                    .isThrownBy(() -> MultiheadClassifier.load(model))
                    .withMessage(encoder + ": not a directory");
        }
    }

    private void assertChanged(Path encoder) {
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MultiheadClassifier.load(model))
                .withMessageMatching("\\Q" + encoder
                        + "\\E: not the encoder that the model was trained on: its files have SHA-256 [0-9a-f]{64},"
                        + " those of the training had [0-9a-f]{64}. Bring these back, or train the model anew");
    }

    @Test
    void load_blamesNoFileOfTheModelForWhatKeepsTheEncoderAway() throws Exception {
        save(Encoders.huggingFace(directory));
        for (Exception why : List.of(
                new IllegalArgumentException("HF_ENDPOINT must be an address but was 'here'"),
                new AccessDeniedException("model.safetensors"),
                new BadModelFile(directory, "not a directory"))) {
            AtomicInteger attempts = new AtomicInteger();
            assertThatThrownBy(() -> ModelDirectory.load(model, null, (reference, in) -> {
                        attempts.incrementAndGet();
                        return fail(why);
                    }))
                    .isSameAs(why);
            assertThat(attempts).hasValue(1);
        }
    }

    @Test
    void load_namesAFileOfTheEncoderThatDisappears() {
        save(Encoders.huggingFace(directory));

        assertThatExceptionOfType(BadModelFile.class)
                .isThrownBy(() -> ModelDirectory.load(model, null, (reference, in) -> {
                    throw new NoSuchFileException("model.safetensors");
                }))
                .withMessage("model.safetensors: missing");
    }

    private static PretrainedEncoder fail(Exception why) throws IOException, BadModelFile {
        if (why instanceof IOException e) {
            throw e;
        }
        if (why instanceof BadModelFile e) {
            throw e;
        }
        throw (RuntimeException) why;
    }

    @Test
    void trainAndLoad_nameAShardThatIsMissing() throws Exception {
        Path shard = directory.resolve("model-00001-of-00001.safetensors");
        Files.move(directory.resolve("model.safetensors"), shard);
        Files.writeString(
                directory.resolve("model.safetensors.index.json"),
                Safetensors.readHeader(shard).keySet().stream()
                        .map(name -> "\"" + name + "\":\"" + shard.getFileName() + "\"")
                        .collect(Collectors.joining(",", "{\"weight_map\":{", "}}")));
        save(Encoders.huggingFace(directory));
        Files.delete(shard);

        String message = shard + ": missing, though model.safetensors.index.json names it";
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> trained(Encoders.huggingFace(directory)))
                .withMessage(message);
        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MultiheadClassifier.load(model))
                .withMessage(message)
                .satisfies(e -> assertThat(e.file()).isEqualTo(shard));
    }

    @ParameterizedTest
    @EnumSource(Pooling.class)
    void save_wholeSaysHowTokensBecomeAVector(Pooling pooling) throws Exception {
        // which sentence-transformers has, and there is no other way to compute than the one that was asked for
        Files.writeString(directory.resolve("1_Pooling/config.json"), "{\"pooling_mode\":\"lasttoken\"}");
        List<Prediction> expected =
                save(Encoders.huggingFace(directory).withPooling(pooling).withSavedWhole(true));

        try (Stream<Path> files = Files.list(model)) {
            Path encoder = files.filter(Files::isDirectory).findFirst().orElseThrow();
            assertThat(PretrainedDirectory.read(encoder).pooling()).hasToString(pooling.toString());
        }
        assertPredicts(expected, MultiheadClassifier.load(model));
    }

    @Test
    void load_takesTheEncoderFromElsewhere() throws Exception {
        List<Prediction> expected =
                save(Encoders.huggingFace(directory).withMaxLength(6).withPooling(Pooling.CLS));
        Path moved = Files.move(directory, home.resolve("moved"));

        assertThatExceptionOfType(ModelFormatException.class)
                .isThrownBy(() -> MultiheadClassifier.load(model))
                .withMessage(directory + ": not a directory");
        assertPredicts(expected, MultiheadClassifier.load(model, Encoders.huggingFace(moved)));
    }

    @Test
    void load_refusesAnotherKindOfEncoder() throws Exception {
        save(Encoders.huggingFace(directory));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(model, new Embedding().encoder()))
                .withMessage("the model in " + model + " has encoder " + directory
                        + ", and takes no other: load it with MultiheadClassifier.load(directory)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(model, Encoders.ngrams()))
                .withMessage("a model of n-grams has them with it: load it with MultiheadClassifier.load(directory)");

        Path ngrams = home.resolve("ngrams");
        try (MultiheadClassifier classifier = Samples.fruitClassifier()) {
            classifier.save(ngrams);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadClassifier.load(ngrams, Encoders.huggingFace(directory)))
                .withMessage("the model in " + ngrams + " has its own n-grams, and takes no other: load it with"
                        + " MultiheadClassifier.load(directory)");
    }

    @Test
    void poolingAndMaxLength_decideTheVectors() {
        List<Prediction> mean = predictions(Encoders.huggingFace(directory));

        assertThat(predictions(Encoders.huggingFace(directory).withPooling(Pooling.MEAN)))
                .isEqualTo(mean); // which is what the files say
        assertThat(predictions(Encoders.huggingFace(directory).withPooling(Pooling.CLS)))
                .isNotEqualTo(mean);
        assertThat(predictions(Encoders.huggingFace(directory).withPooling(Pooling.MAX)))
                .isNotEqualTo(mean);
        assertThat(predictions(Encoders.huggingFace(directory).withMaxLength(24)))
                .isEqualTo(mean); // longer than any text
        assertThat(predictions(Encoders.huggingFace(directory).withMaxLength(4)))
                .isNotEqualTo(mean);
    }

    private List<Prediction> predictions(HuggingFaceEncoder encoder) {
        try (MultiheadClassifier classifier = trained(encoder)) {
            return classifier.predict(TEXTS, "mood");
        }
    }

    @Test
    void huggingFace_hasDefaults() {
        assertThat(Encoders.huggingFace("org/model"))
                .isEqualTo(new HuggingFaceEncoder("org/model", "main", null, 128, null, false, null));
        assertThat(Encoders.huggingFace(directory))
                .isEqualTo(new HuggingFaceEncoder(null, null, directory, 128, null, false, null));
    }

    @Test
    void huggingFace_refusesWhatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HuggingFaceEncoder(null, null, null, 128, null, false, null))
                .withMessage("either a name or a directory must be given");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HuggingFaceEncoder("a/b", "main", directory, 128, null, false, null))
                .withMessage("either a name or a directory must be given");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace(directory).withRevision("main"))
                .withMessage("a directory has no revision, but it was 'main'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace("../up"))
                .withMessage("name must be like organisation/name, as the hub shows it, but was '../up'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace("a/b").withRevision("a b"))
                .withMessage("revision must be a branch, a tag or a commit, but was 'a b'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace(directory).withMaxLength(2))
                .withMessage("maxLength must be in [3, 2147483647] but was 2");
        assertThatIllegalArgumentException().isThrownBy(() -> Encoders.huggingFace((Path) null));
        assertThatIllegalArgumentException().isThrownBy(() -> Encoders.huggingFace((String) null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace(directory).withPooling(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.huggingFace("a/b").withRevision(null));
    }

    @Test
    void build_refusesADropoutOfNGrams() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> quick().training(TrainingConfig.defaults().withFeatureDropout(0.1))
                        .build())
                .withMessage("featureDropout leaves out n-grams, and a Hugging Face encoder has none: set the head's"
                        + " dropout");
    }

    @Test
    void config_isWrittenAndReadAgain() {
        for (HuggingFaceEncoder encoder : List.of(
                Encoders.huggingFace("org/model").withRevision("v2").withPooling(Pooling.MAX),
                Encoders.huggingFace(Path.of("models", "tiny"))
                        .withMaxLength(64)
                        .withSavedWhole(true))) {
            MultiheadConfig config = MultiheadConfig.defaults().withEncoder(encoder);
            assertThat(MultiheadConfig.fromJson(config.toJson())).isEqualTo(config);
        }
        assertThat(MultiheadConfig.fromJson("{\"encoder\":{\"type\":\"huggingFace\",\"name\":\"org/model\"}}")
                        .encoder())
                .isEqualTo(Encoders.huggingFace("org/model"));
        assertThat(MultiheadConfig.fromJson("{\"encoder\":{\"type\":\"huggingFace\",\"directory\":\"a/b\"}}")
                        .encoder())
                .isEqualTo(Encoders.huggingFace(Path.of("a/b")));
    }

    private static List<Path> tree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.sorted().toList();
        }
    }

    private static void delete(Path root) throws IOException {
        List<Path> paths = new ArrayList<>(tree(root));
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.delete(paths.get(i));
        }
    }
}
