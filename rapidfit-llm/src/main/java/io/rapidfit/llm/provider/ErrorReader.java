package io.rapidfit.llm.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.rapidfit.llm.Failure;
import io.rapidfit.llm.LLMAuthenticationException;
import io.rapidfit.llm.LLMContentFilteredException;
import io.rapidfit.llm.LLMException;
import io.rapidfit.llm.LLMInvalidRequestException;
import io.rapidfit.llm.LLMQuotaException;
import io.rapidfit.llm.LLMRateLimitException;
import io.rapidfit.llm.LLMUnavailableException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an error of any of the providers means for the caller. */
final class ErrorReader {

    /** Types and codes that mean: pay first. */
    private static final Set<String> QUOTA = Set.of(
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
            "billing_error",
            "quota_exceeded",
            "insufficient_funds",
            "insufficient_credits");

    private static final Set<String> FILTERED =
            Set.of("content_filter", "content_policy_violation", "responsibleaipolicyviolation");

    /** Of a name that can be looked up. */
    private static final int MAX_HOST = 253;

    private ErrorReader() {}

    static LLMException redirect(int status, String location, @Nullable String requestId) {
        return new LLMInvalidRequestException(
                "The server redirects to %s. Redirects are not followed, so that the key stays where it was meant for: set the base URL to the right host."
                        .formatted(host(location)),
                Failure.answered(status, "", requestId));
    }

    private static String host(String location) {
        try {
            String host = new URI(location).getHost();
            return host == null || host.length() > MAX_HOST ? "another place" : host;
        } catch (URISyntaxException e) {
            return "another place";
        }
    }

    /**
     * @param body as the server sent it; a text if it is no JSON
     * @param retryAfter what the headers say
     */
    static LLMException read(
            int status, JsonNode body, @Nullable String requestId, @Nullable Duration retryAfter, Secrets secrets) {
        JsonNode root = body.isArray() ? body.path(0) : body; // some servers wrap it in an array
        JsonNode error = root.path("error").isObject() ? root.path("error") : root;
        String said = secrets.redact(message(error, root));
        Failure failure = Failure.answered(status, said, requestId);
        if (status == 402
                || hasCode(error, QUOTA)
                || isDailyQuota(error)
                || said.startsWith("Your credit balance is too low")) {
            return new LLMQuotaException("The account's quota or credit is used up.", failure);
        }
        if (hasCode(error, FILTERED)) {
            return new LLMContentFilteredException("The provider refuses this prompt.", failure);
        }
        if (isWrongKey(error)) {
            return new LLMAuthenticationException("The server does not know this key.", failure);
        }
        return switch (status) {
            case 401, 403 ->
                new LLMAuthenticationException(
                        "The server answers %s: check the key and what it may do.".formatted(status), failure);
            case 429 -> rateLimited(failure, retryAfter != null ? retryAfter : retryDelay(error));
            case 408, 500, 502, 503, 504, 529 ->
                new LLMUnavailableException("The server answers %s.".formatted(status), failure, retryAfter);
            default ->
                status >= 500
                        ? new LLMUnavailableException(
                                "The server answers %s.".formatted(status),
                                new Failure(status, said, requestId, true, null), // who knows what happened behind it
                                retryAfter)
                        : new LLMInvalidRequestException(
                                "The server answers %s: check the model id, the base URL and the options."
                                        .formatted(status),
                                failure);
        };
    }

    private static LLMException rateLimited(Failure failure, @Nullable Duration retryAfter) {
        String wait = retryAfter == null ? "" : " and asks to wait " + retryAfter;
        return new LLMRateLimitException(
                "The server answers 429%s. Lower maxConcurrency, or set requestsPerMinute or tokensPerMinute."
                        .formatted(wait),
                failure,
                retryAfter);
    }

    private static String message(JsonNode error, JsonNode root) {
        if (error.isTextual()) {
            return error.textValue().strip();
        }
        return Stream.of(
                        error.path("message").asText(""),
                        error.path("error").asText(""), // {"error": "text"}, as Ollama writes it
                        detail(root.path("detail")))
                .filter(said -> !said.isBlank())
                .findFirst()
                .orElseGet(() -> root.isEmpty() ? "" : root.toString()); // better odd words than none
    }

    /** As FastAPI's servers write it: a text, or a list of complaints, whose copies of the prompt are left out. */
    private static String detail(JsonNode detail) {
        StringJoiner said = new StringJoiner("; ");
        said.setEmptyValue(detail.asText(""));
        for (JsonNode complaint : detail) {
            said.add(complaint.path("loc") + " " + complaint.path("msg").asText(""));
        }
        return said.toString();
    }

    private static boolean hasCode(JsonNode error, Set<String> codes) {
        return codes.contains(code(error.path("code")))
                || codes.contains(code(error.path("type")))
                || codes.contains(code(error.path("innererror").path("code")));
    }

    private static String code(JsonNode value) {
        return value.asText("").toLowerCase(Locale.ROOT);
    }

    /** Gemini says 400 for it. */
    private static boolean isWrongKey(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            if (detail.path("reason").asText("").equals("API_KEY_INVALID")) {
                return true;
            }
        }
        return false;
    }

    /** Gemini says 429 for a minute's limit and for a day's; the day's does not pass by waiting a little. */
    private static boolean isDailyQuota(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            for (JsonNode violation : detail.path("violations")) {
                if (violation.path("quotaId").asText("").contains("PerDay")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Gemini says in the body how long to wait. */
    private static @Nullable Duration retryDelay(JsonNode error) {
        for (JsonNode detail : error.path("details")) {
            Duration delay =
                    ResponseHeaders.parseDuration(detail.path("retryDelay").asText(""));
            if (delay != null) {
                return delay;
            }
        }
        return null;
    }
}
