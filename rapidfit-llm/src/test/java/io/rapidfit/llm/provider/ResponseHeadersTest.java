package io.rapidfit.llm.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseHeadersTest {

    private static ResponseHeaders headers(String... namesAndValues) {
        Headers.Builder headers = new Headers.Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.addUnsafeNonAscii(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new ResponseHeaders(headers.build(), FakeTime.START);
    }

    private static Duration reset(String value) {
        return headers("x-ratelimit-reset-requests", value).rateLimit().requestsReset();
    }

    @ParameterizedTest
    @CsvSource({
        "6m0s, PT6M",
        "1.5s, PT1.5S",
        "120ms, PT0.12S",
        "1h2m3s, PT1H2M3S",
        "2m59.56s, PT2M59.56S",
        "0s, PT0S",
        "0, PT0S",
        "12, PT12S",
        "0.25, PT0.25S",
        "2026-01-01T00:01:00Z, PT1M",
        "2026-01-01T02:00:30+02:00, PT30S",
        "2020-01-01T00:00:00Z, PT0S",
        "999999999h, PT8760H",
        "9999-12-31T23:59:59Z, PT8760H"
    })
    void reset_isReadInEveryForm(String value, Duration expected) {
        assertThat(reset(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "-1", "-5s", "soon", "5x", "s", "1.5.5s", "NaN", "1e9", "Infinity", "0x10", "\u0665s"})
    void reset_thatMakesNoSenseSaysNothing(String value) {
        assertThat(reset(value)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1000000000-12-31T23:59:59Z", "+999999999-12-31T23:59:59Z"})
    void reset_farBeyondAllTimeIsBounded(String value) {
        assertThat(reset(value)).isEqualTo(Duration.ofDays(365));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999999999", "99999999999999999999999999", "9223372036854775808"})
    void hugeNumbersOfSeconds_areBoundedNotIgnored(String value) {
        assertThat(headers(HttpTransport.RETRY_AFTER, value).retryAfter()).isEqualTo(Duration.ofDays(365));
        assertThat(headers("retry-after-ms", value).retryAfter()).isEqualTo(Duration.ofDays(365));
        assertThat(reset(value)).isEqualTo(Duration.ofDays(365));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "many", "1.5", "9999999999999999999", "\u0665"})
    void remaining_thatMakesNoSenseSaysNothing(String value) {
        assertThat(headers("x-ratelimit-remaining-tokens", value).rateLimit().remainingTokens())
                .isNull();
    }

    @Test
    void remaining_isTrimmed() {
        assertThat(headers("X-RateLimit-Remaining-Tokens", " 7 ").rateLimit().remainingTokens())
                .isEqualTo(7L);
    }

    @Test
    void parseDuration_refusesWhatIsNone() {
        assertThat(ResponseHeaders.parseDuration("34s")).isEqualTo(Duration.ofSeconds(34));
        assertThat(ResponseHeaders.parseDuration("34.074824224s")).isEqualTo(Duration.ofNanos(34_074_824_224L));
        assertThat(ResponseHeaders.parseDuration("34")).isNull();
        assertThat(ResponseHeaders.parseDuration("")).isNull();
        assertThat(ResponseHeaders.parseDuration("-34s")).isNull();
    }
}
