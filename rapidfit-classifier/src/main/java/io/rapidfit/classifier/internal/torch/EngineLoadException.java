package io.rapidfit.classifier.internal.torch;

import org.jspecify.annotations.Nullable;

/** PyTorch cannot be used in this JVM; the message says what to add. Callers see EngineUnavailableException instead. */
public final class EngineLoadException extends Exception {

    private static final long serialVersionUID = 1L;

    EngineLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
