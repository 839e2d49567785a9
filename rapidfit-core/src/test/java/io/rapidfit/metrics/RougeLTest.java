package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RougeLTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    /** Lin's examples, whose sequences are "police the gunman", "the gunman" and "the gunman". */
    @ParameterizedTest
    @CsvSource({"police kill the gunman,3", "the gunman kill police,2", "the gunman police killed,2"})
    void of_findsTheLongestCommonSubsequence(String candidate, int common) {
        RougeL rouge = RougeL.of(candidate, "Police killed the gunman.");

        assertThat(rouge).isEqualTo(new RougeL(common / 4.0, common / 4.0));
        assertThat(rouge.f1()).isCloseTo(common / 4.0, EXACTLY);
    }

    @Test
    void of_dividesByEitherLength() {
        // "a c e" of 5 and of 4 words: F = 2 * 3/5 * 3/4 / (3/5 + 3/4) = 0.9 / 1.35
        RougeL rouge = RougeL.of("a b c d e", "a c x e");

        assertThat(rouge.precision()).isCloseTo(3.0 / 5, EXACTLY);
        assertThat(rouge.recall()).isCloseTo(3.0 / 4, EXACTLY);
        assertThat(rouge.f1()).isCloseTo(2.0 / 3, EXACTLY);
    }

    @Test
    void of_takesARepeatedWordOnce_ifTheOtherHasItOnce() {
        assertThat(RougeL.of("a a a", "b a b")).isEqualTo(new RougeL(1.0 / 3, 1.0 / 3));
    }

    @Test
    void of_isZeroWithoutWordsInCommon() {
        for (RougeL none : new RougeL[] {
            RougeL.of("a", "b"), RougeL.of("", "b"), RougeL.of("a", " ?"), RougeL.of("", ""), RougeL.of("?", "?")
        }) {
            assertThat(none).isEqualTo(new RougeL(0, 0));
            assertThat(none.f1()).isZero();
        }
    }

    @Test
    void of_comparesWordsOfAnyScript() {
        assertThat(RougeL.of("\u4ECA\u5929\u5929\u6C14\u597D", "\u4ECA\u5929\u5929\u6C14\u574F")
                        .f1())
                .isCloseTo(4.0 / 5, EXACTLY);
    }

    @Test
    void new_refusesWhatIsNoShare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RougeL(1.1, 0))
                .withMessage("precision must be in [0.0, 1.0] but was 1.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RougeL(0, Double.NaN))
                .withMessage("recall must be in [0.0, 1.0] but was NaN");
    }
}
