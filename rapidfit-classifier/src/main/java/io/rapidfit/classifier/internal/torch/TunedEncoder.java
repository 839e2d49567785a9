package io.rapidfit.classifier.internal.torch;

import io.rapidfit.classifier.internal.files.BadModelFile;
import io.rapidfit.classifier.internal.files.EncoderCopy;
import io.rapidfit.classifier.internal.files.EncoderReference;
import io.rapidfit.classifier.internal.files.PretrainedEncoder;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.List;

/**
 * A pretrained encoder whose upper layers are being trained, or were. It shares all else with the one that it is made of,
 * which stays as it was, and is closed with it; or sooner, when nobody has it any more: a model that was replaced may still
 * be answering.
 */
public final class TunedEncoder implements PretrainedEncoder {

    private static final Cleaner CLEANER = Cleaner.create();

    private final PretrainedTextEncoder base;
    private final TransformerEncoder encoder;
    private final Cleaner.Cleanable memory;

    /** @param layers that it has for itself; see {@link TransformerEncoder#upperParameters} */
    TunedEncoder(PretrainedTextEncoder base, int layers) {
        TransformerEncoder own = base.encoder().copy(base.encoder().upperParameters(layers));
        this.base = base;
        this.encoder = own;
        this.memory = CLEANER.register(this, own::close);
    }

    TransformerEncoder encoder() {
        return encoder;
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public int dimension() {
        return base.dimension();
    }

    @Override
    public List<float[]> encode(List<String> texts) {
        try {
            return encoder.encode(base.tokenizer().encode(texts));
        } finally {
            Reference.reachabilityFence(this); // or the cleaner may come while the last one who has it encodes
        }
    }

    @Override
    public EncoderReference reference() {
        return base.reference();
    }

    /** {@inheritDoc} There is no other place to refer to, and no file is needed of the encoder that it is made of. */
    @Override
    public EncoderCopy copy() throws IOException {
        try {
            return base.directory().fineTuned(base.name()).copy(encoder.export());
        } catch (BadModelFile e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void close() {
        memory.clean();
    }
}
