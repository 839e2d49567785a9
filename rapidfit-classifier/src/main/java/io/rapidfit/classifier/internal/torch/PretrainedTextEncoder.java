package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderCopy;
import io.rapidfit.classifier.internal.files.EncoderReference;
import io.rapidfit.classifier.internal.files.PretrainedEncoder;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pretrained encoder with the tokenizer that belongs to it: makes vectors of texts. Both are closed with it. As safe
 * for many threads as they are.
 */
public final class PretrainedTextEncoder implements PretrainedEncoder, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PretrainedTextEncoder.class);

    private final PretrainedDirectory directory;
    private final EncoderReference reference;
    private final boolean savedWhole;
    private final Tokenizer tokenizer;
    private final TransformerEncoder encoder;

    private PretrainedTextEncoder(
            PretrainedDirectory directory,
            EncoderReference reference,
            boolean savedWhole,
            Tokenizer tokenizer,
            TransformerEncoder encoder) {
        this.directory = directory;
        this.reference = reference;
        this.savedWhole = savedWhole;
        this.tokenizer = tokenizer;
        this.encoder = encoder;
    }

    /**
     * @param reference to the directory
     * @throws BadModelFile if the tokenizer or the weights cannot be used; the message names the file
     * @throws EngineLoadException if a native library cannot be loaded
     */
    public static PretrainedTextEncoder load(
            PretrainedDirectory directory, EncoderReference reference, boolean savedWhole)
            throws IOException, BadModelFile, EngineLoadException {
        Tokenizer tokenizer = Tokenizer.load(directory, reference.maxLength());
        try {
            TransformerEncoder encoder = TransformerEncoder.load(directory);
            return new PretrainedTextEncoder(directory, reference, savedWhole, tokenizer, encoder);
        } catch (IOException | BadModelFile | EngineLoadException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return reference.place().toString();
    }

    @Override
    public int dimension() {
        return encoder.dimension();
    }

    PretrainedDirectory directory() {
        return directory;
    }

    Tokenizer tokenizer() {
        return tokenizer;
    }

    TransformerEncoder encoder() {
        return encoder;
    }

    /** See {@link TransformerEncoder#encode}. */
    @Override
    public List<float[]> encode(List<String> texts) {
        return encoder.encode(tokenizer.encode(texts));
    }

    @Override
    public EncoderReference reference() {
        return reference;
    }

    /** See {@link PretrainedDirectory#fineTunedFrom}. */
    public @Nullable String fineTunedFrom() {
        return directory.fineTunedFrom();
    }

    public boolean isSavedWhole() {
        return savedWhole;
    }

    /** {@inheritDoc} The weights as they are in their files, or as 32-bit floats if these are gone or have changed. */
    @Override
    public @Nullable EncoderCopy copy() throws IOException {
        if (!savedWhole) {
            return null;
        }
        try {
            EncoderCopy files = directory.copy();
            if (files.sha256().equals(reference.sha256())) {
                return directory.withPoolingWritten().copy();
            }
        } catch (NoSuchFileException | BadModelFile e) {
            log.debug("The weights of {} are not there any more: saving those in memory", name(), e);
        }
        return directory.withPoolingWritten().copy(encoder.export());
    }

    @Override
    public void close() {
        tokenizer.close();
        encoder.close();
    }
}
