package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RunUsage;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.run.CallRun;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GradingRunnerTest {

    @AfterEach
    void noTestLeavesAnInterrupt() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private static LLMGrader grader(String name, ChatModel model) {
        return Judges.grader(name, model).build();
    }

    private static GradingRunner runner(LLMGrader... graders) {
        GradingRunner.Builder builder = GradingRunner.builder();
        List.of(graders).forEach(builder::grader);
        return builder.build();
    }

    /** Gives these scores, one an example; a negative one is an error. */
    private static Check giving(double... scores) {
        return examples -> {
            List<Finding> findings = new ArrayList<>();
            for (Example example : examples) {
                double score = scores[findings.size()];
                findings.add(
                        score < 0
                                ? Finding.error("inner", example.id(), "cannot tell")
                                : score < 0.7
                                        ? Finding.fail("inner", example.id(), score, "too little")
                                        : Finding.pass("inner", example.id()).withScore(score));
            }
            return findings;
        };
    }

    private static List<Verdict> verdicts(List<Finding> findings) {
        return findings.stream().map(Finding::verdict).toList();
    }

    // ---------------------------------------------------------------- findings

    @Test
    void run_hasTheFindingsOfEachGraderInTheOrderOfTheExamples() {
        List<Item> items = Judges.allWorth("5", "nothing", "2", "failure");
        ScriptedChatModel generous =
                ScriptedChatModel.builder().otherwise(Judges.grade("5")).build();

        GradingResult result = runner(grader("fair", Judges.fair()), grader("generous", generous))
                .run(items);

        assertThat(result.graders().keySet()).containsExactly("fair", "generous");
        assertThat(result.findings("fair")).extracting(Finding::exampleId).isEqualTo(Judges.ids(items));
        assertThat(verdicts(result.findings("fair")))
                .containsExactly(Verdict.PASS, Verdict.ERROR, Verdict.FAIL, Verdict.ERROR);
        assertThat(verdicts(result.findings("generous")))
                .containsExactly(Verdict.PASS, Verdict.PASS, Verdict.PASS, Verdict.PASS);
        assertThat(result.examples()).extracting(GradedExample::example).isEqualTo(items);
        assertThat(result.examples().get(2).findings().keySet()).containsExactly("fair", "generous");
        assertThat(result.examples().get(2).findings().get("fair"))
                .isEqualTo(result.findings("fair").get(2));
    }

    @Test
    void run_isTheSameWhateverComesFirst() {
        List<Item> items = Judges.allWorth("5", "1", "4", "2", "3");
        CountDownLatch others = new CountDownLatch(4);
        ScriptedChatModel fair = Judges.fair();
        ChatModel firstLast = request -> {
            if (ScriptedChatModel.lastUserMessage(request).contains("worth 5!")) {
                await(others);
            }
            ChatResponse response = fair.chat(request);
            others.countDown();
            return response;
        };

        List<Finding> inOrder = runner(grader(
                        "g", CallPolicy.builder().maxConcurrency(1).build().wrap(fair)))
                .run(items)
                .findings("g");
        List<Finding> outOfOrder = runner(grader("g", firstLast)).run(items).findings("g");

        assertThat(outOfOrder).isEqualTo(inOrder);
        assertThat(inOrder)
                .extracting(finding -> finding.score().orElseThrow())
                .containsExactly(1.0, 0.0, 0.75, 0.25, 0.5);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new LLMCancelledException("interrupted");
        }
    }

    @Test
    void findings_ofAnUnknownGraderAreRefused() {
        GradingResult result = runner(grader("g", Judges.fair())).run(List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> result.findings("h"))
                .withMessage("no grader 'h'; there are [g]");
    }

    @Test
    void run_ofNothingIsEmpty() {
        GradingResult result = GradingRunner.builder()
                .grader(grader("g", Judges.fair()))
                .check("c", giving())
                .build()
                .run(List.of());

        assertThat(result.examples()).isEmpty();
        assertThat(result.graders().get("g").meanScore()).isEmpty();
        assertThat(result.graders().get("g").passShare()).isEmpty();
        assertThat(result.usage().calls()).isZero();
    }

    // ---------------------------------------------------------------- an error is not a pass

    @Test
    void clean_isWhatPassedEveryGraderWithoutAnError() {
        List<Item> items = Judges.allWorth("5", "nothing", "failure", "3", "4");

        GradingResult result = GradingRunner.builder()
                .grader(grader("fair", Judges.fair()))
                .check("other", giving(1, 1, 1, 1, -1))
                .build()
                .run(items);

        // useless answer, failed call, failed grade, error of the other: only the first is left
        assertThat(result.clean()).containsExactly(items.get(0));
        assertThat(result.examples().stream().map(GradedExample::isClean))
                .containsExactly(true, false, false, false, false);
        assertThat(result.examples().stream().map(GradedExample::errors)).containsExactly(0, 1, 1, 0, 1);
    }

    @Test
    void clean_isNothingWhereAGraderAlwaysFails() {
        List<Item> items = Judges.allWorth("5", "5", "5");
        List<Check> failing = List.of(
                examples -> {
                    throw new IllegalStateException("broken");
                },
                examples -> List.of(), // says nothing
                giving(-1, -1, -1),
                grader("down", request -> {
                    throw Judges.unavailable();
                }),
                grader("locked", request -> {
                    throw new LLMAuthenticationException("no key", Failure.UNKNOWN);
                }),
                grader("mute", request -> ChatResponse.of("")),
                Judges.grader("blind", Judges.fair())
                        .field("response", "nowhere")
                        .build());

        for (Check check : failing) {
            GradingResult result = GradingRunner.builder()
                    .check("good", giving(1, 1, 1))
                    .check("failing", check)
                    .build()
                    .run(items);

            assertThat(result.clean()).as("%s", check).isEmpty();
            assertThat(verdicts(result.findings("failing"))).containsOnly(Verdict.ERROR);
            assertThat(verdicts(result.findings("good"))).containsOnly(Verdict.PASS);
        }
    }

    // ---------------------------------------------------------------- aggregates

    @Test
    void aggregate_isTheWeightedMeanOfTheScoresWithoutErrors() {
        GradingResult result = GradingRunner.builder()
                .check("a", giving(1, 0.5, -1, -1), 2)
                .check("b", giving(0.4, -1, 0.3, -1))
                .check("c", giving(0, 0, 0, 0), 0)
                .build()
                .run(Judges.allWorth("1", "2", "3", "4"));

        // (2 * 1 + 1 * 0.4) / 3 = 0.8; a alone: 0.5; b alone: 0.3; nothing that counts
        assertThat(result.examples().get(0).aggregate().orElseThrow()).isCloseTo(0.8, within(1e-12));
        assertThat(result.examples().get(1).aggregate()).hasValue(0.5);
        assertThat(result.examples().get(2).aggregate()).hasValue(0.3);
        assertThat(result.examples().get(3).aggregate()).isEmpty();
    }

    @Test
    void graders_areSummedUp() {
        // 0, 0.75 and 1 are judged, of which two pass: mean 1.75 / 3
        GradingResult result = runner(grader("g", Judges.fair())).run(Judges.allWorth("1", "4", "5", "failure"));

        GraderSummary summary = result.graders().get("g");
        assertThat(summary.passed()).isEqualTo(2);
        assertThat(summary.failed()).isEqualTo(1);
        assertThat(summary.errors()).isEqualTo(1);
        assertThat(summary.meanScore().orElseThrow()).isCloseTo(1.75 / 3, within(1e-12));
        assertThat(summary.passShare().orElseThrow()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(summary.weight()).isEqualTo(1);
        assertThat(summary.endedEarly()).isNull();
    }

    // ---------------------------------------------------------------- checks without a model

    @Test
    void check_goesUnderTheNameThatItHasInTheRun() {
        List<Finding> findings = GradingRunner.builder()
                .check("mine", giving(1, 0.2))
                .check("renamed", grader("original", Judges.fair()))
                .build()
                .run(Judges.allWorth("5", "1"))
                .examples()
                .stream()
                .flatMap(graded -> graded.findings().values().stream())
                .toList();

        assertThat(findings).extracting(Finding::check).containsExactly("mine", "renamed", "mine", "renamed");
        assertThat(findings.get(2).reason()).isEqualTo("too little");
        assertThat(findings.get(2).score()).hasValue(0.2);
    }

    @Test
    void check_ofWhichTheWorstOfSeveralFindingsCounts() {
        Check several = examples -> examples.stream()
                .flatMap(example -> List.of(
                        Finding.pass("x", example.id()),
                        Finding.fail("x", example.id(), 0.5, "half"),
                        Finding.fail("x", example.id(), 0.1, "worst"))
                        .stream())
                .toList();
        Check erring = examples -> examples.stream()
                .flatMap(example ->
                        List.of(Finding.error("x", example.id(), "unknown"), Finding.fail("x", example.id(), 0, "bad"))
                                .stream())
                .toList();

        GradingResult result = GradingRunner.builder()
                .check("several", several)
                .check("erring", erring)
                .build()
                .run(Judges.allWorth("5"));

        assertThat(result.findings("several").get(0).reason()).isEqualTo("worst");
        assertThat(result.findings("erring").get(0).verdict()).isEqualTo(Verdict.ERROR);
    }

    @Test
    void check_thatSaysNothingOfAnExampleOrThrowsIsAnError() {
        List<Item> items = Judges.allWorth("5", "4");
        Check firstOnly =
                examples -> List.of(Finding.pass("x", examples.iterator().next().id()));
        Check broken = examples -> {
            throw new IllegalStateException("no dictionary");
        };

        GradingResult result = GradingRunner.builder()
                .check("first", firstOnly)
                .check("broken", broken)
                .build()
                .run(items);

        assertThat(result.findings("first").get(1).reason()).isEqualTo("the check did not judge it");
        assertThat(result.findings("broken"))
                .extracting(Finding::reason)
                .containsOnly("the check failed: java.lang.IllegalStateException: no dictionary");
    }

    @Test
    void check_seesAllExamplesAtOnce() {
        List<Integer> sizes = new ArrayList<>();
        Check counting = examples -> {
            sizes.add(examples.size());
            return List.of();
        };

        GradingRunner.builder().check("c", counting).build().run(Judges.allWorth("1", "2", "3"));

        assertThat(sizes).containsExactly(3);
    }

    // ---------------------------------------------------------------- waves, and the end of a run

    @Test
    void run_letsAllGradersSeeTheFirstExamplesFirst() {
        String[] fives = Collections.nCopies(100, "5").toArray(String[]::new);
        List<String> asked = Collections.synchronizedList(new ArrayList<>());
        ChatModel a = request -> {
            asked.add("a");
            return ChatResponse.of(Judges.grade("5"));
        };
        ChatModel b = request -> {
            asked.add("b");
            return ChatResponse.of(Judges.grade("5"));
        };

        runner(grader("a", a), grader("b", b)).run(Judges.allWorth(fives));

        // waves of 16, 64 and the remaining 20
        List<String> expected = new ArrayList<>();
        for (int size : new int[] {16, 64, 20}) {
            expected.addAll(Collections.nCopies(size, "a"));
            expected.addAll(Collections.nCopies(size, "b"));
        }
        assertThat(asked).isEqualTo(expected);
    }

    @Test
    void run_asksNoMoreOfAModelThatIsDown() {
        AtomicInteger asked = new AtomicInteger();
        ChatModel down = request -> {
            asked.incrementAndGet();
            throw Judges.unavailable();
        };
        String[] fives = Collections.nCopies(100, "5").toArray(String[]::new);

        GradingResult result =
                runner(grader("down", down), grader("up", Judges.fair())).run(Judges.allWorth(fives));

        assertThat(asked).hasValue(16);
        assertThat(result.graders().get("down").endedEarly())
                .isEqualTo("the run ended when no call of a wave was answered: down");
        assertThat(result.findings("down").get(99).reason())
                .isEqualTo("not asked, since the run ended when no call of a wave was answered: down");
        assertThat(verdicts(result.findings("up"))).hasSize(100).containsOnly(Verdict.PASS);
        assertThat(result.graders().get("up").endedEarly()).isNull();
    }

    @Test
    void budget_isSpentByAllGradersTogether() {
        String[] fives = Collections.nCopies(40, "5").toArray(String[]::new);

        GradingResult result = GradingRunner.builder()
                .grader(grader("a", Judges.fair("a")))
                .grader(grader("b", Judges.fair("b")))
                .budget(Budget.builder().maxCalls(40).build())
                .build()
                .run(Judges.allWorth(fives));

        // 16 of a and 16 of b in the first wave; then 8 of a are left
        assertThat(result.usage().calls()).isEqualTo(40);
        assertThat(result.graders().get("a").passed()).isEqualTo(24);
        assertThat(result.graders().get("b").passed()).isEqualTo(16);
        assertThat(result.graders().get("b").errors()).isEqualTo(24);
        assertThat(result.graders().get("b").endedEarly()).contains("The budget does not cover another call");
        assertThat(result.clean()).hasSize(16);
    }

    @Test
    void cancellation_endsChecksWithoutAModel() {
        Cancellation cancellation = new Cancellation();
        AtomicInteger judged = new AtomicInteger();
        Check slow = examples -> {
            judged.incrementAndGet();
            cancellation.cancel();
            List<Finding> findings = new ArrayList<>();
            for (Example example : examples) { // as a check that runs code does
                findings.add(
                        Thread.currentThread().isInterrupted()
                                ? Finding.error("slow", example.id(), "interrupted")
                                : Finding.pass("slow", example.id()));
            }
            return findings;
        };

        GradingResult result = GradingRunner.builder()
                .check("slow", slow)
                .check("next", slow)
                .cancellation(cancellation)
                .build()
                .run(Judges.allWorth("5", "5"));

        assertThat(judged).hasValue(1);
        assertThat(result.graders().get("slow").errors()).isEqualTo(2);
        assertThat(result.graders().get("next").errors()).isEqualTo(2);
    }

    @Test
    void cancellation_endsTheRunWithWhatItHas() {
        Cancellation cancellation = new Cancellation();
        AtomicInteger asked = new AtomicInteger();
        ChatModel model = request -> {
            if (asked.incrementAndGet() == 20) {
                cancellation.cancel();
            }
            return ChatResponse.of(Judges.grade("5"));
        };
        String[] fives = Collections.nCopies(40, "5").toArray(String[]::new);

        GradingResult result = GradingRunner.builder()
                .grader(grader(
                        "a",
                        CallPolicy.builder()
                                .maxConcurrency(1)
                                .maxAttempts(1)
                                .build()
                                .wrap(model)))
                .grader(grader("b", model))
                .cancellation(cancellation)
                .build()
                .run(Judges.allWorth(fives));

        // the first wave: 16 of a, 3 of b and the one that cancels, which may count or not: it was interrupted
        assertThat(result.graders().get("a").passed()).isEqualTo(16);
        assertThat(result.graders().get("b").errors()).isGreaterThan(30);
        assertThat(result.graders().get("a").endedEarly()).isEqualTo("the run ended: the run was cancelled");
        assertThat(asked.get()).isLessThanOrEqualTo(20 + 7); // those under way
    }

    @Test
    void run_onAnInterruptedThreadAsksNobodyAndStaysInterrupted() {
        ScriptedChatModel model = Judges.fair();
        Thread.currentThread().interrupt();

        GradingResult result = runner(grader("a", model), grader("b", model)).run(Judges.allWorth("5", "4"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(model.requests()).isEmpty();
        assertThat(result.clean()).isEmpty();
    }

    @Test
    void run_passesABugOn() {
        ChatModel buggy = request -> {
            throw new IllegalStateException("no rule");
        };

        assertThatThrownBy(() -> runner(grader("g", buggy)).run(Judges.allWorth("5")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no rule");
    }

    // ---------------------------------------------------------------- concurrency

    /** Answers when so many calls are under way at once; never with fewer. */
    private static ChatModel whenTogether(int calls) {
        CountDownLatch together = new CountDownLatch(calls);
        return CallPolicy.builder().maxConcurrency(calls).build().wrap(request -> {
            together.countDown();
            await(together);
            return ChatResponse.of(Judges.grade("5"));
        });
    }

    @Test
    void run_makesAsManyCallsAtOnceAsEachModelsPolicyLetsThrough() {
        String[] fives = Collections.nCopies(16, "5").toArray(String[]::new);

        GradingResult result = runner(grader("three", whenTogether(3)), grader("twelve", whenTogether(12)))
                .run(Judges.allWorth(fives));

        assertThat(result.clean()).hasSize(16);
    }

    // ---------------------------------------------------------------- what it costs

    @Test
    void usage_isKnownByGraderAndForAll() {
        Pricing pricing = Pricing.empty(LocalDate.EPOCH).with("cheap", 1, 1, 1).with("dear", 10, 10, 10);
        ChatModel cheap = costing("cheap");
        ChatModel dear = costing("dear");

        GradingResult result = GradingRunner.builder()
                .grader(grader("a", cheap))
                .grader(grader("b", dear))
                .check("c", giving(1, 1))
                .budget(Budget.builder().pricing(pricing).build())
                .build()
                .run(Judges.allWorth("5", "5"));

        // two calls each of 100 + 20 tokens, at 1 and 10 dollars per million
        assertThat(result.graders().get("a").usage().tokens()).isEqualTo(new Usage(200, 40, 0));
        assertThat(result.graders().get("a").usage().cost().orElseThrow()).isCloseTo(0.00024, within(1e-12));
        assertThat(result.graders().get("b").usage().cost().orElseThrow()).isCloseTo(0.0024, within(1e-12));
        assertThat(result.graders().get("c").usage()).isEqualTo(RunUsage.NONE);
        assertThat(result.usage().calls()).isEqualTo(4);
        assertThat(result.usage().cost().orElseThrow()).isCloseTo(0.00264, within(1e-12));
    }

    private static ChatModel costing(String modelId) {
        return ScriptedChatModel.builder()
                .modelId(modelId)
                .when(
                        r -> true,
                        r -> ChatResponse.of(Judges.grade("5"))
                                .withModel(modelId)
                                .withUsage(new Usage(100, 20, 0)))
                .build();
    }

    @Test
    void run_withoutAModelSpendsNothing() {
        GradingResult result =
                GradingRunner.builder().check("c", giving(1)).build().run(Judges.allWorth("5"));

        assertThat(result.usage()).isEqualTo(RunUsage.NONE);
    }

    @Test
    void forecast_isACallAnExampleAndGraderAndTwiceAsManyAtMost() {
        ChatModel nobody = request -> {
            throw new AssertionError("a forecast is free");
        };
        String[] fives = Collections.nCopies(50, "5").toArray(String[]::new);
        List<Item> items = new ArrayList<>(Judges.allWorth(fives));
        items.add(Item.of(Map.of("answer", "without the field: nobody is asked about it")));

        Forecast forecast = GradingRunner.builder()
                .grader(grader("a", nobody))
                .grader(grader("b", nobody))
                .check("c", examples -> {
                    throw new AssertionError("nor is a check");
                })
                .onProgress(progress -> {
                    throw new AssertionError("told");
                })
                .build()
                .forecast(items);

        assertThat(forecast.leastCalls()).isEqualTo(100);
        assertThat(forecast.mostCalls()).isEqualTo(200);
        assertThat(forecast.leastTokens().promptTokens()).isPositive();
        assertThat(forecast.mostTokens().totalTokens())
                .isGreaterThan(forecast.leastTokens().totalTokens());
    }

    @Test
    void forecast_hasThePriceOfEachModel() {
        Pricing pricing = Pricing.empty(LocalDate.EPOCH).with("a", 1, 1, 1).with("b", 10, 10, 10);
        Budget budget = Budget.builder().pricing(pricing).build();
        List<Item> items = Judges.allWorth("5", "5");

        Forecast both = GradingRunner.builder()
                .grader(grader("a", Judges.fair("a")))
                .grader(grader("b", Judges.fair("b")))
                .budget(budget)
                .build()
                .forecast(items);
        Forecast cheap = GradingRunner.builder()
                .grader(grader("a", Judges.fair("a")))
                .budget(budget)
                .build()
                .forecast(items);

        // the same prompts, once at one price and once at ten times as much
        assertThat(both.leastCost().orElseThrow())
                .isCloseTo(11 * cheap.leastCost().orElseThrow(), within(1e-12));
        assertThat(GradingRunner.builder().check("c", giving()).build().forecast(List.of()))
                .isEqualTo(Forecast.NONE);
    }

    @Test
    void forecast_countsAndEstimatesWhatTheRunSends() {
        ScriptedChatModel model = Judges.fair();
        GradingRunner runner = runner(grader("g", model));
        List<Item> items = Judges.allWorth("1", "2", "3", "4", "5");

        Forecast forecast = runner.forecast(items);
        runner.run(items);

        long bytes = model.requests().stream()
                .mapToLong(ChatRequest::maxPromptTokens)
                .sum();
        assertThat(forecast.leastCalls()).isEqualTo(model.requests().size());
        assertThat(forecast.leastTokens().promptTokens()).isEqualTo(Math.round(bytes / 5.0)); // five bytes a token
    }

    // ---------------------------------------------------------------- progress

    @Test
    void onProgress_tellsOfEachCallAndEachCheck() {
        List<String> told = new ArrayList<>();
        ChatModel one =
                CallPolicy.builder().maxConcurrency(1).maxAttempts(1).build().wrap(Judges.fair());
        List<Item> items = List.of(Judges.worth("5"), Item.of(Map.of("answer", "missing")), Judges.worth("failure"));

        GradingRunner.builder()
                .grader(grader("g", one))
                .check("c", giving(1, 1, 1))
                .onProgress(p -> told.add("%s %d/%d, %d calls"
                        .formatted(p.grader(), p.done(), p.total(), p.usage().calls())))
                .build()
                .run(items);

        // the one without the field is dealt with before the first call
        assertThat(told).containsExactly("c 3/3, 0 calls", "g 2/3, 1 calls", "g 3/3, 2 calls");
    }

    @Test
    void onProgress_endsTheRunByThrowing() {
        GradingRunner runner = GradingRunner.builder()
                .grader(grader("g", Judges.fair()))
                .onProgress(p -> {
                    throw new IllegalStateException("enough");
                })
                .build();

        assertThatThrownBy(() -> runner.run(Judges.allWorth("5"))).hasMessage("enough");
    }

    // ---------------------------------------------------------------- asynchronous

    @Test
    void runAsync_hasTheResultOfRun() {
        GradingRunner runner = runner(grader("g", Judges.fair()));
        List<Item> items = Judges.allWorth("5", "1");

        assertThat(runner.runAsync(items).join().examples())
                .isEqualTo(runner.run(items).examples());
    }

    @Test
    void runAsync_runsOnTheExecutor() {
        Set<String> threads = Collections.synchronizedSet(new TreeSet<>());
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try {
            Check noting = examples -> {
                threads.add(Thread.currentThread().getName());
                return List.of();
            };
            GradingRunner.builder()
                    .check("c", noting)
                    .build()
                    .runAsync(Judges.allWorth("5"), executor)
                    .join();
        } finally {
            executor.shutdown();
        }

        assertThat(threads).containsExactly("mine");
    }

    @Test
    void runAsync_completesWithABug() {
        ChatModel buggy = request -> {
            throw new IllegalStateException("no rule");
        };

        assertThatThrownBy(() -> runner(grader("g", buggy))
                        .runAsync(Judges.allWorth("5"))
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("no rule");
    }

    @Test
    void runAsync_checksItsInputAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner(grader("g", Judges.fair())).runAsync(null))
                .withMessage("examples must not be null");
    }

    /** Waits until it is interrupted; counts how often. */
    private static final class Hanging implements ChatModel {

        final CountDownLatch called = new CountDownLatch(1);
        final AtomicInteger asked = new AtomicInteger();
        final CountDownLatch interrupted = new CountDownLatch(1);

        @Override
        public ChatResponse chat(ChatRequest request) {
            asked.incrementAndGet();
            called.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("nobody counts down");
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw new LLMCancelledException("interrupted");
            }
        }

        @Override
        public int maxConcurrency() {
            return 1;
        }
    }

    @Test
    void runAsync_isBrokenOffWhenItsFutureIsCancelled() throws Exception {
        Hanging hanging = new Hanging();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<GradingResult> future =
                    runner(grader("a", hanging), grader("b", hanging)).runAsync(Judges.allWorth("5", "4"), executor);
            hanging.called.await();

            assertThat(future.cancel(true)).isTrue();

            assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
            assertThat(hanging.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            // the executor's thread is free again, and nobody left an interrupt in it
            assertThat(executor.submit(Thread::interrupted).get(10, TimeUnit.SECONDS))
                    .isFalse();
            assertThat(hanging.asked).hasValue(1);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void runAsync_cancelledBeforeItBeganAsksNobody() throws Exception {
        ScriptedChatModel model = Judges.fair();
        List<Runnable> queue = new ArrayList<>();
        CompletableFuture<GradingResult> future = runner(grader("g", model)).runAsync(Judges.allWorth("5"), queue::add);

        future.cancel(false);
        queue.get(0).run();

        assertThat(future).isCancelled();
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void runAsync_endsTooWhenItsTimeIsUp() throws Exception {
        Hanging hanging = new Hanging();
        CompletableFuture<GradingResult> future = runner(grader("a", hanging)).runAsync(Judges.allWorth("5"));
        hanging.called.await();

        future.completeExceptionally(new TimeoutException()); // as orTimeout does

        assertThat(hanging.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runAsync_hasWhatWasAnsweredWhereTheRunIsCancelledInstead() throws Exception {
        Hanging hanging = new Hanging();
        Cancellation cancellation = new Cancellation();
        CompletableFuture<GradingResult> future = GradingRunner.builder()
                .grader(grader("fair", Judges.fair()))
                .grader(grader("hanging", hanging))
                .cancellation(cancellation)
                .build()
                .runAsync(Judges.allWorth("5", "4"));
        hanging.called.await();

        cancellation.cancel();

        GradingResult result = future.get(10, TimeUnit.SECONDS);
        assertThat(verdicts(result.findings("fair"))).containsOnly(Verdict.PASS);
        assertThat(verdicts(result.findings("hanging"))).containsOnly(Verdict.ERROR);
    }

    // ---------------------------------------------------------------- within another run

    @Test
    void run_withinARunSpendsItsBudget() {
        CallRun whole = CallRun.builder()
                .chatModel(Judges.fair())
                .budget(Budget.builder().maxCalls(3).build())
                .build();
        GradingRunner runner = runner(grader("a", Judges.fair()), grader("b", Judges.fair()));

        GradingResult result = runner.run(Judges.allWorth("5", "4"), whole);

        assertThat(whole.usage().calls()).isEqualTo(3);
        assertThat(verdicts(result.findings("a"))).containsExactly(Verdict.PASS, Verdict.PASS);
        assertThat(verdicts(result.findings("b")))
                .containsOnlyOnce(Verdict.PASS)
                .contains(Verdict.ERROR);
    }

    // ---------------------------------------------------------------- building, printing

    @Test
    void build_refusesWhatDoesNotFit() {
        GradingRunner.Builder builder = GradingRunner.builder();

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a grader is required: GradingRunner.builder().grader(grader)");
        builder.grader(grader("g", Judges.fair()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.check("g", giving()))
                .withMessage("there is a grader 'g' already: give this one another name");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.check("h", giving(), -1))
                .withMessageStartingWith("weight must be in [0.0, ");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.check("h", giving(), Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.check(" ", giving()));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.check("h", null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.grader(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.budget(Budget.builder().maxCost(1).build()).build())
                .withMessageContaining("price of model 'fair'");
    }

    @Test
    void run_refusesAnExampleThatIsNone() {
        Collection<Example> examples = Collections.singletonList(null);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> runner(grader("g", Judges.fair())).run(examples))
                .withMessage("example must not be null");
    }

    @Test
    void display_printsGradersTheWholeAndTheCost() {
        ChatModel one =
                CallPolicy.builder().maxConcurrency(1).maxAttempts(1).build().wrap(Judges.fair());
        GradingResult result = GradingRunner.builder()
                .grader(grader("fair", one), 2)
                .check("rules", giving(1, 0.25, -1))
                .budget(Budget.builder().maxCalls(2).build())
                .build()
                .run(Judges.allWorth("5", "3", "4"));
        StringBuilder out = new StringBuilder();

        result.display(out);

        // fair: 1 and 0.5, the third is not covered; rules: 1 and 0.25
        // aggregates 1, (2 * 0.5 + 0.25) / 3 = 0.41667, none: mean 0.708
        assertThat(out.toString())
                .startsWith(String.join(
                        "\n",
                        "  grader  weight   mean  passed  failed  errors  pass share  calls     cost",
                        "  ------  ------  -----  ------  ------  ------  ----------  -----  -------",
                        "  fair      2.00  0.750       1       1       1       0.500      2  unknown",
                        "  rules     1.00  0.625       1       1       1       0.500      0  $0.0000",
                        "",
                        "  examples 3, passed by every grader 1, with errors 1, mean aggregate 0.708",
                        "  fair ended early: the run ended: The budget does not cover another call: Budget[calls 2],"
                                + " spent 2 calls, 0 tokens, $0.0.",
                        "",
                        "  model calls",
                        ""));
        assertThat(result).hasToString("GradingResult[3 examples, graders [fair, rules]]");
    }
}
