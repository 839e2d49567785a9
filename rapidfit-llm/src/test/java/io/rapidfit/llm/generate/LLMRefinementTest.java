package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.rapidfit.data.Conversation;
import io.rapidfit.data.Dataset;
import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.data.Message;
import io.rapidfit.data.Sample;
import io.rapidfit.data.Split;
import io.rapidfit.data.Splitter;
import io.rapidfit.llm.Budget;
import io.rapidfit.llm.CallPolicy;
import io.rapidfit.llm.Cancellation;
import io.rapidfit.llm.ChatModel;
import io.rapidfit.llm.ChatRequest;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.InMemory;
import io.rapidfit.llm.LLMCancelledException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.generate.Refinement.Stop;
import io.rapidfit.llm.grade.Graders;
import io.rapidfit.llm.grade.LLMRanker;
import io.rapidfit.llm.run.PromptTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LLMRefinementTest {

    @TempDir(factory = InMemory.class)
    Path dir;

    private static LLMRefinement.Builder refinement(ChatModel model) {
        return LLMRefinement.builder().chatModel(model).ranker(Rewriters.ranker(model));
    }

    private static String response(Example example) {
        return example.field("response").orElseThrow();
    }

    private static List<String> candidates(Refinement refinement) {
        return refinement.steps().stream()
                .map(step -> response(step.candidate()))
                .toList();
    }

    // ---------------------------------------------------------------- one example

    @Test
    void refine_returnsTheBestAndNotTheLast() {
        Refinement refinement =
                refinement(Rewriters.model("rank1", "rank3", "rank2")).build().refine(Rewriters.item("rank1"));

        assertThat(candidates(refinement)).containsExactly("rank3", "rank2");
        assertThat(response(refinement.best())).isEqualTo("rank3");
        assertThat(refinement.stop()).isEqualTo(Stop.NOT_PREFERRED);
        assertThat(refinement.isImproved()).isTrue();
        assertThat(refinement.error()).isEmpty();
    }

    @Test
    void refine_returnsTheOriginalWhereNothingBetterIsWritten() {
        Item original = Rewriters.item("rank3");

        Refinement refinement =
                refinement(Rewriters.model("rank3", "rank2")).build().refine(original);

        assertThat(refinement.best()).isSameAs(refinement.original()).isEqualTo(original);
        assertThat(candidates(refinement)).containsExactly("rank2");
        assertThat(refinement.isImproved()).isFalse();
        assertThat(refinement.stop()).isEqualTo(Stop.NOT_PREFERRED);
    }

    @Test
    void refine_writesThreeCandidatesAtMostUnlessSaidOtherwise() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3", "rank4", "rank5", "rank6");

        Refinement three = refinement(model).build().refine(Rewriters.item("rank1"));
        Refinement one = refinement(model).maxIterations(1).build().refine(Rewriters.item("rank1"));

        assertThat(candidates(three)).containsExactly("rank2", "rank3", "rank4");
        assertThat(response(three.best())).isEqualTo("rank4");
        assertThat(three.stop()).isEqualTo(Stop.MAX_ITERATIONS);
        assertThat(candidates(one)).containsExactly("rank2");
        assertThat(one.stop()).isEqualTo(Stop.MAX_ITERATIONS);
    }

    @Test
    void refine_ranksTheOriginalAndAllCandidatesInTheOrderInWhichTheyCame() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3", "rank3 again");

        Refinement refinement = refinement(model).build().refine(Rewriters.item("rank1"));

        assertThat(Rewriters.rankings(model))
                .extracting(Rewriters::candidates)
                .containsExactly(
                        List.of("rank1", "rank2"),
                        List.of("rank1", "rank2", "rank3"),
                        List.of("rank1", "rank2", "rank3", "rank3 again"));
        // as good is not better
        assertThat(response(refinement.best())).isEqualTo("rank3");
        assertThat(refinement.steps().get(2).ranking().order()).containsExactly(2, 3, 1, 0);
    }

    @Test
    void refine_writesTheNextFromTheBestAndWhatTheRankingSays() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3", "rank1 again");

        Refinement refinement = refinement(model).build().refine(Rewriters.item("rank1"));

        List<ChatRequest> asked = Rewriters.rewritings(model);
        assertThat(asked).extracting(Rewriters::text).containsExactly("rank1", "rank2", "rank3");
        assertThat(Rewriters.criticism(asked.get(0)).toString()).isEqualTo("[]");
        assertThat(Rewriters.criticism(asked.get(1)).toString())
                .isEqualTo("[{\"from\":\"preference\",\"reason\":\"best is rank2\"}]");
        assertThat(asked)
                .allSatisfy(request -> assertThat(Rewriters.attempts(request)).isEmpty());
        assertThat(refinement.steps())
                .extracting(RefinementStep::changes, RefinementStep::reason)
                .containsExactly(
                        tuple("now it is rank2", "best is rank2"),
                        tuple("now it is rank3", "best is rank3"),
                        tuple("now it is rank1 again", "best is rank3"));
    }

    @Test
    void refine_believesTheLastRankingForItSawThemAll() {
        // the judge prefers the first candidate at first; among three it prefers the original
        ChatModel fickle = request -> Rewriters.candidates(request).size() == 2
                ? Rewriters.ranked("the new one", List.of(2, 1))
                : Rewriters.ranked("the old one after all", List.of(1, 3, 2));

        Refinement refinement = refinement(Rewriters.model("a", "b", "c"))
                .ranker(Rewriters.ranker(fickle))
                .build()
                .refine(Rewriters.item("a"));

        assertThat(response(refinement.best())).isEqualTo("a");
        assertThat(refinement.steps()).hasSize(2);
        assertThat(refinement.stop()).isEqualTo(Stop.NOT_PREFERRED);
    }

    @Test
    void refine_isNotLedByAJudgeThatLooksAtPlacesIfTheRankerShuffles() {
        // says that the first is the best, whatever it is: by two passes, one the reverse of the other, neither is
        ChatModel lazy = request -> Rewriters.ranked("the first", List.of(1, 2));

        Refinement refinement = refinement(Rewriters.model("a", "b"))
                .ranker(Graders.preference(lazy).shuffles(2).build())
                .build()
                .refine(Rewriters.item("a"));

        assertThat(response(refinement.best())).isEqualTo("a");
        assertThat(refinement.steps().get(0).ranking().meanRanks()).containsExactly(1.5, 1.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rank2", " rank2\n", "rank1"})
    void refine_endsWhereATextIsWrittenAgain(String again) {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(
                        r -> Rewriters.isRewriting(r) && Rewriters.text(r).equals("rank2"),
                        r -> ChatResponse.of(Rewriters.reply(again)))
                .when(r -> true, Rewriters.model("rank1", "rank2")::chat)
                .build();

        Refinement refinement = refinement(model).build().refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(refinement.steps()).hasSize(1);
        assertThat(refinement.stop()).isEqualTo(Stop.REPEATED);
        assertThat(Rewriters.rankings(model)).hasSize(1);
    }

    // ---------------------------------------------------------------- errors

    @Test
    void refine_endsWithTheBestSoFarWhereAWriteFails() {
        Refinement refinement = refinement(Rewriters.model("rank1", "rank2", Rewriters.FAILURE))
                .build()
                .refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(refinement.steps()).hasSize(1);
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(refinement.error()).isEqualTo("the call failed: down");
    }

    @Test
    void refine_endsWithTheBestSoFarWhereAnAnswerIsOfNoUse() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", Rewriters.USELESS);

        Refinement refinement = refinement(model).build().refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(refinement.error()).startsWith("the model's answer cannot be used: ");
        assertThat(Rewriters.rewritings(model)).hasSize(3); // the useless one is asked for once more
    }

    @ParameterizedTest
    @ValueSource(strings = {"rankx", "rankf"})
    void refine_endsWithTheBestSoFarWhereARankingFails(String unrankable) {
        Refinement refinement = refinement(Rewriters.model("rank1", "rank2", unrankable))
                .build()
                .refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(candidates(refinement)).containsExactly("rank2", unrankable);
        assertThat(refinement.steps().get(1).ranking().isError()).isTrue();
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(refinement.error()).startsWith("the ranking failed: ");
    }

    @Test
    void refine_takesARankingThatLacksAPassForAnError() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2");
        AtomicInteger rankings = new AtomicInteger();
        ChatModel halfDown = request -> {
            if (rankings.incrementAndGet() == 2) {
                throw Scripts.unavailable();
            }
            return model.chat(request);
        };

        Refinement refinement = refinement(model)
                .ranker(Graders.preference(halfDown).shuffles(2).build())
                .build()
                .refine(Rewriters.item("rank1"));

        assertThat(refinement.steps().get(0).ranking().isError()).isFalse();
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(refinement.isImproved()).isFalse();
    }

    @Test
    void refine_ofWhatHasNoTextAsksNobody() {
        ScriptedChatModel model = Rewriters.model();
        LLMRefinement refinement = refinement(model).build();

        Refinement item = refinement.refine(Item.of(Map.of("query", "q")));
        Refinement chat = refinement.refine(Conversation.of(Message.user("Hello?")));

        assertThat(item.stop()).isEqualTo(Stop.ERROR);
        assertThat(item.error()).isEqualTo("the example has no field 'response' to rewrite");
        assertThat(chat.error()).isEqualTo("the conversation has no response to rewrite");
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void refine_refusesToRewriteWhatTheRankerShowsOnceForAll() {
        ScriptedChatModel model = Rewriters.model("q", "another query");

        assertThatThrownBy(() -> refinement(model).field("query").build().refine(Rewriters.item("rank1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ in {query}");
    }

    // ---------------------------------------------------------------- what is shown, and what comes back

    @ParameterizedTest
    @EnumSource(
            value = Split.class,
            names = {"VALIDATION", "TEST"})
    void refine_showsNobodyWhatIsHeldOut(Split split) {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2");
        Item heldOut = Rewriters.item("rank1").withSplit(split);

        Refinements result = refinement(model).build().refine(List.of(heldOut, Rewriters.item("rank5")));

        assertThat(result.examples().get(0).stop()).isEqualTo(Stop.HELD_OUT);
        assertThat(result.best().get(0)).isEqualTo(heldOut);
        assertThat(model.requests()).noneMatch(request -> Prompts.text(request).contains("rank1"));
        assertThat(model.requests()).isNotEmpty();
    }

    @Test
    void refine_dividesSamplesFirst() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(Rewriters::isRewriting, r -> ChatResponse.of(Rewriters.reply("anew: " + Rewriters.text(r))))
                .otherwise("{\"reason\":\"r\",\"rank\":[1,2]}")
                .build();
        LLMRanker ranker = LLMRanker.builder()
                .name("better")
                .chatModel(model)
                .template(PromptTemplate.of("Order {candidates} of {label}."))
                .fields("label")
                .candidate("text")
                .build();
        List<Sample> samples = IntStream.range(0, 40)
                .mapToObj(i -> Sample.of("topic", "text number " + i, "label"))
                .toList();
        LLMRefinement.Builder builder = LLMRefinement.builder().chatModel(model).ranker(ranker);

        Refinements result = builder.build().refine(samples);
        Refinements none = builder.splitter(
                        Splitter.builder().testFraction(0).validationFraction(0).build())
                .build()
                .refine(samples);

        List<Split> expected = Dataset.of(samples).split(Splitter.builder().build()).samples().stream()
                .map(Sample::split)
                .toList();
        assertThat(expected).contains(Split.TEST, Split.VALIDATION, Split.TRAIN);
        assertThat(result.examples()).extracting(r -> r.original().split()).isEqualTo(expected);
        assertThat(result.examples())
                .allMatch(r -> (r.stop() == Stop.HELD_OUT) == (r.original().split() != Split.TRAIN));
        assertThat(none.examples()).noneMatch(r -> r.stop() == Stop.HELD_OUT);
    }

    @Test
    void refine_marksCandidatesAsSyntheticChildrenForTraining() {
        Item original = Rewriters.item("rank1").withId("one").withTags(Map.of("source", "forum"));
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3");

        Refinements result = refinement(model).maxIterations(2).build().refine(List.of(original));

        Refinement refinement = result.examples().get(0);
        List<Example> candidates =
                refinement.steps().stream().map(RefinementStep::candidate).toList();
        assertThat(candidates).allSatisfy(candidate -> {
            assertThat(candidate.origin().generator()).isEqualTo("LLMRefinement");
            assertThat(candidate.origin().parents()).containsExactly("one");
            assertThat(candidate.origin().runId()).isEqualTo(result.runId());
            assertThat(candidate.split()).isEqualTo(Split.TRAIN);
            assertThat(candidate.tags()).containsExactly(Map.entry("source", "forum"));
            assertThat(candidate.field("query")).hasValue("q");
        });
        ChatRequest asked = Rewriters.rewritings(model).get(0);
        assertThat(candidates.get(0).origin().promptHash())
                .isNotNull()
                .isSubstringOf(new ChatRequest(asked.messages(), asked.temperature(), asked.maxTokens(), null).hash());
        // the original's, and what it says
        assertThat(candidates).extracting(Example::id).allMatch(id -> id.matches("one-[0-9a-f]{8}"));
        assertThat(candidates.get(0).id()).isNotEqualTo(candidates.get(1).id());
        assertThat(original.origin().isSynthetic()).isFalse();
    }

    @Test
    void refine_rewritesTheResponseOfAConversation() {
        Conversation chat = Conversation.of(Message.system("Be kind."), Message.user("q"), Message.assistant("rank1"));

        Refinement refinement = refinement(Rewriters.model("rank1", "rank2"))
                .maxIterations(1)
                .build()
                .refine(chat);

        Conversation best = (Conversation) refinement.best();
        assertThat(best.response()).hasValue("rank2");
        assertThat(best.context()).isEqualTo(chat.context());
        assertThat(best.split()).isEqualTo(Split.TRAIN);
        assertThat(best.origin().parents()).containsExactly(chat.id());
    }

    @Test
    void refine_rewritesTheTextOfASampleAndKeepsItsLabel() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(Rewriters::isRewriting, Rewriters.reply("where is my parcel"))
                .otherwise("{\"reason\":\"r\",\"rank\":[2,1]}")
                .build();
        LLMRanker ranker = LLMRanker.builder()
                .name("better")
                .chatModel(model)
                .template(PromptTemplate.of("Order {candidates}."))
                .candidate("text")
                .build();
        Sample original = Seeds.train("topic", "parcel??", "delivery").withTags(Map.of("source", "mail"));

        Refinement refinement = LLMRefinement.builder()
                .chatModel(model)
                .ranker(ranker)
                .maxIterations(1)
                .build()
                .refine(original);

        Sample best = (Sample) refinement.best();
        assertThat(best.text()).isEqualTo("where is my parcel");
        assertThat(best)
                .extracting(Sample::task, Sample::label, Sample::tags, Sample::split)
                .containsExactly("topic", "delivery", original.tags(), Split.TRAIN);
        assertThat(Rewriters.example(Rewriters.rewritings(model).get(0)).toString())
                .isEqualTo("{\"task\":\"topic\",\"label\":\"delivery\"}");
    }

    // ---------------------------------------------------------------- several examples

    @Test
    void refine_ofSeveralKeepsTheirOrderAndRefinesEqualOnesOnce() {
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank2 again");
        List<Item> items = List.of(Rewriters.item("rank1"), Rewriters.item("rank5"), Rewriters.item("rank1"));

        Refinements result = refinement(model).build().refine(items);

        assertThat(result.examples()).extracting(Refinement::original).isEqualTo(items);
        assertThat(result.best()).extracting(LLMRefinementTest::response).containsExactly("rank2", "rank5", "rank2");
        // twice for one, once for the other, which is written again as it was
        assertThat(Rewriters.rewritings(model)).hasSize(3);
        assertThat(result.usage().calls()).isEqualTo(model.requests().size());
        assertThat(result.endedEarly()).isNull();
    }

    @Test
    void refine_ofNothingIsNothing() {
        ScriptedChatModel model = Rewriters.model();

        Refinements result = refinement(model).build().refine(List.of());

        assertThat(result.examples()).isEmpty();
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void refine_refinesAsManyAtOnceAsTheModelLetsThrough() {
        CountDownLatch three = new CountDownLatch(3);
        ScriptedChatModel model = Rewriters.model();
        ChatModel waiting = limited(3, request -> {
            three.countDown();
            try {
                three.await(); // would wait for ever with fewer than three at once
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return model.chat(request);
        });

        assertThat(refinement(waiting)
                        .build()
                        .refine(Rewriters.items("rank1", "rank2", "rank3"))
                        .examples())
                .hasSize(3);
    }

    private static ChatModel limited(int concurrency, ChatModel model) {
        return CallPolicy.builder()
                .maxConcurrency(concurrency)
                .maxAttempts(1)
                .build()
                .wrap(model);
    }

    @Test
    void refine_leavesTheRestWhereAWholeWaveFails() {
        AtomicInteger asked = new AtomicInteger();
        ChatModel down = limited(5, request -> {
            asked.incrementAndGet();
            throw Scripts.unavailable();
        });
        List<Item> items = IntStream.range(0, 23)
                .mapToObj(i -> Rewriters.item("rank" + i % 10).withId("item-" + i))
                .toList();

        Refinements result = refinement(down).build().refine(items);

        assertThat(asked).hasValue(20); // a wave is four times what is made at once
        assertThat(result.endedEarly())
                .isEqualTo("every refinement of a wave ended with an error: the call failed: down");
        assertThat(result.examples()).allMatch(refinement -> refinement.stop() == Stop.ERROR);
        assertThat(result.examples().get(22).error()).isEqualTo("not begun, since " + result.endedEarly());
        assertThat(result.best()).isEqualTo(items);
    }

    @Test
    void refine_goesOnWhereOneExampleOfAWaveDoesNotFail() {
        List<Item> items = new ArrayList<>(Collections.nCopies(40, Rewriters.item("rank0")));
        for (int i = 0; i < items.size(); i++) {
            items.set(i, Rewriters.item(i == 7 ? "rank1" : "fails rank0").withId("item-" + i));
        }

        Refinements result = refinement(Rewriters.model("fails rank0", Rewriters.FAILURE))
                .build()
                .refine(items);

        assertThat(result.endedEarly()).isNull();
        assertThat(result.examples().get(39).error()).isEqualTo("the call failed: down");
    }

    @Test
    void refine_ofOneThatFailsLeavesNoneBehind() {
        Refinements result =
                refinement(Rewriters.model("rank1", Rewriters.FAILURE)).build().refine(Rewriters.items("rank1"));

        assertThat(result.endedEarly()).isNull();
        assertThat(result.examples().get(0).stop()).isEqualTo(Stop.ERROR);
    }

    @Test
    void refine_endsWithTheBudgetAndKeepsWhatIsBest() {
        // write, rank, write, and then nothing more
        Refinement refinement = refinement(Rewriters.model("rank1", "rank2", "rank3"))
                .budget(Budget.builder().maxCalls(3).build())
                .build()
                .refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(refinement.error()).contains("The budget does not cover another call");
    }

    @Test
    void refine_endsWhenCancelledAndKeepsWhatIsBest() {
        Cancellation cancellation = new Cancellation();
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3");
        ChatModel cancelling = request -> {
            if (Rewriters.isRewriting(request) && Rewriters.text(request).equals("rank2")) {
                cancellation.cancel();
            }
            return model.chat(request);
        };

        Refinement refinement =
                refinement(cancelling).cancellation(cancellation).build().refine(Rewriters.item("rank1"));

        assertThat(response(refinement.best())).isEqualTo("rank2");
        assertThat(refinement.stop()).isEqualTo(Stop.ERROR);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void refine_endsWhenItsThreadIsInterruptedAndKeepsWhatIsBest() {
        Thread caller = Thread.currentThread();
        ScriptedChatModel model = Rewriters.model("rank1", "rank2", "rank3");
        ChatModel interrupting = request -> {
            if (Rewriters.isRewriting(request) && Rewriters.text(request).equals("rank2")) {
                caller.interrupt();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    throw new LLMCancelledException("broken off");
                }
            }
            return model.chat(request);
        };

        Refinements result;
        try {
            result = refinement(interrupting).build().refine(Rewriters.items("rank1", "rank1 too"));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(response(result.best().get(0))).isEqualTo("rank2");
        assertThat(result.examples().get(0).error()).isEqualTo("the call failed: broken off");
    }

    @Test
    void onProgress_isToldOfEachRefinement() {
        List<GenerationProgress> progress = new ArrayList<>();
        List<Item> items = new ArrayList<>(Rewriters.items("rank1", "rank2"));
        items.add(Rewriters.item("rank3").withSplit(Split.TEST));

        refinement(Rewriters.model("rank1", "rank2"))
                .onProgress(progress::add)
                .build()
                .refine(items);

        assertThat(progress)
                .extracting(GenerationProgress::stage, GenerationProgress::done, GenerationProgress::total)
                .containsExactly(tuple("refinement", 2, 3), tuple("refinement", 3, 3));
        assertThat(progress.get(1).usage().calls()).isPositive();
    }

    // ---------------------------------------------------------------- options

    @Test
    void build_namesWhatIsMissing() {
        assertThatThrownBy(() -> LLMRefinement.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: LLMRefinement.builder().chatModel(model)");
        assertThatThrownBy(() ->
                        LLMRefinement.builder().chatModel(Rewriters.model()).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("ranker is required: LLMRefinement.builder().ranker(ranker)");
        assertThatThrownBy(() -> LLMRefinement.builder().ranker(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ranker must not be null");
    }

    @Test
    void maxIterations_outsideOneToAHundredIsRefused() {
        for (int wrong : new int[] {0, 101}) {
            assertThatThrownBy(() -> LLMRefinement.builder().maxIterations(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maxIterations must be in [1, 100] but was " + wrong);
        }
    }

    @Test
    void build_refusesABudgetInMoneyForARankerWithoutAPrice() {
        Budget dollar = Budget.builder()
                .maxCost(1)
                .pricing(Pricing.empty(LocalDate.of(2026, 1, 1)).with("rule", 1, 1, 1))
                .build();
        ChatModel unknown = request -> ChatResponse.of("");

        assertThatThrownBy(() -> refinement(Rewriters.model())
                        .ranker(Rewriters.ranker(unknown))
                        .budget(dollar)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'custom'");
        refinement(Rewriters.model()).budget(dollar).build();
    }

    @Test
    void refine_refusesNulls() {
        LLMRefinement refinement = refinement(Rewriters.model()).build();

        assertThatThrownBy(() -> refinement.refine((List<Item>) null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("examples must not be null");
        assertThatThrownBy(() -> refinement.refine(Collections.singletonList(null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("example must not be null");
    }

    // ---------------------------------------------------------------- journal

    /** Among them one whose candidate cannot be ranked, one whose second cannot be written, and one that is useless. */
    private static final List<Item> ITEMS = Rewriters.items(
            "rank1", "rank9", "to rankx rank1", "to failure rank1", "to useless rank1", "rank2", "rank3");

    private static ScriptedChatModel journalled() {
        ScriptedChatModel rule = Rewriters.model("rank1", "rank2", "rank3", "rank2 again");
        return ScriptedChatModel.builder()
                .modelId("rule")
                .when(r -> Rewriters.isRewriting(r) && Rewriters.text(r).startsWith("to "), r -> {
                    String text = Rewriters.text(r);
                    if (text.startsWith("to failure better")) {
                        throw Scripts.unavailable();
                    }
                    return ChatResponse.of(
                            text.startsWith("to useless")
                                    ? "I had rather not."
                                    : Rewriters.reply(
                                            text.startsWith("to rankx") ? "rankx" : "to failure better rank2"));
                })
                .when(r -> true, rule::chat)
                .build();
    }

    private static Refinements run(ChatModel model, Path journal) {
        return LLMRefinement.builder()
                .chatModel(model)
                .ranker(Graders.preference(model).shuffles(2).build())
                .journal(journal)
                .build()
                .refine(ITEMS);
    }

    private static int answers(Path journal) {
        Path file = journal.resolve("rewrites.jsonl");
        try {
            return Files.exists(file)
                    ? (int) Files.readString(file)
                            .lines()
                            .filter(line -> line.contains("\"call\":"))
                            .count()
                    : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aRunKilledAtAnyCallGoesOnAsIfItHadNotBeen(int concurrency) {
        Scripts.Mortal counting = Scripts.Mortal.immortal(journalled());
        Refinements whole = run(limited(concurrency, counting), dir.resolve("whole"));
        int total = counting.asked();
        assertThat(whole.examples())
                .extracting(Refinement::stop)
                .containsExactly(
                        Stop.NOT_PREFERRED,
                        Stop.REPEATED,
                        Stop.ERROR,
                        Stop.ERROR,
                        Stop.ERROR,
                        Stop.NOT_PREFERRED,
                        Stop.NOT_PREFERRED);

        for (int k = 1; k <= total; k++) {
            Path journal = dir.resolve("killed-" + k);
            Scripts.Mortal first = new Scripts.Mortal(journalled(), k);
            assertThatThrownBy(() -> run(limited(concurrency, first), journal)).isInstanceOf(Scripts.Killed.class);
            int journalled = answers(journal);
            assertThat(journalled).as("journalled at %s", k).isGreaterThanOrEqualTo(first.answered());

            Scripts.Mortal second = Scripts.Mortal.immortal(journalled());
            Refinements resumed = run(limited(concurrency, second), journal);

            assertThat(resumed.examples()).as("killed at %s of %s", k, total).isEqualTo(whole.examples());
            assertThat(second.asked()).as("calls after %s", k).isEqualTo(total - journalled);
        }
    }

    @Test
    void aSecondRunAsksAgainForWhatFailedAndGoesOnFromThere() {
        run(journalled(), dir);
        ScriptedChatModel recovered = Rewriters.model("to failure better rank2", "rank3", "rank1");

        Refinements result = run(recovered, dir);

        Refinement once = result.examples().get(3);
        assertThat(candidates(once)).containsExactly("to failure better rank2", "rank3", "rank1");
        assertThat(response(once.best())).isEqualTo("rank3");
        // the write that failed, two passes over three; a write, two passes over four
        assertThat(recovered.requests()).hasSize(6);
    }

    @Test
    void aQuotaThatIsEmptyIsTriedAgain() {
        ChatModel empty = request -> {
            throw new LLMQuotaException("no credit", Failure.UNKNOWN);
        };

        Refinements none = run(new Named("rule", empty), dir);
        Refinements all = run(journalled(), dir);

        assertThat(none.examples()).allMatch(refinement -> refinement.stop() == Stop.ERROR);
        assertThat(all.examples().get(0).isImproved()).isTrue();
    }

    private record Named(String modelId, ChatModel model) implements ChatModel {
        @Override
        public ChatResponse chat(ChatRequest request) {
            return model.chat(request);
        }
    }

    // ---------------------------------------------------------------- display

    @Test
    void display_countsWhyRefinementsEnded() {
        List<Item> items = new ArrayList<>(Rewriters.items("rank1", "rank5", "rankx"));
        items.add(Rewriters.item("rank1").withSplit(Split.TEST));
        Refinements result = refinement(Rewriters.model("rank1", "rank2", "rank1 again", "rankx", "rank1 more"))
                .build()
                .refine(items);
        StringBuilder out = new StringBuilder();

        result.display(out);

        assertThat(out.toString()).startsWith("""
                  refinement ended                            examples  improved
                  ------------------------------------------  --------  --------
                  the new text was not preferred                     1         1
                  nothing new was written                            1         0
                  a call failed, or its answer was of no use         1         0
                  held out for validation or test                    1         0
                  all                                                4         1

                  model calls\
                """);
        assertThat(result).hasToString("Refinements[4 examples, 1 improved, run " + result.runId() + "]");
        assertThat(result.examples().get(0)).hasToString("Refinement[item-0, 2 steps, NOT_PREFERRED]");
    }
}
