package io.rapidfit.llm.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextSpoolTest {

    @Test
    void get_givesBackWhatWasPutInWhateverOrder() {
        try (TextSpool spool = new TextSpool()) {
            spool.put(7, "caf\u00e9\n");
            spool.put(2, "");
            assertThat(spool.get(7)).isEqualTo("caf\u00e9\n");
            spool.put(9, "\uD83C\uDF0A");
            spool.put(7, "again");

            assertThat(spool.get(9)).isEqualTo("\uD83C\uDF0A");
            assertThat(spool.get(2)).isEmpty();
            assertThat(spool.get(7)).isEqualTo("again");
            assertThat(spool.has(2)).isTrue();
            assertThat(spool.has(3)).isFalse();
            assertThatThrownBy(() -> spool.get(3)).hasMessageContaining("text 3");
        }
    }

    @Test
    void get_worksWhileTheThreadIsInterrupted() {
        try (TextSpool spool = new TextSpool()) {
            Thread.currentThread().interrupt();
            spool.put(1, "kept");

            assertThat(spool.get(1)).isEqualTo("kept");
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
