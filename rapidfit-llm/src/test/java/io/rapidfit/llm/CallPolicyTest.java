package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallPolicyTest {

    @Test
    void builder_defaults() {
        CallPolicy policy = CallPolicy.builder().build();

        assertThat(policy.maxAttempts()).isEqualTo(5);
        assertThat(policy.baseDelay()).isEqualTo(Duration.ofMillis(500));
        assertThat(policy.maxDelay()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.maxConcurrency()).isEqualTo(16);
        assertThat(policy.requestsPerMinute()).isNull();
        assertThat(policy.tokensPerMinute()).isNull();
        assertThat(policy.retryMaybeBilled()).isFalse();
        assertThat(policy.clock()).isSameAs(InstantSource.system());
        assertThat(policy.seed()).isNotEqualTo(CallPolicy.builder().build().seed()); // a fleet must not wait alike
    }

    @Test
    void defaults_areTheBuilders() {
        assertThat(CallPolicy.defaults())
                .usingRecursiveComparison()
                .ignoringFields("sleeper", "seed")
                .isEqualTo(CallPolicy.builder().build());
    }

    @Test
    void builder_keepsWhatItIsTold() {
        FakeTime time = new FakeTime();

        CallPolicy policy = CallPolicy.builder()
                .maxAttempts(3)
                .baseDelay(Duration.ofMillis(10))
                .maxDelay(Duration.ofSeconds(1))
                .maxConcurrency(2)
                .requestsPerMinute(60)
                .tokensPerMinute(9000)
                .retryMaybeBilled(true)
                .clock(time)
                .sleeper(time)
                .seed(7)
                .build();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.baseDelay()).isEqualTo(Duration.ofMillis(10));
        assertThat(policy.maxDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.maxConcurrency()).isEqualTo(2);
        assertThat(policy.requestsPerMinute()).isEqualTo(60);
        assertThat(policy.tokensPerMinute()).isEqualTo(9000);
        assertThat(policy.retryMaybeBilled()).isTrue();
        assertThat(policy.clock()).isSameAs(time);
        assertThat(policy.sleeper()).isSameAs(time);
        assertThat(policy.seed()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 101})
    void maxAttempts_outsideOneToAHundredIsRefused(int attempts) {
        assertThatThrownBy(() -> CallPolicy.builder().maxAttempts(attempts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxAttempts must be in [1, 100] but was " + attempts);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void maxConcurrency_outsideOneToTenThousandIsRefused(int concurrency) {
        assertThatThrownBy(() -> CallPolicy.builder().maxConcurrency(concurrency))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxConcurrency must be in [1, 10000] but was " + concurrency);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void rates_belowOneAreRefused(int rate) {
        assertThatThrownBy(() -> CallPolicy.builder().requestsPerMinute(rate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("requestsPerMinute must be in [1, ");
        assertThatThrownBy(() -> CallPolicy.builder().tokensPerMinute(rate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tokensPerMinute must be in [1, ");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0})
    void delays_thatAreNotPositiveAreRefused(long millis) {
        assertThatThrownBy(() -> CallPolicy.builder().baseDelay(Duration.ofMillis(millis)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("baseDelay must be longer than zero");
        assertThatThrownBy(() -> CallPolicy.builder().maxDelay(Duration.ofMillis(millis)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maxDelay must be longer than zero");
    }

    /** It once failed with an overflow at the first retry, in place of the call's own failure. */
    @Test
    void delays_longerThanAYearAreRefused() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);

        CallPolicy.builder().maxDelay(Duration.ofDays(365)).build();
        assertThatThrownBy(() -> CallPolicy.builder().maxDelay(forEver))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxDelay must be at most PT8760H but was " + forEver);
        assertThatThrownBy(() -> CallPolicy.builder().baseDelay(forEver))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("baseDelay must be at most PT8760H but was " + forEver);
    }

    @Test
    void builder_refusesNulls() {
        assertThatThrownBy(() -> CallPolicy.builder().baseDelay(null)).hasMessage("baseDelay must not be null");
        assertThatThrownBy(() -> CallPolicy.builder().maxDelay(null)).hasMessage("maxDelay must not be null");
        assertThatThrownBy(() -> CallPolicy.builder().clock(null)).hasMessage("clock must not be null");
        assertThatThrownBy(() -> CallPolicy.builder().sleeper(null)).hasMessage("sleeper must not be null");
        assertThatThrownBy(() -> CallPolicy.defaults().wrap(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("model must not be null");
    }

    @Test
    void build_refusesABaseDelayAboveTheLongest() {
        CallPolicy.Builder builder =
                CallPolicy.builder().maxDelay(Duration.ofSeconds(1)).baseDelay(Duration.ofSeconds(2));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("baseDelay PT2S is longer than maxDelay PT1S");
        // the order of the setters does not matter, and equal is allowed
        assertThat(builder.maxDelay(Duration.ofSeconds(2)).build().maxDelay()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void wrap_keepsTheModelsId() {
        ChatModel model =
                ScriptedChatModel.builder().otherwise("x").modelId("tiny").build();

        assertThat(CallPolicy.defaults().wrap(model).modelId()).isEqualTo("tiny");
    }
}
