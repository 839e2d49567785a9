package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Item;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs for /bin/sh, which is everywhere but on Windows. */
@Timeout(120)
@EnabledIf("hasShell")
class CodeExecutionCheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** For programs that would go on for ever: long enough to start in, whatever else the machine does. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    static boolean hasShell() {
        return Path.of("/bin/sh").toFile().canExecute();
    }

    @Test
    void check_passesIfAllCasesDo() {
        Item item = item("read a b; echo $((a + b))", cases(List.of("1 2\n", "20 22\n"), List.of("3\n", "42")));

        assertThat(shell().build().check(List.of(item)))
                .containsExactly(
                        Finding.pass("code-execution", item.id()).withMetadata(Map.of("cases", "2", "passed", "2")));
    }

    @Test
    void check_scoresTheShareOfCasesThatPass() {
        // doubles 1 and 2 only: 2 of 3 cases, the last fails
        Item item = item(
                "read a; [ $a = 3 ] && echo 7 || echo $((a * 2))",
                cases(List.of("1", "2", "3"), List.of("2", "4", "6")));

        Finding finding = shell().build().check(List.of(item)).get(0);

        assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding.score().getAsDouble()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(finding.reason()).isEqualTo("2 of 3 cases passed; case 3: expected '6' but was '7'");
        assertThat(finding.metadata())
                .containsExactly(entry("cases", "3"), entry("passed", "2"), entry("first-failed", "3"));
    }

    @ParameterizedTest
    @CsvSource({
        "'a\\n', a, PASS",
        "'a  \\nb\\n\\n\\n', 'a\\nb', PASS",
        "'a\\r\\nb', 'a\\nb', PASS",
        "a, 'a  \\n', PASS",
        "' a', a, FAIL",
        "'a\\n\\nb', 'a\\nb', FAIL",
        "A, a, FAIL",
        "1.0, 1, FAIL",
        "'', a, FAIL"
    })
    void check_ignoresBlanksAtTheEndsOfLinesAlone(String output, String expected, Verdict verdict) {
        Item item = item("printf '" + output + "'", cases(List.of(""), List.of(expected.replace("\\n", "\n"))));

        assertThat(shell().build().check(List.of(item)).get(0).verdict()).isEqualTo(verdict);
    }

    @Test
    void check_failsWhatEndsWithAnErrorThoughItsOutputIsRight() {
        assertThat(run(shell(), "echo ok; echo broken >&2; exit 3").reason())
                .isEqualTo("0 of 1 cases passed; case 1: exit code 3: broken");
    }

    @Test
    void check_runsTheLastBlockOfCode() {
        assertThat(run(shell(), "```sh\necho wrong\n```\nBetter:\n```sh\necho ok\n```")
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void check_runsEachCaseInADirectoryOfItsOwn() {
        Item item =
                item("ls | wc -l | tr -d ' '; touch made", cases(List.of("", ""), List.of("1", "1"))); // the code alone

        assertThat(shell().build().check(List.of(item)).get(0).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void check_deletesTheDirectory_butNothingThatALinkLeadsTo() throws IOException {
        Path told = Files.createTempFile("told", "");
        try {
            String code =
                    "pwd > '%s'; mkdir -p d/e; touch d/e/f; ln -s '%s' d/link; ln -s / root; chmod 000 d/e; echo ok";

            assertThat(run(shell(), code.formatted(told, told)).verdict()).isEqualTo(Verdict.PASS);

            Path directory = Path.of(Files.readString(told).strip()).getParent();
            assertThat(directory.getFileName().toString()).startsWith("rapidfit-");
            assertThat(directory).doesNotExist();
            assertThat(told).exists();
        } finally {
            Files.delete(told);
        }
    }

    @Test
    void check_givesTheCodeAnEmptyEnvironment() {
        Finding finding = run(
                shell(),
                "env | grep -v -e ^PATH= -e ^HOME= -e ^TMPDIR= -e ^RAPIDFIT_RUN= -e ^PWD= -e ^OLDPWD="
                        + " -e ^_= -e ^SHLVL= ; echo ok");

        assertThat(finding).returns(Verdict.PASS, Finding::verdict);
    }

    @Test
    void check_isAnErrorWithoutReadableCases() {
        assertThat(Stream.of(
                                "{\"inputs\":[],\"outputs\":[]}",
                                "{\"inputs\":[\"1\"],\"outputs\":[]}",
                                "{\"inputs\":[1],\"outputs\":[\"1\"]}",
                                "{\"inputs\":\"1\",\"outputs\":[\"1\"]}",
                                "{\"fn_name\":\"add\",\"inputs\":[],\"outputs\":[]}",
                                "1 2 3",
                                "{\"inputs\":")
                        .map(tests -> shell().build()
                                .check(List.of(item("echo ok", tests)))
                                .get(0)))
                .allMatch(finding -> finding.verdict() == Verdict.ERROR)
                .extracting(Finding::reason)
                .allMatch(reason -> reason.startsWith("the test cases cannot be read: they ")
                        || reason.equals("the test cases cannot be read: 'inputs' must have strings only"));
    }

    @Test
    void check_isAnErrorWithoutTestsOrCode() {
        List<Item> items = List.of(
                Item.of(Map.of("response", "echo ok")),
                item("```python\nprint(1)\n```", cases(List.of(""), List.of("1"))));

        assertThat(shell().build().check(items))
                .extracting(Finding::reason)
                .containsExactly("the example has no field 'tests'", "there is no code to judge");
    }

    @Test
    void check_isAnErrorIfTheCommandCannotBeStarted() {
        Finding finding = run(shell().command("/no/such/program", "{file}"), "echo ok");

        assertThat(finding.verdict()).isEqualTo(Verdict.ERROR);
        assertThat(finding.reason()).contains("/no/such/program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm ../output", "rm ../errors", "rm ../output; sleep 1"})
    void check_failsWhatDeletesItsOutput(String code) {
        assertThat(run(shell(), "echo ok; " + code))
                .returns(Verdict.FAIL, Finding::verdict)
                .returns("0 of 1 cases passed; case 1: it deleted its output", Finding::reason);
    }

    @Test
    void maxCases_isAHundredUnlessGiven() {
        List<String> many = Collections.nCopies(101, "x");
        Item item = item("exit 1", cases(many, many));

        assertThat(shell().build().check(List.of(item)).get(0).reason())
                .isEqualTo("there are 101 test cases, more than 100");
        assertThat(run(shell().maxCases(1), "echo ok").verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void timeout_endsAnEndlessLoop() {
        long start = System.nanoTime();

        Finding finding = run(shell().timeout(SHORT), "while true; do :; done");

        assertThat(finding.reason()).isEqualTo("0 of 1 cases passed; case 1: it ran longer than 1.0 s");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, Duration.ofSeconds(30));
    }

    @Test
    void timeout_endsALoopThatIgnoresSignals() {
        assertThat(run(shell().timeout(SHORT), "trap '' TERM INT HUP; while true; do :; done")
                        .reason())
                .contains("it ran longer than 1.0 s");
    }

    @Test
    void timeout_endsAllOfTwentyChildren() {
        String seconds = unusual();

        Finding finding = run(
                shell().timeout(SHORT),
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep " + seconds + " & done; wait");

        assertThat(finding.reason()).contains("it ran longer than 1.0 s");
        assertThat(sleeping(seconds)).isZero();
    }

    /** Children whose parents have ended belong to nobody who is known. */
    @Test
    void check_endsChildrenThatOutliveTheProgram() {
        String seconds = unusual();

        Finding finding = run(shell(), "(sleep " + seconds + " >/dev/null 2>&1 &) ; sleep " + seconds + " & echo ok");

        assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
        assertThat(sleeping(seconds)).isZero();
    }

    @Test
    void check_endsChildrenInASessionOfTheirOwn() {
        assumeTrue(isLinux(), "an orphan in another session is found on Linux only");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setsid")), "there is no setsid");
        String seconds = unusual();

        Finding finding = run(shell(), "(setsid sleep " + seconds + " >/dev/null 2>&1 &) ; sleep 0.2; echo ok");

        assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
        assertThat(sleeping(seconds)).isZero();
    }

    /** It is never the same process for long, and its parent is always gone. */
    @Test
    void check_endsAProcessThatKeepsHandingOver() {
        assumeTrue(isLinux(), "it is ended with its session, which takes Linux");
        String file = "hop" + ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000) + ".sh";

        Finding finding = run(shell().fileName(file), "echo ok; hop() { sleep 0.01; hop & }; hop > /dev/null 2>&1");

        assertThat(finding.verdict()).isEqualTo(Verdict.PASS);
        for (int look = 0; look < 50; look++) { // a single one may miss it
            assertThat(running(argument -> argument.endsWith(file))).isZero();
        }
    }

    @Test
    void maxProcesses_endsWhatHasMore() {
        String seconds = unusual();

        Finding finding =
                run(shell().maxProcesses(8), "for i in 1 2 3 4 5 6 7 8 9 10; do sleep " + seconds + " & done; wait");

        assertThat(finding.reason()).contains("processes at once, more than 8");
        assertThat(sleeping(seconds)).isZero();
    }

    @Test
    void maxProcesses_leavesTwentyChildrenAloneUnlessGiven() {
        // the shell and 20 children are 21
        assertThat(run(
                                shell(),
                                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 1 & done; wait; echo ok")
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void maxOutput_endsAPrintOfAGigabyte() {
        long start = System.nanoTime();

        Finding finding = run(shell().waiveMemoryAndFileSizeLimits(), "yes | head -c 1000000000");

        assertThat(finding.reason()).contains("it wrote more than 1048576 bytes");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void maxOutput_countsStandardErrorToo() {
        assertThat(run(shell().maxOutput(1000), "yes >&2").reason()).contains("it wrote more than 1000 bytes");
    }

    @Test
    void maxOutput_isTheLastThatIsAllowed() {
        assertThat(run(shell().maxOutput(3), "echo ok").verdict()).isEqualTo(Verdict.PASS); // with the end of the line
        assertThat(run(shell().maxOutput(2), "echo ok").reason()).contains("it wrote more than 2 bytes");
    }

    @Test
    void maxFileSize_stopsALargeFile() {
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");
        Item item = item(
                "head -c 100000000 /dev/zero > big; wc -c < big | tr -d ' '", cases(List.of(""), List.of("16777216")));

        assertThat(shell().build().check(List.of(item)).get(0).verdict()).isEqualTo(Verdict.PASS); // 16 MiB and no more
    }

    @Test
    void maxFileSize_alsoEndsAPrintOfAGigabyte() {
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");

        assertThat(run(shell().maxOutput(Integer.MAX_VALUE).maxFileSize(1 << 20), "yes | head -c 1000000000")
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void maxMemory_stopsWhatTakesMore() {
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");
        String keepsALine = "head -c 200000000 /dev/zero | tail -n 1 | wc -c | tr -d ' '"; // tail keeps all of it
        Item item = item(keepsALine, cases(List.of(""), List.of("200000000")));

        assertThat(shell().build().check(List.of(item)).get(0).verdict()).isEqualTo(Verdict.PASS);
        assertThat(shell().maxMemory(64 << 20)
                        .build()
                        .check(List.of(item))
                        .get(0)
                        .verdict())
                .isEqualTo(Verdict.FAIL);
    }

    @Test
    void check_runsPython() {
        assumeTrue(isOnPath("python3"), "there is no python3");
        CodeExecutionCheck python = python().build();
        Item item =
                item("```python\nprint(sum(map(int, input().split())))\n```", cases(List.of("1 2 3"), List.of("6")));

        assertThat(python.check(List.of(item)).get(0).verdict()).isEqualTo(Verdict.PASS);
    }

    @Test
    void maxMemory_stopsPython() {
        assumeTrue(isOnPath("python3"), "there is no python3");
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");

        assertThat(run(python().maxMemory(128 << 20), "x = bytearray(1 << 30)\nprint('ok')")
                        .reason())
                .contains("exit code 1", "MemoryError");
    }

    @Test
    void timeout_endsForkedPython() {
        assumeTrue(isOnPath("python3"), "there is no python3");
        String seconds = unusual();
        String fork = "import os, signal\nfor i in range(20):\n    if os.fork() == 0:\n        os.setsid()\n"
                + "        os.execvp('sleep', ['sleep', '" + seconds + "'])\nsignal.pause()";

        assertThat(run(python().timeout(Duration.ofSeconds(2)), fork).reason()).contains("it ran longer than 2.0 s");
        assertThat(sleeping(seconds)).isZero();
    }

    /** A source file on its own, compiled by the launcher, within the memory that is the default. */
    @Test
    void check_runsJava() {
        CodeExecutionCheck java = limited()
                .languages("java")
                .fileName("Main.java")
                .timeout(Duration.ofMinutes(1))
                .command(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "{file}")
                .build();
        String code = "public class Main { public static void main(String[] a) {"
                + " System.out.println(new java.util.Scanner(System.in).nextInt() * 2); } }";

        assertThat(java.check(List.of(item(code, cases(List.of("21"), List.of("42")))))
                        .get(0)
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void check_isAnErrorWhenInterrupted_andLeavesNothingRunning() {
        String seconds = unusual();

        Thread.currentThread().interrupt();
        Finding finding = run(shell(), "sleep " + seconds);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(finding).returns(Verdict.ERROR, Finding::verdict).returns("interrupted", Finding::reason);
        assertThat(sleeping(seconds)).isZero();
    }

    @Test
    void testsField_canBeAnother() {
        Item item =
                Item.parse("{\"response\":\"echo ok\",\"extra\":{\"io\":{\"inputs\":[\"\"],\"outputs\":[\"ok\"]}}}");

        assertThat(shell().testsField("extra.io")
                        .build()
                        .check(List.of(item))
                        .get(0)
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    /** Those that no test above shows: they would take long, or much. */
    @Test
    void builder_hasTheseDefaults() {
        assertThat(CodeExecutionCheck.builder())
                .extracting("timeout", "maxProcesses", "maxMemory")
                .containsExactly(Duration.ofSeconds(10), 32, 1L << 30);
    }

    @Test
    void build_refusesUnlessExecutionIsAllowedByName() {
        assertThatIllegalStateException()
                .isThrownBy(() -> CodeExecutionCheck.builder()
                        .command("/bin/sh", "{file}")
                        .build())
                .withMessage("code is run only if allowExecutionOfUntrustedCode() says so: it is no sandbox");
    }

    @Test
    void build_refusesLimitsThatCannotBeEnforced_unlessTheyAreWaived() {
        CodeExecutionCheck.Builder builder =
                CodeExecutionCheck.builder().command("/bin/sh", "{file}").allowExecutionOfUntrustedCode();
        builder.canLimit = () -> false;

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("memory and file size cannot be limited here")
                .withMessageEndingWith("install it, or waiveMemoryAndFileSizeLimits()");
        assertThat(builder.waiveMemoryAndFileSizeLimits().build()).isNotNull();
    }

    /** Else every run would end with the exit code of prlimit, as if the program had failed. */
    @Test
    void build_refusesLimitsThatCannotBeSet(@TempDir Path directory) throws IOException {
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");
        Path refuses = directory.resolve("prlimit");
        Files.writeString(refuses, "#!/bin/sh\necho \"failed to set $2\" >&2\nexit 1\n");
        assumeTrue(refuses.toFile().setExecutable(true) && Files.isExecutable(refuses), "nothing there can be run");
        CodeExecutionCheck.Builder builder = shell().maxFileSize(12345);
        builder.refusal = limits -> BoundedProcess.refusal(refuses, limits);

        assertThatIllegalStateException()
                .isThrownBy(builder::build)
                .withMessageContaining("(exit code 1: failed to set --fsize=12345)")
                .withMessageEndingWith("or waiveMemoryAndFileSizeLimits()");
        assertThat(builder.waiveMemoryAndFileSizeLimits().build()).isNotNull();
    }

    /** The limit of the system itself: the shell that starts the JVM gives up the right to more. */
    @Test
    void build_refusesMoreThanThisProcessMaySet(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(CodeExecutionCheck.canLimitMemoryAndFileSize(), "there is no prlimit");
        List<String> command = new ArrayList<>(List.of("prlimit", "--fsize=1048576:1048576", "--"));
        if (isOnPath("setpriv") && "root".equals(System.getProperty("user.name"))) { // root may raise it again
            command.addAll(List.of("setpriv", "--bounding-set=-sys_resource", "--inh-caps=-sys_resource", "--"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Refused.class.getName()));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        String said = Files.readString(output);
        assumeTrue(said.contains("[built]") || said.contains("[refused]"), "no JVM can be started so: " + said);
        assumeTrue(!said.contains("[may raise]"), "this user may raise every limit");

        assertThat(said).contains("[refused]", "FSIZE");
    }

    /** A program of its own. */
    static final class Refused {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            Process raise = new ProcessBuilder("prlimit", "--fsize=2097152", "--", "true").start();
            if (raise.waitFor() == 0) {
                System.out.println("[may raise]");
            }
            try {
                shell().maxFileSize(2 << 20).build();
                System.out.println("[built]");
            } catch (IllegalStateException e) {
                System.out.println("[refused] " + e.getMessage());
            }
        }
    }

    @Test
    void build_refusesACommandThatDoesNotReadTheFile() {
        assertThatIllegalStateException()
                .isThrownBy(() -> limited().build())
                .withMessageContaining("command must be given");
        assertThatIllegalStateException()
                .isThrownBy(() -> limited().command("python3").build())
                .withMessageContaining("command must have {file}");
    }

    @Test
    void builder_refusesLimitsOfNothing() {
        CodeExecutionCheck.Builder builder = CodeExecutionCheck.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.timeout(Duration.ZERO))
                .withMessageContaining("timeout");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.timeout(Duration.ofDays(200_000)))
                .withMessage("timeout must be at most PT24H but was PT4800000H");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxCases(0))
                .withMessageContaining("maxCases");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxOutput(0))
                .withMessageContaining("maxOutput");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxProcesses(0))
                .withMessageContaining("maxProcesses");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxMemory((1 << 20) - 1))
                .withMessageContaining("maxMemory");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxFileSize(0))
                .withMessageContaining("maxFileSize");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.testsField(" "))
                .withMessageContaining("testsField");
    }

    private static CodeExecutionCheck.Builder limited() {
        CodeExecutionCheck.Builder builder = CodeExecutionCheck.builder().allowExecutionOfUntrustedCode();
        return CodeExecutionCheck.canLimitMemoryAndFileSize() ? builder : builder.waiveMemoryAndFileSizeLimits();
    }

    private static CodeExecutionCheck.Builder shell() {
        return limited().languages("sh").fileName("code.sh").command("/bin/sh", "{file}");
    }

    private static CodeExecutionCheck.Builder python() {
        return limited().languages("python").fileName("code.py").command("python3", "{file}");
    }

    /** With one case that wants "ok". */
    private static Finding run(CodeExecutionCheck.Builder builder, String code) {
        return builder.build()
                .check(List.of(item(code, cases(List.of(""), List.of("ok")))))
                .get(0);
    }

    private static Item item(String response, String tests) {
        return Item.of(Map.of("response", response, "tests", tests));
    }

    private static String cases(List<String> inputs, List<String> outputs) {
        try {
            return JSON.writeValueAsString(Map.of("inputs", inputs, "outputs", outputs));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** So many seconds as nobody else sleeps. */
    private static String unusual() {
        return "600." + ThreadLocalRandom.current().nextInt(100_000_000, 1_000_000_000);
    }

    private static long sleeping(String seconds) {
        return running(seconds::equals);
    }

    /** How many processes have such an argument; one that has ended and waits to be asked for its exit code has none. */
    private static long running(Predicate<String> argument) {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info().arguments().stream().flatMap(Stream::of).anyMatch(argument))
                .count();
    }

    private static boolean isLinux() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
