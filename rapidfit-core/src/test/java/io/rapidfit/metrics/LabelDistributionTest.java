package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.metrics.LabelDistribution.Scored;
import io.rapidfit.testing.DefaultLocale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelDistributionTest {

    private static final List<String> LABELS = List.of("a", "b", "c", "d");
    private static final LabelDistribution TIED =
            LabelDistribution.of(LABELS, new double[] {0.125, 0.375, 0.125, 0.375});

    @Test
    void label_isTheMostProbable_firstOfEquals() {
        assertThat(TIED.label()).isEqualTo("b");
        assertThat(TIED.confidence()).isEqualTo(0.375);
        assertThat(LabelDistribution.of(LABELS, new double[] {0, 0, 0, 1}).label())
                .isEqualTo("d");
        assertThat(LabelDistribution.of(LABELS, new double[] {0.25, 0.25, 0.25, 0.25})
                        .label())
                .isEqualTo("a");
    }

    @Test
    void top_isMostProbableFirst_equalOnesInOrderOfLabels() {
        assertThat(TIED.top(4))
                .containsExactly(
                        new Scored("b", 0.375), new Scored("d", 0.375), new Scored("a", 0.125), new Scored("c", 0.125));
        assertThat(TIED.top(3)).isEqualTo(TIED.top(4).subList(0, 3));
        assertThat(TIED.top(1)).containsExactly(new Scored("b", 0.375));
    }

    @Test
    void top_hasNoMoreThanThereAre() {
        assertThat(TIED.top(Integer.MAX_VALUE)).hasSize(4);
        assertThat(LabelDistribution.of("a", 0.5).top(3)).containsExactly(new Scored("a", 0.5));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void top_refusesLessThanOne(int k) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TIED.top(k))
                .withMessage("k must be at least 1 but was " + k);
    }

    @Test
    void probability_ofAnUnknownLabelIsZero() {
        assertThat(TIED.probability("c")).isEqualTo(0.125);
        assertThat(TIED.probability("z")).isZero();
        assertThat(LabelDistribution.of("a", 0.5).probability("b")).isZero();
    }

    @Test
    void of_oneLabel_leavesTheRestUnknown() {
        LabelDistribution partial = LabelDistribution.of("a", 0.75);

        assertThat(partial.labels()).containsExactly("a");
        assertThat(partial.label()).isEqualTo("a");
        assertThat(partial.confidence()).isEqualTo(0.75);
        assertThat(partial.unknownMass()).isEqualTo(0.25);
        assertThat(TIED.unknownMass()).isZero();
        assertThat(LabelDistribution.of("a", 0).confidence()).isZero();
        assertThat(LabelDistribution.of("a", 1).unknownMass()).isZero();
    }

    @Test
    void of_copies() {
        List<String> labels = new ArrayList<>(List.of("a", "b"));
        double[] probabilities = {0.75, 0.25};
        LabelDistribution distribution = LabelDistribution.of(labels, probabilities);
        labels.set(0, "changed");
        probabilities[0] = 0;

        assertThat(distribution.labels()).containsExactly("a", "b");
        assertThat(distribution.probability("a")).isEqualTo(0.75);
        assertThatThrownBy(() -> distribution.labels().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> distribution.top(2).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void of_refusesSizesThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(LABELS, new double[] {0.5, 0.5}))
                .withMessage(
                        "there must be one probability a label, and at least one label, but there are 2 for 4 labels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(List.of(), new double[0]))
                .withMessageEndingWith("there are 0 for 0 labels");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
    void of_refusesWhatIsNoProbability(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(List.of("a", "b"), new double[] {1, bad}))
                .withMessage("the probability of 'b' must be in [0, 1] but was " + bad);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of("b", bad))
                .withMessage("confidence must be in [0.0, 1.0] but was " + bad);
    }

    @Test
    void of_allowsForRounding_andNoMore() {
        assertThat(LabelDistribution.of(List.of("a", "b"), new double[] {0.5, 0.5009})
                        .label())
                .isEqualTo("b");
        assertThat(LabelDistribution.of(List.of("a", "b"), new double[] {0.5, 0.4991})
                        .confidence())
                .isCloseTo(0.5, within(0.0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(List.of("a", "b"), new double[] {0.5, 0.25}))
                .withMessage("the probabilities must sum to 1 within 0.001 but sum to 0.75");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(List.of("a", "b"), new double[] {0.5, 0.502}));
    }

    @Test
    void of_refusesABlankLabel() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelDistribution.of(" ", 0.5))
                .withMessage("label must not be blank");
    }

    @Test
    void equals_isByLabelsAndProbabilities() {
        LabelDistribution same = LabelDistribution.of(LABELS, new double[] {0.125, 0.375, 0.125, 0.375});

        assertThat(TIED).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(TIED)
                .isNotEqualTo(LabelDistribution.of(LABELS, new double[] {0.375, 0.125, 0.125, 0.375}))
                .isNotEqualTo(
                        LabelDistribution.of(List.of("a", "b", "c", "e"), new double[] {0.125, 0.375, 0.125, 0.375}))
                .isNotEqualTo("b");
    }

    @Test
    void toString_showsTheMostProbable() throws Exception {
        DefaultLocale.with("ar-EG", () -> {
            assertThat(TIED).hasToString("b 0.38, d 0.38, a 0.13 and 1 more");
            assertThat(LabelDistribution.of("a", 0.5)).hasToString("a 0.50");
        });
    }
}
