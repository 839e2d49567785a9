package io.rapidfit.examples.benchmark;

import io.rapidfit.data.Item;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.llm.grade.GradingResult;
import io.rapidfit.llm.grade.GradingRunner;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * What grading itself costs: the wall time of 1,000 examples and three graders beside the ideal, with a model in this process that
 * answers after 50 ms, 32 calls at once; in a new JVM and in a warm one, without a journal, with one, and from one. Beside it
 * threads that only wait: what they take longer than the ideal is the machine's.
 */
public final class GradingThroughput {

    private static final int EXAMPLES = 1000;
    private static final int GRADERS = 3;
    private static final int AT_ONCE = 32;
    private static final int MILLIS = 50;

    private GradingThroughput() {}

    /** See the class. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Item> examples = IntStream.range(0, EXAMPLES)
                .mapToObj(i -> Item.of(Map.of(
                        "query", "How long does parcel " + i + " take?", "response", "It takes " + i % 9 + " days.")))
                .toList();
        bareThreads(out);
        measure("in a new JVM", examples, GradingRunner.builder(), out);
        measure("in a new JVM, again", examples, GradingRunner.builder(), out);
        measure("warm", examples, GradingRunner.builder(), out);
        Path journal = Files.createTempDirectory("rapidfit-grading");
        measure("warm, with a journal", examples, GradingRunner.builder().journal(journal), out);
        measure("warm, from the journal", examples, GradingRunner.builder().journal(journal), out);
    }

    /** What the machine itself makes of it: as many threads that do nothing but wait as often. */
    private static void bareThreads(PrintStream out) {
        AtomicInteger left = new AtomicInteger(GRADERS * EXAMPLES);
        long start = System.nanoTime();
        List<Thread> threads = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> new Thread(() -> {
                    while (left.getAndDecrement() > 0) {
                        pause();
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        print("bare threads", EXAMPLES, System.nanoTime() - start, out);
    }

    private static void pause() {
        try {
            Thread.sleep(MILLIS);
        } catch (InterruptedException e) {
            throw new LLMCancelledException("interrupted");
        }
    }

    private static void measure(String what, List<Item> examples, GradingRunner.Builder builder, PrintStream out) {
        ChatModel model = CallPolicy.builder().maxConcurrency(AT_ONCE).build().wrap(request -> {
            pause();
            return ChatResponse.of("{\"reason\":\"It answers the question.\",\"score\":4}");
        });
        GradingRunner runner = builder.grader(Graders.correctness(model).build())
                .grader(Graders.completeness(model).build())
                .grader(Graders.helpfulness(model).build())
                .build();
        long start = System.nanoTime();
        GradingResult result = runner.run(examples);
        print(what, examples.size(), System.nanoTime() - start, out);
        if (result.clean().size() != examples.size()) {
            throw new IllegalStateException("not all were graded: " + result);
        }
    }

    private static void print(String what, int examples, long nanos, PrintStream out) {
        double ideal = GRADERS * examples * MILLIS / 1000.0 / AT_ONCE;
        out.printf(
                Locale.ROOT,
                "%s, %d examples, %d graders: %.2f s, ideal %.2f s, ratio %.2f%n",
                what,
                examples,
                GRADERS,
                nanos / 1e9,
                ideal,
                nanos / 1e9 / ideal);
    }
}
