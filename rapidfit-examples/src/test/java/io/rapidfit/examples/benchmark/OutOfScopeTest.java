package io.rapidfit.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutOfScopeTest {

    @Test
    void auroc_isTheShareOfPairsInOrderAndHalfForTies() {
        // 0.9 beats both; 0.4 ties with one and beats the other; 0.1 ties with one: (2 + 1.5 + 0.5) / 6
        assertThat(OutOfScope.auroc(new double[] {0.9, 0.4, 0.1}, new double[] {0.4, 0.1}))
                .isCloseTo(4.0 / 6, within(1e-12));
        assertThat(OutOfScope.auroc(new double[] {3, 2}, new double[] {1, 0})).isEqualTo(1);
        assertThat(OutOfScope.auroc(new double[] {1}, new double[] {2, 3})).isZero();
    }

    @Test
    void withheld_isAQuarterOfTheLabelsAndDependsOnTheSeed() {
        List<String> labels =
                IntStream.range(0, 77).mapToObj(i -> "intent " + i).toList();

        assertThat(OutOfScope.withheld(labels, 1))
                .hasSize(19) // 77 / 4 = 19.25
                .isSubsetOf(labels)
                .isEqualTo(OutOfScope.withheld(labels, 1))
                .isNotEqualTo(OutOfScope.withheld(labels, 2));
    }
}
