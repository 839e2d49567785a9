package io.rapidfit.classifier.internal.files;

import java.nio.file.Path;

/** A file of a model that cannot be used as it is. Callers see ModelFormatException instead. */
public final class BadModelFile extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Path file;

    public BadModelFile(Path file, String message) {
        super(file + ": " + message);
        this.file = file;
    }

    /** A file that is not as it was written. */
    public static BadModelFile damaged(Path file, String what) {
        return new BadModelFile(file, "damaged: " + what + ". Save the model again, or copy it anew");
    }

    public Path file() {
        return file;
    }
}
