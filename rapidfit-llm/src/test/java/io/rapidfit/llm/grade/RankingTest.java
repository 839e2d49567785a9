package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {

    private static final List<String> ABC = List.of("a", "b", "c");

    private static Ranking.Pass pass(Integer... order) {
        return new Ranking.Pass(List.of(0, 1, 2), List.of(order), "because");
    }

    @Test
    void ofOnePass_isItsOrder() {
        Ranking ranking = new Ranking(ABC, List.of(pass(2, 0, 1)), List.of());

        assertThat(ranking.order()).containsExactly(2, 0, 1);
        assertThat(ranking.meanRanks()).containsExactly(2.0, 3.0, 1.0);
        assertThat(ranking.prefers(2, 1)).isTrue();
        assertThat(ranking.prefers(1, 2)).isFalse();
        assertThat(ranking.isError()).isFalse();
        assertThat(ranking.reason()).isEqualTo("because");
    }

    @Test
    void ofSeveralPasses_isTheMeanOfTheirRanks() {
        // a: 1, 2, 2 = 5/3; b: 2, 1, 3 = 2; c: 3, 3, 1 = 7/3
        Ranking ranking = new Ranking(ABC, List.of(pass(0, 1, 2), pass(1, 0, 2), pass(2, 0, 1)), List.of());

        assertThat(ranking.meanRanks()).containsExactly(5.0 / 3, 2.0, 7.0 / 3);
        assertThat(ranking.order()).containsExactly(0, 1, 2);
        assertThat(ranking.reason()).isEqualTo("because\nbecause\nbecause");
    }

    @Test
    void equalMeans_areNotPreferredAndStandAsTheyWereGiven() {
        // a: 1, 3 = 2; b: 3, 1 = 2; c: 2, 2 = 2
        Ranking ranking = new Ranking(ABC, List.of(pass(0, 2, 1), pass(1, 2, 0)), List.of());

        assertThat(ranking.meanRanks()).containsExactly(2.0, 2.0, 2.0);
        assertThat(ranking.order()).containsExactly(0, 1, 2);
        assertThat(ranking.prefers(0, 1)).isFalse();
        assertThat(ranking.prefers(1, 0)).isFalse();
        assertThat(ranking.prefers(0, 0)).isFalse();
    }

    @Test
    void withoutAPass_prefersNothing() {
        Ranking ranking = new Ranking(ABC, List.of(), List.of("down", "down too"));

        assertThat(ranking.isError()).isTrue();
        assertThat(ranking.prefers(0, 1)).isFalse();
        assertThat(ranking.prefers(1, 0)).isFalse();
        assertThat(ranking.reason()).isEqualTo("down\ndown too");
        assertThatThrownBy(ranking::order)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no order: down\ndown too");
        assertThatThrownBy(ranking::meanRanks).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void constructor_refusesWhatIsNoOrder() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pass(0, 1, 1))
                .withMessage("order must have each of 0 to 2 once but was [0, 1, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ranking.Pass(List.of(1, 2, 3), List.of(0, 1, 2), ""))
                .withMessage("shown must have each of 0 to 2 once but was [1, 2, 3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ranking(List.of("a", "b"), List.of(pass(0, 1, 2)), List.of()))
                .withMessage("a pass must be over all 2 candidates but was over [0, 1, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ranking(ABC, List.of(), List.of()))
                .withMessage("a ranking needs a pass, or a reason why there is none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ranking(List.of(), List.of(), List.of("down")))
                .withMessage("number of candidates must be at least 1 but was 0");
    }

    @Test
    void prefers_refusesACandidateThatIsNone() {
        Ranking ranking = new Ranking(ABC, List.of(pass(0, 1, 2)), List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranking.prefers(3, 0))
                .withMessage("candidate must be in [0, 2] but was 3");
    }
}
