package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ForecastTest {

    private static Forecast forecast(OptionalDouble least, OptionalDouble most) {
        return new Forecast(3, 12, new Usage(100, 20, 0), new Usage(1000, 200, 0), least, most);
    }

    @Test
    void display_showsTheRange() {
        StringBuilder out = new StringBuilder();

        forecast(OptionalDouble.of(0.00012), OptionalDouble.of(1.5)).display(out);

        assertThat(out.toString().lines())
                .anyMatch(line -> line.matches(" *calls +3 +12"))
                .anyMatch(line -> line.matches(" *prompt tokens +100 +1000"))
                .anyMatch(line -> line.matches(" *completion tokens +20 +200"))
                .anyMatch(line -> line.matches(" *cost +\\$0\\.0001 +\\$1\\.5000"));
    }

    @Test
    void display_saysWhereThePriceIsUnknownInAnyLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try {
            StringBuilder out = new StringBuilder();
            forecast(OptionalDouble.empty(), OptionalDouble.empty()).display(out);
            assertThat(out.toString().lines())
                    .anyMatch(line -> line.matches(" *cost +unknown +unknown"))
                    .anyMatch(line -> line.matches(" *calls +3 +12"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void constructor_refusesARangeThatIsNone() {
        Usage none = Usage.NONE;
        OptionalDouble unknown = OptionalDouble.empty();

        assertThatThrownBy(() -> new Forecast(-1, 0, none, none, unknown, unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leastCalls must be at least 0 but was -1");
        assertThatThrownBy(() -> new Forecast(5, 4, none, none, unknown, unknown))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mostCalls must be at least 5 but was 4");
    }

    @Test
    void plus_isTheForecastOfBothRuns() {
        Forecast sum = forecast(OptionalDouble.of(0.5), OptionalDouble.of(1.5))
                .plus(new Forecast(
                        1, 2, new Usage(10, 2, 1), new Usage(20, 4, 0), OptionalDouble.of(0.25), OptionalDouble.of(2)));

        assertThat(sum)
                .isEqualTo(new Forecast(
                        4,
                        14,
                        new Usage(110, 22, 1),
                        new Usage(1020, 204, 0),
                        OptionalDouble.of(0.75),
                        OptionalDouble.of(3.5)));
    }

    @Test
    void plus_doesNotKnowTheCostWhereOneIsUnknown() {
        Forecast known = forecast(OptionalDouble.of(0.5), OptionalDouble.of(1.5));
        Forecast unknown = forecast(OptionalDouble.empty(), OptionalDouble.empty());

        assertThat(known.plus(unknown).leastCost()).isEmpty();
        assertThat(unknown.plus(known).mostCost()).isEmpty();
    }

    @Test
    void none_addsNothing() {
        Forecast known = forecast(OptionalDouble.of(0.5), OptionalDouble.of(1.5));

        assertThat(Forecast.NONE.plus(known)).isEqualTo(known);
    }

    @Test
    void time_isWhatThePolicysRateAllows() {
        Usage tokens = new Usage(9_000, 1_000, 0);
        OptionalDouble unknown = OptionalDouble.empty();
        Forecast forecast = new Forecast(30, 90, tokens, tokens.plus(tokens), unknown, unknown);

        CallPolicy requests = CallPolicy.builder().requestsPerMinute(60).build();
        assertThat(forecast.leastTime(requests)).contains(Duration.ofSeconds(30));
        assertThat(forecast.mostTime(requests)).contains(Duration.ofSeconds(90));
        // 10,000 tokens at 4,000 a minute take 2.5 minutes, longer than 30 requests at 60
        CallPolicy both = CallPolicy.builder()
                .requestsPerMinute(60)
                .tokensPerMinute(4_000)
                .build();
        assertThat(forecast.leastTime(both)).contains(Duration.ofSeconds(150));
        assertThat(forecast.leastTime(CallPolicy.defaults())).isEmpty();
        assertThat(forecast.mostTime(CallPolicy.defaults())).isEmpty();
    }

    @Test
    void display_namesTheTimeWhereThereIsARate() {
        Forecast forecast = forecast(OptionalDouble.empty(), OptionalDouble.empty());
        StringBuilder out = new StringBuilder();

        forecast.display(CallPolicy.defaults(), out);
        assertThat(out.toString()).doesNotContain("time");

        forecast.display(CallPolicy.builder().requestsPerMinute(1).build(), out);
        // 3 calls and 12, one a minute
        assertThat(out.toString()).containsPattern("time +0:03:00 +0:12:00");
    }
}
