package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Item;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@EnabledIf("hasShell")
class CommandCheckTest {

    /** Reads the program and runs none of it. */
    private final CommandCheck shell = CommandCheck.builder()
            .name("sh-syntax")
            .languages("sh", "bash")
            .fileName("code.sh")
            .command("/bin/sh", "-n", "{file}")
            .build();

    static boolean hasShell() {
        return Path.of("/bin/sh").toFile().canExecute();
    }

    @Test
    void check_passesWithExitCodeZero() {
        Item item = response("So:\n```bash\nif true; then echo hello; fi\n```");

        assertThat(shell.check(List.of(item))).containsExactly(Finding.pass("sh-syntax", item.id()));
    }

    @Test
    void check_failsWithAnyOtherAndWhatWasSaid() {
        Finding finding = only(shell, "```sh\nif true; then\n```");

        assertThat(finding.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(finding.reason()).startsWith("exit code ").contains("code.sh");
    }

    @Test
    void check_failsIfOneOfTheBlocksDoes() {
        assertThat(only(shell, "```sh\ntrue\n```\n```sh\n(\n```").verdict()).isEqualTo(Verdict.FAIL);
    }

    @Test
    void check_isAnErrorIfTheCommandCannotBeRun() {
        CommandCheck none =
                CommandCheck.builder().command("/no/such/program", "{file}").build();
        CommandCheck unknown =
                CommandCheck.builder().command("no-such-program", "{file}").build();

        assertThat(only(none, "x").verdict()).isEqualTo(Verdict.ERROR);
        assertThat(only(none, "x").reason()).contains("the command cannot be run", "/no/such/program");
        assertThat(only(unknown, "x").reason()).contains("the command cannot be run", "no-such-program");
    }

    @Test
    void timeout_makesAnError() {
        CommandCheck slow = CommandCheck.builder()
                .command("/bin/sh", "{file}")
                .timeout(Duration.ofMillis(300))
                .build();

        assertThat(only(slow, "sleep 30"))
                .returns(Verdict.ERROR, Finding::verdict)
                .returns("the command was ended: it ran longer than 0.3 s", Finding::reason);
    }

    @Test
    void check_givesNoEnvironmentAway() {
        assertThat(System.getenv("USER") != null || System.getenv("HOME") != null || System.getenv("PWD") != null)
                .isTrue();
        CommandCheck env = CommandCheck.builder().command("/bin/sh", "{file}").build();

        assertThat(only(
                                env,
                                "env | grep -v -e ^PATH= -e ^HOME= -e ^TMPDIR= -e ^RAPIDFIT_RUN= -e ^PWD= -e ^OLDPWD= -e ^_= -e ^SHLVL="
                                        + " && exit 3; exit 0")
                        .verdict())
                .isEqualTo(Verdict.PASS);
    }

    @Test
    void check_isAnErrorWhenInterrupted() {
        CommandCheck slow = CommandCheck.builder().command("/bin/sh", "{file}").build();

        Thread.currentThread().interrupt();
        Finding finding = only(slow, "sleep 30");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(finding).returns(Verdict.ERROR, Finding::verdict).returns("interrupted", Finding::reason);
    }

    @Test
    void build_refusesACommandThatDoesNotReadTheFile() {
        assertThatIllegalStateException()
                .isThrownBy(() -> CommandCheck.builder().build())
                .withMessage("command must be given, such as command(\"python3\", \"{file}\")");
        assertThatIllegalStateException()
                .isThrownBy(() -> CommandCheck.builder().command("true").build())
                .withMessage("command must have {file} where the path of the code is to stand but was [true]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../code.py", "a/b", "-rf", ".bashrc", "a b"})
    void fileName_refusesWhatIsNoPlainName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandCheck.builder().fileName(name))
                .withMessageContaining("fileName must have letters");
    }

    @Test
    void timeout_isTenSecondsUnlessGiven() {
        assertThat(CommandCheck.builder()).extracting("timeout").isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void timeout_refusesZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandCheck.builder().timeout(Duration.ZERO))
                .withMessageContaining("timeout must be longer than zero");
    }

    @Test
    void timeout_refusesMoreThanADay() {
        assertThat(CommandCheck.builder().timeout(Duration.ofDays(1))).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandCheck.builder().timeout(Duration.ofDays(200_000)))
                .withMessage("timeout must be at most PT24H but was PT4800000H");
    }

    private static Item response(String text) {
        return Item.of(Map.of("response", text));
    }

    private static Finding only(CommandCheck check, String response) {
        return check.check(List.of(response(response))).get(0);
    }
}
