package io.rapidfit.classifier;

import org.jspecify.annotations.Nullable;

/**
 * PyTorch's native library, or that of Hugging Face's tokenizers, is missing or cannot be loaded; the message names the
 * platform seen, the artifact to add and the cause. Only training and Hugging Face encoders need it: other saved models
 * predict without.
 */
public final class EngineUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EngineUnavailableException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
