package io.rapidfit.classifier.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.classifier.internal.files.Manifest.TaskEntry;
import io.rapidfit.classifier.internal.serve.Activation;
import io.rapidfit.classifier.internal.serve.Answer;
import io.rapidfit.classifier.internal.serve.Head;
import io.rapidfit.classifier.internal.serve.NGramModel;
import io.rapidfit.classifier.internal.serve.Precision;
import io.rapidfit.classifier.internal.serve.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads with more than one linear layer, and what is kept of them. */
class HeadFormatTest {

    private static final TaskEntry FINE = TaskEntry.linear("fine", List.of("a", "b", "c"));

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Activation.class)
    void load_answersToTheBit(Activation activation) throws Exception {
        SavedModel floats = ModelFixtures.everything(activation, 3);
        for (Precision precision : Precision.values()) {
            NGramModel model = ModelFixtures.ngrams(floats).withPrecision(precision);

            ModelDirectory.save(directory, floats, precision);
            NGramModel loaded = ModelFixtures.ngrams(ModelDirectory.load(directory));

            assertThat(loaded.embeddings().precision()).isEqualTo(precision);
            for (String text : ModelFixtures.TEXTS) {
                float[] hidden = model.encode(text);
                assertThat(loaded.encode(text)).isEqualTo(hidden);
                assertSame(loaded.answers(hidden), model.answers(hidden));
                for (int i = 0; i < model.heads().size(); i++) {
                    Head head = model.heads().get(i);
                    Head other = loaded.heads().get(i);
                    assertSame(List.of(loaded.answer(hidden, other)), List.of(model.answer(hidden, head)));
                    assertThat(other.task()).isEqualTo(head.task());
                    assertThat(other.labels()).isEqualTo(head.labels());
                    assertThat(other.temperature()).isEqualTo(head.temperature());
                    assertThat(other.threshold()).isEqualTo(head.threshold());
                    assertThat(other.groups()).isEqualTo(head.groups());
                    assertThat(other.layers()).hasSameSizeAs(head.layers());
                }
            }
        }
    }

    private static void assertSame(List<Answer> answers, List<Answer> expected) {
        assertThat(answers).hasSameSizeAs(expected);
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).probabilities()).isEqualTo(expected.get(i).probabilities());
            assertThat(answers.get(i).best()).isEqualTo(expected.get(i).best());
            assertThat(answers.get(i).strangeness())
                    .isEqualTo((Double) expected.get(i).strangeness()); // NaN too
        }
    }

    @Test
    void load_leavesANestedHeadTheOneThatDecidesIt() throws Exception {
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.GELU, 3));
        List<Head> heads = ModelDirectory.load(directory).model().heads();

        assertThat(heads.get(0).finer()).isSameAs(heads.get(1));
    }

    @Test
    void save_ofALoadedModelGivesTheSameFiles() throws Exception {
        Path copy = directory.resolve("copy");
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.TANH, 3));
        ModelDirectory.save(copy, ModelDirectory.load(directory));

        try (Stream<Path> files = Files.list(copy)) {
            for (Path file : files.toList()) {
                assertThat(file).hasSameBinaryContentAs(directory.resolve(file.getFileName()));
            }
        }
    }

    /** So that the library of that time can go on reading it. */
    @Test
    void save_usesTheOldestFormatThatSaysItAll() throws Exception {
        NGramModel model = ModelFixtures.ngrams(ModelFixtures.everything(Activation.RELU, 3));
        Head fine = model.heads().get(1);
        Head layered = model.heads().get(2);
        Head plain = model.heads().get(3);
        Head onlyScope = fine.calibrated(1, null);
        Head onlyTemperature = plain.calibrated(2, null);
        Head onlyThreshold = plain.calibrated(1, 0.5);
        Head bare = Head.of(fine.task(), fine.labels(), fine.layers(), fine.activation());
        Head onlyNested = Head.nested("coarse", List.of("x", "y"), bare, List.of(1, 0, 1));
        Head onlyLayered = layered.calibrated(1, null);

        assertThat(formatOf(model, plain)).isEqualTo(2);
        assertThat(formatOf(model, plain, bare)).isEqualTo(2);
        assertThat(formatOf(model, onlyScope)).isEqualTo(3);
        assertThat(formatOf(model, onlyTemperature)).isEqualTo(3);
        assertThat(formatOf(model, onlyThreshold)).isEqualTo(3);
        assertThat(formatOf(model, onlyNested, bare)).isEqualTo(3);
        assertThat(formatOf(model, onlyLayered)).isEqualTo(3);
    }

    private int formatOf(NGramModel model, Head... heads) throws IOException, BadModelFile {
        ModelDirectory.save(directory, new SavedModel(model.withHeads(List.of(heads)), 1, Map.of()));
        return Manifest.read(directory).formatVersion();
    }

    @Test
    void save_writesNothingOfWhatAPlainHeadHasNot() throws Exception {
        NGramModel model = ModelFixtures.ngrams(ModelFixtures.everything(Activation.RELU, 3));
        formatOf(model, model.heads().get(3));

        assertThat(directory.resolve("manifest.json"))
                .content()
                .contains("\"tasks\" : [ {\n    \"name\" : \"plain\",\n    \"labels\" : [ \"yes\", \"no\" ]\n  } ]");
    }

    @Test
    void save_writesWhatAHeadHas() throws Exception {
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.SILU, 3));

        assertThat(directory.resolve("manifest.json"))
                .content()
                .contains("\"nestedIn\" : \"fine\",\n    \"groups\" : [ 0, 0, 1 ],\n    \"temperature\" : 0.3,\n"
                        + "    \"threshold\" : 0.75")
                .contains("\"hidden\" : [ 5, 4 ],\n    \"activation\" : \"silu\",\n    \"threshold\" : 0.1");
    }

    /** Manifests with a checksum that is right. */
    static Stream<Arguments> badTasks() {
        List<String> labels = List.of("x", "y");
        List<Integer> none = List.of();
        List<Integer> groups = List.of(0, 1, 1);
        List<Integer> eight = List.of(1, 1, 1, 1, 1, 1, 1, 1);
        Activation relu = Activation.RELU;
        return Stream.of(
                Arguments.of(new TaskEntry("t", labels, List.of(0), relu, null, none, 1, null), "the layers"),
                Arguments.of(new TaskEntry("t", labels, List.of(-1), relu, null, none, 1, null), "the layers"),
                Arguments.of(new TaskEntry("t", labels, eight, relu, null, none, 1, null), "the layers"),
                Arguments.of(new TaskEntry("t", labels, List.of(4), null, null, none, 1, null), "the layers"),
                Arguments.of(new TaskEntry("t", labels, none, relu, null, none, 1, null), "the layers"),
                Arguments.of(new TaskEntry("t", labels, none, null, "t", List.of(0, 1), 1, null), "what decides"),
                Arguments.of(new TaskEntry("t", labels, none, null, "who", groups, 1, null), "what decides"),
                Arguments.of(new TaskEntry("t", labels, List.of(4), relu, "fine", groups, 1, null), "what decides"),
                Arguments.of(new TaskEntry("t", labels, none, null, "nested", List.of(0, 1), 1, null), "what decides"),
                Arguments.of(new TaskEntry("t", labels, none, null, "fine", none, 1, null), "the groups"),
                Arguments.of(new TaskEntry("t", labels, none, null, "fine", List.of(0, 1), 1, null), "the groups"),
                Arguments.of(new TaskEntry("t", labels, none, null, "fine", List.of(0, 1, 2), 1, null), "the groups"),
                Arguments.of(new TaskEntry("t", labels, none, null, "fine", List.of(0, 1, -1), 1, null), "the groups"),
                Arguments.of(new TaskEntry("t", labels, none, null, null, none, 0, null), "the temperature"),
                Arguments.of(new TaskEntry("t", labels, none, null, null, none, -2, null), "the temperature"),
                Arguments.of(new TaskEntry("t", labels, none, null, null, none, 1e-300, null), "the temperature"),
                Arguments.of(new TaskEntry("t", labels, none, null, null, none, 1e300, null), "the temperature"));
    }

    @ParameterizedTest
    @MethodSource("badTasks")
    void load_refusesATaskThatCannotBe(TaskEntry task, String why) throws Exception {
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.RELU, 3));
        TaskEntry nested =
                new TaskEntry("nested", List.of("x", "y"), List.of(), null, "fine", List.of(0, 1, 1), 1, null);
        rewrite(List.of(FINE, nested, task));

        assertThatThrownBy(() -> ModelDirectory.load(directory))
                .isInstanceOf(BadModelFile.class)
                .hasMessageStartingWith(
                        directory.resolve("manifest.json") + ": damaged: " + why + " of task '" + task.name() + "'");
    }

    @Test
    void load_refusesLayersThatTheWeightsDoNotHave() throws Exception {
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.RELU, 3));
        List<TaskEntry> tasks = new ArrayList<>(Manifest.read(directory).tasks());
        TaskEntry layered = tasks.get(2);
        for (List<Integer> hidden : List.of(List.of(5), List.of(4, 5), List.of(5, 4, 4), List.of(1_000_000_000, 4))) {
            tasks.set(
                    2,
                    new TaskEntry(layered.name(), layered.labels(), hidden, Activation.RELU, null, List.of(), 1, null));
            rewrite(tasks);

            assertThatThrownBy(() -> ModelDirectory.load(directory))
                    .isInstanceOf(BadModelFile.class)
                    .hasMessageContaining("is missing or has another type or shape");
        }
    }

    private void rewrite(List<TaskEntry> tasks) throws IOException, BadModelFile {
        Manifest manifest = Manifest.read(directory);
        new Manifest(3, "test", manifest.encoder(), tasks, Map.of(), manifest.weights()).write(directory);
    }

    @Test
    void load_refusesAnActivationThatItDoesNotKnow() throws Exception {
        ModelDirectory.save(directory, ModelFixtures.everything(Activation.GELU, 3));
        Path manifest = directory.resolve("manifest.json");
        Files.writeString(manifest, Files.readString(manifest).replace("\"gelu\"", "\"swish\""));

        assertThatThrownBy(() -> ModelDirectory.load(directory))
                .isInstanceOf(BadModelFile.class)
                .hasMessage(manifest + ": unknown activation \"swish\"");
    }

    @Test
    void save_ofWhatLoadWouldRefuseIsRefused() {
        NGramModel model = ModelFixtures.ngrams(ModelFixtures.everything(Activation.RELU, 3));
        Head plain = model.heads().get(3);
        float[] means = new float[2 * model.dimension()];
        means[0] = Float.NaN;
        Head broken = plain.withScope(new Scope(means, model.dimension(), new float[] {0}));
        SavedModel saved = new SavedModel(model.withHeads(List.of(broken)), 1, Map.of());

        assertThatThrownBy(() -> ModelDirectory.save(directory, saved))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'heads.0.means' has a value that is not a finite number");
        assertThat(directory).isEmptyDirectory();
    }
}
