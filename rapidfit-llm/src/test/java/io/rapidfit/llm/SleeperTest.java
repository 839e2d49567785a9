package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SleeperTest {

    @Test
    void real_returnsAtOnceForZero() throws Exception {
        Sleeper.real().sleep(Duration.ZERO);
    }

    @Test
    void real_isEndedByAnInterrupt() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Sleeper.real().sleep(Duration.ofDays(1).plusNanos(999_999)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
