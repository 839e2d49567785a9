package io.rapidfit.classifier.internal.hub;

import org.jspecify.annotations.Nullable;

/** A model that cannot be had from the hub or its cache; the message says what to do. It never holds a token. */
public final class HubException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean temporary;
    private final boolean undecided;

    HubException(String message) {
        this(message, null);
    }

    HubException(String message, @Nullable Throwable cause) {
        this(message, false, false, cause);
    }

    private HubException(String message, boolean temporary, boolean undecided, @Nullable Throwable cause) {
        super(message, cause);
        this.temporary = temporary;
        this.undecided = undecided;
    }

    static HubException temporary(String message, @Nullable Throwable cause) {
        return new HubException(message, true, true, cause);
    }

    /** An answer, but not one of a hub. */
    static HubException notOfAHub(String message) {
        return new HubException(message, false, true, null);
    }

    /** Whether it may pass by itself: no connection, or a server that is busy. */
    public boolean isTemporary() {
        return temporary;
    }

    /** Whether it says nothing about the file that was asked for: the model may have it or not. */
    boolean isUndecided() {
        return undecided;
    }
}
