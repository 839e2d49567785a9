package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Checks code of any language with a command, such as a compiler that looks at syntax only.
 *
 * <pre>{@code
 * CommandCheck.builder().languages("python", "py").fileName("code.py").command("python3", "-m", "py_compile", "{file}").build();
 * CommandCheck.builder().languages("javascript", "js").fileName("code.js").command("node", "--check", "{file}").build();
 * }</pre>
 *
 * <p>Each block of code is written to a file in a temporary directory, where the command runs, without a shell and without this
 * process's environment variables but {@code PATH}. Exit code 0 passes with 1, any other fails with 0 and the end of what the
 * command said. A command that cannot be started, or exceeds a limit, is an ERROR. The command must only read the code: to run code
 * there is {@link CodeExecutionCheck}. Immutable and thread-safe.
 */
public final class CommandCheck extends CodeCheck {

    private static final int MAX_OUTPUT = 1 << 20;
    private static final int MAX_PROCESSES = 64;
    private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

    private final List<String> command;
    private final String fileName;
    private final BoundedProcess.Limits limits;

    private CommandCheck(Builder builder, List<String> command) {
        super(builder);
        this.command = command;
        this.fileName = builder.fileName;
        this.limits = new BoundedProcess.Limits(builder.timeout, MAX_OUTPUT, MAX_PROCESSES, null);
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    Finding judge(Example example, List<CodeBlock> blocks) {
        for (CodeBlock block : blocks) {
            try (Workspace workspace = Workspace.create(fileName, block.code(), "")) {
                BoundedProcess.Outcome outcome = BoundedProcess.run(command, workspace, limits);
                if (outcome.limit() != null) {
                    return error(example, "the command was ended: " + outcome.limit());
                }
                if (outcome.exitCode() != 0) {
                    return fail(
                            example,
                            0,
                            "exit code %s: %s".formatted(outcome.exitCode(), end(outcome.output() + outcome.errors())));
                }
            } catch (IOException e) {
                return error(example, "the command cannot be run: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return error(example, "interrupted");
            }
        }
        return pass(example);
    }

    /** Requires a program, and the file somewhere among its arguments. */
    static List<String> requireCommand(List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalStateException("command must be given, such as command(\"python3\", \"{file}\")");
        }
        if (command.stream().noneMatch(argument -> argument.contains(Workspace.FILE))) {
            throw new IllegalStateException("command must have " + Workspace.FILE
                    + " where the path of the code is to stand but was " + command);
        }
        return command;
    }

    /** A name alone, so that the file lies where it should. */
    static String requireFileName(String name) {
        String given = Require.notBlank("fileName", name);
        if (!given.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "fileName must have letters, digits, '.', '_' and '-' only but was '" + given + "'");
        }
        return given;
    }

    /** At most a day: who waits longer has mistaken the unit, and nanoseconds are counted. */
    static Duration requireTimeout(Duration timeout) {
        Duration given = Require.positive("timeout", timeout);
        if (given.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout must be at most %s but was %s".formatted(MAX_TIMEOUT, given));
        }
        return given;
    }

    /** Not thread-safe. */
    public static final class Builder extends CodeCheck.Builder<Builder> {

        private List<String> command = List.of();
        private String fileName = "code";
        private Duration timeout = Duration.ofSeconds(10);

        private Builder() {
            super("command");
        }

        @Override
        Builder self() {
            return this;
        }

        /** The program and its arguments; {@code {file}} in them is the path of the code. No shell reads it. Required. */
        public Builder command(String... command) {
            this.command = List.of(Require.nonNull("command", command));
            return this;
        }

        /** The name of the file with the code; compilers look at its extension. Defaults to {@code code}. */
        public Builder fileName(String fileName) {
            this.fileName = requireFileName(fileName);
            return this;
        }

        /** How long the command may take for one block, at most a day. Defaults to 10 seconds. */
        public Builder timeout(Duration timeout) {
            this.timeout = requireTimeout(timeout);
            return this;
        }

        /** @throws IllegalStateException if there is no command, or no {@code {file}} in it */
        public CommandCheck build() {
            return new CommandCheck(this, requireCommand(command));
        }
    }
}
