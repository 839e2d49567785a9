package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SignFlipsTest {

    @Test
    void pValue_countsTheSignsThatLieAsFar() {
        // sums of +-1 +-2 +-3: 6, 4, 2, 0, 0, -2, -4, -6. Found 1 + 2 - 3 = 0: all 8 lie as far
        assertThat(SignFlips.pValue(new double[] {0.1, 0.2, -0.3}, 10_000, 1)).isEqualTo(1);
        // found -1 + 2 + 3 = 4: 6, 4, -4, -6 of 8
        assertThat(SignFlips.pValue(new double[] {-0.1, 0.2, 0.3}, 10_000, 1)).isEqualTo(0.5);
        // found 6: 6 and -6
        assertThat(SignFlips.pValue(new double[] {0.1, 0.2, 0.3}, 10_000, 1)).isEqualTo(0.25);
        assertThat(SignFlips.pValue(new double[] {-0.1, -0.2, -0.3}, 10_000, 1)).isEqualTo(0.25);
    }

    @Test
    void pValue_whereNothingDiffers_isOne() {
        assertThat(SignFlips.pValue(new double[5], 10_000, 1)).isEqualTo(1);
    }

    @Test
    void pValue_leavesOutWhatDoesNotDiffer() {
        assertThat(SignFlips.pValue(new double[] {0, 0.1, 0, 0.2, 0.3, 0}, 10_000, 1))
                .isEqualTo(0.25);
    }

    @Test
    void pValue_ofYesAndNo_isMcNemars() {
        // 7 fixed, 2 broken: 2 * (1 + 9 + 36) / 2^9
        double[] differences = {1, 1, 1, -1, 1, 1, -1, 1, 1};

        assertThat(SignFlips.pValue(differences, 10_000, 1)).isCloseTo(92.0 / 512, within(1e-12));
        assertThat(new McNemar(2, 7).pValue()).isCloseTo(92.0 / 512, within(1e-12));
    }

    @Test
    void pValue_ofMany_isDrawn() {
        // 30 fixed, 10 broken: McNemar's is 0.0022; 20,000 draws scatter by sqrt(0.0022 / 20,000) = 0.0003
        double[] differences = new double[40];
        Arrays.fill(differences, 1);
        Arrays.fill(differences, 0, 10, -1);

        double drawn = SignFlips.pValue(differences, 20_000, 7);

        assertThat(drawn)
                .isCloseTo(new McNemar(10, 30).pValue(), within(0.0013))
                .isEqualTo(SignFlips.pValue(differences, 20_000, 7))
                .isNotEqualTo(SignFlips.pValue(differences, 20_000, 8));
    }

    @Test
    void pValue_thatIsDrawn_isNeverZero() {
        double[] differences = new double[100];
        Arrays.fill(differences, 0.5);

        // no draw of 1000 has 100 equal signs; the one at hand counts among 1001
        assertThat(SignFlips.pValue(differences, 1000, 7)).isEqualTo(1 / 1001.0);
    }
}
