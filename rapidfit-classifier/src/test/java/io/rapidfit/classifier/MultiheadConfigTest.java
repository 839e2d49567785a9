package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.HeadConfig.Activation;
import io.rapidfit.classifier.LossConfig.ClassWeights;
import io.rapidfit.classifier.MultiheadConfig.TaskSampling;
import io.rapidfit.classifier.TrainingConfig.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiheadConfigTest {

    /** No option has its default. */
    private static final MultiheadConfig FULL = MultiheadConfig.defaults()
            .withEncoder(new NGramEncoder(64, 3, 1, 5, 2))
            .withTraining(TrainingConfig.defaults()
                    .withEpochs(20)
                    .withLearningRate(0.01)
                    .withBatchSize(16)
                    .withWarmUp(0.1)
                    .withSchedule(Schedule.COSINE)
                    .withWeightDecay(0.001)
                    .withMaxGradientNorm(1.5)
                    .withFeatureDropout(0.3)
                    .withLabelNames(false)
                    .withSeed(Long.MIN_VALUE))
            .withHead(HeadConfig.defaults()
                    .withHiddenLayers(2)
                    .withMultiplier(0.5)
                    .withActivation(Activation.SILU)
                    .withDropout(0.2)
                    .withNested(false))
            .withLoss(LossConfig.defaults()
                    .withLabelSmoothing(0.05)
                    .withClassWeights(ClassWeights.BALANCED)
                    .withFocalGamma(2)
                    .withTaskWeight("topic", 2)
                    .withTaskWeight("\u0645\u0648\u0636\u0648\u0639", 0.5))
            .withEvaluation(EvaluationConfig.defaults()
                    .withRefit(false)
                    .withCalibrate(false)
                    .withPatience(3)
                    .withAbstention(Abstention.maxErrorRate(0.05))
                    .withFolds(10))
            .withTaskSampling(TaskSampling.SQRT);

    @TempDir
    Path directory;

    @Test
    void toJson_isTheGoldenFile() throws IOException {
        assertThat(FULL.toJson().replace("\r", "")).isEqualTo(golden("config-full.json"));
        assertThat(MultiheadConfig.defaults().toJson().replace("\r", "")).isEqualTo(golden("config-defaults.json"));
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = MultiheadConfigTest.class.getResourceAsStream("/config/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().replace("\r", "");
        }
    }

    @Test
    void fromJson_readsWhatToJsonWrites() {
        assertThat(MultiheadConfig.fromJson(FULL.toJson())).isEqualTo(FULL);
        assertThat(MultiheadConfig.fromJson(MultiheadConfig.defaults().toJson()))
                .isEqualTo(MultiheadConfig.defaults());
    }

    @Test
    void fromJson_readsTheGoldenFile() throws IOException {
        assertThat(MultiheadConfig.fromJson(golden("config-full.json"))).isEqualTo(FULL);
    }

    @Test
    void fromJson_ofNothingIsTheDefaults() {
        assertThat(MultiheadConfig.fromJson("{}")).isEqualTo(MultiheadConfig.defaults());
        assertThat(MultiheadConfig.fromJson(" {\"training\": {}, \"loss\": {\"taskWeights\": {}}, \"encoder\": {}} "))
                .isEqualTo(MultiheadConfig.defaults());
    }

    @Test
    void fromJson_takesAPart() {
        assertThat(MultiheadConfig.fromJson("""
                                {"training": {"epochs": 7, "schedule": "COSINE"},
                                 "encoder": {"dimension": 32},
                                 "evaluation": {"abstention": {"aim": "MIN_COVERAGE", "value": 0.9}},
                                 "loss": {"taskWeights": {"topic": 2}}}
                                """))
                .isEqualTo(MultiheadConfig.defaults()
                        .withTraining(TrainingConfig.defaults().withEpochs(7).withSchedule(Schedule.COSINE))
                        .withEncoder(Encoders.ngrams().withDimension(32))
                        .withEvaluation(EvaluationConfig.defaults().withAbstention(Abstention.minCoverage(0.9)))
                        .withLoss(LossConfig.defaults().withTaskWeight("topic", 2)));
    }

    @Test
    void fromJson_takesNullForWhatTheDataDecides() {
        assertThat(MultiheadConfig.fromJson("{\"training\": {\"epochs\": null}, \"encoder\": {\"dimension\": null}}"))
                .isEqualTo(MultiheadConfig.defaults());
    }

    @Test
    void infiniteMaxGradientNorm_survives() {
        assertThat(MultiheadConfig.defaults()
                        .withTraining(TrainingConfig.defaults().withMaxGradientNorm(Double.POSITIVE_INFINITY))
                        .toJson())
                .contains("\"maxGradientNorm\" : \"Infinity\"");
        assertThat(MultiheadConfig.fromJson("{\"training\": {\"maxGradientNorm\": \"Infinity\"}}")
                        .training()
                        .maxGradientNorm())
                .isInfinite();
        assertThat(MultiheadConfig.fromJson("{\"training\": {\"maxGradientNorm\": 2}}")
                        .training()
                        .maxGradientNorm())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'trainin': {}} | trainin: Unrecognized field",
                "{'training': {'epoch': 3}} | training.epoch: Unrecognized field",
                "{'encoder': {'dim': 3}} | encoder.dim: Unrecognized field",
                "{'evaluation': {'abstention': {'goal': 1}}} | evaluation.abstention.goal: Unrecognized field"
            })
    void fromJson_refusesANameThatItDoesNotKnow(String json, String message) {
        assertRefused(json, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'training': {'epochs': 'many'}} | training.epochs: ",
                "{'training': {'epochs': '12'}} | training.epochs: ",
                "{'training': {'epochs': 1.5}} | training.epochs: ",
                "{'training': {'epochs': true}} | training.epochs: ",
                "{'training': {'epochs': [3]}} | training.epochs: ",
                "{'training': {'seed': null}} | training.seed: ",
                "{'training': {'seed': 1e30}} | training.seed: ",
                "{'training': {'learningRate': '0.1'}} | training.learningRate: ",
                "{'training': {'labelNames': 1}} | training.labelNames: ",
                "{'training': {'labelNames': 'true'}} | training.labelNames: ",
                "{'training': {'schedule': 'linear'}} | training.schedule: ",
                "{'training': {'schedule': 1}} | training.schedule: ",
                "{'training': {'schedule': ''}} | training.schedule: ",
                "{'training': 3} | training: ",
                "{'training': []} | training: ",
                "{'training': 'defaults'} | training: ",
                "{'taskSampling': 'ALL'} | taskSampling: ",
                "{'loss': {'taskWeights': {'a': 'b'}}} | loss.taskWeights.a: ",
                "{'loss': {'taskWeights': 3}} | loss.taskWeights: ",
                "{'encoder': {'type': 'transformer'}} | encoder: ",
                "{'encoder': 'ngrams'} | encoder: ",
            })
    void fromJson_refusesAValueOfTheWrongKind(String json, String message) {
        assertRefused(json, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'training': {'epochs': 0}} | training: epochs must be in [1, 100000] but was 0",
                "{'training': {'maxGradientNorm': 'NaN'}} | training: maxGradientNorm must be positive but was NaN",
                "{'training': {'schedule': null}} | training: schedule must not be null",
                "{'training': null} | training must not be null",
                "{'head': {'hiddenLayers': 5}} | head: hiddenLayers must be in [0, 4] but was 5",
                "{'encoder': {'minChars': 9}} | encoder: minChars must be in [1, 8] but was 9",
                "{'loss': {'taskWeights': {'a': 0}}} | loss: the weight of task 'a' must be positive and finite but was 0.0",
                "{'loss': {'taskWeights': {'a': null}}} | loss: the weight of task 'a' must not be null",
                "{'evaluation': {'abstention': {'value': 2}}} | evaluation.abstention: value must be in [0.0, 1.0] but was 2.0",
            })
    void fromJson_refusesAValueOutOfRange(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadConfig.fromJson(json.replace('\'', '"')))
                .withMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "3", "null", "\"text\""})
    void fromJson_refusesWhatIsNoObject(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadConfig.fromJson(json))
                .withMessage("not a JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'training': {}, 'training': {}} | Duplicate field 'training'",
                "{'training': {'epochs': 1, 'epochs': 2}} | Duplicate field 'epochs'",
                "{ | not JSON: Unexpected end-of-input",
                "{'training': {'seed': } | not JSON: ",
                "{} {} | Trailing token",
                "{} x | not JSON: Unrecognized token 'x'",
            })
    void fromJson_refusesWhatIsNotOneDocument(String json, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadConfig.fromJson(json.replace("'", "\"")))
                .withMessageContaining(message);
    }

    @Test
    void fromJson_refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadConfig.fromJson(null))
                .withMessage("json must not be null");
    }

    private static void assertRefused(String json, String message) {
        assertThatThrownBy(() -> MultiheadConfig.fromJson(json.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("Source:");
    }

    @Test
    void write_isReadAgain() throws IOException {
        Path file = directory.resolve("config.json");
        Files.writeString(file, "something else that was there before and is longer than it".repeat(100));
        FULL.write(file);

        assertThat(Files.readString(file)).isEqualTo(FULL.toJson());
        assertThat(MultiheadConfig.read(file)).isEqualTo(FULL);
        assertThat(directory).isDirectoryContaining(file::equals).isDirectoryNotContaining(f -> !f.equals(file));
    }

    @Test
    void read_namesTheFileInWhatItRefuses() throws IOException {
        Path file = directory.resolve("config.json");
        Files.writeString(file, "{\"training\": {\"epochs\": 0}}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultiheadConfig.read(file))
                .withMessage(file + ": training: epochs must be in [1, 100000] but was 0");
        assertThatThrownBy(() -> MultiheadConfig.read(directory.resolve("none.json")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + directory.resolve("none.json"));
        assertThatThrownBy(() -> FULL.write(file.resolve("below a file.json")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot write " + file.resolve("below a file.json"));
    }

    @Test
    void defaults_areTheDocumentedOnes() {
        assertThat(TrainingConfig.defaults())
                .isEqualTo(new TrainingConfig(null, null, null, null, Schedule.LINEAR, null, null, null, true, 42));
        assertThat(HeadConfig.defaults()).isEqualTo(new HeadConfig(null, 1, Activation.GELU, null, true));
        assertThat(LossConfig.defaults()).isEqualTo(new LossConfig(null, ClassWeights.SQRT, 0, Map.of()));
        assertThat(EvaluationConfig.defaults()).isEqualTo(new EvaluationConfig(true, true, 0, Abstention.never(), 5));
        assertThat(MultiheadConfig.defaults())
                .isEqualTo(new MultiheadConfig(
                        Encoders.ngrams(),
                        TrainingConfig.defaults(),
                        HeadConfig.defaults(),
                        LossConfig.defaults(),
                        EvaluationConfig.defaults(),
                        TaskSampling.PROPORTIONAL));
    }

    @Test
    void options_outOfRangeAreRefused() {
        TrainingConfig training = TrainingConfig.defaults();
        assertRefused(() -> training.withWarmUp(1), "warmUp must be at least 0 and less than 1 but was 1.0");
        assertRefused(() -> training.withWeightDecay(-0.1), "weightDecay must be in [0.0, 1.0] but was -0.1");
        assertRefused(() -> training.withMaxGradientNorm(0), "maxGradientNorm must be positive but was 0.0");
        assertRefused(
                () -> training.withFeatureDropout(1), "featureDropout must be at least 0 and less than 1 but was 1.0");
        assertRefused(() -> training.withSchedule(null), "schedule must not be null");
        HeadConfig head = HeadConfig.defaults();
        assertRefused(() -> head.withHiddenLayers(-1), "hiddenLayers must be in [0, 4] but was -1");
        assertRefused(() -> head.withMultiplier(0), "multiplier must be positive and finite but was 0.0");
        assertRefused(() -> head.withMultiplier(16.5), "multiplier must be in [0.0, 16.0] but was 16.5");
        assertRefused(() -> head.withActivation(null), "activation must not be null");
        LossConfig loss = LossConfig.defaults();
        assertRefused(() -> loss.withFocalGamma(11), "focalGamma must be in [0.0, 10.0] but was 11.0");
        assertRefused(() -> loss.withClassWeights(null), "classWeights must not be null");
        assertRefused(
                () -> loss.withTaskWeight("t", Double.NaN),
                "the weight of task 't' must be positive and finite but was NaN");
        EvaluationConfig evaluation = EvaluationConfig.defaults();
        assertRefused(() -> evaluation.withPatience(-1), "patience must be in [0, 100000] but was -1");
        assertRefused(() -> evaluation.withFolds(1), "folds must be in [2, 1000] but was 1");
        assertRefused(() -> evaluation.withAbstention(null), "abstention must not be null");
        assertRefused(() -> Abstention.maxErrorRate(1.1), "value must be in [0.0, 1.0] but was 1.1");
        assertRefused(() -> Abstention.minCoverage(Double.NaN), "value must be in [0.0, 1.0] but was NaN");
        assertRefused(() -> MultiheadConfig.defaults().withTaskSampling(null), "taskSampling must not be null");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void taskWeights_areACopyInTheirOrder() {
        Map<String, Double> weights = new LinkedHashMap<>();
        weights.put("b", 1.0);
        weights.put("a", 2.0);
        LossConfig loss = new LossConfig(null, ClassWeights.NONE, 0, weights);
        weights.put("c", 3.0);

        assertThat(loss.taskWeights()).containsExactly(Map.entry("b", 1.0), Map.entry("a", 2.0));
        assertThat(loss.withTaskWeight("b", 4).taskWeights()).containsExactly(Map.entry("b", 4.0), Map.entry("a", 2.0));
        assertThat(loss.taskWeights()).containsEntry("b", 1.0);
    }
}
