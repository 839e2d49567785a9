package io.rapidfit.classifier.internal.hub;

import org.jspecify.annotations.Nullable;

/** A model that cannot be had from the hub or its cache; the message says what to do. It never holds a token. */
public final class HubException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    HubException(String message) {
        this(message, null);
    }

    HubException(String message, @Nullable Throwable cause) {
        this(message, false, cause);
    }

    HubException(String message, boolean temporary, @Nullable Throwable cause) {
        super(message, cause);
        this.temporary = temporary;
    }

    /** Whether it may pass by itself: no connection, or a server that is busy. */
    public boolean isTemporary() {
        return temporary;
    }
}
