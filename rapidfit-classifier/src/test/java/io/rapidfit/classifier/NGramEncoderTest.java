package io.rapidfit.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NGramEncoderTest {

    @Test
    void ngrams_haveTheirDefaults() {
        assertThat(Encoders.ngrams()).isEqualTo(new NGramEncoder(null, 2, 2, 4, null));
    }

    @Test
    void with_changesOneValue() {
        assertThat(Encoders.ngrams().withDimension(7)).isEqualTo(new NGramEncoder(7, 2, 2, 4, null));
        assertThat(Encoders.ngrams().withWords(3)).isEqualTo(new NGramEncoder(null, 3, 2, 4, null));
        assertThat(Encoders.ngrams().withChars(1, 5)).isEqualTo(new NGramEncoder(null, 2, 1, 5, null));
        assertThat(Encoders.ngrams().withChars(3, 0)).isEqualTo(new NGramEncoder(null, 2, 3, 0, null));
        assertThat(Encoders.ngrams().withMinCount(4)).isEqualTo(new NGramEncoder(null, 2, 2, 4, 4));
    }

    @Test
    void encoder_refusesValuesOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withDimension(0))
                .withMessage("dimension must be in [1, 4096] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withDimension(4097))
                .withMessage("dimension must be in [1, 4096] but was 4097");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withWords(0))
                .withMessage("maxWords must be in [1, 5] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withWords(6))
                .withMessage("maxWords must be in [1, 5] but was 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withChars(0, 4))
                .withMessage("minChars must be in [1, 8] but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withChars(4, 3))
                .withMessage("maxChars must be in [4, 8] but was 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withChars(2, 9))
                .withMessage("maxChars must be in [2, 8] but was 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Encoders.ngrams().withMinCount(0))
                .withMessage("minCount must be in [1, 2147483647] but was 0");
    }
}
