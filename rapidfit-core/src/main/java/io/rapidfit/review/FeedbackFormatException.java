package io.rapidfit.review;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a {@link FeedbackStore} that is no feedback; the message names the file and what is wrong with it. */
public final class FeedbackFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    FeedbackFormatException(Path file, @Nullable String message) {
        super(file + ": " + message);
        this.file = file;
    }

    public Path file() {
        return file;
    }
}
