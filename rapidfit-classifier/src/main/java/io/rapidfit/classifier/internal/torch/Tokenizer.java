package io.rapidfit.classifier.internal.torch;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Hugging Face's tokenizers: makes of a text the token ids that its encoder was trained with. Safe for many threads. */
public final class Tokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * @param tokenizerJson {@code tokenizer.json}; what it says about truncation and padding is passed over
     * @param maxLength tokens of a text, those included that stand before and after every text: what is longer loses its
     *     end, but not those
     * @throws EngineLoadException if the native library cannot be loaded
     * @throws IOException if the file cannot be read, or is none that the library knows
     */
    public static Tokenizer load(Path tokenizerJson, int maxLength) throws IOException, EngineLoadException {
        Require.atLeast("maxLength", maxLength, 3); // one between the first and the last
        TorchEngine.start(); // which keeps DJL offline; an encoder needs both
        String length = String.valueOf(maxLength);
        Map<String, String> options =
                Map.of("truncation", "true", "maxLength", length, "modelMaxLength", length, "padding", "false");
        try (InputStream json = Files.newInputStream(tokenizerJson)) {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(json, options));
        } catch (RuntimeException e) {
            throw new IOException(tokenizerJson + " is no tokenizer that can be read: " + e.getMessage(), e);
        }
    }

    /** The token ids of each text, in their order. */
    public List<long[]> encode(List<String> texts) {
        return texts.stream().map(text -> tokenizer.encode(text).getIds()).toList();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
