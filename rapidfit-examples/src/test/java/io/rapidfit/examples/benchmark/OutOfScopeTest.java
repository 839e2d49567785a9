package io.rapidfit.examples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutOfScopeTest {

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
