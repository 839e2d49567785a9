package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HolmTest {

    @Test
    void adjust_multipliesByWhatIsLeft() {
        // ascending 0.01 * 3, 0.02 * 2, 0.25 * 1
        assertThat(Holm.adjust(new double[] {0.02, 0.25, 0.01}))
                .containsExactly(new double[] {0.04, 0.25, 0.03}, within(1e-12));
    }

    @Test
    void adjust_isMonotone() {
        // 0.03 * 3 = 0.09; 0.04 * 2 = 0.08, but not less than the one before; 0.05 * 1 likewise
        assertThat(Holm.adjust(new double[] {0.05, 0.03, 0.04}))
                .containsExactly(new double[] {0.09, 0.09, 0.09}, within(1e-12));
    }

    @Test
    void adjust_isAtMost1() {
        // 0.4 * 3 = 1.2, so 1, and so are those above
        assertThat(Holm.adjust(new double[] {1, 0.5, 0.4})).containsExactly(1, 1, 1);
        // 0.001 * 3; 0.6 * 2 = 1.2, so 1; 0.7 * 1, but not less than the one before
        assertThat(Holm.adjust(new double[] {0.7, 0.001, 0.6}))
                .containsExactly(new double[] {1, 0.003, 1}, within(1e-12));
    }

    @Test
    void adjust_leavesOneAloneAsItIs_andTheGivenUntouched() {
        double[] one = {0.04};

        assertThat(Holm.adjust(one)).containsExactly(0.04);
        assertThat(one).containsExactly(0.04);
    }

    @Test
    void adjust_ofEqualOnes() {
        // 0.02 * 3, then 0.02 * 2 and 0.02 * 1, neither less than the first
        assertThat(Holm.adjust(new double[] {0.02, 0.02, 0.02}))
                .containsExactly(new double[] {0.06, 0.06, 0.06}, within(1e-12));
    }
}
