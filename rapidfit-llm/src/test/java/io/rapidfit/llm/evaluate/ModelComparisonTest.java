package io.rapidfit.llm.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Origin;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.FinishReason;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMUnavailableException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.RateLimitStatus;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.reply.ReplyShape;
import io.rapidfit.metrics.Comparison.Verdict;
import io.rapidfit.metrics.McNemar;
import io.rapidfit.metrics.PairedComparison;
import io.rapidfit.metrics.Resampling;
import io.rapidfit.model.Prediction;
import io.rapidfit.model.TextClassifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ModelComparisonTest {

    @TempDir
    Path dir;

    /** Prompts "0", "1" and so on, each to be answered by "answer" and its prompt. */
    private static List<Item> holdout(int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> Item.of(Map.of("prompt", "" + i, "completion", "answer " + i))
                        .withId("e" + i)
                        .withSplit(Split.TEST))
                .toList();
    }

    /** Right from this number on, wrong before. */
    private static ScriptedChatModel rightFrom(int first) {
        return ScriptedChatModel.builder()
                .when(request -> number(request) >= first, request -> ChatResponse.of("answer " + number(request)))
                .otherwise("no")
                .build();
    }

    private static int number(ChatRequest request) {
        return Integer.parseInt(ScriptedChatModel.lastUserMessage(request));
    }

    /** Fails for these prompts and is right for all others. */
    private static ChatModel failing(LLMException failure, Integer... prompts) {
        Set<Integer> failing = Set.of(prompts);
        return request -> {
            if (failing.contains(number(request))) {
                throw failure;
            }
            return ChatResponse.of("answer " + number(request));
        };
    }

    private static LLMException down() {
        return new LLMUnavailableException("down", Failure.UNKNOWN, null);
    }

    private static LLMException refused() {
        return new LLMAuthenticationException("refused", Failure.UNKNOWN);
    }

    private static ModelComparison.Builder comparing(ChatModel before, ChatModel after) {
        return ModelComparison.builder().before(Contestant.of("old", before)).after(Contestant.of("new", after));
    }

    private static PairedComparison exact(ModelComparisonResult result) {
        return result.metrics().get(ModelMetric.EXACT_MATCH);
    }

    // ---- what is asked and measured ----

    @Test
    void compare_asksBothAboutEveryExampleOnce() {
        ScriptedChatModel before = rightFrom(0);
        ScriptedChatModel after = rightFrom(0);

        comparing(before, after).build().compare(holdout(6));

        List<ChatRequest> prompts =
                IntStream.range(0, 6).mapToObj(i -> ChatRequest.of("" + i)).toList();
        assertThat(before.requests()).containsExactlyInAnyOrderElementsOf(prompts);
        assertThat(after.requests()).containsExactlyInAnyOrderElementsOf(prompts);
    }

    @Test
    void compare_testsTheDifference() {
        // right before: 7 to 9; after: 1 to 9. So 6 fixed and none broken: 2 / 2^6
        ModelComparisonResult result = comparing(rightFrom(7), rightFrom(1))
                .metrics(ModelMetric.EXACT_MATCH)
                .build()
                .compare(holdout(10));

        assertThat(exact(result).mean().before().value()).isCloseTo(0.3, within(1e-12));
        assertThat(exact(result).mean().after().value()).isCloseTo(0.9, within(1e-12));
        assertThat(exact(result).mcNemar()).isEqualTo(new McNemar(0, 6));
        assertThat(exact(result).adjustedPValue()).isCloseTo(2.0 / 64, within(1e-12));
        assertThat(exact(result).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(result.metrics()).hasSize(1);
        assertThat(result.endedEarly()).isNull();
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void compare_keepsWhatBothAnswered() {
        List<Item> holdout = holdout(2);

        ModelComparisonResult result =
                comparing(rightFrom(1), rightFrom(0)).build().compare(holdout);

        assertThat(result.examples()).extracting(ComparedExample::example).containsExactlyElementsOf(holdout);
        assertThat(result.examples()).extracting(ComparedExample::expected).containsExactly("answer 0", "answer 1");
        assertThat(result.examples()).extracting(e -> e.before().text()).containsExactly("no", "answer 1");
        assertThat(result.examples()).extracting(e -> e.after().text()).containsExactly("answer 0", "answer 1");
    }

    @Test
    void compare_takesPromptsOfOnesOwn() {
        ScriptedChatModel before = rightFrom(0);

        ModelComparison.builder()
                .before(Contestant.of(
                        "few-shot",
                        before,
                        example -> ChatRequest.builder()
                                .system("Like this: ...")
                                .user(example.field("prompt").orElseThrow())
                                .temperature(0)
                                .build()))
                .after(Contestant.of("plain", rightFrom(0)))
                .build()
                .compare(holdout(1));

        assertThat(before.requests())
                .containsExactly(ChatRequest.builder()
                        .system("Like this: ...")
                        .user("0")
                        .temperature(0)
                        .build());
    }

    @Test
    void paths_sayWherePromptAndAnswerAre() {
        Item item = Item.parse("{\"id\": \"a\", \"input\": {\"text\": \"7\"}, \"wanted\": \"answer 7\"}");

        ModelComparisonResult result = comparing(rightFrom(0), rightFrom(8))
                .promptPath("input.text")
                .completionPath("wanted")
                .build()
                .compare(List.of(item));

        assertThat(exact(result).mean().before().value()).isEqualTo(1);
        assertThat(exact(result).mean().after().value()).isEqualTo(0);
    }

    @Test
    void metrics_defaultToAllThatCanBeMeasured() {
        ModelComparison.Builder texts = comparing(rightFrom(0), rightFrom(0));
        assertThat(texts.build().compare(holdout(2)).metrics().keySet())
                .containsExactly(ModelMetric.EXACT_MATCH, ModelMetric.BLEU, ModelMetric.ROUGE_L);

        ModelComparison.Builder json =
                texts.shape(ReplyShape.object().string("a").build()).evidence((example, expected, answer) -> List.of());
        List<Item> objects = List.of(Item.of(Map.of("prompt", "1", "completion", "{\"a\": \"b\"}")));
        assertThat(json.build().compare(objects).metrics().keySet()).containsExactly(ModelMetric.values());

        List<Item> mixed = new ArrayList<>(objects);
        mixed.addAll(holdout(1));
        assertThat(json.build().compare(mixed).metrics().keySet())
                .doesNotContain(ModelMetric.FIELD_ACCURACY)
                .hasSize(5);
    }

    @Test
    void schema_isMeasuredOfTheAnswerAsItWasGiven() {
        ChatModel fenced = request -> ChatResponse.of("```{\"a\": \"b\"}```");
        ChatModel bare = request -> ChatResponse.of("{\"a\": \"b\"}");
        Item item = Item.of(Map.of("prompt", "1", "completion", "{\"a\": \"b\"}"));

        ModelComparisonResult result = comparing(fenced, bare)
                .shape(ReplyShape.object().string("a").build())
                .build()
                .compare(List.of(item));

        ComparedExample only = result.examples().get(0);
        assertThat(only.before().scores())
                .containsEntry(ModelMetric.SCHEMA, 0.0)
                .containsEntry(ModelMetric.EXACT_MATCH, 1.0)
                .containsEntry(ModelMetric.FIELD_ACCURACY, 1.0);
        assertThat(only.after().scores()).containsEntry(ModelMetric.SCHEMA, 1.0);
    }

    @Test
    void evidence_isCheckedWithTheExample() {
        List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());

        ModelComparisonResult result = comparing(rightFrom(0), rightFrom(1))
                .evidence((example, expected, answer) -> {
                    seen.add(List.of(example.id(), expected, answer));
                    return answer.equals("no") ? List.of("cites nothing") : List.of();
                })
                .build()
                .compare(holdout(1));

        assertThat(seen).containsExactly(List.of("e0", "answer 0", "answer 0"), List.of("e0", "answer 0", "no"));
        assertThat(result.examples().get(0).after().evidenceProblems()).containsExactly("cites nothing");
        assertThat(result.metrics().get(ModelMetric.EVIDENCE).mcNemar()).isEqualTo(new McNemar(1, 0));
    }

    @Test
    void resampling_defaultsToThatOfComparisons() {
        ModelComparison.Builder builder = comparing(rightFrom(3), rightFrom(1));

        Map<ModelMetric, PairedComparison> byDefault =
                builder.build().compare(holdout(8)).metrics();

        assertThat(builder.resampling(Resampling.DEFAULT)
                        .build()
                        .compare(holdout(8))
                        .metrics())
                .isEqualTo(byDefault);
        assertThat(builder.resampling(Resampling.DEFAULT.withConfidence(0.9))
                        .build()
                        .compare(holdout(8))
                        .metrics()
                        .get(ModelMetric.BLEU)
                        .confidence())
                .isEqualTo(0.9);
    }

    // ---- classifiers ----

    private static TextClassifier classifier(String label) {
        return new TextClassifier() {
            @Override
            public List<String> tasks() {
                return List.of("topic");
            }

            @Override
            public List<String> labels(String task) {
                return List.of("billing", "delivery");
            }

            @Override
            public List<Prediction> predict(List<String> texts, String task) {
                return texts.stream().map(text -> new Prediction(label, 0.9)).toList();
            }
        };
    }

    @Test
    void compare_countsWhatAClassifierCannotAnswer() {
        TextClassifier flaky = new TextClassifier() {
            @Override
            public List<String> tasks() {
                return List.of("topic");
            }

            @Override
            public List<String> labels(String task) {
                return List.of("billing", "delivery");
            }

            @Override
            public List<Prediction> predict(List<String> texts, String task) {
                if (texts.contains("You charged me twice")) {
                    throw new IllegalStateException("connection reset");
                }
                return texts.stream()
                        .map(text -> new Prediction("delivery", 0.9))
                        .toList();
            }
        };
        List<Sample> samples = List.of(
                Sample.of("topic", "Where is my parcel?", "delivery").withSplit(Split.TEST),
                Sample.of("topic", "You charged me twice", "billing").withSplit(Split.TEST));
        ModelComparison comparison = ModelComparison.builder()
                .before(Contestant.of("classifier", flaky, "topic"))
                .after(Contestant.of("LLM", request -> ChatResponse.of("Delivery")))
                .promptPath("text")
                .completionPath("label")
                .build();

        ModelComparisonResult result = comparison.compare(samples);

        assertThat(result.before().errors()).isEqualTo(1);
        assertThat(exact(result).mean().before().value()).isEqualTo(0.5);
        assertThat(result.errors()).hasSize(1);
        assertThatThrownBy(() -> comparison.compare(samples.subList(1, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("connection reset");
    }

    @Test
    void compare_takesAClassifierForItsLabels() {
        List<Sample> samples = List.of(
                Sample.of("topic", "Where is my parcel?", "delivery").withSplit(Split.TEST),
                Sample.of("topic", "You charged me twice", "billing").withSplit(Split.TEST));
        AtomicInteger ticks = new AtomicInteger();
        InstantSource clock = () -> Instant.ofEpochMilli(ticks.getAndAdd(3));

        ModelComparisonResult result = ModelComparison.builder()
                .before(Contestant.of("classifier", classifier("delivery"), "topic"))
                .after(Contestant.of("LLM", request -> ChatResponse.of("Delivery")))
                .promptPath("text")
                .completionPath("label")
                .clock(clock)
                .build()
                .compare(samples);

        assertThat(exact(result).mcNemar()).isEqualTo(new McNemar(0, 0));
        assertThat(exact(result).mean().before().value()).isEqualTo(0.5);
        assertThat(result.before())
                .isEqualTo(new ContestantSummary(
                        "classifier",
                        2,
                        0,
                        Usage.NONE,
                        OptionalDouble.of(0),
                        Duration.ofMillis(3),
                        Duration.ofMillis(3)));
    }

    @Test
    void contestant_refusesATaskThatAClassifierDoesNotHave() {
        assertThatThrownBy(() -> Contestant.of("classifier", classifier("delivery"), "mood"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the classifier has no task 'mood'; there are [topic]");
    }

    @Test
    void contestant_refusesNothing() {
        assertThatThrownBy(() -> Contestant.of(" ", rightFrom(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must not be blank");
        assertThatThrownBy(() -> Contestant.of("a", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model must not be null");
        assertThatThrownBy(() -> Contestant.of("a", null, example -> ChatRequest.of(example.text())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model must not be null");
        assertThatThrownBy(() -> Contestant.of("a", rightFrom(0), (Function<Example, ChatRequest>) null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt must not be null");
        assertThatThrownBy(() -> Contestant.of("a", (TextClassifier) null, "topic"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classifier must not be null");
    }

    @Test
    void contestant_refusesAPromptThatIsNone() {
        assertThatThrownBy(() -> ModelComparison.builder()
                        .before(Contestant.of("old", rightFrom(0)))
                        .after(Contestant.of("new", rightFrom(0), example -> null))
                        .build()
                        .compare(holdout(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prompt of e0 must not be null");
    }

    // ---- cost and latency ----

    private static ChatResponse taking(long millis, Usage usage, String model) {
        return new ChatResponse(
                "answer",
                FinishReason.STOP,
                usage,
                model,
                null,
                Duration.ofMillis(millis),
                RateLimitStatus.UNKNOWN,
                1,
                0);
    }

    @Test
    void summary_addsUpCostsAndRanksLatencies() {
        // 20 answers of 1, 2, ... 20 ms: the 10th and the 19th of them; 1000 and 100 tokens each at $1 and $5 a million
        ChatModel model = request -> taking(number(request) + 1, new Usage(1000, 100, 0), "priced");
        Budget budget = Budget.builder()
                .pricing(Pricing.empty(LocalDate.of(2026, 1, 1)).with("priced", 1, 0.5, 5))
                .build();

        ModelComparisonResult result =
                comparing(model, rightFrom(0)).budget(budget).build().compare(holdout(20));

        assertThat(result.before().usage()).isEqualTo(new Usage(20_000, 2000, 0));
        assertThat(result.before().cost().orElseThrow()).isCloseTo(20 * (0.001 + 0.0005), within(1e-12));
        assertThat(result.before().medianLatency()).isEqualTo(Duration.ofMillis(10));
        assertThat(result.before().p95Latency()).isEqualTo(Duration.ofMillis(19));
        assertThat(result.after().cost()).isEmpty();
        assertThat(result.examples().get(0).before().cost().orElseThrow()).isCloseTo(0.0015, within(1e-12));
    }

    @Test
    void cost_isThatOfTheModelsIdWhereTheAnswersIsNotKnown() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .modelId("priced")
                .when(request -> true, request -> taking(1, new Usage(1000, 0, 0), "a version of it"))
                .build();
        Budget budget = Budget.builder()
                .pricing(Pricing.empty(LocalDate.of(2026, 1, 1)).with("priced", 1, 0.5, 5))
                .build();

        ModelComparisonResult result =
                comparing(model, rightFrom(0)).budget(budget).build().compare(holdout(1));

        assertThat(result.before().cost().orElseThrow()).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void budget_defaultsToTheBuiltInPrices() {
        ChatModel model = request -> taking(1, new Usage(1_000_000, 0, 0), "gpt-4.1-mini");

        ModelComparisonResult result = comparing(model, rightFrom(0)).build().compare(holdout(1));

        assertThat(result.before().cost().orElseThrow()).isCloseTo(0.40, within(1e-12));
    }

    // ---- failures ----

    @Test
    void compare_countsAFailedCallAsWrong() {
        ModelComparisonResult result = comparing(rightFrom(0), failing(down(), 1, 2))
                .metrics(ModelMetric.EXACT_MATCH, ModelMetric.ROUGE_L)
                .build()
                .compare(holdout(4));

        assertThat(exact(result).mean().after().value()).isEqualTo(0.5);
        assertThat(result.metrics().get(ModelMetric.ROUGE_L).mean().after().value())
                .isEqualTo(0.5);
        assertThat(result.after().answers()).isEqualTo(2);
        assertThat(result.after().errors()).isEqualTo(2);
        assertThat(result.errors()).extracting(e -> e.example().id()).containsExactly("e1", "e2");
        assertThat(result.errors().get(0).after().error()).isEqualTo("down");
        assertThat(result.errors().get(0).before().error()).isNull();
        assertThat(result.endedEarly()).isNull();
    }

    /** The run stops after the wave, but there was nothing left to ask. */
    @Test
    void compare_withALastWaveOfFailures_isComplete() {
        // waves are of 32: the last example is one of its own
        ModelComparisonResult result = comparing(rightFrom(0), failing(down(), 32))
                .metrics(ModelMetric.EXACT_MATCH)
                .build()
                .compare(holdout(33));

        assertThat(result.endedEarly()).isNull();
        assertThat(exact(result).mean().after().value()).isCloseTo(32 / 33.0, within(1e-12));
    }

    @Test
    void compare_thatEndsEarly_hasNoVerdict() {
        // waves of 32: after the second the model is given up, and neither is asked about the third
        ScriptedChatModel before = rightFrom(0);
        Integer[] secondWave = IntStream.range(32, 64).boxed().toArray(Integer[]::new);

        ModelComparisonResult result = comparing(before, failing(down(), secondWave))
                .metrics(ModelMetric.EXACT_MATCH)
                .build()
                .compare(holdout(70));

        assertThat(before.requests()).hasSize(64);
        assertThat(result.endedEarly()).isEqualTo("the run ended when no call of a wave was answered: down");
        assertThat(exact(result).pValue()).isLessThan(1e-9); // 32 broken, 2 / 2^32: evidence, were it complete
        assertThat(exact(result).verdict()).isEqualTo(Verdict.NO_EVIDENCE);
        assertThat(result.examples().get(69).before().error()).isEqualTo("not asked");
        assertThat(result.examples().get(69).after().error()).isEqualTo("not asked");
        assertThat(result.summary())
                .isEqualTo(
                        "No verdict, since the run ended early: the run ended when no call of a wave was answered: down");
    }

    @Test
    void compare_withASpentBudget_endsEarly_evenInTheLastWave() {
        // one budget for both: the first spends 4 of 7 calls
        ModelComparisonResult result = comparing(rightFrom(4), rightFrom(0))
                .budget(Budget.builder().maxCalls(7).build())
                .build()
                .compare(holdout(4));

        assertThat(result.endedEarly()).startsWith("the run ended: The budget does not cover another call");
        assertThat(result.before().answers()).isEqualTo(4);
        assertThat(result.after().answers()).isEqualTo(3);
        assertThat(result.after().errors()).isEqualTo(1);
    }

    @Test
    void compare_ofAContestantThatNeverAnswers_throws() {
        assertThatThrownBy(() -> comparing(rightFrom(0), failing(refused(), 0, 1))
                        .build()
                        .compare(holdout(2)))
                .isInstanceOf(LLMAuthenticationException.class)
                .hasMessage("refused");
    }

    @Test
    void cancellation_endsTheRun() {
        Cancellation cancellation = new Cancellation();
        List<ComparisonProgress> told = new ArrayList<>();

        ModelComparisonResult result = ModelComparison.builder()
                .before(Contestant.of("classifier", classifier("answer"), "topic"))
                .after(Contestant.of("new", rightFrom(0)))
                .cancellation(cancellation)
                .onProgress(progress -> {
                    told.add(progress);
                    cancellation.cancel();
                })
                .build()
                .compare(holdout(70));

        assertThat(told).containsExactly(new ComparisonProgress(32, 70));
        assertThat(result.endedEarly()).isEqualTo("the run was cancelled");
        assertThat(result.before().answers()).isEqualTo(32);
    }

    @Test
    void onProgress_isToldOfEachWave() {
        List<ComparisonProgress> told = new ArrayList<>();

        comparing(rightFrom(0), rightFrom(0)).onProgress(told::add).build().compare(holdout(70));

        assertThat(told)
                .containsExactly(
                        new ComparisonProgress(32, 70), new ComparisonProgress(64, 70), new ComparisonProgress(70, 70));
    }

    @Test
    void compare_makesAsManyCallsAtOnceAsTheModelLetsThrough() {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch three = new CountDownLatch(3);
        ChatModel model = new ChatModel() {
            @Override
            public ChatResponse chat(ChatRequest request) {
                most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                three.countDown();
                try {
                    three.await(); // no call ends before three are under way
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                underWay.decrementAndGet();
                return ChatResponse.of("no");
            }

            @Override
            public int maxConcurrency() {
                return 3;
            }
        };

        comparing(rightFrom(0), model).build().compare(holdout(9));

        assertThat(most).hasValue(3);
    }

    // ---- journal ----

    @Test
    void journal_asksNothingTwice() {
        ModelComparisonResult first =
                comparing(rightFrom(2), rightFrom(1)).journal(dir).build().compare(holdout(6));
        ScriptedChatModel before = rightFrom(0);
        ScriptedChatModel after = rightFrom(0);

        List<Item> inOtherOrder = new ArrayList<>(holdout(6));
        Collections.reverse(inOtherOrder);
        ModelComparisonResult again =
                comparing(before, after).journal(dir).build().compare(inOtherOrder);

        assertThat(before.requests()).isEmpty();
        assertThat(after.requests()).isEmpty();
        assertThat(exact(again).mcNemar()).isEqualTo(exact(first).mcNemar());
        assertThat(dir.resolve("model-comparison.jsonl")).isRegularFile();
    }

    @Test
    void journal_asksWhatIsNew() {
        comparing(rightFrom(2), rightFrom(1)).journal(dir).build().compare(holdout(2));
        ScriptedChatModel before = rightFrom(0);
        ScriptedChatModel after = rightFrom(0);

        ModelComparison.builder()
                .before(Contestant.of("old", before))
                .after(Contestant.of(
                        "new",
                        after,
                        example -> ChatRequest.of(example.field("prompt").orElseThrow() + "0")))
                .journal(dir)
                .build()
                .compare(holdout(3));

        assertThat(before.requests()).containsExactly(ChatRequest.of("2"));
        assertThat(after.requests()).hasSize(3);
    }

    @Test
    void journal_doesNotAnswerForAnotherModel() {
        comparing(rightFrom(0), rightFrom(0)).journal(dir).build().compare(holdout(1));
        ScriptedChatModel tunedAnew =
                ScriptedChatModel.builder().modelId("tuned-2").otherwise("no").build();

        ModelComparisonResult result =
                comparing(rightFrom(0), tunedAnew).journal(dir).build().compare(holdout(1));

        assertThat(tunedAnew.requests()).hasSize(1);
        assertThat(exact(result).mean().after().value()).isEqualTo(0);
    }

    @Test
    void journal_resumesARunThatEndedEarly() {
        ModelComparison.Builder interrupted =
                comparing(rightFrom(0), failing(refused(), 40)).journal(dir);
        assertThat(interrupted.build().compare(holdout(70)).endedEarly()).isEqualTo("the run ended: refused");
        ScriptedChatModel before = rightFrom(0);

        ModelComparisonResult result =
                comparing(before, rightFrom(0)).journal(dir).build().compare(holdout(70));

        assertThat(before.requests()).hasSize(6); // the third wave
        assertThat(result.endedEarly()).isNull();
        assertThat(result.errors()).isEmpty();
    }

    @Test
    void journal_asksAgainWhatFailed() {
        ScriptedChatModel failing = ScriptedChatModel.builder()
                .when(request -> number(request) == 1, request -> {
                    throw down();
                })
                .otherwise("no")
                .build();
        comparing(rightFrom(0), failing).journal(dir).build().compare(holdout(40));
        ScriptedChatModel after = rightFrom(0);

        ModelComparisonResult again =
                comparing(rightFrom(0), after).journal(dir).build().compare(holdout(40));

        assertThat(after.requests()).containsExactly(ChatRequest.of("1"));
        assertThat(again.errors()).isEmpty();
    }

    // ---- refusals ----

    private static void assertRefused(List<? extends Example> holdout, String message) {
        ScriptedChatModel model = rightFrom(0);
        assertThatThrownBy(() -> comparing(model, model).build().compare(holdout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void compare_refusesAnEmptyHoldout() {
        assertRefused(List.of(), "the holdout is empty: nothing can be said of either contestant");
    }

    @Test
    void compare_refusesWhatWasThereToBeLearntFrom() {
        Item training = holdout(1).get(0).withSplit(Split.TRAIN);
        Item synthetic = holdout(1).get(0).withSplit(null).withOrigin(Origin.synthetic("LLMAugmenter"));
        String message =
                "example e0 is for training, and an answer to what was learnt from proves nothing: leave it out, or"
                        + " call includeTraining(true)";

        assertRefused(List.of(training), message);
        assertRefused(List.of(synthetic), message);
        ModelComparison named =
                comparing(rightFrom(0), rightFrom(0)).includeTraining(true).build();
        assertThat(named.compare(List.of(training)).examples()).hasSize(1);
        assertThat(named.compare(List.of(synthetic)).examples()).hasSize(1);
    }

    @Test
    void compare_takesValidationExamplesAndThoseWithoutASplit() {
        List<Item> holdout = List.of(
                holdout(2).get(0).withSplit(Split.VALIDATION), holdout(2).get(1).withSplit(null));

        assertThat(comparing(rightFrom(0), rightFrom(0))
                        .build()
                        .compare(holdout)
                        .examples())
                .hasSize(2);
    }

    @Test
    void compare_refusesAnExampleThatIsThereTwice() {
        Item item = holdout(1).get(0);
        assertRefused(List.of(item, item), "the holdout has example e0 twice: keep one, or give them ids of their own");
    }

    @Test
    void compare_refusesAnExampleWithoutPromptOrAnswer() {
        assertRefused(
                List.of(Item.of(Map.of("prompt", "1")).withId("e0")), "'completion' of example e0 must not be blank");
        assertRefused(
                List.of(Item.of(Map.of("completion", "1")).withId("e0")), "'prompt' of example e0 must not be blank");
        assertThatThrownBy(() -> ModelComparison.builder()
                        .before(Contestant.of("classifier", classifier("x"), "topic"))
                        .after(Contestant.of("new", rightFrom(0)))
                        .build()
                        .compare(List.of(Item.of(Map.of("completion", "1", "prompt", " "))
                                .withId("e0"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'prompt' of example e0 must not be blank");
    }

    @Test
    void compare_refusesFieldAccuracyOfTexts() {
        assertThatThrownBy(() -> comparing(rightFrom(0), rightFrom(0))
                        .metrics(ModelMetric.FIELD_ACCURACY)
                        .build()
                        .compare(holdout(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "FIELD_ACCURACY needs a JSON object or array as the expected answer, which example e0 does not have");
    }

    @Test
    void compare_refusesABudgetInMoneyWithoutAPrice() {
        assertThatThrownBy(() -> comparing(rightFrom(0), rightFrom(0))
                        .budget(Budget.builder().maxCost(1).build())
                        .build()
                        .compare(holdout(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scripted");
    }

    @Test
    void build_refusesWhatDoesNotFit() {
        Contestant one = Contestant.of("one", rightFrom(0));
        String missing = "before and after are required: ModelComparison.builder().before(...).after(...)";
        assertThatThrownBy(() -> ModelComparison.builder().after(one).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(missing);
        assertThatThrownBy(() -> ModelComparison.builder().before(one).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(missing);
        assertThatThrownBy(() -> ModelComparison.builder()
                        .before(one)
                        .after(Contestant.of("one", rightFrom(1)))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("before and after are both called 'one': give them different names");
        assertThatThrownBy(() -> comparing(rightFrom(0), rightFrom(0))
                        .metrics(ModelMetric.SCHEMA)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("SCHEMA is measured by what shape(...) gives: call it");
        assertThatThrownBy(() -> comparing(rightFrom(0), rightFrom(0))
                        .metrics(ModelMetric.EVIDENCE)
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("EVIDENCE is measured by what evidence(...) gives: call it");
    }

    @Test
    void builder_refusesValuesOutOfRange() {
        ModelComparison.Builder builder = ModelComparison.builder();
        assertThatThrownBy(builder::metrics)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("number of metrics must be at least 1 but was 0");
        assertThatThrownBy(() -> builder.promptPath(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("promptPath must not be blank");
        assertThatThrownBy(() -> builder.completionPath(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("completionPath must not be blank");
    }
}
