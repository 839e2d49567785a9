package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rapidfit.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoubtfulLabelsTest {

    private static final List<String> LABELS = List.of("a", "b", "c");

    private static Outcome outcome(String text, String label, double a, double b, double c) {
        return new Outcome(
                Sample.of("topic", text, label), LabelDistribution.of(LABELS, new double[] {a, b, c}), false);
    }

    private static TaskAnalysis analysis(Outcome... outcomes) {
        return TaskAnalysis.of("topic", LABELS, Arrays.asList(outcomes));
    }

    /** Mean probability of a among those of a: (0.9 + 0.7 + 0.2) / 3 = 0.6; of b: (0.8 + 0.6 + 0.4) / 3 = 0.6. */
    private static final TaskAnalysis SIX = analysis(
            outcome("a1", "a", 0.9, 0.1, 0.0),
            outcome("a2", "a", 0.7, 0.2, 0.1),
            outcome("a3", "a", 0.2, 0.8, 0.0), // b is as probable as for texts of b: doubtful
            outcome("b1", "b", 0.1, 0.8, 0.1),
            outcome("b2", "b", 0.3, 0.6, 0.1),
            outcome("b3", "b", 0.5, 0.4, 0.1)); // a is ahead, but 0.5 is less than a usually has

    @Test
    void of_namesLabelsForWhichAnotherIsAsProbableAsWhereItIsRight() {
        List<DoubtfulLabels.Doubtful> doubtful = DoubtfulLabels.of(SIX);

        assertThat(doubtful).hasSize(1);
        assertThat(doubtful.get(0).sample().text()).isEqualTo("a3");
        assertThat(doubtful.get(0).suggested()).isEqualTo("b");
        assertThat(doubtful.get(0).margin()).isCloseTo(0.2 - 0.8, within(1e-12));
    }

    @Test
    void rank_hasAllSamplesTheSmallestMarginFirst() {
        // margins: a3 -0.6, b3 -0.1, b2 0.3, a2 0.5, b1 0.7, a1 0.8
        assertThat(DoubtfulLabels.rank(SIX))
                .extracting(d -> d.sample().text())
                .containsExactly("a3", "b3", "b2", "a2", "b1", "a1");
    }

    @Test
    void rank_putsDoubtfulLabelsFirstWhateverTheirMargin() {
        // usual: a (0.95 + 0.05) / 2 = 0.5, b (0.4 + 0.5) / 2 = 0.45, c 0.9
        TaskAnalysis analysis = analysis(
                outcome("a1", "a", 0.95, 0.03, 0.02),
                outcome("a2", "a", 0.05, 0.1, 0.85), // margin -0.8, but c usually has 0.9: not doubtful
                outcome("b1", "b", 0.6, 0.4, 0.0), // margin -0.2, and a has more than its usual 0.5
                outcome("b2", "b", 0.3, 0.5, 0.2),
                outcome("c1", "c", 0.05, 0.05, 0.9));

        assertThat(DoubtfulLabels.rank(analysis))
                .extracting(d -> d.sample().text())
                .startsWith("b1", "a2");
        assertThat(DoubtfulLabels.of(analysis))
                .extracting(d -> d.sample().text())
                .containsExactly("b1");
    }

    @Test
    void of_findsNothingWhereTheClassifierAgrees() {
        assertThat(DoubtfulLabels.of(analysis(
                        outcome("a1", "a", 0.9, 0.1, 0),
                        outcome("b1", "b", 0.1, 0.9, 0),
                        outcome("c1", "c", 0, 0.1, 0.9))))
                .isEmpty();
    }

    @Test
    void of_findsFlippedLabelsAmongMany() {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            boolean flipped = i % 20 == 0;
            outcomes.add(outcome("text " + i, flipped ? "b" : "a", 0.7 + i / 1000.0, 0.2 - i / 1000.0, 0.1));
            outcomes.add(outcome("other " + i, "b", 0.2, 0.7, 0.1));
        }
        List<DoubtfulLabels.Doubtful> doubtful = DoubtfulLabels.of(TaskAnalysis.of("topic", LABELS, outcomes));

        // a has 0.7 to 0.799 where it is right, 0.75 in the mean: of 0, 20, 40, 60 and 80 the last two reach that
        assertThat(doubtful).extracting(d -> d.sample().text()).containsExactly("text 80", "text 60");
        assertThat(DoubtfulLabels.rank(TaskAnalysis.of("topic", LABELS, outcomes))
                        .subList(0, 5))
                .extracting(d -> d.sample().text())
                .containsExactly("text 80", "text 60", "text 40", "text 20", "text 0");
    }
}
