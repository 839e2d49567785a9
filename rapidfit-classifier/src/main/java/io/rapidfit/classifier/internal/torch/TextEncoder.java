package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import java.io.IOException;
import java.util.List;

/**
 * A pretrained encoder with the tokenizer that belongs to it: makes vectors of texts. Both are closed with it. As safe
 * for many threads as they are.
 */
public record TextEncoder(Tokenizer tokenizer, TransformerEncoder encoder) implements AutoCloseable {

    /**
     * @param maxLength tokens of a text that count; see {@link Tokenizer#load}
     * @throws BadModelFile if the tokenizer or the weights cannot be used; the message names the file
     * @throws EngineLoadException if a native library cannot be loaded
     */
    public static TextEncoder load(PretrainedDirectory directory, int maxLength)
            throws IOException, BadModelFile, EngineLoadException {
        Tokenizer tokenizer = Tokenizer.load(directory, maxLength);
        try {
            return new TextEncoder(tokenizer, TransformerEncoder.load(directory));
        } catch (IOException | BadModelFile | EngineLoadException | RuntimeException | Error e) {
            tokenizer.close();
            throw e;
        }
    }

    /** A vector for each text, in their order; see {@link TransformerEncoder#encode}. */
    public List<float[]> encode(List<String> texts) {
        return encoder.encode(tokenizer.encode(texts));
    }

    @Override
    public void close() {
        tokenizer.close();
        encoder.close();
    }
}
