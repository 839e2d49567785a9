package io.rapidfit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rapidfit.metrics.LabelDistribution;
import io.rapidfit.metrics.LabelDistribution.Scored;
import io.rapidfit.testing.DefaultLocale;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

    private static final LabelDistribution DISTRIBUTION =
            LabelDistribution.of(List.of("negative", "neutral", "positive"), new double[] {0.25, 0.125, 0.625});

    @Test
    void label_andConfidence_areThoseOfTheDistribution() {
        Prediction prediction = new Prediction(DISTRIBUTION, true, OptionalDouble.of(0.5));

        assertThat(prediction.label()).isEqualTo("positive");
        assertThat(prediction.confidence()).isEqualTo(0.625);
        assertThat(prediction.top(2)).containsExactly(new Scored("positive", 0.625), new Scored("negative", 0.25));
    }

    @Test
    void ofALabelAlone_neitherAbstainsNorTellsTheScope() {
        Prediction prediction = new Prediction("positive", 0.75);

        assertThat(prediction)
                .isEqualTo(new Prediction(LabelDistribution.of("positive", 0.75), false, OptionalDouble.empty()));
        assertThat(prediction.top(5)).containsExactly(new Scored("positive", 0.75));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, Double.NaN})
    void new_refusesWhatIsNoShare(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Prediction(DISTRIBUTION, false, OptionalDouble.of(bad)))
                .withMessage("outOfScope must be in [0.0, 1.0] but was " + bad);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Prediction("positive", bad))
                .withMessage("confidence must be in [0.0, 1.0] but was " + bad);
    }

    @Test
    void new_takesTheEndsOfTheRange() {
        assertThat(new Prediction(DISTRIBUTION, false, OptionalDouble.of(0)).outOfScope())
                .hasValue(0);
        assertThat(new Prediction(DISTRIBUTION, false, OptionalDouble.of(1)).outOfScope())
                .hasValue(1);
    }

    @Test
    void toString_isShort() throws Exception {
        DefaultLocale.with("ar-EG", () -> {
            assertThat(new Prediction("positive", 0.93)).hasToString("positive 0.93");
            assertThat(new Prediction(LabelDistribution.of("positive", 0.41), true, OptionalDouble.empty()))
                    .hasToString("positive 0.41 (abstained)");
            assertThat(new Prediction(LabelDistribution.of("positive", 0.41), true, OptionalDouble.of(0.99)))
                    .hasToString("positive 0.41 (abstained, out of scope 0.99)");
            assertThat(new Prediction(LabelDistribution.of("positive", 0.93), false, OptionalDouble.of(0.1)))
                    .hasToString("positive 0.93 (out of scope 0.10)");
        });
    }
}
