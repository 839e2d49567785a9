package io.rapidfit.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunUsageTest {

    private static final RunUsage SPENT = new RunUsage(
            1234,
            2,
            0,
            5,
            1,
            new Usage(56_789, 10_111, 4_000),
            OptionalDouble.of(1.23456),
            Duration.ofMillis(804),
            Duration.ofMillis(2516),
            Duration.ofSeconds(65));

    private static String shown(RunUsage usage) {
        StringBuilder out = new StringBuilder();
        usage.display(out);
        return out.toString();
    }

    private static final String GOLDEN = String.join(
            "\n",
            "  model calls",
            "  ---------------------------  -------------------------",
            "  calls                                  1234 (2 failed)",
            "  retries                                              5",
            "  perhaps billed, answer lost                          1",
            "  prompt tokens                      56789 (4000 cached)",
            "  completion tokens                                10111",
            "  cost                                           $1.2346",
            "  latency median / p95 / max   0.80 s / 2.52 s / 65.00 s",
            "");

    @Test
    void display_printsATableOfTwoColumns() {
        assertThat(shown(SPENT)).isEqualTo(GOLDEN);
    }

    /** Arabic numerals, a decimal comma and the dotless i have no place in it. */
    @ParameterizedTest
    @ValueSource(strings = {"ar-EG-u-nu-arab", "de-DE", "tr-TR", "hi-IN-u-nu-deva"})
    void display_isTheSameUnderEveryLocale(String tag) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(tag));
        try {
            assertThat(shown(SPENT)).isEqualTo(GOLDEN);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void display_ofARunThatSpentNothing() {
        RunUsage nothing = new RunUsage(
                0, 0, 0, 0, 0, Usage.NONE, OptionalDouble.empty(), Duration.ZERO, Duration.ZERO, Duration.ZERO);

        assertThat(shown(nothing))
                .isEqualTo(String.join(
                        "\n",
                        "  model calls",
                        "  ---------------------------  ------------------------",
                        "  calls                                               0",
                        "  retries                                             0",
                        "  perhaps billed, answer lost                         0",
                        "  prompt tokens                                       0",
                        "  completion tokens                                   0",
                        "  cost                                          unknown",
                        "  latency median / p95 / max   0.00 s / 0.00 s / 0.00 s",
                        ""));
    }
}
