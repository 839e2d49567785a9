package io.rapidfit.llm.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyHistogramTest {

    private final LatencyHistogram latencies = new LatencyHistogram();

    @Test
    void quantile_ofNothingIsZero() {
        assertThat(latencies.quantile(0.5)).isZero();
        assertThat(latencies.max()).isZero();
    }

    @Test
    void quantile_isWithinTwoPercent() {
        for (int millis = 1; millis <= 1000; millis++) {
            latencies.add(Duration.ofMillis(millis));
        }

        // the 500th and the 950th of 1, 2, ... 1000 ms
        assertThat(latencies.quantile(0.5).toNanos()).isCloseTo(500_000_000L, Percentage.withPercentage(2));
        assertThat(latencies.quantile(0.95).toNanos()).isCloseTo(950_000_000L, Percentage.withPercentage(2));
        assertThat(latencies.quantile(1).toNanos()).isCloseTo(1_000_000_000L, Percentage.withPercentage(2));
        assertThat(latencies.max()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void quantile_isTheSmallestThatEnoughAreNotAbove() {
        latencies.add(Duration.ofMillis(10));
        latencies.add(Duration.ofMillis(1000));

        // half of two is one: the smaller; anything more needs both
        assertThat(latencies.quantile(0.5).toNanos()).isCloseTo(10_000_000L, Percentage.withPercentage(2));
        assertThat(latencies.quantile(0.51).toNanos()).isCloseTo(1_000_000_000L, Percentage.withPercentage(2));
    }

    @Test
    void quantile_isWithinTwoPercentOverManyOrdersOfMagnitude() {
        Random random = new Random(1);
        long[] nanos = new long[2000];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (long) Math.pow(10, 4.1 + 9.8 * random.nextDouble()); // 12 microseconds to 22 hours
            latencies.add(Duration.ofNanos(nanos[i]));
        }
        Arrays.sort(nanos);

        for (int percent = 1; percent <= 100; percent++) {
            assertThat(latencies.quantile(percent / 100.0).toNanos())
                    .as("%s%%", percent)
                    .isCloseTo(nanos[percent * 20 - 1], Percentage.withPercentage(2));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 9_999, 10_000, 10_001, 800_000_000})
    void quantile_ofOneIsNeverAboveIt(long nanos) {
        latencies.add(Duration.ofNanos(nanos));

        assertThat(latencies.quantile(0.95)).isLessThanOrEqualTo(Duration.ofNanos(nanos));
        assertThat(latencies.quantile(0.95).toNanos()).isCloseTo(nanos, Percentage.withPercentage(2));
    }

    @Test
    void add_takesWhatIsOutOfRange() {
        latencies.add(Duration.ofNanos(-5));
        assertThat(latencies.max()).isZero();
        assertThat(latencies.quantile(0.5)).isZero();

        latencies.add(Duration.ofDays(300));
        assertThat(latencies.max()).isEqualTo(Duration.ofDays(300));
        assertThat(latencies.quantile(1)).isPositive().isLessThanOrEqualTo(Duration.ofDays(300));
        assertThat(latencies.quantile(0.5).toNanos()).isCloseTo(0, within(20_000L));
    }
}
