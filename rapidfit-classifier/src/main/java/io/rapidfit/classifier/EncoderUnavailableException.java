package io.rapidfit.classifier;

import org.jspecify.annotations.Nullable;

/**
 * A pretrained encoder can be had neither from the hub nor from its cache: it is not there under this name, needs a token,
 * or there is no connection. The message says which, and how to bring its files here by hand.
 */
public final class EncoderUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EncoderUnavailableException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
