package io.rapidfit.examples.benchmark;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.rapidfit.check.Templates;
import io.rapidfit.examples.WeatherChats;
import io.rapidfit.examples.WeatherWriter;
import io.rapidfit.llm.generate.LLMRegenerator;
import io.rapidfit.llm.generate.RegenerationResult;
import io.rapidfit.llm.generate.StyleCorpus;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * How long it takes to regenerate a file of 100,000 chats, 59,000 of which are rewritten, and how much memory: in a process of its own
 * with a heap of 256 MB. A script writes, which takes no time, so what is measured is all else, an answer on disk before it is used
 * among it.
 *
 * <p>Takes the number of rows, and the heap in MB.
 */
public final class RegenerationScale {

    private static final String BOUNDED = "rapidfit.bounded";

    private RegenerationScale() {}

    /** See the class. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String rows = args.length > 0 ? args[0] : "100000";
        if (Boolean.getBoolean(BOUNDED)) {
            measure(Integer.parseInt(rows), new PrintStream(System.out, true, StandardCharsets.UTF_8));
            return;
        }
        Process bounded = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + (args.length > 1 ? args[1] : "256") + "m",
                        "-D" + BOUNDED + "=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RegenerationScale.class.getName(),
                        rows)
                .inheritIO()
                .start();
        try {
            System.exit(bounded.waitFor());
        } finally {
            bounded.destroy();
        }
    }

    private static void measure(int rows, PrintStream out) throws IOException {
        AtomicLong peak = new AtomicLong();
        watchHeap(peak);
        Path work = Files.createTempDirectory("rapidfit-scale");
        try {
            Path input = WeatherChats.write(work.resolve("chats.jsonl"), rows);
            Path output = work.resolve("diverse.jsonl");
            Templates.Builder templates = Templates.builder();
            WeatherChats.PHRASES.forEach(templates::phrase);
            LLMRegenerator regenerator = LLMRegenerator.builder()
                    .chatModel(new WeatherWriter())
                    .templates(templates.build())
                    .corpus(StyleCorpus.builder()
                            .directory(WeatherChats.copyCorpusTo(work.resolve("corpus")))
                            .build())
                    .build();
            long start = System.nanoTime();
            RegenerationResult result = regenerator.regenerate(input, output);
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            result.display(out);
            out.printf(
                    Locale.ROOT,
                    "%n%d rows of %d MB in %d s: %.0f rows/s, %.0f calls/s; heap after a collection at most %d of %d MB%n",
                    rows,
                    Files.size(input) >> 20,
                    time.toSeconds(),
                    rows * 1e9 / time.toNanos(),
                    result.usage().calls() * 1e9 / time.toNanos(),
                    peak.get() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        } finally {
            delete(work);
        }
    }

    /** Keeps the most that is in use after a collection: what waits for the next one is nobody's. */
    private static void watchHeap(AtomicLong peak) {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector)
                    .addNotificationListener(
                            (notification, handback) -> {
                                if (notification.getUserData() instanceof CompositeData data
                                        && notification
                                                .getType()
                                                .equals(
                                                        GarbageCollectionNotificationInfo
                                                                .GARBAGE_COLLECTION_NOTIFICATION)) {
                                    peak.accumulateAndGet(
                                            used(GarbageCollectionNotificationInfo.from(data)), Math::max);
                                }
                            },
                            null,
                            null);
        }
    }

    private static long used(GarbageCollectionNotificationInfo collection) {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(pool -> collection.getGcInfo().getMemoryUsageAfterGc().get(pool.getName()))
                .filter(usage -> usage != null)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
