package io.rapidfit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequireTest {

    @Test
    void nonNull_givesTheValueBack_andNamesWhatIsNull() {
        assertThat(Require.nonNull("path", "x")).isEqualTo("x");
        assertThatThrownBy(() -> Require.nonNull("path", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("path must not be null");
    }

    @Test
    void notBlank_refusesNullAndBlank() {
        assertThat(Require.notBlank("task", " x ")).isEqualTo(" x ");
        assertThatThrownBy(() -> Require.notBlank("task", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task must not be null");
        assertThatThrownBy(() -> Require.notBlank("task", " \t"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task must not be blank");
    }

    @Test
    void inRange_includesBothEnds() {
        assertThat(Require.inRange("x", 0.0, 0, 1)).isZero();
        assertThat(Require.inRange("x", 1.0, 0, 1)).isEqualTo(1);
        assertThat(Require.inRange("n", 3, 3, 3)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.NEGATIVE_INFINITY})
    void inRange_refusesWhatIsOutside(double value) {
        assertThatThrownBy(() -> Require.inRange("x", value, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("x must be in [0.0, 1.0] but was " + value);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void inRange_refusesIntegersOutside(int value) {
        assertThatThrownBy(() -> Require.inRange("n", value, 1, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("n must be in [1, 10] but was " + value);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void positive_refusesZeroNegativeAndInfinite(double value) {
        assertThatThrownBy(() -> Require.positive("rate", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rate must be positive and finite but was " + value);
    }

    @Test
    void positive_givesTheValueBack() {
        assertThat(Require.positive("rate", 0.5)).isEqualTo(0.5);
    }
}
