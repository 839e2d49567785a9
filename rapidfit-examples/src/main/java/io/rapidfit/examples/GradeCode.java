package io.rapidfit.examples;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Item;
import io.rapidfit.llm.grade.CodeExecutionCheck;
import io.rapidfit.llm.grade.JavaSyntaxCheck;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads code, and runs what can be read against test cases, without a model. Run only code of others where it can do no harm. */
public final class GradeCode {

    private GradeCode() {}

    /** On programs of this file. */
    public static void main(String[] args) {
        run(programs(), System.out);
    }

    static List<Finding> run(List<Item> programs, PrintStream out) {
        List<Finding> findings = new ArrayList<>();
        JavaSyntaxCheck syntax = JavaSyntaxCheck.builder().build();
        CodeExecutionCheck execution = execution();
        for (Item program : programs) {
            List<Finding> read = syntax.check(List.of(program));
            findings.addAll(read);
            if (read.stream().allMatch(finding -> finding.verdict() == Finding.Verdict.PASS)) {
                findings.addAll(execution.check(List.of(program)));
            }
        }
        FindingTable.print(findings, out);
        return findings;
    }

    private static CodeExecutionCheck execution() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        CodeExecutionCheck.Builder builder = CodeExecutionCheck.builder()
                .languages("java")
                .fileName("Main.java")
                .command(java, "-Xmx256m", "{file}") // compiles and runs a single file
                .timeout(Duration.ofSeconds(30))
                .allowExecutionOfUntrustedCode(); // it is in no sandbox; this code is of this file
        if (!CodeExecutionCheck.canLimitMemoryAndFileSize()) {
            builder.waiveMemoryAndFileSizeLimits(); // not on Linux; what the other limits hold is held
        }
        return builder.build();
    }

    static List<Item> programs() {
        String tests = "{\"inputs\": [\"2 3\", \"20 22\"], \"outputs\": [\"5\", \"42\"]}";
        return List.of(
                program("adds", "Here you are:\n```java\n" + main("in.nextInt() + in.nextInt()") + "\n```", tests),
                program("joins", "```java\n" + main("in.nextInt() + \"\" + in.nextInt()") + "\n```", tests),
                program("breaks", "```java\npublic class Main {\n    int sum = 1 +;\n}\n```", tests));
    }

    private static String main(String result) {
        return """
                import java.util.Scanner;

                public class Main {
                    public static void main(String[] args) {
                        Scanner in = new Scanner(System.in);
                        System.out.println(%s);
                    }
                }""".formatted(result);
    }

    private static Item program(String id, String response, String tests) {
        return Item.of(Map.of("response", response, "language", "java", "tests", tests))
                .withId(id);
    }
}
