package io.rapidfit.classifier.internal.files;

import io.rapidfit.classifier.internal.serve.TextEncoder;
import java.io.IOException;
import java.nio.file.Path;

/** An encoder made of files, which a model keeps beside it or only refers to. */
public interface PretrainedEncoder extends TextEncoder {

    /** Opens the encoder of a saved model. */
    @FunctionalInterface
    interface Opener {
        /**
         * @param model the directory of the model
         * @throws BadModelFile if the encoder cannot be used, or is not the one that is meant
         */
        PretrainedEncoder open(EncoderReference reference, Path model) throws IOException, BadModelFile;
    }

    /** For the manifest of a saved model. */
    EncoderReference reference() throws IOException;

    /** Whether a saved model has the files in its directory. */
    boolean isSavedWhole();

    /** Writes all files to a directory, which is made if it is not there. */
    void writeTo(Path target) throws IOException;

    /** Frees its memory. It cannot be used any more. */
    void close();
}
