package io.rapidfit.llm.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionBiasTest {

    private static Ranking.Pass pass(List<Integer> shown, List<Integer> order) {
        return new Ranking.Pass(shown, order, "because");
    }

    private static Ranking ranking(Ranking.Pass... passes) {
        List<String> candidates = passes[0].shown().size() == 2 ? List.of("a", "b") : List.of("a", "b", "c");
        return new Ranking(candidates, Arrays.asList(passes), List.of());
    }

    private static final Ranking CONSISTENT =
            ranking(pass(List.of(0, 1), List.of(0, 1)), pass(List.of(1, 0), List.of(0, 1)));

    /** Twice the first. */
    private static final Ranking LED = ranking(pass(List.of(0, 1), List.of(0, 1)), pass(List.of(1, 0), List.of(1, 0)));

    @Test
    void of_countsSwapsThatComeOutAlike() {
        PositionBias bias = PositionBias.of(List.of(CONSISTENT, LED));

        // four comparisons, of which the consistent judge preferred the first once and the other twice
        assertThat(bias).isEqualTo(new PositionBias(2, 2, 1, 4, 3));
        assertThat(bias.consistency().orElseThrow().value()).isEqualTo(0.5);
        assertThat(bias.firstShare().orElseThrow().value()).isEqualTo(0.75);
        // one of two: Wilson, centre 0.5, half of the width z sqrt(0.25/2 + z^2/16) / (1 + z^2/2)
        // = 1.959964 * sqrt(0.365091) / 2.920729 = 0.405470
        assertThat(bias.consistency().orElseThrow().lower()).isCloseTo(0.5 - 0.405470, within(1e-5));
    }

    @Test
    void of_looksAtEachTwoCandidatesAndEachTwoPasses() {
        // a b c, then c b a: all three pairs are swapped; judged a b c and b a c: only a, b come out otherwise
        Ranking three = ranking(pass(List.of(0, 1, 2), List.of(0, 1, 2)), pass(List.of(2, 1, 0), List.of(1, 0, 2)));
        // a third pass as the first: swapped against the second again, alike for all but a, b
        Ranking passes = ranking(
                pass(List.of(0, 1, 2), List.of(0, 1, 2)),
                pass(List.of(2, 1, 0), List.of(1, 0, 2)),
                pass(List.of(0, 1, 2), List.of(0, 1, 2)));

        // first preferred: all 3 of the first pass; of the second, shown c b a and judged b a c, only b before a
        assertThat(PositionBias.of(List.of(three))).isEqualTo(new PositionBias(1, 3, 2, 6, 4));
        assertThat(PositionBias.of(List.of(passes))).isEqualTo(new PositionBias(1, 6, 4, 9, 7));
    }

    @Test
    void of_knowsNothingWithoutASwap() {
        Ranking once = ranking(pass(List.of(0, 1), List.of(1, 0)));
        Ranking twiceAlike = ranking(pass(List.of(0, 1), List.of(1, 0)), pass(List.of(0, 1), List.of(0, 1)));

        PositionBias bias = PositionBias.of(List.of(once, twiceAlike));

        assertThat(bias).isEqualTo(new PositionBias(2, 0, 0, 3, 1));
        assertThat(bias.consistency()).isEmpty();
    }

    @Test
    void of_leavesErrorsOut() {
        Ranking error = new Ranking(List.of("a", "b"), List.of(), List.of("down"));

        PositionBias bias = PositionBias.of(List.of(error, CONSISTENT));

        assertThat(bias.rankings()).isEqualTo(1);
        assertThat(bias.consistency().orElseThrow().value()).isEqualTo(1);
        assertThat(PositionBias.of(List.of(error)).firstShare()).isEmpty();
    }

    @Test
    void display_printsATable() {
        StringBuilder out = new StringBuilder();

        PositionBias.of(List.of(CONSISTENT, LED)).display(out);

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches(" *rankings +2"))
                .anyMatch(line -> line.matches(" *swaps +2"))
                .anyMatch(line -> line.matches(" *swaps that came out alike +0\\.500 +0\\.095 to 0\\.905"))
                .anyMatch(line -> line.matches(" *first preferred +0\\.750 +0\\.301 to 0\\.954"));
    }
}
