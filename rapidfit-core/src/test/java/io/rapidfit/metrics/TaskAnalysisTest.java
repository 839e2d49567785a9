package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Sample;
import io.rapidfit.metrics.ConfusionMatrix.Pair;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TaskAnalysisTest {

    private static final Offset<Double> EXACTLY = within(1e-12);

    /**
     * <pre>
     * true \ predicted   a  b  c
     * a                  3  1  0
     * b                  2  1  0
     * c                  0  1  2
     * </pre>
     */
    private static final TaskAnalysis ANALYSIS = TaskAnalysis.of(
            "t",
            List.of("a", "b", "c"),
            List.of(
                    outcome("1", "a", "a", 0.9),
                    outcome("2", "a", "a", 0.8),
                    outcome("3", "a", "a", 0.7),
                    outcome("4", "a", "b", 0.6),
                    outcome("5", "b", "a", 0.95),
                    outcome("6", "b", "a", 0.5),
                    outcome("7", "b", "b", 0.9),
                    outcome("8", "c", "b", 0.7),
                    outcome("9", "c", "c", 0.9),
                    outcome("10", "c", "c", 0.9)));

    @Test
    void accuracy_isTheShareOfRightOnes() {
        // 3 + 1 + 2 of 10
        assertThat(ANALYSIS.accuracy()).isCloseTo(0.6, EXACTLY);
    }

    @Test
    void classes_havePrecisionRecallF1AndSupport() {
        ClassMetrics a = ANALYSIS.classes().get("a");
        assertThat(a.label()).isEqualTo("a");
        assertThat(a.precision()).isCloseTo(3.0 / 5, EXACTLY); // 5 were given a, 3 of them have it
        assertThat(a.recall()).isCloseTo(3.0 / 4, EXACTLY); // 4 have a, 3 of them were given it
        assertThat(a.f1()).isCloseTo(2.0 / 3, EXACTLY); // 2 * 3 / (5 + 4)
        assertThat(a.support()).isEqualTo(4);

        ClassMetrics b = ANALYSIS.classes().get("b");
        assertThat(b.precision()).isCloseTo(1.0 / 3, EXACTLY);
        assertThat(b.recall()).isCloseTo(1.0 / 3, EXACTLY);
        assertThat(b.f1()).isCloseTo(1.0 / 3, EXACTLY);

        ClassMetrics c = ANALYSIS.classes().get("c");
        assertThat(c.precision()).isCloseTo(1, EXACTLY);
        assertThat(c.recall()).isCloseTo(2.0 / 3, EXACTLY);
        assertThat(c.f1()).isCloseTo(0.8, EXACTLY); // 2 * 2 / (2 + 3)
    }

    @Test
    void macroF1_isTheMeanOverLabels() {
        // (2/3 + 1/3 + 4/5) / 3
        assertThat(ANALYSIS.macroF1()).isCloseTo(0.6, EXACTLY);
    }

    @Test
    void macroF1_leavesOutALabelThatNobodyHasOrWasGiven() {
        TaskAnalysis analysis = TaskAnalysis.of(
                "t", List.of("a", "b", "unused"), List.of(outcome("1", "a", "a", 0.9), outcome("2", "b", "b", 0.9)));

        assertThat(analysis.macroF1()).isCloseTo(1, EXACTLY);
        assertThat(analysis.classes().get("unused")).isEqualTo(new ClassMetrics("unused", 0, 0, 0, 0));
    }

    @Test
    void macroF1_countsALabelThatWasGivenToTextsWithoutIt() {
        TaskAnalysis analysis = TaskAnalysis.of(
                "t", List.of("a", "b"), List.of(outcome("1", "a", "a", 0.9), outcome("2", "a", "b", 0.9)));

        // a: precision 1, recall 1/2, F1 2/3; b: nobody has it, F1 0
        assertThat(analysis.macroF1()).isCloseTo(1.0 / 3, EXACTLY);
        assertThat(analysis.classes().get("b")).isEqualTo(new ClassMetrics("b", 0, 0, 0, 0));
    }

    @Test
    void macroF1_countsALabelThatWasNeverGiven() {
        TaskAnalysis analysis = TaskAnalysis.of(
                "t", List.of("a", "b"), List.of(outcome("1", "a", "a", 0.9), outcome("2", "b", "a", 0.9)));

        // a: precision 1/2, recall 1, F1 2/3; b: F1 0
        assertThat(analysis.macroF1()).isCloseTo(1.0 / 3, EXACTLY);
    }

    @Test
    void everythingWrong_isZeroAndNotNaN() {
        TaskAnalysis analysis = TaskAnalysis.of("t", List.of("a", "b"), List.of(outcome("1", "a", "b", 0.9)));

        assertThat(analysis.accuracy()).isZero();
        assertThat(analysis.macroF1()).isZero();
    }

    @Test
    void confusion_hasTrueLabelsInRows() {
        ConfusionMatrix confusion = ANALYSIS.confusion();

        assertThat(confusion.labels()).containsExactly("a", "b", "c");
        assertThat(confusion.count("a", "a")).isEqualTo(3);
        assertThat(confusion.count("a", "b")).isEqualTo(1);
        assertThat(confusion.count("b", "a")).isEqualTo(2);
        assertThat(confusion.count("c", "a")).isZero();
    }

    @Test
    void confusion_refusesAnUnknownLabel() {
        assertThatThrownBy(() -> ANALYSIS.confusion().count("a", "z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no label 'z'; there are [a, b, c]");
    }

    @Test
    void mostConfused_isMostFrequentFirst_thenInOrderOfLabels() {
        assertThat(ANALYSIS.confusion().mostConfused())
                .containsExactly(new Pair("b", "a", 2), new Pair("a", "b", 1), new Pair("c", "b", 1));
    }

    @Test
    void errors_areMostConfidentFirst_thenInOrderOfSamples() {
        List<Outcome> outcomes = new ArrayList<>(ANALYSIS.outcomes());
        outcomes.add(outcome("11", "a", "c", 0.7));
        TaskAnalysis analysis = TaskAnalysis.of("t", List.of("a", "b", "c"), outcomes);

        assertThat(analysis.errors()).extracting(ErrorSample::text).containsExactly("5", "8", "11", "4", "6");
        assertThat(analysis.errors().get(0))
                .isEqualTo(new ErrorSample(Sample.of("t", "5", "b").id(), "5", "b", "a", 0.95));
    }

    @Test
    void labels_unknownToTheClassifierFollow() {
        TaskAnalysis analysis = TaskAnalysis.of(
                "t", List.of("a", "b"), List.of(outcome("1", "new", "a", 0.9), outcome("2", "a", "a", 0.9)));

        assertThat(analysis.labels()).containsExactly("a", "b", "new");
        assertThat(analysis.confusion().count("new", "a")).isEqualTo(1);
        assertThat(analysis.classes().get("new")).isEqualTo(new ClassMetrics("new", 0, 0, 0, 1));
        // a: 2 * 1 / (1 + 2), new: 0, b is left out
        assertThat(analysis.macroF1()).isCloseTo(1.0 / 3, EXACTLY);
    }

    @Test
    void of_refusesNoOutcomes() {
        assertThatThrownBy(() -> TaskAnalysis.of("t", List.of("a"), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("task 't' has no samples to analyse");
    }

    @Test
    void of_copiesItsOutcomes() {
        List<Outcome> outcomes = new ArrayList<>(List.of(outcome("1", "a", "a", 0.9)));
        TaskAnalysis analysis = TaskAnalysis.of("t", List.of("a"), outcomes);
        outcomes.clear();

        assertThat(analysis.outcomes()).hasSize(1);
        assertThatThrownBy(() -> analysis.outcomes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> analysis.classes().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> analysis.errors().add(null)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void coverage_andErrorsOfTheAnswered_leaveOutTheAbstained() {
        // answered: 3 of 5, one of them wrong; the two left out are one right, one wrong
        TaskAnalysis analysis = TaskAnalysis.of(
                "t",
                List.of("a", "b"),
                List.of(
                        outcome("1", "a", "a", 0.9),
                        outcome("2", "a", "a", 0.8),
                        outcome("3", "a", "b", 0.7),
                        abstained("4", "a", "a", 0.6),
                        abstained("5", "a", "b", 0.6)));

        assertThat(analysis.coverage()).isCloseTo(0.6, EXACTLY);
        assertThat(analysis.answeredErrorRate().orElseThrow()).isCloseTo(1.0 / 3, EXACTLY);
        assertThat(analysis.accuracy()).isCloseTo(0.6, EXACTLY); // of all five
        assertThat(analysis.errors()).extracting(ErrorSample::text).containsExactly("3", "5");
    }

    @Test
    void coverage_ofAClassifierThatNeverAbstains_isOne() {
        assertThat(ANALYSIS.coverage()).isEqualTo(1);
        assertThat(ANALYSIS.answeredErrorRate().orElseThrow()).isCloseTo(0.4, EXACTLY);
    }

    @Test
    void answeredErrorRate_isEmptyIfNothingWasAnswered() {
        TaskAnalysis analysis = TaskAnalysis.of("t", List.of("a"), List.of(abstained("1", "a", "a", 0.9)));

        assertThat(analysis.coverage()).isZero();
        assertThat(analysis.answeredErrorRate()).isEmpty();
        assertThat(analysis.accuracy()).isEqualTo(1);
    }

    @Test
    void calibration_spreadsUnknownMassOverTheLabelsOfTheTask() {
        // labels a, b and new: b 0.5 leaves 0.25 each for a and new: (0.25 - 1)^2 + 0.5^2 + 0.25^2
        TaskAnalysis analysis = TaskAnalysis.of("t", List.of("a", "b"), List.of(outcome("1", "new", "b", 0.5)));

        assertThat(analysis.calibration().brier()).isCloseTo(0.875, EXACTLY);
        assertThat(analysis.calibration().ece()).isCloseTo(0.5, EXACTLY);
    }

    @Test
    void riskCoverage_isOfAllOutcomes() {
        // 0.95 is wrong; with the four of 0.9, all right, 1 of 5 is
        assertThat(ANALYSIS.riskCoverage().points().subList(0, 2))
                .containsExactly(new RiskCoverage.Point(0.95, 0.1, 1), new RiskCoverage.Point(0.9, 0.5, 0.2));
    }

    private static Outcome abstained(String text, String label, String predicted, double confidence) {
        return new Outcome(Sample.of("t", text, label), LabelDistribution.of(predicted, confidence), true);
    }

    private static Outcome outcome(String text, String label, String predicted, double confidence) {
        return new Outcome(Sample.of("t", text, label), predicted, confidence);
    }
}
