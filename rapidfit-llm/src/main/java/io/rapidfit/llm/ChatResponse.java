package io.rapidfit.llm;

import io.rapidfit.internal.Require;
import io.rapidfit.text.TextNormalizer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered.
 *
 * @param text of the answer; unpaired surrogates in it become U+FFFD
 * @param usage {@link Usage#NONE} where the model does not say
 * @param model the id under which it answered; may name a version more exactly than the request did
 * @param requestId the provider's, for asking its support; null where it gives none
 * @param latency from sending the request to having the whole answer, retries and waits left out
 * @param rateLimit what the server said of its limits
 * @param attempts how often the request was sent, at least 1
 * @param lostAttempts how many of these may have been billed though their answers were lost
 */
public record ChatResponse(
        String text,
        FinishReason finishReason,
        Usage usage,
        String model,
        @Nullable String requestId,
        Duration latency,
        RateLimitStatus rateLimit,
        int attempts,
        int lostAttempts) {

    public ChatResponse {
        text = TextNormalizer.wellFormed(Require.nonNull("text", text));
        Require.nonNull("finishReason", finishReason);
        Require.nonNull("usage", usage);
        Require.nonNull("model", model);
        Require.nonNull("latency", latency);
        Require.nonNull("rateLimit", rateLimit);
        Require.inRange("attempts", attempts, 1, Integer.MAX_VALUE);
        Require.inRange("lostAttempts", lostAttempts, 0, attempts - 1);
    }

    /** A finished answer of which nothing else is known: enough for adapters and tests. */
    public static ChatResponse of(String text) {
        return new ChatResponse(
                text, FinishReason.STOP, Usage.NONE, "custom", null, Duration.ZERO, RateLimitStatus.UNKNOWN, 1, 0);
    }

    /** Whether the end of the text may be missing. */
    public boolean isTruncated() {
        return finishReason == FinishReason.LENGTH;
    }

    public ChatResponse withFinishReason(FinishReason newFinishReason) {
        return new ChatResponse(
                text, newFinishReason, usage, model, requestId, latency, rateLimit, attempts, lostAttempts);
    }

    public ChatResponse withUsage(Usage newUsage) {
        return new ChatResponse(
                text, finishReason, newUsage, model, requestId, latency, rateLimit, attempts, lostAttempts);
    }

    public ChatResponse withModel(String newModel) {
        return new ChatResponse(
                text, finishReason, usage, newModel, requestId, latency, rateLimit, attempts, lostAttempts);
    }

    /** The answer to the last of several attempts. */
    ChatResponse after(int newAttempts, int newLostAttempts) {
        return new ChatResponse(
                text, finishReason, usage, model, requestId, latency, rateLimit, newAttempts, newLostAttempts);
    }

    /** Everything but the text. */
    @Override
    public String toString() {
        return "ChatResponse[%s characters, %s, %s, model %s, request %s, %s, attempts %s]"
                .formatted(text.length(), finishReason, usage, model, requestId, latency, attempts);
    }
}
