package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GradeMathematicsTest {

    @Test
    void run_tellsRightFromWrongAndFromWhatCannotBeJudged() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        assertThat(GradeMathematics.run(
                        GradeMathematics.solutions(), new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .extracting(Finding::exampleId, Finding::verdict)
                .containsExactly(
                        tuple("slope", Verdict.PASS),
                        tuple("expand", Verdict.PASS),
                        tuple("roots", Verdict.PASS),
                        tuple("eggs", Verdict.PASS),
                        tuple("area", Verdict.FAIL),
                        tuple("third", Verdict.FAIL),
                        tuple("proof", Verdict.ERROR));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("slope    mathematics  PASS      1.00", "4 of 7 are right, 1 cannot be judged");
    }
}
