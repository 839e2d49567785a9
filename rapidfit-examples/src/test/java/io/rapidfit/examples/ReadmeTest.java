package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the README shows of this module is what is compiled and run here. */
class ReadmeTest {

    @Test
    void theUnitTestInTheReadme_isTheOneThatRuns() throws IOException {
        assertThat(flat(Files.readString(Path.of("src/test/java/io/rapidfit/examples/TicketRouterTest.java"))))
                .contains(flat(javaBlockAfter("### In a unit test of your service")));
    }

    private static String javaBlockAfter(String heading) throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        assertThat(readme).contains(heading);
        String section = readme.substring(readme.indexOf(heading));
        int start = section.indexOf("```java") + "```java".length();
        return section.substring(start, section.indexOf("```", start));
    }

    /** Without line breaks and indentation. */
    private static String flat(String code) {
        return code.strip().replaceAll("\\s+", " ");
    }
}
