package io.rapidfit.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidfit.data.Dataset;
import io.rapidfit.metrics.AnalysisResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Floors somewhat below what {@link TestAccuracy} prints: seeds and machines differ, a defect costs more. */
class TestAccuracyTest {

    private static final Path DATA = Path.of("../../shared/data"); // tests run in the module's directory

    @Test
    void banking77_staysAboveTheFloor() {
        AnalysisResult analysis = measure("banking77");

        assertThat(analysis.tasks().get("intent").accuracy()).isGreaterThan(0.92);
        assertThat(analysis.tasks().get("intent").outcomes()).hasSize(3080);
    }

    @Test
    void hwu64_staysAboveTheFloorInBothTasks() {
        AnalysisResult analysis = measure("hwu64");

        assertThat(analysis.tasks().get("intent").accuracy()).isGreaterThan(0.88);
        assertThat(analysis.tasks().get("scenario").accuracy()).isGreaterThan(0.92);
        assertThat(analysis.tasks().get("intent").outcomes()).hasSize(1076);
    }

    @Test
    void fewPerLabel_takesAsManyOfEachLabelAsAskedOthersWithAnotherSeed() {
        Dataset.Builder builder = Dataset.builder();
        for (int i = 0; i < 60; i++) {
            builder.add("colour", "text " + i, i % 3 == 0 ? "blue" : "green");
        }
        Dataset train = builder.build();

        Dataset few = TestAccuracy.fewPerLabel(train, 5, 1);

        assertThat(few.labelCounts("colour")).isEqualTo(Map.of("blue", 5, "green", 5));
        assertThat(train.samples()).containsAll(few.samples());
        assertThat(TestAccuracy.fewPerLabel(train, 5, 1)).isEqualTo(few);
        assertThat(TestAccuracy.fewPerLabel(train, 5, 2)).isNotEqualTo(few);
    }

    private static AnalysisResult measure(String name) {
        Path directory = DATA.resolve(name);
        assumeTrue(Files.isDirectory(directory), "no " + directory + ": put the public datasets beside the project");
        return TestAccuracy.measure(directory).analysis();
    }
}
