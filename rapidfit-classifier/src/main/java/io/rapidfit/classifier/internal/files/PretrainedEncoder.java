package io.rapidfit.classifier.internal.files;

import io.rapidfit.classifier.internal.serve.TextEncoder;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

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

    /** Where it was opened. For an encoder that has learnt, the one that it was made of. */
    EncoderReference reference();

    /** What a saved model has in its directory; null if it only refers to the encoder. */
    @Nullable EncoderCopy copy() throws IOException;

    /** Frees its memory. It cannot be used any more. */
    void close();
}
