package io.rapidfit.llm.evaluate;

import io.rapidfit.llm.Usage;
import java.time.Duration;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a contestant gave for one example, before it is measured.
 *
 * @param text empty if it failed
 * @param error why it failed; null if it did not
 * @param asked whether it is the contestant's own; false where the run ended before, by a spent budget for example
 * @param truncated whether the end of the text may be missing
 */
record GivenAnswer(
        String text,
        @Nullable String error,
        boolean asked,
        boolean truncated,
        Usage usage,
        OptionalDouble cost,
        Duration latency) {

    static GivenAnswer failed(String error, boolean asked) {
        return new GivenAnswer("", error, asked, false, Usage.NONE, OptionalDouble.empty(), Duration.ZERO);
    }
}
