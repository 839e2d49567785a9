package io.rapidfit.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class McNemarTest {

    @Test
    void pValue_isTwiceTheSmallerTailOfTheBinomial() {
        // 9 tosses, at most 1 of them one way: (C(9,0) + C(9,1)) / 2^9 = 10 / 512, in either direction 20 / 512
        assertThat(new McNemar(1, 8).pValue()).isCloseTo(20.0 / 512, within(1e-12));
        assertThat(new McNemar(8, 1).pValue()).isCloseTo(20.0 / 512, within(1e-12));
        // all 6 one way: 2 / 2^6
        assertThat(new McNemar(0, 6).pValue()).isCloseTo(2.0 / 64, within(1e-12));
        // 5 of one kind and 2 of the other: 2 * (1 + 7 + 21) / 2^7
        assertThat(new McNemar(5, 2).pValue()).isCloseTo(58.0 / 128, within(1e-12));
    }

    @Test
    void pValue_isAtMost1() {
        // 2 tosses, 1 each: both tails are (1 + 2) / 4, together more than 1
        assertThat(new McNemar(1, 1).pValue()).isEqualTo(1);
        assertThat(new McNemar(0, 1).pValue()).isEqualTo(1); // 2 * 1 / 2
    }

    @Test
    void pValue_withoutAnyDifference_is1() {
        assertThat(new McNemar(0, 0).pValue()).isEqualTo(1);
    }

    @Test
    void pValue_agreesWithWholeNumbers() {
        // every division of up to 60 tosses, against sums of binomial coefficients that nothing rounds
        for (int tosses = 1; tosses <= 60; tosses++) {
            for (int few = 0; 2 * few <= tosses; few++) {
                assertThat(new McNemar(few, tosses - few).pValue())
                        .as("%s of %s", few, tosses)
                        .isCloseTo(exact(few, tosses), within(1e-12));
            }
        }
    }

    @Test
    void pValue_ofManySamples() {
        // 100,000 tosses, 49,500 one way: z = (500 - 0.5) / sqrt(25,000) = 3.1591, two-sided 0.001583
        assertThat(new McNemar(49_500, 50_500).pValue()).isCloseTo(0.001583, within(2e-6));
        assertThat(new McNemar(0, 100_000).pValue()).isZero(); // less than any double
    }

    @Test
    void of_refusesNegativeCounts() {
        assertThatThrownBy(() -> new McNemar(-1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("onlyBefore must be at least 0 but was -1");
        assertThatThrownBy(() -> new McNemar(2, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("onlyAfter must be at least 0 but was -1");
    }

    private static double exact(int few, int tosses) {
        BigInteger coefficient = BigInteger.ONE;
        BigInteger tail = BigInteger.ONE;
        for (int k = 1; k <= few; k++) {
            coefficient =
                    coefficient.multiply(BigInteger.valueOf(tosses - k + 1)).divide(BigInteger.valueOf(k));
            tail = tail.add(coefficient);
        }
        BigDecimal all = new BigDecimal(BigInteger.TWO.pow(tosses));
        return Math.min(
                1,
                new BigDecimal(tail.shiftLeft(1))
                        .divide(all, MathContext.DECIMAL64)
                        .doubleValue());
    }
}
