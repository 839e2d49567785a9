package io.rapidfit.llm.provider;

import io.rapidfit.llm.RateLimitStatus;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** What the headers of an answer say about waiting and limits. A header that makes no sense says nothing. */
final class ResponseHeaders {

    private static final Duration LONGEST = Duration.ofDays(365);

    private static final List<String> REQUEST_IDS = List.of("x-request-id", "request-id", "x-goog-request-id");

    private static final int MAX_ID = 200;

    /** As OpenAI writes durations: {@code 6m0s}, {@code 1.5s}, {@code 120ms}, {@code 1h2m3s}. */
    private static final Pattern PARTS = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|h|m|s)");

    private static final Pattern ALL_PARTS = Pattern.compile("(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|h|m|s)){1,4}");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,40}(?:\\.\\d{1,40})?");

    private final Headers headers;
    private final Instant now;

    ResponseHeaders(Headers headers, Instant now) {
        this.headers = headers;
        this.now = now;
    }

    /** From {@code retry-after-ms}, else {@code Retry-After} in seconds or as a date; a past date is zero. */
    @Nullable Duration retryAfter() {
        String millis = headers.get("retry-after-ms");
        if (millis != null && NUMBER.matcher(millis.strip()).matches()) {
            return bounded(Double.parseDouble(millis.strip()) / 1000);
        }
        String after = headers.get(HttpTransport.RETRY_AFTER);
        if (after == null) {
            return null;
        }
        if (NUMBER.matcher(after.strip()).matches()) {
            return bounded(Double.parseDouble(after.strip()));
        }
        try {
            return until(ZonedDateTime.parse(after.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return null;
        }
    }

    RateLimitStatus rateLimit() {
        return new RateLimitStatus(
                count("x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining"),
                reset("x-ratelimit-reset-requests", "anthropic-ratelimit-requests-reset"),
                count("x-ratelimit-remaining-tokens", "anthropic-ratelimit-tokens-remaining"),
                reset("x-ratelimit-reset-tokens", "anthropic-ratelimit-tokens-reset"));
    }

    /** Shortened only after secrets are out, lest one be cut and not be known again. */
    @Nullable String requestId(Secrets secrets) {
        for (String name : REQUEST_IDS) {
            String given = headers.get(name);
            if (given != null && !given.isBlank()) {
                String id = secrets.redact(given);
                return id.length() <= MAX_ID ? id : id.substring(0, MAX_ID);
            }
        }
        return null;
    }

    private @Nullable Long count(String... names) {
        for (String name : names) {
            String value = headers.get(name);
            if (value != null && value.strip().matches("\\d{1,15}")) {
                return Long.parseLong(value.strip());
            }
        }
        return null;
    }

    private @Nullable Duration reset(String... names) {
        for (String name : names) {
            String value = headers.get(name);
            Duration parsed = value == null ? null : parseReset(value.strip());
            if (parsed != null) {
                return parsed;
            }
        }
        return null;
    }

    private @Nullable Duration parseReset(String value) {
        if (NUMBER.matcher(value).matches()) {
            return bounded(Double.parseDouble(value)); // seconds, as Azure writes them
        }
        if (ALL_PARTS.matcher(value).matches()) {
            return parseParts(value);
        }
        try {
            return until(Instant.parse(value)); // as Anthropic writes them
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A duration such as {@code 34s} or {@code 6m0s}; null if it is none. */
    static @Nullable Duration parseDuration(String value) {
        return ALL_PARTS.matcher(value).matches() ? parseParts(value) : null;
    }

    private static Duration parseParts(String value) {
        double seconds = 0;
        Matcher part = PARTS.matcher(value);
        while (part.find()) {
            double amount = Double.parseDouble(part.group(1));
            seconds += switch (part.group(2)) {
                case "h" -> amount * 3600;
                case "m" -> amount * 60;
                case "ms" -> amount / 1000;
                default -> amount;
            };
        }
        return bounded(seconds);
    }

    private Duration until(Instant instant) {
        return instant.isAfter(now) ? bounded(seconds(Duration.between(now, instant))) : Duration.ZERO;
    }

    /** Of any duration: {@code toMillis} overflows. */
    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }

    private static Duration bounded(double seconds) {
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
