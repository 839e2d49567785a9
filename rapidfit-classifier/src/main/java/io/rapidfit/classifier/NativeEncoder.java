package io.rapidfit.classifier;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.torch.PretrainedTextEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pretrained encoder of a classifier: loaded when it is first needed, in native memory until the classifier is closed
 * and the last of its calls has ended.
 */
final class NativeEncoder {

    private final HuggingFaceEncoder description;
    private final Consumer<DownloadProgress> onDownload;

    /** Held while it is loaded, which may take minutes; never together with that of this object. */
    private final Object loading = new Object();

    private @Nullable PretrainedTextEncoder encoder;
    private int calls;
    private boolean closed;

    NativeEncoder(HuggingFaceEncoder description, Consumer<DownloadProgress> onDownload) {
        this.description = description;
        this.onDownload = onDownload;
    }

    NativeEncoder(HuggingFaceEncoder description, PretrainedTextEncoder encoder) {
        this(description, progress -> {});
        this.encoder = encoder;
    }

    /**
     * Begins a call; {@link #end} must follow.
     *
     * @throws IllegalStateException if the classifier is closed
     */
    synchronized void begin() {
        if (closed) {
            throw MultiheadClassifier.closedAlready();
        }
        calls++;
    }

    synchronized void end() {
        calls--;
        freeIfUnused();
    }

    /** Loads it, unless that was done. For a call that has begun, until it ends. */
    PretrainedTextEncoder get() {
        synchronized (loading) {
            PretrainedTextEncoder loaded = loaded();
            if (loaded == null) {
                loaded = load();
                keep(loaded);
            }
            return loaded;
        }
    }

    private synchronized @Nullable PretrainedTextEncoder loaded() {
        return encoder;
    }

    private synchronized void keep(PretrainedTextEncoder loaded) {
        encoder = loaded;
    }

    private PretrainedTextEncoder load() {
        try {
            return description.open(onDownload);
        } catch (BadModelFile e) {
            throw new ModelFormatException(e.file(), e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read encoder " + description, e);
        }
    }

    synchronized void close() {
        closed = true;
        freeIfUnused();
    }

    private void freeIfUnused() {
        if (closed && calls == 0 && encoder != null) {
            encoder.close();
            encoder = null;
        }
    }
}
