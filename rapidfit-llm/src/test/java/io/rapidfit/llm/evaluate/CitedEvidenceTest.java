package io.rapidfit.llm.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.data.Example;
import io.rapidfit.data.Item;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CitedEvidenceTest {

    private static final Example EXAMPLE = Item.of(Map.of("rows", "3"));

    private static final String NOTHING_EXPECTED = "{\"items\": [{\"evidence\": []}]}";

    private static CitedEvidence.Builder rows() {
        return CitedEvidence.builder()
                .path("items.evidence")
                .references(example -> CitedEvidence.numbered(
                        "row", Integer.parseInt(example.field("rows").orElseThrow())));
    }

    private static String citing(String... evidence) {
        return "{\"items\": [{\"text\": \"t\", \"evidence\": [\"" + String.join("\", \"", evidence) + "\"]}]}";
    }

    private static List<String> problems(CitedEvidence check, String answer) {
        return check.problems(EXAMPLE, citing("row 1"), answer);
    }

    @Test
    void problems_ofReferencesThatAreThere_areNone() {
        assertThat(problems(rows().build(), citing("row 1", "row 3"))).isEmpty();
        assertThat(problems(rows().build(), citing(" ROW\u00a0 2 "))).isEmpty();
    }

    @Test
    void problems_nameReferencesThatAreNot() {
        assertThat(problems(rows().build(), citing("row 3", "row 4", "row 0", "line 1")))
                .containsExactly(
                        "'row 4' is not in the input", "'row 0' is not in the input", "'line 1' is not in the input");
    }

    @Test
    void problems_areLookedForAtEveryPath() {
        CitedEvidence check = rows().path("source").path("by.row").build();

        assertThat(problems(check, "{\"source\": \"row 9\", \"by\": [[{\"row\": \"row 8\"}], {\"row\": null}, {}]}"))
                .containsExactly("'row 9' is not in the input", "'row 8' is not in the input");
    }

    @Test
    void problems_ofAnAnswerThatIsToBeRepaired_areThoseOfWhatItSays() {
        assertThat(problems(rows().build(), "```\n" + citing("row 4") + "\n```"))
                .containsExactly("'row 4' is not in the input");
    }

    @Test
    void problems_ofAnAnswerWithoutJson() {
        assertThat(problems(rows().build(), "row 1")).containsExactly("the answer holds no JSON to cite evidence in");
    }

    @Test
    void problems_ofAnAnswerWithoutEvidence() {
        assertThat(problems(rows().build(), NOTHING_EXPECTED)).containsExactly("the answer cites no evidence");
        assertThat(rows().build().problems(EXAMPLE, "a text", NOTHING_EXPECTED))
                .containsExactly("the answer cites no evidence");
        assertThat(rows().build().problems(EXAMPLE, NOTHING_EXPECTED, NOTHING_EXPECTED))
                .isEmpty();
    }

    private static List<String> recounted(double tolerance, String evidence, Double... right) {
        CitedEvidence check = rows().recount((example, text) -> List.of(right))
                .tolerance(tolerance)
                .build();
        return problems(check, citing(evidence));
    }

    @Test
    void recount_isAskedAboutWhatIsNoReference() {
        CitedEvidence check = rows().recount((example, evidence) ->
                        evidence.equals("17 of 41 reviews") && example == EXAMPLE ? List.of(17.0, 41.0) : List.of())
                .build();

        assertThat(problems(check, citing("17 of 41 reviews", "row 2"))).isEmpty();
        assertThat(problems(check, citing("17 of 41 parcels")))
                .containsExactly("'17 of 41 parcels' is not in the input");
    }

    @Test
    void recount_findsEveryNumberThatIsWrong() {
        assertThat(recounted(0, "17 of 41 reviews", 15.0, 40.0))
                .containsExactly(
                        "'17 of 41 reviews' says 17 where the input gives 15.0",
                        "'17 of 41 reviews' says 41 where the input gives 40.0");
    }

    @Test
    void recount_isOfAllNumbers() {
        assertThat(recounted(0, "17 of 41 reviews", 17.0))
                .containsExactly("'17 of 41 reviews' has 2 numbers, of which 1 can be counted again");
        assertThat(recounted(0, "most reviews", 17.0)).containsExactly("'most reviews' is not in the input");
    }

    @ParameterizedTest
    @CsvSource({
        "17, 17",
        "14%, 14.17",
        "14.2%, 14.17",
        "0.1, 0.1417",
        "-3.5, -3.46",
        "'1,204', 1204",
        "'12,345,678.9', 12345678.9",
        "1204, 1204",
        "\u0661\u0662, 12",
        "12, 11.5",
        "Q1: 12, 12",
        "about 12., 12"
    })
    void recount_roundsAsTheEvidenceDoes(String evidence, double right) {
        assertThat(recounted(0, evidence, right)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"201, 200", "14%, 14.51", "14.1%, 14.17", "12, -12", "-12, 12", "0.2, 0.1417", "12, NaN", "12, Infinity"
    })
    void recount_isNotSatisfiedWithMore(String evidence, double right) {
        assertThat(recounted(0, evidence, right)).hasSize(1);
    }

    @Test
    void recount_tellsARangeFromANegativeNumber() {
        assertThat(recounted(0, "rows 3-7", 3.0, 7.0)).isEmpty();
        assertThat(recounted(0, "from -3 to 7", -3.0, 7.0)).isEmpty();
    }

    @Test
    void recount_readsNumbersOfAList() {
        assertThat(recounted(0, "12,55,90", 12.0, 55.0, 90.0)).isEmpty();
    }

    @Test
    void tolerance_isAShareOfTheRightValue() {
        // 5% of 200 is 10
        assertThat(recounted(0.05, "210", 200.0)).isEmpty();
        assertThat(recounted(0.05, "190", 200.0)).isEmpty();
        assertThat(recounted(0.05, "211", 200.0)).hasSize(1);
        assertThat(recounted(0.05, "-210", -200.0)).isEmpty();
        // of 2 it is 0.1, and rounding allows more: half of the last digit
        assertThat(recounted(0.05, "2", 2.4)).isEmpty();
    }

    @Test
    void evidence_thatIsNoString_isJson() {
        CitedEvidence check = rows().recount((example, evidence) -> switch (evidence) {
                    case "17" -> List.of(17.0);
                    case "1000" -> List.of(1000.0);
                    case "{\"late\":17}" -> List.of(15.0);
                    default -> List.of();
                })
                .build();

        assertThat(problems(check, "{\"items\": [{\"evidence\": [17, 1e3, {\"late\": 17}, true]}]}"))
                .containsExactly("'{\"late\":17}' says 17 where the input gives 15.0", "'true' is not in the input");
    }

    /** Written out, it would be as long as the memory. */
    @ParameterizedTest
    @ValueSource(strings = {"1e400000000", "-1e-400000000"})
    void evidence_mayBeANumberBeyondMeasure(String number) {
        assertThat(problems(rows().build(), "{\"items\": [{\"evidence\": " + number + "}]}"))
                .singleElement()
                .asString()
                .endsWith("is not in the input");
    }

    @Test
    void numbered_countsFromOne() {
        assertThat(CitedEvidence.numbered("row", 3)).containsExactly("row 1", "row 2", "row 3");
        assertThat(CitedEvidence.numbered("row", 0)).isEmpty();
        assertThatThrownBy(() -> CitedEvidence.numbered(" ", 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must not be blank");
        assertThatThrownBy(() -> CitedEvidence.numbered("row", -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("count must be at least 0 but was -1");
    }

    @Test
    void builder_hasNoReferencesAndRecountsNothing_byDefault() {
        CitedEvidence check = CitedEvidence.builder().path("items.evidence").build();

        assertThat(problems(check, citing("row 1", "17 of 41")))
                .containsExactly("'row 1' is not in the input", "'17 of 41' is not in the input");
    }

    @Test
    void tolerance_defaultsToRounding() {
        CitedEvidence check =
                rows().recount((example, evidence) -> List.of(200.0)).build();

        assertThat(problems(check, citing("201"))).hasSize(1);
    }

    @Test
    void builder_refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> CitedEvidence.builder().build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a path is required: CitedEvidence.builder().path(\"items.evidence\")");
        assertThatThrownBy(() -> rows().path(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path must not be blank");
        assertThatThrownBy(() -> rows().references(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("references must not be null");
        assertThatThrownBy(() -> rows().recount(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recount must not be null");
        assertThatThrownBy(() -> rows().tolerance(-0.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tolerance must be at least 0 and less than 1 but was -0.1");
        assertThatThrownBy(() -> rows().tolerance(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tolerance must be at least 0 and less than 1 but was 1.0");
    }

    @Test
    void problems_countsDigitsOfAnyScript() {
        CitedEvidence check = rows().recount((example, claim) -> List.of(12.0)).build();

        assertThat(problems(check, citing("\uD835\uDFCF\uD835\uDFD0 rows", "\u0661\u0662 rows")))
                .isEmpty();
        assertThat(problems(check, citing("\uD835\uDFCF\uD835\uDFD1 rows"))).hasSize(1);
    }
}
