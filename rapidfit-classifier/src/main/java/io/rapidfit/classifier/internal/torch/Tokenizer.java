package io.rapidfit.classifier.internal.torch;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.pretrained.PretrainedConfig;
import io.rapidfit.classifier.internal.pretrained.PretrainedDirectory;
import io.rapidfit.internal.Require;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Hugging Face's tokenizers: makes of a text the token ids that its encoder was trained with. Safe for many threads. */
public final class Tokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;
    private final boolean lowerCase;

    /** Read by those who encode, written by who frees: the native library does not look whether it is still there. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    private Tokenizer(HuggingFaceTokenizer tokenizer, boolean lowerCase) {
        this.tokenizer = tokenizer;
        this.lowerCase = lowerCase;
    }

    /**
     * @param maxLength tokens of a text, those included that stand before and after every text; as many as the encoder
     *     takes if it takes fewer. What is longer loses its end, but not those
     * @throws BadModelFile if {@code tokenizer.json} is none that the library knows
     * @throws EngineLoadException if the native library cannot be loaded
     */
    public static Tokenizer load(PretrainedDirectory directory, int maxLength)
            throws IOException, BadModelFile, EngineLoadException {
        return load(directory.tokenizer(), Math.min(maxLength, directory.maxLength()), directory.lowerCase());
    }

    /**
     * @param tokenizerJson what it says about truncation and padding is passed over
     * @param lowerCase whether texts are lower-cased before all else
     */
    static Tokenizer load(Path tokenizerJson, int maxLength, boolean lowerCase)
            throws IOException, BadModelFile, EngineLoadException {
        Require.atLeast("maxLength", maxLength, PretrainedConfig.MIN_TOKENS);
        startLibrary();
        String length = String.valueOf(maxLength);
        Map<String, String> options =
                Map.of("truncation", "true", "maxLength", length, "modelMaxLength", length, "padding", "false");
        try (InputStream json = Files.newInputStream(tokenizerJson)) {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(json, options), lowerCase);
        } catch (RuntimeException e) {
            throw new BadModelFile(tokenizerJson, "no tokenizer that can be read: " + e.getMessage());
        }
    }

    private static void startLibrary() throws EngineLoadException {
        TorchEngine.start(); // which keeps DJL offline; an encoder needs both
        try {
            LibUtils.checkStatus();
        } catch (EngineException | LinkageError e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EngineLoadException("Hugging Face's tokenizers cannot be loaded. Cause: " + cause, e);
        }
    }

    /**
     * The token ids of each text, in their order.
     *
     * @throws IllegalStateException if the tokenizer is closed
     */
    public List<long[]> encode(List<String> texts) {
        use.readLock().lock();
        try {
            return texts.stream().map(this::encode).toList();
        } finally {
            use.readLock().unlock();
        }
    }

    private long[] encode(String text) {
        return tokenizer
                .encode(lowerCase ? text.toLowerCase(Locale.ROOT) : text)
                .getIds();
    }

    /** Frees the native memory, once nobody encodes any more. Closing twice is harmless. */
    @Override
    public void close() {
        use.writeLock().lock();
        try {
            tokenizer.close();
        } finally {
            use.writeLock().unlock();
        }
    }
}
