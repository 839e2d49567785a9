package io.rapidfit.classifier;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model directory, or that of a pretrained encoder, that cannot be loaded: a file of it is missing, damaged, not what it
 * was, of a kind that is not supported, or written by a newer version.
 */
public final class ModelFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    ModelFormatException(Path file, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
        this.file = file;
    }

    /** The file that is to blame. */
    public Path file() {
        return file;
    }
}
