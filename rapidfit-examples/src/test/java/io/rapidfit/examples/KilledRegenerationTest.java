package io.rapidfit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed again and again, while it regenerates a file, ends as one that is left alone. */
@Timeout(240)
class KilledRegenerationTest {

    private static final int KILLS = 20;

    /** Rows of which more than a hundred are rewritten: the 86 requests before the kills are not all there are. */
    private static final int ROWS = 200;

    private static final Pattern ANSWERED = Pattern.compile("\"requestId\":\"(\\w+)\".*\n");

    @TempDir
    Path work;

    private final MockWebServer server = new MockWebServer();
    private final WeatherStub stub = new WeatherStub();

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(stub);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void regenerate_killedAtTwentyMomentsEndsWithTheSameBytesAndAsksNoAnsweredRequestAgain() throws Exception {
        Path input = WeatherChats.write(work.resolve("weather.jsonl"), ROWS);
        byte[] chats = Files.readAllBytes(input);
        Path undisturbed = work.resolve("undisturbed/chats.jsonl");
        RegenerateProcess.main(new String[] {
            input.toString(), undisturbed.toString(), server.url("/v1").toString()
        });
        Set<String> asked = Set.copyOf(stub.requests().keySet());
        stub.requests().clear();

        Path killed = work.resolve("killed/chats.jsonl");
        Random random = new Random(11);
        Set<String> journalled = ConcurrentHashMap.newKeySet();
        Queue<String> askedAgain = new ConcurrentLinkedQueue<>();
        for (int kill = 0; kill < KILLS; kill++) {
            AtomicInteger left = new AtomicInteger(1 + random.nextInt(8));
            CompletableFuture<Process> victim = new CompletableFuture<>();
            stub.onRequest(request -> {
                if (journalled.contains(request)) {
                    askedAgain.add(request);
                }
                if (left.decrementAndGet() == 0) {
                    victim.join().destroyForcibly(); // SIGKILL: no hook runs, nothing is flushed
                }
            });
            Process process = process(input, killed);
            victim.complete(process);
            assertThat(exit(process)).as("kill %s", kill).isEqualTo(128 + 9);
            assertThat(killed).doesNotExist();
            journalled.addAll(answers(killed));
        }
        stub.onRequest(request -> {
            if (journalled.contains(request)) {
                askedAgain.add(request);
            }
        });
        assertThat(exit(process(input, killed))).isZero();

        assertThat(killed).hasSameBinaryContentAs(undisturbed);
        assertThat(input).hasBinaryContent(chats);
        assertThat(journalled).isNotEmpty();
        assertThat(askedAgain).isEmpty();
        assertThat(stub.requests().keySet()).isEqualTo(asked);
        int calls =
                stub.requests().values().stream().mapToInt(Integer::intValue).sum();
        assertThat(calls - asked.size()).isBetween(1, KILLS * RegenerateProcess.CONCURRENCY);
    }

    private Process process(Path input, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // none lives for long
                        "-XX:+UseSerialGC",
                        "-cp",
                        absoluteClassPath(),
                        RegenerateProcess.class.getName(),
                        input.toString(),
                        output.toString(),
                        server.url("/v1").toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("process.txt").toFile())
                .start();
    }

    private static String absoluteClassPath() {
        return String.join(
                File.pathSeparator,
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    private int exit(Process process) throws IOException, InterruptedException {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as(Files.readString(work.resolve("process.txt")))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue();
    }

    /** The requests whose answers are in the journal, whole lines only. */
    private static Set<String> answers(Path output) throws IOException {
        Set<String> answers = new HashSet<>();
        Path journals = output.resolveSibling(".journal");
        if (!Files.isDirectory(journals)) {
            return answers; // killed before the first answer
        }
        try (Stream<Path> files = Files.list(journals)) {
            for (Path journal :
                    files.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
                Matcher answered = ANSWERED.matcher(Files.readString(journal));
                while (answered.find()) {
                    answers.add(answered.group(1));
                }
            }
        }
        return answers;
    }
}
