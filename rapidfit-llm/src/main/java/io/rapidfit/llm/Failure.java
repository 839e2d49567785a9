package io.rapidfit.llm;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a failed call.
 *
 * @param status what the server answered; 0 if it did not
 * @param providerMessage the provider's own words; kept to its first {@value #MAX_MESSAGE} characters
 * @param requestId the provider's id of the request
 * @param mayHaveBeenBilled whether the request was sent and its answer lost
 */
public record Failure(
        int status,
        String providerMessage,
        @Nullable String requestId,
        boolean mayHaveBeenBilled,
        @Nullable Throwable cause)
        implements Serializable {

    private static final int MAX_MESSAGE = 500;

    /** Nothing is known. */
    public static final Failure UNKNOWN = new Failure(0, "", null, false, null);

    public Failure {
        if (providerMessage.length() > MAX_MESSAGE) {
            boolean splitsAPair = Character.isHighSurrogate(providerMessage.charAt(MAX_MESSAGE - 1));
            providerMessage = providerMessage.substring(0, splitsAPair ? MAX_MESSAGE - 1 : MAX_MESSAGE) + "...";
        }
    }

    /** The server answered with an error. */
    public static Failure answered(int status, String providerMessage, @Nullable String requestId) {
        return new Failure(status, providerMessage, requestId, false, null);
    }

    /** No answer came. */
    public static Failure lost(Throwable cause, boolean mayHaveBeenBilled) {
        return new Failure(0, "", null, mayHaveBeenBilled, cause);
    }

    /** For the end of a message: what the provider said, and under which id. */
    String described() {
        String said = providerMessage.isBlank() ? "" : " The provider says: " + providerMessage;
        return said + (requestId == null ? "" : " (request " + requestId + ")");
    }
}
