package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResamplingTest {

    @Test
    void default_isThatOfComparisons() {
        assertThat(Resampling.DEFAULT).isEqualTo(new Resampling(10_000, 0.95, 42));
    }

    @Test
    void with_replacesOneValue() {
        assertThat(Resampling.DEFAULT.withResamples(500)).isEqualTo(new Resampling(500, 0.95, 42));
        assertThat(Resampling.DEFAULT.withConfidence(0.9)).isEqualTo(new Resampling(10_000, 0.9, 42));
        assertThat(Resampling.DEFAULT.withSeed(7)).isEqualTo(new Resampling(10_000, 0.95, 7));
    }

    @Test
    void level_isWhatConfidenceLeaves() {
        assertThat(Resampling.DEFAULT.withConfidence(0.99).level()).isCloseTo(0.01, within(1e-12));
    }

    @Test
    void resampling_refusesWhatGivesNoInterval() {
        assertThatThrownBy(() -> new Resampling(0, 0.95, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resamples must be in [1, 1000000] but was 0");
        assertThatThrownBy(() -> new Resampling(1_000_001, 0.95, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resamples must be in [1, 1000000] but was 1000001");
        assertThatThrownBy(() -> new Resampling(10_000, 1, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confidence must be at least 0 and less than 1 but was 1.0");
        assertThatThrownBy(() -> new Resampling(10_000, 0, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("confidence must be positive and finite but was 0.0");
    }

    @Test
    void resampling_refusesEndsOfAnIntervalThatAreLuck() {
        // 5 beyond either end: 2 * 5 / 0.05 = 200
        assertThat(new Resampling(200, 0.95, 42).resamples()).isEqualTo(200);
        assertThatThrownBy(() -> new Resampling(199, 0.95, 42))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("resamples must be at least 200 for a confidence of 0.95 but was 199: else fewer than 5 lie"
                        + " beyond either end of an interval");
    }
}
