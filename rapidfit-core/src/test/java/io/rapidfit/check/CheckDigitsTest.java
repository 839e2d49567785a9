package io.rapidfit.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckDigitsTest {

    @Test
    void luhn_doublesEverySecondDigitFromTheRight() {
        // 7992739871 3: from the right 3 + 2 (1 * 2) + 7 + 7 (8 * 2 = 16) + 9 + 6 + 7 + 4 + 9 + 9 (9 * 2 = 18) + 7 = 70
        assertThat(CheckDigits.luhn("79927398713")).isTrue();
        assertThat(CheckDigits.luhn("79927398710")).isFalse();
    }

    @Test
    void mod97_takesLettersForTwoDigits() {
        assertThat(CheckDigits.mod97("98")).isEqualTo(1);
        // A is 10, Z is 35: 1035 = 10 * 97 + 65
        assertThat(CheckDigits.mod97("AZ")).isEqualTo(65);
        assertThat(CheckDigits.mod97("az")).isEqualTo(65);
    }

    @Test
    void verhoeff_findsAnyWrongDigitAndAnySwap() {
        assertThat(CheckDigits.verhoeff("2363")).isTrue(); // the example of most descriptions: 236, check digit 3
        for (char c = '0'; c <= '9'; c++) {
            assertThat(CheckDigits.verhoeff("23" + c + "3")).isEqualTo(c == '6');
        }
        assertThat(CheckDigits.verhoeff("3263")).isFalse();
        assertThat(CheckDigits.verhoeff("2633")).isFalse();
    }

    @Test
    void mod11And10_isThatOfIso7064() {
        // 079: 10 + 0 = 10, 2 * 10 % 11 = 9; 9 + 7 = 16, 2 * 6 % 11 = 1; 1 + 9 = 10, 2 * 10 % 11 = 9; 11 - 9 = 2
        assertThat(CheckDigits.mod11And10("0792")).isTrue();
        assertThat(CheckDigits.mod11And10("0793")).isFalse();
    }
}
