package io.rapidfit.llm.grade;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command and everything that it starts, up to a limit, and ends all of it.
 *
 * <p>Children are known if the operating system named them as descendants at some look, or, on Linux, if they have the mark of the run in
 * their environment. Where there is {@code setsid}, all that stayed in the session's first process group is ended unseen.
 */
final class BoundedProcess {

    private static final Logger log = LoggerFactory.getLogger(BoundedProcess.class);

    /**
     * @param output bytes of standard output and error together
     * @param processes at once, the command itself among them
     * @param resources what the operating system is to hold each process to; null for nothing
     */
    record Limits(
            Duration time,
            int output,
            int processes,
            @Nullable Resources resources) {}

    /**
     * @param memory bytes of private memory that can be written
     * @param fileSize bytes
     */
    record Resources(long memory, long fileSize) {}

    /** @param limit which one was exceeded, as the end of a sentence; null if the command ended by itself */
    record Outcome(
            int exitCode,
            String output,
            String errors,
            @Nullable String limit) {}

    /** It can: the files belong to its user. */
    private static final String NO_OUTPUT = "it deleted its output";

    private static final String MARK = "RAPIDFIT_RUN";

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final Duration BETWEEN_LOOKS_FOR_CHILDREN = Duration.ofMillis(50);
    private static final Duration UNTIL_ALL_ARE_GONE = Duration.ofSeconds(5);

    private static final boolean IS_LINUX =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    private static final Optional<Path> PRLIMIT = tool("prlimit");
    private static final Optional<Path> SETSID = tool("setsid");

    private final Workspace workspace;
    private final Limits limits;
    private final String mark = UUID.randomUUID().toString();
    private final Process process;
    private final Map<Long, ProcessHandle> known = new LinkedHashMap<>();

    private BoundedProcess(List<String> command, Workspace workspace, Limits limits) throws IOException {
        this.workspace = workspace;
        this.limits = limits;
        ProcessBuilder builder = new ProcessBuilder(bounded(workspace.command(command), workspace.directory(), limits))
                .directory(workspace.directory().toFile())
                .redirectInput(workspace.input().toFile())
                .redirectOutput(workspace.output().toFile()) // not a pipe, which an escaped child could keep open
                .redirectError(workspace.errors().toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.get("PATH");
        String systemRoot = environment.get("SystemRoot"); // without it, hardly a program starts on Windows
        environment.clear(); // a key in it is nothing for the code of a stranger
        if (path != null) {
            environment.put("PATH", path);
        }
        if (systemRoot != null) {
            environment.put("SystemRoot", systemRoot);
        }
        environment.put("HOME", workspace.directory().toString());
        environment.put("TMPDIR", workspace.directory().toString());
        environment.put(MARK, mark);
        this.process = builder.start();
        known.put(process.pid(), process.toHandle());
    }

    /** Whether the operating system can be asked to hold processes to {@link Resources}. */
    static boolean canLimitResources() {
        return PRLIMIT.isPresent();
    }

    /** What keeps {@link Resources} from being held here, such as a lower limit of this process; empty if nothing does. */
    static Optional<String> refusal(Limits limits) {
        return refusal(PRLIMIT.orElseThrow(), limits);
    }

    /** Like {@link #refusal(Limits)} with another program in the place of prlimit, for tests. */
    static Optional<String> refusal(Path prlimit, Limits limits) {
        Resources resources = limits.resources();
        if (resources == null) {
            return Optional.empty();
        }
        List<String> command = limited(prlimit, limits.time(), resources);
        command.add("true");
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said;
            try (InputStream in = process.getInputStream()) {
                said = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
            int exitCode = process.onExit().join().exitValue(); // not interrupted: it ends at once
            return exitCode == 0 ? Optional.empty() : Optional.of("exit code %s: %s".formatted(exitCode, said));
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }

    /** What comes before a command that is to be held to limits. */
    private static List<String> limited(Path prlimit, Duration time, Resources resources) {
        // Processor time that no program can use up within the limit. It ends what has escaped and keeps busy.
        long seconds = (time.toSeconds() + 1) * Runtime.getRuntime().availableProcessors();
        return new ArrayList<>(List.of(
                prlimit.toString(),
                "--data=" + resources.memory(),
                "--fsize=" + resources.fileSize(),
                "--core=0",
                "--cpu=" + seconds,
                "--"));
    }

    private static Optional<Path> tool(String name) {
        return IS_LINUX ? onPath(name) : Optional.empty();
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(File.pathSeparator, -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, program))
                .filter(file -> Files.isExecutable(file) && !Files.isDirectory(file))
                .findFirst();
    }

    /**
     * Returns once none of the processes runs any more, as far as can be known.
     *
     * @throws IOException if the command cannot be started
     * @throws InterruptedException if the thread was interrupted; the processes are ended all the same
     */
    static Outcome run(List<String> command, Workspace workspace, Limits limits)
            throws IOException, InterruptedException {
        BoundedProcess run = new BoundedProcess(command, workspace, limits);
        String limit;
        try {
            limit = run.exceededLimit();
        } catch (NoSuchFileException e) {
            limit = NO_OUTPUT;
        } finally {
            run.endAll();
        }
        return run.outcome(limit);
    }

    /** The command behind those that give it a session and limits. */
    private static List<String> bounded(List<String> command, Path directory, Limits limits) throws IOException {
        List<String> bounded = new ArrayList<>();
        SETSID.ifPresent(setsid -> bounded.add(setsid.toString()));
        Resources resources = limits.resources();
        if (resources != null) {
            bounded.addAll(limited(PRLIMIT.orElseThrow(), limits.time(), resources));
        }
        if (!bounded.isEmpty()) {
            requireProgram(command.get(0), directory); // else one of these fails instead, like a program would
        }
        bounded.addAll(command);
        return bounded;
    }

    private static void requireProgram(String program, Path directory) throws IOException {
        boolean isThere = program.indexOf('/') >= 0
                ? Files.isExecutable(directory.resolve(program))
                : onPath(program).isPresent();
        if (!isThere) {
            throw new IOException("there is no program '" + program + "'");
        }
    }

    private Outcome outcome(@Nullable String exceeded) throws IOException, InterruptedException {
        boolean hasEnded = process.waitFor(UNTIL_ALL_ARE_GONE.toMillis(), TimeUnit.MILLISECONDS);
        int exitCode = hasEnded ? process.exitValue() : -1;
        try {
            boolean wroteTooMuchLast = exceeded == null && outputLength() > limits.output();
            return new Outcome(
                    exitCode,
                    read(workspace.output()),
                    read(workspace.errors()),
                    wroteTooMuchLast ? tooMuchOutput() : exceeded);
        } catch (NoSuchFileException e) {
            return new Outcome(exitCode, "", "", exceeded == null ? NO_OUTPUT : exceeded);
        }
    }

    /** Returns once the command has ended, or a limit is exceeded, which it names. */
    private @Nullable String exceededLimit() throws IOException, InterruptedException {
        long start = System.nanoTime();
        long nextLook = start;
        while (!process.waitFor(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
            long now = System.nanoTime();
            if (now - start > limits.time().toNanos()) {
                return "it ran longer than " + limits.time().toMillis() / 1000.0 + " s";
            }
            if (outputLength() > limits.output()) {
                return tooMuchOutput();
            }
            if (now - nextLook >= 0) {
                int running = running().size();
                if (running > limits.processes()) {
                    return "it had %s processes at once, more than %s".formatted(running, limits.processes());
                }
                nextLook = System.nanoTime() + BETWEEN_LOOKS_FOR_CHILDREN.toNanos();
            }
        }
        return null;
    }

    private String tooMuchOutput() {
        return "it wrote more than " + limits.output() + " bytes";
    }

    private long outputLength() throws IOException {
        return Files.size(workspace.output()) + Files.size(workspace.errors());
    }

    private String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(limits.output()), StandardCharsets.UTF_8);
        }
    }

    /** Repeated until there is none left: a process may have started another meanwhile. */
    private void endAll() {
        long deadline = System.nanoTime() + UNTIL_ALL_ARE_GONE.toNanos();
        boolean isGroupEnded = SETSID.isEmpty();
        boolean interrupted = false;
        while (true) {
            try {
                if (!isGroupEnded) {
                    isGroupEnded = true;
                    endGroup();
                }
                List<ProcessHandle> left = running();
                if (left.isEmpty()) {
                    break;
                }
                if (System.nanoTime() - deadline > 0) {
                    log.warn("{} processes of executed code could not be ended", left.size());
                    break;
                }
                left.forEach(ProcessHandle::destroyForcibly);
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            } catch (InterruptedException e) {
                interrupted = true; // who is interrupted must not leave them running
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * All at once, and without looking for them: a process that hands over to a child time and again is not seen at every look, and
     * one that keeps starting others outruns whoever ends them one by one.
     */
    private void endGroup() throws InterruptedException {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -9 -" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(UNTIL_ALL_ARE_GONE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            log.debug("cannot end the group of a process", e); // they are ended one by one
        }
    }

    private List<ProcessHandle> running() {
        List.copyOf(known.values()).forEach(handle -> handle.descendants().forEach(this::know));
        if (IS_LINUX) {
            marked().forEach(this::know);
        }
        known.values().removeIf(handle -> !isRunning(handle));
        return List.copyOf(known.values());
    }

    private void know(ProcessHandle handle) {
        known.putIfAbsent(handle.pid(), handle);
    }

    /** A process that has ended stays in the table of the system until somebody asks for its exit code. */
    private static boolean isRunning(ProcessHandle handle) {
        if (!handle.isAlive()) {
            return false;
        }
        if (!IS_LINUX) {
            return true;
        }
        try {
            String state = Files.readString(
                    Path.of("/proc", Long.toString(handle.pid()), "stat"), StandardCharsets.ISO_8859_1);
            return !state.startsWith(") Z", state.lastIndexOf(')')) && !state.startsWith(") X", state.lastIndexOf(')'));
        } catch (IOException e) {
            return handle.isAlive();
        }
    }

    /** Those that have inherited the environment of the command, whoever is their parent now. */
    private Stream<ProcessHandle> marked() {
        return ProcessHandle.allProcesses().filter(this::hasMark);
    }

    private boolean hasMark(ProcessHandle handle) {
        try {
            byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(handle.pid()), "environ"));
            return new String(environment, StandardCharsets.ISO_8859_1).contains(mark);
        } catch (IOException e) {
            return false; // has ended, or belongs to somebody else
        }
    }
}
