package io.rapidfit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rapidfit.testing.DefaultLocale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    @ParameterizedTest
    @CsvSource({
        "train, TRAIN",
        "validation, VALIDATION",
        "val, VALIDATION",
        "dev, VALIDATION",
        "test, TEST",
        "' Validation ', VALIDATION",
        "TEST, TEST"
    })
    void parse_readsWhatDatasetsWrite(String written, Split split) {
        assertThat(Split.parse(written)).isEqualTo(split);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eval", "training", "0"})
    void parse_refusesAnythingElse(String written) {
        assertThatThrownBy(() -> Split.parse(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("one of train, validation (val, dev), test");
    }

    @Test
    void written_isTheSameUnderTheTurkishLocale() throws Exception {
        DefaultLocale.with("tr-TR", () -> {
            assertThat(Split.VALIDATION.written()).isEqualTo("validation");
            assertThat(Split.parse("VALIDATION")).isEqualTo(Split.VALIDATION);
        });
    }
}
