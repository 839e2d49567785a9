package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.rapidfit.check.Finding;
import io.rapidfit.check.Finding.Verdict;
import io.rapidfit.data.Item;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MathematicsCheckTest {

    private final MathematicsCheck check = MathematicsCheck.builder().build();

    @Test
    void check_passesWithOneWhatIsEqual() {
        Item item = item("So the slope is \\boxed{\\frac{1}{2}}.", "0.5");

        assertThat(check.check(List.of(item))).containsExactly(Finding.pass("mathematics", item.id()));
    }

    @Test
    void check_failsWithZeroWhatIsNot() {
        Item item = item("The answer is 41.", "42");

        assertThat(check.check(List.of(item)))
                .containsExactly(Finding.fail("mathematics", item.id(), 0, "the answer is not 42: The answer is 41."));
    }

    @Test
    void check_isAnErrorWhereAFieldIsMissingOrEmpty() {
        assertThat(check.check(List.of(
                        Item.of(Map.of("reference", "42")), Item.of(Map.of("response", "42")), item(" ", "42"))))
                .extracting(Finding::reason)
                .containsExactly(
                        "the example has no field 'response'",
                        "the example has no field 'reference'",
                        "the field 'response' is empty");
    }

    @Test
    void check_saysWhichOfTheTwoCannotBeRead() {
        assertThat(check.check(List.of(item("42", "forty-two"), item("forty-two", "42"), item("1/0", "42"))))
                .allMatch(finding -> finding.verdict() == Verdict.ERROR)
                .extracting(Finding::reason)
                .containsExactly(
                        "the reference cannot be read: 'forty' has no meaning where it stands",
                        "the answer cannot be read or compared: 'forty' has no meaning where it stands",
                        "the answer cannot be read or compared: has no value, or none that can be reckoned with");
    }

    @Test
    void check_quotesTheEndOfALongAnswer() {
        String solution = "I count. ".repeat(100) + "\nThe answer is 41.";

        assertThat(check.check(List.of(item(solution, "42"))).get(0).reason())
                .endsWith("I count. The answer is 41.")
                .hasSizeLessThan(120);
    }

    @Test
    void check_keepsTheOrderOfTheExamples() {
        List<Item> items =
                IntStream.range(0, 20).mapToObj(i -> item("" + i, "7")).toList();

        assertThat(check.check(items))
                .extracting(Finding::exampleId)
                .containsExactlyElementsOf(items.stream().map(Item::id).toList());
    }

    @Test
    void name_responseField_referenceField_canBeOthers() {
        MathematicsCheck other = MathematicsCheck.builder()
                .name("final answer")
                .responseField("messages.0.text")
                .referenceField("gold")
                .build();
        Item item = Item.parse("{\"messages\":[{\"text\":\"2+2=4\"}],\"gold\":\"4\"}");

        assertThat(other.name()).isEqualTo("final answer");
        assertThat(other.check(List.of(item))).containsExactly(Finding.pass("final answer", item.id()));
    }

    /** 1/3 - 0.33 = 0.01/3, which is 0.01 of 1/3; 1/3 - 0.333333 is 1e-6 of it, 1/3 - 0.33333 is 1e-5. */
    @ParameterizedTest
    @CsvSource({
        "0.333333, 5e-6, PASS",
        "0.33333, 5e-6, FAIL",
        "0.33, 0.011, PASS",
        "0.33, 0.009, FAIL",
        "0.333333, 0, FAIL"
    })
    void tolerance_isAShareOfTheLarger(String answer, double tolerance, Verdict verdict) {
        MathematicsCheck tolerant =
                MathematicsCheck.builder().tolerance(tolerance).build();

        assertThat(verdict(tolerant, answer, "1/3")).isEqualTo(verdict);
    }

    @Test
    void tolerance_isFiveMillionthsUnlessGiven() {
        // 1.00000499 pi and 1.00000501 pi; pi = 3.14159265358979...
        assertThat(verdict(check, "3.14160833013", "\\pi")).isEqualTo(Verdict.PASS);
        assertThat(verdict(check, "3.14160839297", "\\pi")).isEqualTo(Verdict.FAIL);
    }

    /** Both can be written to the last digit, so nothing is rounded. */
    @ParameterizedTest
    @CsvSource({"0.2500001, 1/4", "1000001, 1000000", "2.0000001, 2", "0.5000001, 50%"})
    void tolerance_doesNotConcernFiniteDecimals(String answer, String reference) {
        assertThat(verdict(MathematicsCheck.builder().tolerance(0.1).build(), answer, reference))
                .isEqualTo(Verdict.FAIL);
    }

    /** Closer to each other than any fixed tolerance on doubles could tell, or apart by rounding alone. */
    @ParameterizedTest
    @CsvSource({
        "x+10^{-13}, x, FAIL",
        "10^{-13}\\pi, 0, FAIL",
        "\\sin(10^{-13}), 0, FAIL",
        "\\pi+10^{-9}, \\pi, FAIL",
        "\\sqrt{2}\\sqrt{2}-2, 0, PASS",
        "\\cos\\frac{\\pi}{2}, 0, PASS",
        "\\sin^2 x+\\cos^2 x-1, 0, PASS",
        "\\tan\\frac{\\pi}{2}, 16331239353195370, ERROR",
        "\\lfloor\\sqrt{2}\\sqrt{2}\\rfloor, 2, ERROR"
    })
    void check_knowsHowFarRoundingGoes(String answer, String reference, Verdict verdict) {
        assertThat(verdict(check, answer, reference)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "\\ln(x^2), 2\\ln x, PASS", // where both have a value
        "\\sqrt{x^2}, x, FAIL",
        "x^{100}, x^{102}, FAIL",
        "n!, n(n-1)!, PASS",
        "\\arcsin x, \\frac{\\pi}{2}-\\arccos x, PASS",
        "\\frac{1}{x-x}, \\frac{1}{x-x}, ERROR"
    })
    void check_comparesFormulasWhereBothHaveAValue(String answer, String reference, Verdict verdict) {
        assertThat(verdict(check, answer, reference)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "x=1, y=2; y=2, x=1; PASS",
                "x=1, y=2; x=2, y=1; FAIL",
                "t = 5 cm; 5 cm; PASS",
                "t = 5 cm; 5 km; FAIL",
                "x<2 or x>3; (-\\infty,2)\\cup(3,\\infty); PASS",
                "x<2 and x>3; (-\\infty,2)\\cup(3,\\infty); ERROR",
                "x^2=4; 2; ERROR",
                "x<y; (0,1); ERROR",
                "The roots are 2 and 3.; 3, 2; PASS",
                "The sum is 5050.; 5050; PASS",
                "x^2 = 9, hence x = 3 or x = -3; \\pm 3; PASS",
                "Therefore, x = 4y.; 4y; PASS",
                "So we get 4y apples; 4; ERROR",
                "So there are 4 of them; 4; PASS",
                "So there are 4 of 7; 4; ERROR",
                "So we get 1.5x apples; 1; ERROR",
                "x = 3; x = 1 or x = 2; FAIL",
                "x = 3; (3, 4); FAIL",
                "x > 3; 3; ERROR",
                "\\frac{1}{0}, 1; 1, 2; ERROR",
                "The answer is not 5.; 5; ERROR"
            })
    void check_readsListsRelationsAndSentences(String answer, String reference, Verdict verdict) {
        assertThat(verdict(check, answer, reference)).isEqualTo(verdict);
    }

    /** What follows "is" or "so" explains an answer that was given before it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "The answer is 12, since each side is 3.; 3; ERROR",
                "The answer is 12, since each side is 3.; 12; ERROR",
                "#### 12, so x is 3; 3; ERROR",
                "#### 12; 12; PASS",
                "The answer is $12$ because x is 3; 12; PASS",
                "The answer is $12$ because x is 3; 3; FAIL",
                "The answer is 12 because $x$ is 3; x; ERROR",
                "The answer is $\\frac{1}{2}$, where the value of $x$ is 3.; 3; ERROR",
                "The answer is twelve, since each side is 3.; 3; ERROR",
                "Hence 12, since each side is 3.; 3; ERROR",
                "The answer is clear, so x is 3.; 3; PASS",
                "Since each side is 4, the area is 16.; 16; PASS"
            })
    void check_readsWhatWasAnnouncedRatherThanItsReason(String answer, String reference, Verdict verdict) {
        assertThat(verdict(check, answer, reference)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "- x + 5, x+5, ERROR",
        "- x + 5, 5-x, ERROR",
        "-x + 5, 5-x, PASS",
        "- Answer: x + 5, x+5, PASS",
        "* x + 5, x+5, PASS"
    })
    void check_doesNotGuessWhetherADashIsAMinusSign(String answer, String reference, Verdict verdict) {
        assertThat(verdict(check, answer, reference)).isEqualTo(verdict);
    }

    @Test
    void check_readsAHundredPartsAndNoMore() {
        String hundred = IntStream.range(0, 100).mapToObj(String::valueOf).collect(Collectors.joining(", "));

        assertThat(verdict(check, hundred, hundred)).isEqualTo(Verdict.PASS);
        assertThat(verdict(check, hundred + ", 100", hundred + ", 100")).isEqualTo(Verdict.ERROR);
    }

    @Test
    void check_readsTwoThousandCharactersAndNoMore() {
        assertThat(verdict(check, "1+".repeat(999) + "11", "1010")).isEqualTo(Verdict.PASS);
        assertThat(verdict(check, "1+".repeat(999) + "111", "1110")).isEqualTo(Verdict.ERROR);
    }

    static Stream<String> bombs() {
        return Stream.of(
                "9^9^9^9",
                "2^".repeat(500) + "2",
                "3!!!!!",
                "900!" + "*900!".repeat(300),
                "\\binom{10^{12}}{10^{11}}",
                "(".repeat(900) + "1" + ")".repeat(900),
                "-".repeat(1900) + "x^{0!}^".repeat(10),
                "|".repeat(1900),
                "{[".repeat(900),
                "\\frac{1}{".repeat(200) + "2" + "}".repeat(200),
                "\\text{".repeat(200) + "1" + "}".repeat(200),
                "\\sin ".repeat(300) + "x",
                "\\boxed{".repeat(50_000),
                "\\(".repeat(2_400),
                "$".repeat(100_000),
                "\n".repeat(300_000),
                "\\sqrt[900]{" + "9".repeat(600) + "}",
                sum(150, "1/7^{2500}"),
                sum(200, "\\frac{1}{2}^{9999}"));
    }

    private static String sum(int terms, String term) {
        return IntStream.range(0, terms).mapToObj(i -> term).collect(Collectors.joining("+"));
    }

    @ParameterizedTest
    @MethodSource("bombs")
    @Timeout(20)
    void check_endsSoonWithAnErrorWhateverItReads(String bomb) {
        assertThat(verdict(check, bomb, "1")).isEqualTo(Verdict.ERROR);
    }

    @Test
    void check_readsLongSumsOfPowersSoon() {
        String sum =
                IntStream.range(0, 150).mapToObj(i -> "x^{" + (900 + i) + "}/7").collect(Collectors.joining("+"));

        assertTimeout(
                Duration.ofSeconds(20),
                () -> assertThat(verdict(check, sum, sum)).isEqualTo(Verdict.PASS));
    }

    @Test
    void check_doesNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(verdict(check, "THE ANSWER IS 1.5 \\pi i", "1.5i\\pi")).isEqualTo(Verdict.PASS);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void builder_refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MathematicsCheck.builder().tolerance(1))
                .withMessage("tolerance must be at least 0 and less than 1 but was 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MathematicsCheck.builder().referenceField(" "))
                .withMessage("referenceField must not be blank");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void builder_refusesBlankNames(String blank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MathematicsCheck.builder().name(blank))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MathematicsCheck.builder().responseField(blank))
                .withMessage("responseField must not be blank");
    }

    @Test
    void check_refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.check(null))
                .withMessage("examples must not be null");
    }

    private static Item item(String response, String reference) {
        return Item.of(Map.of("response", response, "reference", reference));
    }

    private static Verdict verdict(MathematicsCheck check, String answer, String reference) {
        return check.check(List.of(item(answer, reference))).get(0).verdict();
    }
}
