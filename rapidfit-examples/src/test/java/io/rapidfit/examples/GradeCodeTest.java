package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GradeCodeTest {

    @Test
    void run_executesWhatCanBeReadAlone() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        assertThat(GradeCode.run(GradeCode.programs(), new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .extracting(Finding::exampleId, Finding::check, Finding::verdict)
                .containsExactly(
                        tuple("adds", "java-syntax", Verdict.PASS),
                        tuple("adds", "code-execution", Verdict.PASS),
                        tuple("joins", "java-syntax", Verdict.PASS),
                        tuple("joins", "code-execution", Verdict.FAIL),
                        tuple("breaks", "java-syntax", Verdict.FAIL));
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains(
                        "0 of 2 cases passed; case 1: expected '5' but was '23'",
                        "line 3: illegal start of expression");
    }
}
