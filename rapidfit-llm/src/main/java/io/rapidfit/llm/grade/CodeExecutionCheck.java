package io.rapidfit.llm.grade;

import io.rapidfit.check.Finding;
import io.rapidfit.data.Example;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Runs code against test cases: {@code {"inputs": ["1 2\n"], "outputs": ["3\n"]}} in a field of the example. Each input is one run of
 * the program, which reads it from standard input and writes the output of the same index to standard output.
 *
 * <pre>{@code
 * CodeExecutionCheck check = CodeExecutionCheck.builder()
 *         .languages("python", "py").fileName("code.py").command("python3", "{file}")
 *         .allowExecutionOfUntrustedCode()
 *         .build();
 * }</pre>
 *
 * <p><b>This is no sandbox.</b> What runs is what a model wrote, as the user that runs this program: it can read that user's files, write
 * where the user may and use the network. Give it a container or a machine of its own. The limits here keep honest mistakes from
 * taking the machine along: endless loops, endless output, processes without number, and on Linux memory and large files.
 *
 * <p>The last block of code in the response runs, each time in a new temporary directory that is deleted afterwards, without a shell and
 * without this process's environment variables but {@code PATH}. A case is passed if the program ends with exit code 0 within the
 * limits and its output is the expected one, blanks at the ends of lines and empty lines at the end aside. The score is the share of the
 * cases that are passed; the finding passes if all are. An example without code or without readable cases is an ERROR, and so is a
 * command that cannot be started. Metadata: {@code cases}, {@code passed}, and {@code first-failed}, counted from 1.
 *
 * <p>Limits of time, output and the number of processes hold everywhere. When a program has ended, or exceeded one, every process that it
 * started is ended too: its descendants, on Linux also those that another has adopted, found by their session or an environment
 * variable. One that has left both the session and the environment, or elsewhere than on Linux its parent, can escape. Memory and file size are held by
 * {@code prlimit} on Linux; elsewhere {@link Builder#build} refuses unless they are waived. Between two looks, 50 ms apart, there may be more
 * processes than allowed; {@code RLIMIT_NPROC} is not used, since it counts all processes of a user. What many files take on the disk is
 * not limited.
 *
 * <p>Immutable and thread-safe. Examples run one after another; whoever wants several at once calls {@link #check} from several threads.
 */
public final class CodeExecutionCheck extends CodeCheck {

    private final String testsField;
    private final List<String> command;
    private final String fileName;
    private final int maxCases;
    private final BoundedProcess.Limits limits;

    private CodeExecutionCheck(Builder builder) {
        super(builder);
        this.testsField = builder.testsField;
        this.command = CommandCheck.requireCommand(builder.command);
        this.fileName = builder.fileName;
        this.maxCases = builder.maxCases;
        this.limits = builder.limits();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether memory and file size can be limited here: on Linux, with {@code prlimit} (util-linux) on the {@code PATH}. */
    public static boolean canLimitMemoryAndFileSize() {
        return BoundedProcess.canLimitResources();
    }

    @Override
    Finding judge(Example example, List<CodeBlock> blocks) {
        Optional<String> tests = example.field(testsField);
        if (tests.isEmpty()) {
            return missing(example, testsField);
        }
        TestCases cases;
        try {
            cases = TestCases.parse(tests.get());
        } catch (IllegalArgumentException e) {
            return error(example, "the test cases cannot be read: " + e.getMessage());
        }
        if (cases.size() > maxCases) {
            return error(example, "there are %s test cases, more than %s".formatted(cases.size(), maxCases));
        }
        try {
            return run(example, blocks.get(blocks.size() - 1).code(), cases);
        } catch (IOException e) {
            return error(example, "the command cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(example, "interrupted");
        }
    }

    private Finding run(Example example, String code, TestCases cases) throws IOException, InterruptedException {
        int passed = 0;
        int firstFailed = 0;
        String reason = "";
        for (int i = 0; i < cases.size(); i++) {
            String failure = failure(code, cases, i);
            if (failure.isEmpty()) {
                passed++;
            } else if (firstFailed == 0) {
                firstFailed = i + 1;
                reason = failure;
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("cases", Integer.toString(cases.size()));
        metadata.put("passed", Integer.toString(passed));
        if (firstFailed == 0) {
            return pass(example).withMetadata(metadata);
        }
        metadata.put("first-failed", Integer.toString(firstFailed));
        String explained = "%s of %s cases passed; case %s: %s".formatted(passed, cases.size(), firstFailed, reason);
        return fail(example, (double) passed / cases.size(), explained).withMetadata(metadata);
    }

    /** Why the program does not pass a case; empty if it does. */
    private String failure(String code, TestCases cases, int index) throws IOException, InterruptedException {
        try (Workspace workspace =
                Workspace.create(fileName, code, cases.inputs().get(index))) {
            BoundedProcess.Outcome outcome = BoundedProcess.run(command, workspace, limits);
            if (outcome.limit() != null) {
                return outcome.limit();
            }
            if (outcome.exitCode() != 0) {
                return "exit code %s: %s".formatted(outcome.exitCode(), end(outcome.errors()));
            }
            return cases.isExpected(index, outcome.output())
                    ? ""
                    : "expected '%s' but was '%s'".formatted(end(cases.outputs().get(index)), end(outcome.output()));
        }
    }

    /** Not thread-safe. */
    public static final class Builder extends CodeCheck.Builder<Builder> {

        private String testsField = "tests";
        private List<String> command = List.of();
        private String fileName = "code";
        private Duration timeout = Duration.ofSeconds(10);
        private int maxCases = 100;
        private int maxOutput = 1 << 20;
        private int maxProcesses = 32;
        private long maxMemory = 1L << 30;
        private long maxFileSize = 16L << 20;
        private boolean allowsExecution;
        private boolean waivesResources;

        /** For tests: a machine has prlimit or has not. */
        BooleanSupplier canLimit = CodeExecutionCheck::canLimitMemoryAndFileSize;

        /** For tests: it may lack the right to set a limit. */
        Function<BoundedProcess.Limits, Optional<String>> refusal = BoundedProcess::refusal;

        private Builder() {
            super("code-execution");
        }

        @Override
        Builder self() {
            return this;
        }

        /** Says that code which nobody has read may run here, as this user, in no sandbox. Required. */
        public Builder allowExecutionOfUntrustedCode() {
            this.allowsExecution = true;
            return this;
        }

        /**
         * Gives up the limits of memory and file size, for systems that cannot enforce them. By default they are enforced, and where that
         * cannot be, nothing runs.
         */
        public Builder waiveMemoryAndFileSizeLimits() {
            this.waivesResources = true;
            return this;
        }

        /** The path of the field with the test cases. Defaults to {@code tests}. */
        public Builder testsField(String path) {
            this.testsField = Require.notBlank("testsField", path);
            return this;
        }

        /** The program and its arguments; {@code {file}} in them is the path of the code. No shell reads it. Required. */
        public Builder command(String... command) {
            this.command = List.of(Require.nonNull("command", command));
            return this;
        }

        /** The name of the file with the code. Defaults to {@code code}. Java wants {@code Main.java}. */
        public Builder fileName(String fileName) {
            this.fileName = CommandCheck.requireFileName(fileName);
            return this;
        }

        /** How long one case may take, the start of the program included, at most a day. Defaults to 10 seconds. */
        public Builder timeout(Duration timeout) {
            this.timeout = CommandCheck.requireTimeout(timeout);
            return this;
        }

        /** How many cases an example may have, at least 1; more are an ERROR. Defaults to 100. */
        public Builder maxCases(int maxCases) {
            this.maxCases = Require.inRange("maxCases", maxCases, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How many bytes a program may write to standard output and error together, at least 1. Defaults to 1 MiB. */
        public Builder maxOutput(int maxOutput) {
            this.maxOutput = Require.inRange("maxOutput", maxOutput, 1, Integer.MAX_VALUE);
            return this;
        }

        /** How many processes there may be at once, the program itself among them, at least 1. Defaults to 32. */
        public Builder maxProcesses(int maxProcesses) {
            this.maxProcesses = Require.inRange("maxProcesses", maxProcesses, 1, Integer.MAX_VALUE);
            return this;
        }

        /**
         * How many bytes of private memory that it can write each process may have, at least 1 MiB: {@code RLIMIT_DATA}, which counts
         * these since Linux 4.7, and no shared memory. Defaults to 1 GiB. A JVM needs some 200 MiB besides its heap; say
         * {@code -Xmx} in the command on a machine with much memory.
         */
        public Builder maxMemory(long maxMemory) {
            this.maxMemory = Require.atLeast("maxMemory", maxMemory, 1L << 20);
            return this;
        }

        /** How large each file may become, in bytes, at least 1; standard output is such a file. Defaults to 16 MiB. */
        public Builder maxFileSize(long maxFileSize) {
            this.maxFileSize = Require.atLeast("maxFileSize", maxFileSize, 1);
            return this;
        }

        /**
         * @throws IllegalStateException if execution was not allowed by name, there is no command or no {@code {file}} in it, or memory and
         *     file size can neither be limited as they were given nor were waived
         */
        public CodeExecutionCheck build() {
            if (!allowsExecution) {
                throw new IllegalStateException(
                        "code is run only if allowExecutionOfUntrustedCode() says so: it is no sandbox");
            }
            if (!waivesResources && !canLimit.getAsBoolean()) {
                throw new IllegalStateException(
                        "memory and file size cannot be limited here, which takes Linux and prlimit"
                                + " (util-linux) on the PATH: install it, or waiveMemoryAndFileSizeLimits()");
            }
            if (!waivesResources) {
                refusal.apply(limits()).ifPresent(refused -> {
                    throw new IllegalStateException(
                            "memory and file size cannot be limited to maxMemory and maxFileSize here (" + refused
                                    + "): give values that this process may set, or waiveMemoryAndFileSizeLimits()");
                });
            }
            return new CodeExecutionCheck(this);
        }

        private BoundedProcess.Limits limits() {
            return new BoundedProcess.Limits(
                    timeout,
                    maxOutput,
                    maxProcesses,
                    waivesResources ? null : new BoundedProcess.Resources(maxMemory, maxFileSize));
        }
    }
}
