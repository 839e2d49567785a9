package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PairedScoresTest {

    @Test
    void isYesOrNo_whereAllScoresAre() {
        assertThat(new PairedScores("m", List.of(0.0, 1.0), List.of(1.0, 1.0)).isYesOrNo())
                .isTrue();
        assertThat(new PairedScores("m", List.of(0.0, 0.5), List.of(1.0, 1.0)).isYesOrNo())
                .isFalse();
        assertThat(new PairedScores("m", List.of(0.0, 1.0), List.of(1.0, 0.5)).isYesOrNo())
                .isFalse();
    }

    @Test
    void scores_areOfTheSameExamples() {
        assertThatThrownBy(() -> new PairedScores("BLEU", List.of(0.1, 0.2), List.of(0.3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "metric 'BLEU' needs scores of the same examples, one or more, but has 2 before and 1 after");
        assertThatThrownBy(() -> new PairedScores("BLEU", List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "metric 'BLEU' needs scores of the same examples, one or more, but has 0 before and 0 after");
    }

    @Test
    void scores_areFrom0To1() {
        assertThatThrownBy(() -> new PairedScores("BLEU", List.of(1.5), List.of(0.3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be in [0.0, 1.0] but was 1.5");
        assertThatThrownBy(() -> new PairedScores("BLEU", List.of(0.5), List.of(Double.NaN)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("score must be in [0.0, 1.0] but was NaN");
    }

    @Test
    void metric_hasAName() {
        assertThatThrownBy(() -> new PairedScores(" ", List.of(0.5), List.of(0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metric must not be blank");
    }
}
