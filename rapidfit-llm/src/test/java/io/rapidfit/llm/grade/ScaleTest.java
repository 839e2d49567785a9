package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScaleTest {

    @ParameterizedTest
    @CsvSource({"1,0", "2,0.25", "3,0.5", "4,0.75", "5,1"})
    void normalize_ofFiveStepsIsAQuarterAStep(double score, double normalised) {
        assertThat(Scale.ONE_TO_FIVE.normalize(score)).isEqualTo(normalised);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void normalize_ofZeroToOneIsTheScore(double score) {
        assertThat(Scale.ZERO_TO_ONE.normalize(score)).isEqualTo(score);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.99, 5.01, 6, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void normalize_refusesWhatIsNotOnFiveSteps(double score) {
        assertThatThrownBy(() -> Scale.ONE_TO_FIVE.normalize(score))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be in [1.0, 5.0] but was " + score);
    }

    @Test
    void normalize_refusesWhatLiesBetweenTwoSteps() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scale.ONE_TO_FIVE.normalize(3.5))
                .withMessage("score must be 1, 2, 3, 4 or 5 but was 3.5");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, 5, Double.NaN})
    void normalize_refusesWhatIsNotFromZeroToOne(double score) {
        assertThatThrownBy(() -> Scale.ZERO_TO_ONE.normalize(score))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be in [0.0, 1.0] but was " + score);
    }

    @Test
    void description_isForPeople() {
        assertThat(Scale.ZERO_TO_ONE.description()).isEqualTo("0-1");
        assertThat(Scale.ONE_TO_FIVE.description()).isEqualTo("1-5");
    }
}
