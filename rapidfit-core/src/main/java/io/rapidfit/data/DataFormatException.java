package io.rapidfit.data;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that cannot be read as labelled data; the message names file, line, field and what was expected. */
public final class DataFormatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long line;

    DataFormatException(Path file, long line, @Nullable String message) {
        super(file + (line > 0 ? ":" + line : "") + ": " + message);
        this.file = file;
        this.line = line;
    }

    public Path file() {
        return file;
    }

    /** Counted from 1; 0 if the whole file is meant. */
    public long line() {
        return line;
    }
}
