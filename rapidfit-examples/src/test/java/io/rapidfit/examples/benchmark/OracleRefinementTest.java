package io.rapidfit.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rapidfit.metrics.TaskComparison;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OracleRefinementTest {

    @Test
    void loop_isBetterThanAsManyTextsAtRandom() {
        Path hwu64 = Path.of("../../shared/data/hwu64");
        assumeTrue(Files.isDirectory(hwu64), "needs the public datasets in ../shared/data");
        PrintStream quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

        TaskComparison intent =
                OracleRefinement.randomAndLoop(hwu64, 1, quiet).tasks().get("intent");

        assertThat(intent.accuracy().difference().value()).isPositive(); // 0.021 when it was written
    }
}
