package io.rapidfit.llm.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
            return host == null ? "another place" : host;
        } catch (URISyntaxException e) {
            return "another place";
        }
    }

    /**
     * @param body as the server sent it, secrets taken out
     * @param retryAfter what the headers say
     */
    static LLMException read(int status, String body, @Nullable String requestId, @Nullable Duration retryAfter) {
        JsonNode error = parse(body);
        String said = message(error, body);
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

    /** The error object; some servers wrap it in an array, some send none. */
    private static JsonNode parse(String body) {
        try {
            JsonNode json = HttpTransport.MAPPER.readTree(body);
            JsonNode root = json.isArray() ? json.path(0) : json;
            JsonNode error = root.path("error");
            return error.isObject() ? error : root;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String message(JsonNode error, String body) {
        String message = error.path("message").asText("");
        if (message.isBlank()) {
            message = error.path("error").asText(""); // {"error": "text"}, as Ollama writes it
        }
        return message.isBlank() && error.isMissingNode() ? body.strip() : message;
    }

    private static boolean hasCode(JsonNode error, Set<String> codes) {
        return codes.contains(code(error.path("code")))
                || codes.contains(code(error.path("type")))
                || codes.contains(code(error.path("innererror").path("code")));
    }

    private static String code(JsonNode value) {
        return value.asText("").toLowerCase(Locale.ROOT);
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
