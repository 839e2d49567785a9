package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.data.Sample;
import io.rapidfit.llm.ChatResponse;
import io.rapidfit.llm.ScriptedChatModel;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model says, a run ends, and says what is missing. */
@Timeout(20)
class MalformedReplyTest {

    static Stream<String> useless() {
        return Stream.of(
                "",
                "   \n ",
                "I would rather not.",
                "null",
                "[]",
                "{}",
                "42",
                "{\"samples\":null}",
                "{\"samples\":\"none\"}",
                "{\"samples\":[]}",
                "{\"samples\":[{}]}",
                "{\"samples\":[null, 7, []]}",
                "{\"samples\":[{\"text\":null}]}",
                "{\"samples\":[{\"text\":\"\"}]}",
                "{\"samples\":[{\"text\":7}]}",
                "{\"samples\":[{\"text\":{\"text\":\"inner\"}}]}",
                "{\"samples\":[{\"words\":\"wrong field\"}]}",
                "{\"rows\":{\"a\":{\"b\":[1,2,3]}}}",
                "{\"samples\":[{\"text\":\"cut of",
                "{".repeat(5000),
                "[".repeat(5000),
                "\"".repeat(5001),
                "<think>let me see, {\"samples\":[{\"text\":\"only thought of\"}]}",
                "\u0000\uFFFF\uD800",
                "x".repeat(300_000));
    }

    @ParameterizedTest
    @MethodSource("useless")
    void augment_endsWithAShortfallWhateverTheModelSays(String reply) {
        ScriptedChatModel model = Scripts.saying(reply);

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(4)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).isEmpty();
        assertThat(result.dataset()).isEqualTo(Seeds.oneClass());
        assertThat(result.shortfalls()).singleElement().satisfies(s -> {
            assertThat(s.wanted()).isEqualTo(4);
            assertThat(s.kept()).isZero();
            assertThat(s.calls()).isEqualTo(5);
            assertThat(s.failedCalls()).isZero();
            assertThat(s.reason()).contains("maxCallsPerClass");
        });
        // each question at most once more
        assertThat(Scripts.forSamples(model.requests())).hasSizeLessThanOrEqualTo(5);
        assertThat(model.requests()).hasSizeLessThanOrEqualTo(1 + 10);
    }

    @ParameterizedTest
    @MethodSource("useless")
    void augment_writesWithoutInstructionsThatCannotBeRead(String reply) {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(Writers::asksForSamples, r -> ChatResponse.of(Writers.samples(r)))
                .otherwise(reply)
                .build();

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(4)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples()).hasSize(4);
        assertThat(Prompts.below(Scripts.forSamples(model.requests()).get(0), "What such texts are like"))
                .isEmpty();
    }

    @Test
    void augment_takesTheGoodPartOfADamagedReply() {
        ScriptedChatModel model = Scripts.saying(
                "{\"samples\":[{\"text\":\"the first is whole\"},{\"text\":null},{\"text\":\"the third as well\"},{\"text\":\"the fo");

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(3)
                .maxCallsPerClass(1)
                .build()
                .augment(Seeds.oneClass());

        assertThat(result.samples())
                .extracting(Sample::text)
                .containsExactly("the first is whole", "the third as well");
        // it was told what was wrong, and asked once more
        assertThat(model.requests()).hasSize(3);
    }

    @Test
    void augment_cutsAdviceThatIsEndless() {
        ScriptedChatModel model = ScriptedChatModel.builder()
                .when(Writers::asksForSamples, r -> ChatResponse.of(Writers.samples(r)))
                .otherwise("{\"classes\":[{\"id\":\"c1\",\"languages\":[\"English\"],\"style\":\"" + "s".repeat(100_000)
                        + "\",\"min_words\":3,\"max_words\":20,\"do\":["
                        + String.join(",", Collections.nCopies(1000, "\"" + "d".repeat(1000) + "\"")) + "]}]}")
                .build();

        LLMAugmenter.builder().chatModel(model).maxSamplesPerTask(1).build().augment(Seeds.oneClass());

        // a style of 500 characters, a do-list of 12 of 500, each with an ellipsis
        JsonNode advice = Prompts.below(Scripts.forSamples(model.requests()).get(0), "What such texts are like");
        assertThat(advice.path("style").asText()).hasSize(501).endsWith("s\u2026");
        assertThat(advice.path("do"))
                .hasSize(12)
                .allSatisfy(point -> assertThat(point.asText()).hasSize(501));
    }

    @Test
    void augment_withAConstantReplyEndsAndSaysWhy() {
        ScriptedChatModel model = Scripts.writing("always the same words again");

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(20)
                .build()
                .augment(Seeds.oneClass());

        // 3 calls of 8 would do: twice as many are made. The first text is new, the 5 after it are not
        assertThat(Scripts.forSamples(model.requests())).hasSize(6);
        assertThat(result.samples()).extracting(Sample::text).containsExactly("always the same words again");
        assertThat(result.shortfalls())
                .containsExactly(new Shortfall(
                        "topic",
                        "billing",
                        20,
                        1,
                        6,
                        0,
                        Map.of(Rejection.DUPLICATE, 5),
                        "as many calls as maxCallsPerClass allows"));
        assertThat(result.shortfalls().get(0))
                .hasToString("topic/billing: 1 of 20 after 6 calls; as many calls as maxCallsPerClass allows; not kept:"
                        + " equal or too similar to another text 5");
        assertThat(result.rejections()).isEqualTo(Map.of(Rejection.DUPLICATE, 5));
    }

    @Test
    void maxCallsPerClass_holdsForEachClass() {
        ScriptedChatModel model = Scripts.writing("why was I charged twice this month");

        GenerationResult result = LLMAugmenter.builder()
                .chatModel(model)
                .maxSamplesPerTask(100)
                .maxCallsPerClass(3)
                .build()
                .augment(Seeds.twoClasses());

        assertThat(Scripts.forSamples(model.requests())).hasSize(6);
        assertThat(result.shortfalls())
                .extracting(Shortfall::label, Shortfall::wanted, Shortfall::calls)
                .containsExactly(tuple("billing", 50, 3), tuple("delivery", 50, 3));
    }
}
