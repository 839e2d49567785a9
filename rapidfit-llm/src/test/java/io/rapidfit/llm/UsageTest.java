package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {

    @Test
    void totalTokens_countsCachedTokensOnce() {
        assertThat(new Usage(100, 20, 80).totalTokens()).isEqualTo(120); // the 80 are among the 100
        assertThat(Usage.NONE.totalTokens()).isZero();
    }

    @Test
    void plus_addsEachKind() {
        assertThat(new Usage(1, 2, 1).plus(new Usage(10, 20, 5))).isEqualTo(new Usage(11, 22, 6));
        assertThat(new Usage(1, 2, 1).plus(Usage.NONE)).isEqualTo(new Usage(1, 2, 1));
        assertThat(new Usage(1L << 40, 1, 0).plus(new Usage(1L << 40, 1, 0))).isEqualTo(new Usage(1L << 41, 2, 0));
    }

    @Test
    void constructor_refusesNegativeCounts() {
        assertThatThrownBy(() -> new Usage(-1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("promptTokens must be at least 0 but was -1");
        assertThatThrownBy(() -> new Usage(0, -1, 0)).hasMessage("completionTokens must be at least 0 but was -1");
        assertThatThrownBy(() -> new Usage(0, 0, -1)).hasMessage("cachedTokens must be at least 0 but was -1");
    }
}
