package io.rapidfit.llm.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import io.rapidfit.llm.Usage;
import io.rapidfit.llm.reply.ReplyShape;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerScorerTest {

    private static final Example EXAMPLE = Item.of(Map.of("prompt", "p"));

    private static final ReplyShape SHAPE = ReplyShape.list("items")
            .string("text")
            .choice("mood", List.of("good", "bad"))
            .strings("evidence")
            .optionalString("recommendation")
            .build();

    private static final String SOUND = "{\"items\": [{\"text\": \"t\", \"mood\": \"good\", \"evidence\": []}]}";

    private static GivenAnswer given(String text, boolean truncated) {
        return new GivenAnswer(
                text, null, true, truncated, new Usage(5, 3, 0), OptionalDouble.of(0.5), Duration.ofMillis(7));
    }

    private static double score(ModelMetric metric, String expected, String answer) {
        return new AnswerScorer(Set.of(metric), SHAPE, (example, wanted, given) -> List.of())
                .score(EXAMPLE, expected, given(answer, false))
                .scores()
                .get(metric);
    }

    @Test
    void schema_passesWhatNeedsNoRepair() {
        assertThat(score(ModelMetric.SCHEMA, "e", SOUND)).isEqualTo(1);
        assertThat(score(ModelMetric.SCHEMA, "e", " " + SOUND + "\n")).isEqualTo(1);
        assertThat(score(
                        ModelMetric.SCHEMA,
                        "e",
                        "{\"items\": [{\"id\": 1, \"mood\": \"bad\", \"text\": \"t\", \"evidence\": [\"e\"],"
                                + " \"recommendation\": null}]}"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "```json\n{\"items\": []}\n```",
                "Here it is: {\"items\": []}",
                "<think>hm</think>{\"items\": []}",
                "{\"items\": [],}",
                "[]",
                "{\"Items\": []}",
                "{\"items\": [{\"text\": \"t\", \"mood\": \"Good\", \"evidence\": []}]}",
                "{\"items\": [{\"text\": \"t\", \"mood\": \"fine\", \"evidence\": []}]}",
                "{\"items\": [{\"text\": \"t\", \"mood\": \"good\"}]}",
                "{\"items\": [{\"text\": \"t\", \"mood\": \"good\", \"evidence\": \"row 1\"}]}",
                "{\"items\": [{\"text\": \"\", \"mood\": \"good\", \"evidence\": []}]}",
                "{\"items\": [{\"text\": \"t\", \"mood\": \"good\", \"evidence\": []}"
            })
    void schema_failsWhatIsOfUseOnlyAfterARepair(String answer) {
        assertThat(score(ModelMetric.SCHEMA, "e", answer)).isEqualTo(0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yes | ' YES  '",
                "Caf\u00e9 noir | cafe\u0301\u00a0noir",
                "{\"a\": 1, \"b\": \"x y\"} | {\"b\": \"X  y\", \"a\": 1.0}",
                "{\"a\": 100} | {\"a\": 1e2}",
                "{\"a\": 1} | {\"a\": 1, \"b\": null}",
                "{\"a\": 1, \"b\": null} | {\"a\": 1}",
                "{\"a\": {\"b\": null}} | {\"a\": {}}",
                "{\"a\": [1, true, null]} | ```{\"a\": [1, true, null]}```",
                "[] | []"
            })
    void exactMatch_goesByValue(String expected, String answer) {
        assertThat(score(ModelMetric.EXACT_MATCH, expected, answer)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "yes | yes.",
                "yes | {\"a\": \"yes\"}",
                "{\"a\": \"yes\"} | yes",
                "{\"a\": 1} | {\"a\": \"1\"}",
                "{\"a\": true} | {\"a\": \"true\"}",
                "{\"a\": true} | {\"a\": false}",
                "{\"a\": 1} | {\"a\": 1, \"b\": 2}",
                "{\"a\": 1, \"b\": 2} | {\"a\": 1}",
                "{\"a\": [1, 2]} | {\"a\": [2, 1]}",
                "{\"a\": [1]} | {\"a\": {\"0\": 1}}",
                "{\"a\": [1, 2]} | {\"a\": [1, 2, 3]}",
                "{\"a\": []} | {\"a\": {}}",
                "{\"a\": []} | {}",
                "{\"a\": {\"b\": 1}} | {\"a.b\": 1}",
                "{} | []"
            })
    void exactMatch_isNoMoreThanThat(String expected, String answer) {
        assertThat(score(ModelMetric.EXACT_MATCH, expected, answer)).isEqualTo(0);
    }

    @Test
    void fieldAccuracy_countsFieldsOfBoth() {
        String expected = "{\"label\": \"bad\", \"score\": 2, \"rows\": [\"row 1\", \"row 2\"]}";

        assertThat(score(ModelMetric.FIELD_ACCURACY, expected, expected)).isEqualTo(1);
        // of label, score, rows.0 and rows.1, the score is wrong
        assertThat(score(
                        ModelMetric.FIELD_ACCURACY,
                        expected,
                        "{\"label\": \"Bad\", \"score\": 3, \"rows\": [\"row 1\", \"row 2\"]}"))
                .isEqualTo(3 / 4.0);
        // rows.1 and score are missing, reason and rows.2 are added: 2 in common among 4 + 1
        assertThat(score(
                        ModelMetric.FIELD_ACCURACY,
                        expected,
                        "{\"label\": \"bad\", \"rows\": [\"row 1\"], \"reason\": \"r\"}"))
                .isEqualTo(2 / 5.0);
        assertThat(score(ModelMetric.FIELD_ACCURACY, expected, "Sure: " + expected))
                .isEqualTo(1);
        assertThat(score(ModelMetric.FIELD_ACCURACY, expected, "bad")).isEqualTo(0);
        assertThat(score(ModelMetric.FIELD_ACCURACY, "{}", "{}")).isEqualTo(1);
        assertThat(score(ModelMetric.FIELD_ACCURACY, "{}", expected)).isEqualTo(0);
    }

    @Test
    void bleuAndRougeL_compareTheTexts() {
        // no word is left out and none added: 3 words of 4 are the expected ones, 2 of 3 pairs, 1 of 2 triples; no four
        // of them,
        // which counts as a half of 1
        assertThat(score(ModelMetric.BLEU, "the parcel came late", "the parcel came early"))
                .isCloseTo(Math.pow(3 / 4.0 * 2 / 3.0 * 1 / 2.0 * 0.5, 0.25), within(1e-12));
        // 3 in order, of 4 and of 5 words: 2 * (3/4 * 3/5) / (3/4 + 3/5)
        assertThat(score(ModelMetric.ROUGE_L, "the parcel came very late", "a parcel came late"))
                .isCloseTo(2 * 0.75 * 0.6 / 1.35, within(1e-12));
    }

    @Test
    void evidence_isRightWhereNothingIsWrong() {
        AnswerScorer scorer = new AnswerScorer(
                Set.of(ModelMetric.EVIDENCE),
                null,
                (example, expected, answer) ->
                        answer.equals("good") ? List.of() : List.of(example.id() + " " + expected + " " + answer));

        ContestantAnswer good = scorer.score(EXAMPLE, "e", given("good", false));
        ContestantAnswer bad = scorer.score(EXAMPLE, "e", given("bad", false));

        assertThat(good.scores()).isEqualTo(Map.of(ModelMetric.EVIDENCE, 1.0));
        assertThat(good.evidenceProblems()).isEmpty();
        assertThat(bad.scores()).isEqualTo(Map.of(ModelMetric.EVIDENCE, 0.0));
        assertThat(bad.evidenceProblems()).containsExactly(EXAMPLE.id() + " e bad");
    }

    @Test
    void score_keepsWhatWasGiven() {
        ContestantAnswer answer =
                new AnswerScorer(Set.of(ModelMetric.EXACT_MATCH), null, null).score(EXAMPLE, "e", given("e", false));

        assertThat(answer)
                .isEqualTo(new ContestantAnswer(
                        "e",
                        null,
                        Map.of(ModelMetric.EXACT_MATCH, 1.0),
                        List.of(),
                        new Usage(5, 3, 0),
                        OptionalDouble.of(0.5),
                        Duration.ofMillis(7)));
        assertThat(answer.isError()).isFalse();
    }

    /** An empty text would be as good as an empty answer that was expected: a failure never is. */
    @Test
    void score_ofAFailure_isNothingByEveryMetric() {
        AnswerScorer scorer =
                new AnswerScorer(EnumSet.allOf(ModelMetric.class), SHAPE, (example, expected, answer) -> List.of());

        ContestantAnswer answer = scorer.score(EXAMPLE, " ", GivenAnswer.failed("down", true));

        assertThat(answer.isError()).isTrue();
        assertThat(answer.error()).isEqualTo("down");
        assertThat(answer.scores().keySet()).containsExactly(ModelMetric.values());
        assertThat(answer.scores().values()).containsOnly(0.0);
    }

    @Test
    void toString_hasNoText() {
        ContestantAnswer answer = new AnswerScorer(Set.of(ModelMetric.EXACT_MATCH), null, null)
                .score(EXAMPLE, "secret", given("secret", false));

        assertThat(answer).hasToString("ContestantAnswer[6 characters, {EXACT_MATCH=1.0}]");
        assertThat(new ComparedExample(EXAMPLE, "secret", answer, answer).toString())
                .doesNotContain("secret")
                .contains(EXAMPLE.id());
    }
}
