package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.rapidfit.data.DataSaver;
import io.rapidfit.data.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {

    @TempDir
    Path work;

    @Test
    void demoData_isEnoughTextsInThreeTasksAndThreeLanguages() throws IOException {
        Dataset demo = DataSaver.builder()
                .path(DemoData.copyTo(work.resolve("data")))
                .build()
                .loadAll();

        assertThat(demo.tasks()).containsExactly("sentiment", "topic", "urgency");
        assertThat(demo.samples("topic")).hasSizeGreaterThanOrEqualTo(450);
        for (String task : demo.tasks()) {
            assertThat(demo.samples(task).stream().map(s -> s.text()))
                    .doesNotHaveDuplicates()
                    .hasSameElementsAs(
                            demo.samples("topic").stream().map(s -> s.text()).toList());
        }
        assertThat(new HashSet<>(demo.samples("topic").stream()
                        .map(s -> s.tags().get("language"))
                        .toList()))
                .containsExactlyInAnyOrder("en", "es", "ar");
    }

    @Test
    void main_trainsOnTheDemoDataAndPredictsTheSameAfterLoading() throws IOException {
        String printed = run(DemoData.copyTo(work.resolve("data")), false);

        assertThat(printed)
                .contains("topic: accuracy", "urgency: accuracy", "sentiment: accuracy", "test samples")
                .contains("¿Dónde está mi paquete?")
                .endsWith("loaded again: the same predictions" + System.lineSeparator());
    }

    @Test
    void main_runsOnADirectoryOfTheUsers() {
        Dataset.Builder own = Dataset.builder();
        for (int i = 0; i < 40; i++) {
            own.add("colour", "the sky is blue, note " + i, "blue").add("colour", "grass is green, note " + i, "green");
        }
        DataSaver.builder().path(work.resolve("own")).build().save(own.build());

        assertThat(run(work.resolve("own"), true))
                .contains("colour: accuracy 1.000")
                .contains("Some of the test texts")
                .endsWith("loaded again: the same predictions" + System.lineSeparator());
    }

    private String run(Path data, boolean own) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Quickstart.run(data, own, work.resolve("model"), new PrintStream(out, true, StandardCharsets.UTF_8));
        return out.toString(StandardCharsets.UTF_8);
    }
}
