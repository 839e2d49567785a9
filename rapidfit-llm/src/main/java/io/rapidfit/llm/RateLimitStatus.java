package io.rapidfit.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of its own limits beside an answer; null where it said nothing.
 *
 * @param remainingRequests how many more it takes before {@code requestsReset}
 * @param requestsReset how long until it takes as many again as it ever does
 * @param remainingTokens how many more tokens it takes before {@code tokensReset}
 */
public record RateLimitStatus(
        @Nullable Long remainingRequests,
        @Nullable Duration requestsReset,
        @Nullable Long remainingTokens,
        @Nullable Duration tokensReset) {

    /** Nothing was said. */
    public static final RateLimitStatus UNKNOWN = new RateLimitStatus(null, null, null, null);
}
