package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.check.Check;
import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
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
import io.rapidfit.llm.Forecast;
import io.rapidfit.llm.InMemory;
import io.rapidfit.llm.Pricing;
import io.rapidfit.llm.ScriptedChatModel;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.generate.RefinedExample.Outcome;
import io.rapidfit.llm.grade.LLMGrader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DataRefinementPipelineTest {

    @TempDir(factory = InMemory.class)
    Path dir;

    /** Two graders, {@code clear} and {@code right}. */
    private static DataRefinementPipeline.Builder pipeline(ChatModel model) {
        return DataRefinementPipeline.builder()
                .chatModel(model)
                .grader(Rewriters.grader("clear", model))
                .grader(Rewriters.grader("right", model));
    }

    private static RefinedExample refine(DataRefinementPipeline.Builder builder, String response) {
        return builder.build()
                .refine(List.of(Rewriters.item(response)))
                .examples()
                .get(0);
    }

    private static RefinedExample refine(ScriptedChatModel model, String response) {
        return refine(pipeline(model), response);
    }

    private static String response(Example example) {
        return example.field("response").orElseThrow();
    }

    // ---------------------------------------------------------------- what is kept

    @Test
    void refine_leavesWhatIsGoodEnough() {
        ScriptedChatModel model = Rewriters.model();

        RefinedExample refined = refine(model, "clear4 right5");

        assertThat(refined.outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(refined.example()).isSameAs(refined.original());
        assertThat(refined.after()).isSameAs(refined.before()).containsOnlyKeys("clear", "right");
        assertThat(refined.reason()).isEmpty();
        assertThat(refined.rewrites()).isEmpty();
        assertThat(model.requests()).hasSize(2);
    }

    @Test
    void refine_keepsARewriteThatIsBetterAndLeavesTheOriginalBesideIt() {
        RefinedExample refined = refine(Rewriters.model("clear2 right5", "clear5 right5"), "clear2 right5");

        assertThat(refined.outcome()).isEqualTo(Outcome.REFINED);
        assertThat(response(refined.original())).isEqualTo("clear2 right5");
        assertThat(response(refined.example())).isEqualTo("clear5 right5");
        assertThat(refined.before().get("clear").score()).hasValue(0.25); // (2 - 1) / 4
        assertThat(refined.after().get("clear").score()).hasValue(1);
        assertThat(refined.reason()).isEqualTo("better by clear (0.25 to 1.00)");
        assertThat(refined.rewrites()).hasSize(1);
        assertThat(refined.rewrites().get(0).changes()).isEqualTo("now it is clear5 right5");
        assertThat(refined.rewrites().get(0).kept()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // worse, as good, or better only where it was good already
        "clear2 right5, clear5 right4, worse by right (1.00 to 0.75)",
        "clear2 right2, clear1 right5, worse by clear (0.25 to 0.00)",
        "clear2 right5, clear2 right5 again, no better where the text fell short",
        "clear2 right4, clear2 right5, no better where the text fell short"
    })
    void refine_neverKeepsARewriteThatIsWorseOrNoBetter(String original, String rewrite, String reason) {
        RefinedExample refined =
                refine(pipeline(Rewriters.model(original, rewrite)).maxRounds(1), original);

        assertThat(response(refined.example())).isEqualTo(original);
        assertThat(refined.after()).isEqualTo(refined.before());
        assertThat(refined.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(refined.reason()).isEqualTo(reason);
        assertThat(refined.rewrites()).hasSize(1);
        assertThat(refined.rewrites().get(0).kept()).isFalse();
        assertThat(response(refined.rewrites().get(0).example())).isEqualTo(rewrite);
    }

    @Test
    void refine_keepsWhatIsBetterThoughNotGoodEnough() {
        RefinedExample refined = refine(
                pipeline(Rewriters.model("clear1 right1", "clear3 right1")).maxRounds(1), "clear1 right1");

        assertThat(refined.outcome()).isEqualTo(Outcome.IMPROVED);
        assertThat(response(refined.example())).isEqualTo("clear3 right1");
    }

    @Test
    void refine_returnsTheBestAndNotTheLast() {
        ScriptedChatModel model = Rewriters.model("clear1 right5", "clear3 right5", "clear2 right5");

        RefinedExample refined = refine(model, "clear1 right5");

        assertThat(refined.rewrites()).extracting(Rewrite::kept).containsExactly(true, false);
        assertThat(response(refined.example())).isEqualTo("clear3 right5");
        assertThat(refined.after().get("clear").score()).hasValue(0.5);
        assertThat(refined.outcome()).isEqualTo(Outcome.IMPROVED);
        assertThat(refined.reason()).isEqualTo("worse by clear (0.50 to 0.25)");
    }

    @Test
    void refine_aFailOfACheckThatBecomesAPassIsBetterAlsoWithTheSameScore() {
        Check check = examples -> examples.stream()
                .map(e -> new Finding(
                        "odd",
                        e.id(),
                        response(e).equals("new") ? Verdict.PASS : Verdict.FAIL,
                        OptionalDouble.of(0.8),
                        "odd",
                        Map.of()))
                .toList();
        DataRefinementPipeline.Builder builder = DataRefinementPipeline.builder()
                .chatModel(Rewriters.model("old", "new", "old"))
                .check("odd", check);

        assertThat(refine(builder, "old").outcome()).isEqualTo(Outcome.REFINED);
    }

    @Test
    void refine_aPassThatBecomesAFailIsWorseAlsoWithAHigherScore() {
        Check check = examples -> examples.stream()
                .map(e -> new Finding(
                        "odd",
                        e.id(),
                        response(e).equals("old") ? Verdict.PASS : Verdict.FAIL,
                        OptionalDouble.of(response(e).equals("old") ? 0.1 : 0.9),
                        "odd",
                        Map.of()))
                .toList();
        DataRefinementPipeline.Builder builder = DataRefinementPipeline.builder()
                .chatModel(Rewriters.model("old", "new"))
                .check("odd", check)
                .maxRounds(1);

        RefinedExample refined = refine(builder, "old");

        assertThat(refined.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(refined.reason()).isEqualTo("worse by odd (0.10 to 0.90)");
    }

    // ---------------------------------------------------------------- threshold and rounds

    @ParameterizedTest
    @CsvSource({"0.7, 4, true", "0.7, 3, false", "0.75, 4, true", "0.76, 4, false", "1, 5, true"})
    void threshold_isTheLeastScoreThatIsGoodEnough(double threshold, int grade, boolean clean) {
        ScriptedChatModel model = Rewriters.model();
        LLMGrader lenient = LLMGrader.builder()
                .name("clear")
                .chatModel(model)
                .template(Rewriters.grader("clear", model).template())
                .fields("response")
                .threshold(0)
                .build();

        RefinedExample refined = refine(
                DataRefinementPipeline.builder()
                        .chatModel(model)
                        .grader(lenient)
                        .threshold(threshold),
                "clear" + grade);

        assertThat(refined.outcome() == Outcome.CLEAN).isEqualTo(clean);
    }

    @Test
    void threshold_is7TenthsAndAStricterGradersFailIsAFailAllTheSame() {
        ScriptedChatModel model = Rewriters.model();
        LLMGrader.Builder strict = LLMGrader.builder()
                .name("clear")
                .chatModel(model)
                .template(Rewriters.grader("clear", model).template())
                .fields("response");
        DataRefinementPipeline.Builder builder =
                DataRefinementPipeline.builder().chatModel(model);

        RefinedExample three = refine(builder.grader(strict.threshold(0).build()), "clear3"); // 0.5
        RefinedExample four = refine(
                DataRefinementPipeline.builder()
                        .chatModel(model)
                        .grader(strict.threshold(0.9).build()),
                "clear4"); // 0.75
        RefinedExample enough = refine(builder, "clear4");

        assertThat(three.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(four.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(enough.outcome()).isEqualTo(Outcome.CLEAN);
    }

    @Test
    void refine_rewritesTwiceAtMostUnlessSaidOtherwise() {
        String[] ever = {"clear1 right5", "clear2 right5", "clear3 right5", "clear4 right5"};

        RefinedExample two = refine(Rewriters.model(ever), "clear1 right5");
        RefinedExample three = refine(pipeline(Rewriters.model(ever)).maxRounds(3), "clear1 right5");

        assertThat(response(two.example())).isEqualTo("clear3 right5");
        assertThat(two.outcome()).isEqualTo(Outcome.IMPROVED);
        assertThat(response(three.example())).isEqualTo("clear4 right5");
        assertThat(three.outcome()).isEqualTo(Outcome.REFINED);
    }

    @Test
    void refine_doesNotRewriteWhatIsGoodEnoughByNow() {
        ScriptedChatModel model = Rewriters.model("clear1 right5", "clear4 right5", "clear5 right5");

        refine(model, "clear1 right5");

        assertThat(Rewriters.rewritings(model)).hasSize(1);
    }

    @Test
    void refine_writesFromTheReasonsOfThoseThatFellShortAndFromAttempts() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(
                        r -> Rewriters.isRewriting(r) && Rewriters.attempts(r).isEmpty(),
                        Rewriters.reply("clear3 right1"))
                .when(Rewriters::isRewriting, Rewriters.reply("clear3 right5"))
                .when(r -> true, Rewriters.model()::chat)
                .build();

        refine(pipeline(model).maxRounds(3), "clear2 right4");

        List<ChatRequest> asked = Rewriters.rewritings(model);
        assertThat(asked).hasSize(3);
        assertThat(asked)
                .extracting(Rewriters::text)
                .containsExactly("clear2 right4", "clear2 right4", "clear3 right5");
        assertThat(Rewriters.criticism(asked.get(0)).toString())
                .isEqualTo("[{\"from\":\"clear\",\"reason\":\"worth 2\"}]");
        assertThat(Rewriters.attempts(asked.get(0)).toString()).isEqualTo("[]");
        assertThat(Rewriters.attempts(asked.get(1)).toString())
                .isEqualTo("[{\"text\":\"clear3 right1\",\"reason\":\"worse by right (0.75 to 0.00);"
                        + " clear: worth 3; right: worth 1\"}]");
        // the second was kept: what was tried for a text that is gone is not shown any more
        assertThat(Rewriters.criticism(asked.get(2)).toString())
                .isEqualTo("[{\"from\":\"clear\",\"reason\":\"worth 3\"}]");
        assertThat(Rewriters.attempts(asked.get(2)).toString()).isEqualTo("[]");
    }

    @Test
    void refine_showsLongReasonsCut() {
        ScriptedChatModel model = Rewriters.model("old", "new");
        DataRefinementPipeline.Builder builder = DataRefinementPipeline.builder()
                .chatModel(model)
                .check("wordy", failing("wordy", "y".repeat(3000)))
                .maxRounds(2);

        refine(builder, "old");

        assertThat(Rewriters.criticism(Rewriters.rewritings(model).get(0))
                        .path(0)
                        .path("reason")
                        .textValue())
                .isEqualTo("y".repeat(2000) + "\u2026");
        assertThat(Rewriters.attempts(Rewriters.rewritings(model).get(1))
                        .path(0)
                        .path("reason")
                        .textValue())
                .hasSize(2001);
    }

    private static Check failing(String name, String reason) {
        return examples -> examples.stream()
                .map(e -> Finding.fail(name, e.id(), 0.5, reason))
                .toList();
    }

    @Test
    void refine_endsWhereATextIsWrittenAgain() {
        RefinedExample atOnce = refine(Rewriters.model(), "clear2 right5");
        RefinedExample later = refine(
                pipeline(Rewriters.model("clear2 right5", "clear1 right5")).maxRounds(5), "clear2 right5");

        assertThat(atOnce.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(atOnce.reason()).isEqualTo("not rewritten: the model wrote a text again that is not good enough");
        assertThat(atOnce.rewrites()).isEmpty();
        assertThat(later.rewrites()).hasSize(1);
    }

    // ---------------------------------------------------------------- errors

    @ParameterizedTest
    @ValueSource(strings = {"clearx right5", "clear5 rightf", "clearx right1", "clearf rightf"})
    void refine_neverFindsCleanWhatAGraderCouldNotJudgeAndDoesNotRewriteIt(String ungradable) {
        ScriptedChatModel model = Rewriters.model(ungradable, "clear5 right5");
        DataRefinementResult result = pipeline(model)
                .build()
                .refine(List.of(Rewriters.item(ungradable), Rewriters.item("clear5 right5 too")));

        RefinedExample refined = result.examples().get(0);
        assertThat(refined.outcome()).isEqualTo(Outcome.UNGRADED);
        assertThat(refined.reason()).matches("(?s).*(clear|right): the (call failed|model's answer cannot be used).*");
        assertThat(response(refined.example())).isEqualTo(ungradable);
        assertThat(Rewriters.rewritings(model)).isEmpty();
        assertThat(result.clean())
                .extracting(DataRefinementPipelineTest::response)
                .containsExactly("clear5 right5 too");
    }

    @Test
    void refine_takesNoFindingAndACheckThatThrowsForErrors() {
        Check silent = examples -> List.of();
        Check broken = examples -> {
            throw new IllegalStateException("broken");
        };

        for (Check check : List.of(silent, broken)) {
            RefinedExample refined = refine(
                    DataRefinementPipeline.builder()
                            .chatModel(Rewriters.model())
                            .check("check", check),
                    "any");
            assertThat(refined.outcome()).isEqualTo(Outcome.UNGRADED);
            assertThat(refined.before().get("check").verdict()).isEqualTo(Verdict.ERROR);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clear5 rightx", "clear5 rightf"})
    void refine_neverKeepsARewriteThatAGraderCouldNotJudge(String ungradable) {
        ScriptedChatModel model = Rewriters.model("clear2 right5", ungradable, "clear5 right5");

        RefinedExample refined = refine(model, "clear2 right5");

        assertThat(response(refined.example())).isEqualTo("clear2 right5");
        assertThat(refined.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(refined.reason()).startsWith("could not be graded: right: ");
        assertThat(refined.rewrites()).hasSize(1);
        assertThat(refined.rewrites().get(0).findings().get("right").verdict()).isEqualTo(Verdict.ERROR);
        assertThat(Rewriters.rewritings(model)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"failure, not rewritten: the call failed: down", "useless, not rewritten: the model's answer"})
    void refine_keepsWhatThereIsWhereARewritingFails(String next, String reason) {
        RefinedExample atOnce = refine(Rewriters.model("clear1 right5", next), "clear1 right5");
        RefinedExample later = refine(Rewriters.model("clear1 right5", "clear2 right5", next), "clear1 right5");

        assertThat(atOnce.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(atOnce.reason()).startsWith(reason);
        assertThat(later.outcome()).isEqualTo(Outcome.IMPROVED);
        assertThat(response(later.example())).isEqualTo("clear2 right5");
        assertThat(later.reason()).startsWith(reason);
    }

    @Test
    void refine_ofWhatHasNoTextToRewriteOnlyGrades() {
        ScriptedChatModel model = Rewriters.model();

        DataRefinementResult result = DataRefinementPipeline.builder()
                .chatModel(model)
                .check("any", failing("any", "bad"))
                .build()
                .refine(List.of(Item.of(Map.of("query", "q")), Conversation.of(Message.user("Hello?"))));

        assertThat(result.examples())
                .extracting(RefinedExample::outcome, RefinedExample::reason)
                .containsExactly(
                        tuple(Outcome.UNIMPROVED, "the example has no field 'response' to rewrite"),
                        tuple(Outcome.UNIMPROVED, "the conversation has no response to rewrite"));
        assertThat(model.requests()).isEmpty();
    }

    @Test
    void refine_saysWhichGraderEndedEarly() {
        ScriptedChatModel model = Rewriters.model();
        List<Item> items = IntStream.range(0, 20)
                .mapToObj(i -> Rewriters.item("clear5 rightf").withId("item-" + i))
                .toList();

        DataRefinementResult result = pipeline(model).build().refine(items);

        assertThat(result.endedEarly())
                .isEqualTo("grader right: the run ended when no call of a wave was answered: down");
        assertThat(result.count(Outcome.UNGRADED)).isEqualTo(20);
        assertThat(result.clean()).isEmpty();
    }

    @Test
    void refine_leavesTheRestWhereTheWriterIsDown() {
        ScriptedChatModel model = Rewriters.model("clear1 right5", Rewriters.FAILURE);
        List<Item> items = IntStream.range(0, 40)
                .mapToObj(i -> Rewriters.item("clear1 right5").withId("item-" + i))
                .toList();

        DataRefinementResult result = pipeline(limited(5, model)).build().refine(items);

        assertThat(Rewriters.rewritings(model)).hasSize(20); // a wave is four times what is made at once
        assertThat(result.endedEarly()).isEqualTo("the run ended when no call of a wave was answered: down");
        assertThat(result.count(Outcome.UNIMPROVED)).isEqualTo(40);
        assertThat(result.examples().get(0).reason()).isEqualTo("not rewritten: the call failed: down");
        assertThat(result.examples().get(39).reason()).isEqualTo("not rewritten, since " + result.endedEarly());
    }

    private static ChatModel limited(int concurrency, ChatModel model) {
        return CallPolicy.builder()
                .maxConcurrency(concurrency)
                .maxAttempts(1)
                .build()
                .wrap(model);
    }

    @Test
    void refine_endsWithTheBudgetOfGradersAndWriterTogether() {
        // two grades, a rewrite, a grade, and then nothing more: it cannot be judged
        RefinedExample refined = refine(
                pipeline(limited(1, Rewriters.model("clear1 right5", "clear5 right5")))
                        .budget(Budget.builder().maxCalls(4).build()),
                "clear1 right5");

        assertThat(refined.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(refined.reason()).contains("right: ", "The budget does not cover another call");
    }

    @Test
    void refine_endsWhenCancelled() {
        Cancellation cancellation = new Cancellation();
        ScriptedChatModel model = Rewriters.model("clear1 right5", "clear5 right5");
        ChatModel cancelling = request -> {
            if (Rewriters.isRewriting(request)) {
                cancellation.cancel();
            }
            return model.chat(request);
        };

        RefinedExample refined = refine(pipeline(cancelling).cancellation(cancellation), "clear1 right5");

        assertThat(refined.outcome()).isEqualTo(Outcome.UNIMPROVED);
        assertThat(response(refined.example())).isEqualTo("clear1 right5");
    }

    // ---------------------------------------------------------------- what is shown, and what comes back

    @ParameterizedTest
    @EnumSource(
            value = Split.class,
            names = {"VALIDATION", "TEST"})
    void refine_showsNobodyWhatIsHeldOutAndCountsIt(Split split) {
        ScriptedChatModel model = Rewriters.model();
        List<Example> checked = new ArrayList<>();
        Item heldOut = Rewriters.item("secret clear1 right1").withSplit(split);

        DataRefinementResult result = pipeline(model)
                .check("seen", examples -> {
                    checked.addAll(examples);
                    return examples.stream()
                            .map(e -> Finding.pass("seen", e.id()))
                            .toList();
                })
                .build()
                .refine(List.of(heldOut, Rewriters.item("clear5 right5")));

        assertThat(result.examples().get(0).outcome()).isEqualTo(Outcome.HELD_OUT);
        assertThat(result.refined().get(0)).isEqualTo(heldOut);
        assertThat(result.count(Outcome.HELD_OUT)).isEqualTo(1);
        assertThat(result.clean()).doesNotContain(heldOut);
        assertThat(checked).hasSize(1).doesNotContain(heldOut);
        assertThat(model.requests())
                .isNotEmpty()
                .noneMatch(request -> Prompts.text(request).contains("secret"));
    }

    @Test
    void refine_dividesSamplesFirst() {
        List<Sample> samples = IntStream.range(0, 40)
                .mapToObj(i -> Sample.of("topic", "text number " + i, "label"))
                .toList();
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(r -> true, r -> ChatResponse.of(Rewriters.reply("anew: " + Rewriters.text(r))))
                .build();
        Check anew = examples -> examples.stream()
                .map(e -> e.text().startsWith("anew")
                        ? Finding.pass("anew", e.id())
                        : Finding.fail("anew", e.id(), 0, "old"))
                .toList();
        DataRefinementPipeline.Builder builder =
                DataRefinementPipeline.builder().chatModel(model).check("anew", anew);

        DataRefinementResult result = builder.build().refine(samples);
        DataRefinementResult all = builder.splitter(
                        Splitter.builder().testFraction(0).validationFraction(0).build())
                .build()
                .refine(samples);

        List<Sample> split =
                Dataset.of(samples).split(Splitter.builder().build()).samples();
        assertThat(result.examples()).extracting(RefinedExample::original).isEqualTo(split);
        assertThat(split).extracting(Sample::split).contains(Split.TEST, Split.VALIDATION, Split.TRAIN);
        assertThat(result.examples())
                .allMatch(r -> (r.outcome() == Outcome.REFINED) == (r.original().split() == Split.TRAIN));
        assertThat(all.count(Outcome.REFINED)).isEqualTo(40);
        Sample rewrite = (Sample) all.refined().get(0);
        assertThat(rewrite.text()).isEqualTo("anew: text number 0");
        assertThat(rewrite.label()).isEqualTo("label");
    }

    @Test
    void refine_marksRewritesAsSyntheticChildrenForTraining() {
        ScriptedChatModel model = Rewriters.model("clear1 right5", "clear2 right5", "clear5 right5");
        Item original = Rewriters.item("clear1 right5").withId("one").withTags(Map.of("source", "forum"));

        DataRefinementResult result = pipeline(model).build().refine(List.of(original));

        assertThat(result.examples().get(0).rewrites()).hasSize(2).allSatisfy(rewrite -> {
            Example example = rewrite.example();
            assertThat(example.origin().generator()).isEqualTo("DataRefinementPipeline");
            assertThat(example.origin().parents()).containsExactly("one"); // also the rewrite of a rewrite
            assertThat(example.origin().runId()).isEqualTo(result.runId());
            assertThat(example.origin().model()).isNotBlank();
            assertThat(example.origin().promptHash()).hasSize(16);
            assertThat(example.split()).isEqualTo(Split.TRAIN);
            assertThat(example.tags()).isEqualTo(original.tags());
            assertThat(example.id()).matches("one-[0-9a-f]{8}");
            assertThat(rewrite.findings().get("clear").exampleId()).isEqualTo(example.id());
        });
        assertThat(result.refined().get(0).field("query")).hasValue("q");
    }

    @Test
    void refine_gradesAndRewritesEqualExamplesOnce() {
        ScriptedChatModel model = Rewriters.model("clear1 right5", "clear5 right5");
        Item twice = Rewriters.item("clear1 right5");

        DataRefinementResult result =
                pipeline(model).build().refine(List.of(twice, Rewriters.item("clear5 right5"), twice));

        assertThat(Rewriters.rewritings(model)).hasSize(1);
        assertThat(result.refined())
                .extracting(DataRefinementPipelineTest::response)
                .containsExactly("clear5 right5", "clear5 right5", "clear5 right5");
        assertThat(result.graders().get("clear").judged()).isEqualTo(3);
        assertThat(result.usage().calls()).isEqualTo(model.requests().size());
    }

    @Test
    void refine_ofNothingIsNothing() {
        DataRefinementResult result = pipeline(Rewriters.model()).build().refine(List.of());

        assertThat(result.examples()).isEmpty();
        assertThat(result.graders().get("clear"))
                .isEqualTo(new GraderChange(0, 0, 0, 0, OptionalDouble.empty(), OptionalDouble.empty()));
    }

    // ---------------------------------------------------------------- report

    @Test
    void graders_areComparedOverTheSameExamples() {
        DataRefinementResult result = pipeline(
                        Rewriters.model("clear2 right5", "clear4 right5", "clear1 right1", "clear3 right1"))
                .maxRounds(1)
                .build()
                .refine(Rewriters.items("clear2 right5", "clear5 right5", "clear1 right1", "clear5 rightx"));

        GraderChange clear = result.graders().get("clear");
        GraderChange right = result.graders().get("right");
        assertThat(result.graders()).containsOnlyKeys("clear", "right");
        // 2 5 1 5 of five are 0.25 1 0 1; then 4 5 3 5 are 0.75 1 0.5 1
        assertThat(clear.judged()).isEqualTo(4);
        assertThat(clear.errors()).isZero();
        assertThat(clear.goodBefore()).isEqualTo(2);
        assertThat(clear.goodAfter()).isEqualTo(3);
        assertThat(clear.meanBefore().orElseThrow()).isCloseTo(2.25 / 4, within(1e-12));
        assertThat(clear.meanAfter().orElseThrow()).isCloseTo(3.25 / 4, within(1e-12));
        // 5 5 1 are 1 1 0, and nothing changed
        assertThat(right).isEqualTo(new GraderChange(3, 1, 2, 2, right.meanBefore(), right.meanBefore()));
        assertThat(right.meanBefore().orElseThrow()).isCloseTo(2.0 / 3, within(1e-12));
    }

    @Test
    void display_showsGradersOutcomesAndUsage() {
        List<Item> items =
                new ArrayList<>(Rewriters.items("clear2 right5", "clear5 right5", "clear1 right1", "clear5 rightx"));
        items.add(Rewriters.item("clear1 right1").withSplit(Split.TEST));
        DataRefinementResult result = pipeline(
                        Rewriters.model("clear2 right5", "clear4 right5", "clear1 right1", "clear1 right1 too"))
                .maxRounds(1)
                .build()
                .refine(items);
        StringBuilder out = new StringBuilder();

        result.display(out);

        assertThat(out.toString()).startsWith("""
                  grader  judged  errors  good before  after  mean before  after
                  ------  ------  ------  -----------  -----  -----------  -----
                  clear        4       0            2      3        0.563  0.688
                  right        3       1            2      2        0.667  0.667

                  outcome                           examples
                  --------------------------------  --------
                  good enough as it was                    1
                  rewritten, good enough now               1
                  not good enough, no rewrite kept         1
                  could not be graded                      1
                  held out for validation or test          1
                  all                                      5

                  rewrites 2, kept 1

                  model calls\
                """);
        assertThat(result).hasToString("DataRefinementResult[5 examples, 2 clean, run " + result.runId() + "]");
        assertThat(result.examples().get(0)).hasToString("RefinedExample[item-0, 1 rewrites, REFINED]");
    }

    @Test
    void display_saysWhyItEndedEarly() {
        StringBuilder out = new StringBuilder();

        pipeline(Rewriters.model())
                .build()
                .refine(Rewriters.items("clear5 rightf"))
                .display(out);

        assertThat(out).contains("  ended early: grader right: the run ended");
    }

    @Test
    void onProgress_isToldOfGradingAndRewriting() {
        List<GenerationProgress> progress = new ArrayList<>();

        pipeline(limited(1, Rewriters.model("clear1 right5", "clear5 right5")))
                .check(
                        "any",
                        examples -> examples.stream()
                                .map(e -> Finding.pass("any", e.id()))
                                .toList())
                .onProgress(progress::add)
                .build()
                .refine(Rewriters.items("clear1 right5", "clear5 right5"));

        assertThat(progress)
                .extracting(GenerationProgress::stage, GenerationProgress::done, GenerationProgress::total)
                .containsExactly(
                        tuple("grading/any", 2, 2),
                        tuple("grading/clear", 1, 2),
                        tuple("grading/clear", 2, 2),
                        tuple("grading/right", 1, 2),
                        tuple("grading/right", 2, 2),
                        tuple("rewriting", 1, 1),
                        tuple("grading/any", 1, 1),
                        tuple("grading/clear", 1, 1),
                        tuple("grading/right", 1, 1));
        assertThat(progress.get(8).usage().calls()).isEqualTo(7);
    }

    // ---------------------------------------------------------------- options

    @Test
    void build_namesWhatIsMissing() {
        assertThatThrownBy(() -> DataRefinementPipeline.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("chatModel is required: DataRefinementPipeline.builder().chatModel(model)");
        assertThatThrownBy(() -> DataRefinementPipeline.builder()
                        .chatModel(Rewriters.model())
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a grader is required: DataRefinementPipeline.builder().grader(grader)");
    }

    @Test
    void builder_refusesWhatIsOutOfRangeOrNullOrThereAlready() {
        DataRefinementPipeline.Builder builder = pipeline(Rewriters.model());

        assertThatThrownBy(() -> builder.grader(null)).hasMessage("grader must not be null");
        assertThatThrownBy(() -> builder.check("new", null)).hasMessage("check must not be null");
        assertThatThrownBy(() -> builder.check(" ", examples -> List.of())).hasMessage("name must not be blank");
        assertThatThrownBy(() -> builder.check("clear", examples -> List.of()))
                .hasMessage("there is a grader 'clear' already: give this one another name");
        assertThatThrownBy(() -> builder.threshold(1.1)).hasMessage("threshold must be in [0.0, 1.0] but was 1.1");
        assertThatThrownBy(() -> builder.threshold(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxRounds(0)).hasMessage("maxRounds must be in [1, 100] but was 0");
        assertThatThrownBy(() -> builder.maxRounds(101)).hasMessage("maxRounds must be in [1, 100] but was 101");
    }

    @Test
    void build_refusesABudgetInMoneyForAGraderWithoutAPrice() {
        Budget dollar = Budget.builder()
                .maxCost(1)
                .pricing(Pricing.empty(LocalDate.of(2026, 1, 1)).with("rule", 1, 1, 1))
                .build();
        ChatModel unknown = request -> {
            throw new AssertionError("asked");
        };

        assertThatThrownBy(() -> pipeline(Rewriters.model())
                        .grader(Rewriters.grader("other", unknown))
                        .budget(dollar)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'custom'");
        pipeline(Rewriters.model()).budget(dollar).build();
    }

    @Test
    void builder_canBeUsedAgainWithoutChangingWhatItBuilt() {
        DataRefinementPipeline.Builder builder = pipeline(Rewriters.model());
        DataRefinementPipeline first = builder.build();
        builder.check("never", failing("never", "no")).build();

        assertThat(first.refine(List.of(Rewriters.item("clear5 right5"))).clean())
                .hasSize(1);
    }

    @Test
    void refine_refusesNulls() {
        DataRefinementPipeline pipeline = pipeline(Rewriters.model()).build();

        assertThatThrownBy(() -> pipeline.refine(null)).hasMessage("examples must not be null");
        assertThatThrownBy(() -> pipeline.refine(Collections.singletonList(null)))
                .hasMessage("example must not be null");
    }

    // ---------------------------------------------------------------- forecast

    @Test
    void forecast_isWhatAllGoodAndAllBadExamplesTake() {
        List<Item> items = new ArrayList<>(Rewriters.items("clear5 right5", "clear5 right5", "clear5 right5"));
        items.add(Rewriters.item("clear1 right1").withSplit(Split.TEST));
        items.add(items.get(0)); // once more
        ScriptedChatModel model = Rewriters.model();

        Forecast forecast = pipeline(model).build().forecast(items);

        // 3 examples by 2 graders; at most two rounds of 3 rewrites and 3 x 2 grades more, and all of it asked twice
        assertThat(forecast.leastCalls()).isEqualTo(6);
        assertThat(forecast.mostCalls()).isEqualTo(2 * (6 + 2 * (3 + 6)));
        assertThat(model.requests()).isEmpty();
        pipeline(model).build().refine(items);
        assertThat(model.requests()).hasSize(6);
        assertThat(forecast.mostTokens().promptTokens())
                .isGreaterThan(forecast.leastTokens().promptTokens());
    }

    @Test
    void forecast_coversWhatTheWorstModelTakes() {
        String[] ever = {"clear1 right1", "clear2 right1", "clear3 right1"};
        Scripts.Mortal counting = Scripts.Mortal.immortal(Rewriters.model(ever));
        DataRefinementPipeline pipeline = pipeline(counting).build();
        List<Item> items = Rewriters.items("clear1 right1", "clear1 right1");
        Forecast forecast = pipeline.forecast(items);

        pipeline.refine(items);

        // each question once: half of what is forecast at most
        assertThat(counting.asked()).isEqualTo((int) forecast.mostCalls() / 2);
    }

    @Test
    void forecast_ofNothingIsNothing() {
        Forecast forecast = pipeline(Rewriters.model()).build().forecast(List.of());

        assertThat(forecast.leastCalls()).isZero();
        assertThat(forecast.mostCalls()).isZero();
        assertThat(forecast.mostTokens()).isEqualTo(Usage.NONE);
    }

    // ---------------------------------------------------------------- journal

    /** Among them what cannot be graded, what is graded uselessly, what cannot be rewritten, and rewrites of all sorts. */
    private static final String[] TEXTS = {
        "clear5 right5",
        "clear2 right5 a",
        "clear1 right1 b",
        "clearf right5",
        "clearx right5",
        "clear1 right5 c",
        "clear1 right5 d",
        "clear2 right5 e",
        "clear2 right5 f"
    };

    private static ScriptedChatModel journalled() {
        Map<String, List<String>> written = Map.of(
                "a", List.of("clear5 right5"),
                "b", List.of("clear3 right1 b", "clear5 right5"),
                "c", List.of("failure"),
                "d", List.of("useless"),
                "e", List.of("clear5 right1 e", "clear5 right1 again e"),
                "f", List.of("clear5 rightf f"));
        ScriptedChatModel rule = Rewriters.model();
        return ScriptedChatModel.builder()
                .modelId("rule")
                .when(Rewriters::isRewriting, request -> {
                    String text = Rewriters.text(request);
                    List<String> next = written.get(text.substring(text.length() - 1));
                    int place = text.startsWith("clear3 ")
                                    || !Rewriters.attempts(request).isEmpty()
                            ? 1
                            : 0;
                    if (next.get(place).equals("failure")) {
                        throw Scripts.unavailable();
                    }
                    return ChatResponse.of(
                            next.get(place).equals("useless") ? "No." : Rewriters.reply(next.get(place)));
                })
                .when(r -> true, rule::chat)
                .build();
    }

    private static DataRefinementResult run(ChatModel model, Path journal) {
        return pipeline(model).journal(journal).build().refine(Rewriters.items(TEXTS));
    }

    private static List<String> answers(Path journal) {
        Path file = journal.resolve("rewrites.jsonl");
        try {
            return Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .filter(line -> line.contains("\"call\":"))
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void aRunKilledAtAnyCallGoesOnAsIfItHadNotBeen(int concurrency) {
        Scripts.Mortal counting = Scripts.Mortal.immortal(journalled());
        DataRefinementResult whole = run(limited(concurrency, counting), dir.resolve("whole"));
        int total = counting.asked();
        assertThat(whole.examples())
                .extracting(RefinedExample::outcome)
                .containsExactly(
                        Outcome.CLEAN,
                        Outcome.REFINED,
                        Outcome.REFINED,
                        Outcome.UNGRADED,
                        Outcome.UNGRADED,
                        Outcome.UNIMPROVED,
                        Outcome.UNIMPROVED,
                        Outcome.UNIMPROVED,
                        Outcome.UNIMPROVED);

        for (int k = 1; k <= total; k++) {
            Path journal = dir.resolve("killed-" + k);
            Scripts.Mortal first = new Scripts.Mortal(journalled(), k);
            assertThatThrownBy(() -> run(limited(concurrency, first), journal)).isInstanceOf(Scripts.Killed.class);
            int journalled = answers(journal).size();
            assertThat(journalled).as("journalled at %s", k).isGreaterThanOrEqualTo(first.answered());

            Scripts.Mortal second = Scripts.Mortal.immortal(journalled());
            DataRefinementResult resumed = run(limited(concurrency, second), journal);

            assertThat(resumed.examples()).as("killed at %s of %s", k, total).isEqualTo(whole.examples());
            assertThat(resumed.graders()).isEqualTo(whole.graders());
            assertThat(second.asked()).as("calls after %s", k).isEqualTo(total - journalled);
            assertThat(answers(journal)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aSecondRunAsksAgainForWhatFailedAndGoesOnFromThere() {
        run(journalled(), dir);
        ScriptedChatModel rule = Rewriters.model("clear1 right5 c", "clear5 right5");
        ScriptedChatModel recovered = ScriptedChatModel.builder()
                .modelId("rule")
                .when(
                        r -> Prompts.text(r).contains("clearf right5")
                                || Prompts.text(r).contains("clear5 rightf f"),
                        "{\"reason\":\"fine\",\"score\":5}")
                .when(r -> true, rule::chat)
                .build();

        DataRefinementResult result = run(recovered, dir);

        assertThat(result.examples().get(3).outcome()).isEqualTo(Outcome.CLEAN);
        assertThat(result.examples().get(5).outcome()).isEqualTo(Outcome.REFINED);
        assertThat(result.examples().get(8).outcome()).isEqualTo(Outcome.REFINED);
        // a grade; a rewrite with its two grades; a grade of a rewrite that there was
        assertThat(recovered.requests()).hasSize(5);
    }

    @Test
    void moreExamplesCostWhatIsNew() {
        List<Item> items = Rewriters.items(TEXTS);
        pipeline(journalled()).journal(dir).build().refine(items.subList(0, 2));
        ScriptedChatModel second = journalled();

        pipeline(second).journal(dir).build().refine(items.subList(0, 3));

        // two grades, and two rewrites with two grades each
        assertThat(second.requests()).hasSize(2 + 2 * 3);
    }

    @Test
    void withoutAJournalNothingIsKept() {
        pipeline(journalled()).build().refine(Rewriters.items(TEXTS));

        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void runId_isTheSameWheneverExamplesAndOptionsAre() {
        ScriptedChatModel model = Rewriters.model();
        List<Item> items = Rewriters.items("clear5 right5");

        String id = pipeline(model).build().refine(items).runId();

        assertThat(pipeline(model).build().refine(items).runId()).isEqualTo(id);
        assertThat(pipeline(model).maxRounds(1).build().refine(items).runId()).isNotEqualTo(id);
        assertThat(pipeline(model).threshold(0.5).build().refine(items).runId()).isNotEqualTo(id);
        assertThat(pipeline(model).instruction("short").build().refine(items).runId())
                .isNotEqualTo(id);
        assertThat(pipeline(model)
                        .build()
                        .refine(Rewriters.items("clear4 right5"))
                        .runId())
                .isNotEqualTo(id);
    }
}
